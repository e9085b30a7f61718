/* Acts that need a call of one file system, libaio's calls or a shell. */
#define _GNU_SOURCE
#include "actor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- fallocate ---- */

static int punch(int fd) { return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE_BYTES); }
static int zero(int fd) { return fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, PAGE_BYTES); }
static int collapse(int fd) { return fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, PAGE_BYTES); }
static int act_punch(const struct act *a) { return with_file(a->words[1], O_RDWR, punch); }
static int act_zero(const struct act *a) { return with_file(a->words[1], O_RDWR, zero); }
static int act_collapse(const struct act *a) { return with_file(a->words[1], O_RDWR, collapse); }

/* ---- libaio ---- */

static int submit(int fd) {
    aio_context_t context = 0;
    if (syscall(SYS_io_setup, 1, &context) < 0) return -1;
    struct iocb request = {.aio_fildes = (uint32_t)fd, .aio_lio_opcode = IOCB_CMD_PWRITE};
    request.aio_buf = (uint64_t)(uintptr_t)payload();
    request.aio_nbytes = PAGE_BYTES;
    struct iocb *requests[] = {&request};
    struct io_event event = {0};
    int result = syscall(SYS_io_submit, context, 1, requests) == 1 &&
                         syscall(SYS_io_getevents, context, 1, 1, &event, NULL) == 1 &&
                         event.res == PAGE_BYTES
                     ? 0
                     : -1;
    syscall(SYS_io_destroy, context);
    return result;
}
static int act_aio(const struct act *a) { return with_file(a->words[1], O_WRONLY, submit); }
static int act_aio_direct(const struct act *a) { return with_file(a->words[1], O_WRONLY | O_DIRECT, submit); }

/* ---- two files at once ---- */

static int with_two(const struct act *a, int (*body)(int, int)) {
    int first = open(a->words[1], O_RDWR | O_CLOEXEC), second = open(a->words[2], O_RDWR | O_CLOEXEC);
    int result = first >= 0 && second >= 0 ? body(first, second) : -1, error = errno;
    if (first >= 0) close(first);
    if (second >= 0) close(second);
    errno = error;
    return result;
}
static int clone_all(int from, int to) { return ioctl(to, FICLONE, from); }
static int act_clone(const struct act *a) { return with_two(a, clone_all); }

/* struct move_extent and EXT4_IOC_MOVE_EXT of fs/ext4/ext4.h, which no header exports. */
struct move_extent {
    uint32_t reserved, donor;
    uint64_t from, to, length, moved;
};
static int move_extents(int from, int to) {
    struct move_extent request = {.donor = (uint32_t)to, .length = 1};
    fsync(from);
    fsync(to);
    if (ioctl(from, _IOWR('f', 15, struct move_extent), &request) < 0) return -1;
    return request.moved == 1 ? 0 : -1;
}
/* struct xfs_exchange_range of fs/xfs/libxfs/xfs_fs.h: whole files, up to their ends. */
struct xfs_exchange_range {
    int32_t file;
    uint32_t pad;
    uint64_t offset, other_offset, length, flags;
};

static int exchange_ranges(int from, int to) {
    struct xfs_exchange_range request = {.file = to, .flags = 1};
    return ioctl(from, _IOW('X', 129, struct xfs_exchange_range), &request);
}

static int act_exchange_ranges(const struct act *a) { return with_two(a, exchange_ranges); }

static int act_move_extents(const struct act *a) { return with_two(a, move_extents); }

static int swap_boot(int fd) { return ioctl(fd, _IO('f', 17)); }
static int act_swap_boot(const struct act *a) { return with_file(a->words[1], O_RDWR, swap_boot); }

/* A zlib stream of a page of zeros. */
static const uint8_t zlib_zeros[] = {
    0x78, 0x9c, 0xed, 0xc1, 0x01, 0x0d, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xf7, 0x4f,
    0x6d, 0x0f, 0x07, 0x14, 0x00, 0x00, 0x00, 0xf0, 0x6e, 0x10, 0x00, 0x00, 0x01};
static int write_encoded(int fd) {
    struct iovec part = {(void *)zlib_zeros, sizeof zlib_zeros};
    struct btrfs_ioctl_encoded_io_args request = {.iov = &part, .iovcnt = 1, .len = PAGE_BYTES};
    request.unencoded_len = PAGE_BYTES;
    request.compression = BTRFS_ENCODED_IO_COMPRESSION_ZLIB;
    return ioctl(fd, BTRFS_IOC_ENCODED_WRITE, &request) < 0 ? -1 : 0;
}
static int act_encoded(const struct act *a) { return with_file(a->words[1], O_RDWR, write_encoded); }

/* ---- a shell ---- */

/* Runs a command line in the folder; its words are in one word, with %20 between them. */
static int act_run(const struct act *a) {
    int status = system(a->words[1]);
    if (status == 0) return 0;
    errno = status > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
    return -1;
}

const struct named_performer kernel_acts[] = {
    {"punch", 1, act_punch},
    {"zero", 1, act_zero},
    {"collapse", 1, act_collapse},
    {"aio", 1, act_aio},
    {"aio-direct", 1, act_aio_direct},
    {"clone", 2, act_clone},
    {"move-extents", 2, act_move_extents},
    {"exchange-ranges", 2, act_exchange_ranges},
    {"swap-boot", 1, act_swap_boot},
    {"encoded", 1, act_encoded},
    {"run", 1, act_run},
    {NULL, 0, NULL},
};
