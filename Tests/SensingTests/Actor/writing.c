/* Acts that change what is in a file through ordinary calls and mappings. */
#define _GNU_SOURCE
#include "actor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int held = -1;
static char *mapped = MAP_FAILED;

static int write_page(int fd) { return write(fd, payload(), PAGE_BYTES) == PAGE_BYTES ? 0 : -1; }
static int pwrite_page(int fd) { return pwrite(fd, payload(), PAGE_BYTES, 0) == PAGE_BYTES ? 0 : -1; }
static int write_two(int fd) {
    struct iovec parts[2] = {{(void *)payload(), 100}, {(void *)payload(), 200}};
    return writev(fd, parts, 2) == 300 ? 0 : -1;
}
static int cut(int fd) { return ftruncate(fd, 10); }
static int nothing(int fd) { return fd < 0 ? -1 : 0; }

static int act_write(const struct act *a) { return with_file(a->words[1], O_WRONLY | O_CREAT, write_page); }
static int act_pwrite(const struct act *a) { return with_file(a->words[1], O_WRONLY, pwrite_page); }
static int act_writev(const struct act *a) { return with_file(a->words[1], O_WRONLY, write_two); }
static int act_append(const struct act *a) { return with_file(a->words[1], O_WRONLY | O_APPEND, write_page); }
static int act_direct(const struct act *a) { return with_file(a->words[1], O_WRONLY | O_DIRECT, write_page); }
static int act_empty(const struct act *a) { return with_file(a->words[1], O_WRONLY | O_TRUNC, nothing); }
static int act_ftruncate(const struct act *a) { return with_file(a->words[1], O_WRONLY, cut); }
static int act_truncate(const struct act *a) { return truncate(a->words[1], 10); }
static int act_touch(const struct act *a) { return with_file(a->words[1], O_WRONLY, nothing); }

static int read_page(int fd) {
    char bytes[PAGE_BYTES];
    return read(fd, bytes, sizeof bytes) < 0 ? -1 : 0;
}
static int act_read(const struct act *a) { return with_file(a->words[1], O_RDONLY, read_page); }

/* ---- descriptors that stay open ---- */

static int act_hold(const struct act *a) {
    held = open(a->words[1], O_RDWR | O_CLOEXEC);
    return held;
}
static int act_write_held(const struct act *a) { return a->count == 1 ? pwrite_page(held) : -1; }
static int act_close_held(const struct act *a) {
    int result = a->count == 1 ? close(held) : -1;
    held = -1;
    return result;
}
static int write_to_held(void) { return pwrite_page(held); }
static int act_child_writes_held(const struct act *a) {
    return a->count == 1 ? in_child(write_to_held) : -1;
}
static int write_through_proc(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getppid(), held);
    return with_file(path, O_WRONLY, write_page);
}
static int act_child_writes_proc(const struct act *a) {
    return a->count == 1 ? in_child(write_through_proc) : -1;
}

static void *write_by_thread(void *path) {
    return with_file(path, O_WRONLY, write_page) < 0 ? path : NULL;
}
static int act_thread_writes(const struct act *a) {
    pthread_t thread;
    void *failed = NULL;
    errno = pthread_create(&thread, NULL, write_by_thread, a->words[1]);
    if (errno != 0 || (errno = pthread_join(thread, &failed)) != 0) return -1;
    return failed == NULL ? 0 : -1;
}

/* ---- mappings ---- */

static int map(int fd, int protection) {
    mapped = mmap(NULL, PAGE_BYTES, protection, MAP_SHARED, fd, 0);
    return mapped == MAP_FAILED ? -1 : 0;
}
static int unmap(void) {
    int result = munmap(mapped, PAGE_BYTES);
    mapped = MAP_FAILED;
    return result;
}
static int map_writable(int fd) { return map(fd, PROT_READ | PROT_WRITE); }
static int store_mapped(int fd) {
    if (map_writable(fd) < 0) return -1;
    memcpy(mapped, payload(), 512);
    return unmap();
}
static int store_synced(int fd) {
    if (map_writable(fd) < 0) return -1;
    memcpy(mapped, payload(), 512);
    return msync(mapped, PAGE_BYTES, MS_SYNC) < 0 ? -1 : unmap();
}
static int protect_later(int fd) {
    if (map(fd, PROT_READ) < 0 || mprotect(mapped, PAGE_BYTES, PROT_READ | PROT_WRITE) < 0) return -1;
    memcpy(mapped, payload(), 512);
    return unmap();
}
static int remove_mapped(int fd) {
    if (map_writable(fd) < 0 || madvise(mapped, PAGE_BYTES, MADV_REMOVE) < 0) return -1;
    return unmap();
}
static int act_mmap(const struct act *a) { return with_file(a->words[1], O_RDWR, store_mapped); }
static int act_mmap_msync(const struct act *a) { return with_file(a->words[1], O_RDWR, store_synced); }
static int act_mprotect(const struct act *a) { return with_file(a->words[1], O_RDWR, protect_later); }
static int act_madvise_remove(const struct act *a) { return with_file(a->words[1], O_RDWR, remove_mapped); }
static int act_map_and_close(const struct act *a) { return with_file(a->words[1], O_RDWR, map_writable); }
static int act_store(const struct act *a) {
    if (a->count != 1 || mapped == MAP_FAILED) return errno = EINVAL, -1;
    memcpy(mapped, payload() + 7, 512);
    return msync(mapped, PAGE_BYTES, MS_SYNC);
}
static int act_unmap(const struct act *a) { return a->count == 1 ? unmap() : -1; }

/* ---- copying inside the kernel ---- */

static int source = -1;
static int copy_range(int fd) { return copy_file_range(source, NULL, fd, NULL, PAGE_BYTES, 0) > 0 ? 0 : -1; }
static int send_file(int fd) { return sendfile(fd, source, NULL, PAGE_BYTES) > 0 ? 0 : -1; }
static int splice_through_pipe(int fd) {
    int ends[2];
    if (pipe(ends) < 0) return -1;
    bool done = splice(source, NULL, ends[1], NULL, PAGE_BYTES, 0) > 0 &&
                splice(ends[0], NULL, fd, NULL, PAGE_BYTES, 0) > 0;
    close(ends[0]);
    close(ends[1]);
    return done ? 0 : -1;
}
static int from_source(const struct act *a, int (*body)(int)) {
    source = open(a->words[1], O_RDONLY | O_CLOEXEC);
    if (source < 0) return -1;
    int result = with_file(a->words[2], O_WRONLY, body);
    close(source);
    return result;
}
static int act_copy_range(const struct act *a) { return from_source(a, copy_range); }
static int act_sendfile(const struct act *a) { return from_source(a, send_file); }
static int act_splice(const struct act *a) { return from_source(a, splice_through_pipe); }

const struct named_performer writing_acts[] = {
    {"write", 1, act_write},
    {"pwrite", 1, act_pwrite},
    {"writev", 1, act_writev},
    {"append", 1, act_append},
    {"direct", 1, act_direct},
    {"empty", 1, act_empty},
    {"ftruncate", 1, act_ftruncate},
    {"truncate", 1, act_truncate},
    {"touch", 1, act_touch},
    {"read", 1, act_read},
    {"hold", 1, act_hold},
    {"write-held", 0, act_write_held},
    {"close-held", 0, act_close_held},
    {"child-writes-held", 0, act_child_writes_held},
    {"child-writes-proc", 0, act_child_writes_proc},
    {"thread-writes", 1, act_thread_writes},
    {"mmap", 1, act_mmap},
    {"mmap-msync", 1, act_mmap_msync},
    {"mprotect", 1, act_mprotect},
    {"madvise-remove", 1, act_madvise_remove},
    {"map-and-close", 1, act_map_and_close},
    {"store", 0, act_store},
    {"unmap", 0, act_unmap},
    {"copy-range", 2, act_copy_range},
    {"sendfile", 2, act_sendfile},
    {"splice", 2, act_splice},
    {NULL, 0, NULL},
};
