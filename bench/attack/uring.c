/* Reading and writing through io_uring without liburing: none of it is a read or write call. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 8

struct ring {
    int fd;
    uint8_t *queues;
    size_t queue_bytes;
    struct io_uring_sqe *requests;
    size_t request_bytes;
    struct io_uring_params parameters;
};

static _Atomic uint32_t *counter(struct ring *r, uint32_t offset) {
    return (_Atomic uint32_t *)(void *)(r->queues + offset);
}

struct ring *open_ring(void) {
    struct ring *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    struct io_uring_params *p = &r->parameters;
    r->fd = (int)syscall(SYS_io_uring_setup, ENTRIES, p);
    if (r->fd < 0 || !(p->features & IORING_FEAT_SINGLE_MMAP)) goto fail;
    size_t submission = p->sq_off.array + p->sq_entries * sizeof(uint32_t);
    size_t completion = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
    r->queue_bytes = submission > completion ? submission : completion;
    r->request_bytes = p->sq_entries * sizeof(struct io_uring_sqe);
    r->queues = mmap(NULL, r->queue_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, IORING_OFF_SQ_RING);
    if (r->queues == MAP_FAILED) goto fail;
    r->requests = mmap(NULL, r->request_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, IORING_OFF_SQES);
    if (r->requests != MAP_FAILED) return r;
    munmap(r->queues, r->queue_bytes);
fail:
    if (r->fd >= 0) close(r->fd);
    free(r);
    return NULL;
}

void close_ring(struct ring *r) {
    if (r == NULL) return;
    munmap(r->requests, r->request_bytes);
    munmap(r->queues, r->queue_bytes);
    close(r->fd);
    free(r);
}

/* Submits one request and waits for its result; -1 with errno as a system call would. */
static int perform(struct ring *r, const struct io_uring_sqe *request) {
    const struct io_uring_params *p = &r->parameters;
    _Atomic uint32_t *tail = counter(r, p->sq_off.tail), *head = counter(r, p->cq_off.head);
    uint32_t at = atomic_load(tail), index = at & (p->sq_entries - 1);
    r->requests[index] = *request;
    atomic_store(counter(r, p->sq_off.array + index * (uint32_t)sizeof(uint32_t)), index);
    atomic_store(tail, at + 1);
    uint32_t submitted = 0, done = atomic_load(head);
    while (atomic_load(counter(r, p->cq_off.tail)) == done) {
        long n = syscall(SYS_io_uring_enter, r->fd, 1 - submitted, 1, IORING_ENTER_GETEVENTS, NULL, 0);
        if (n < 0 && errno != EINTR) return -1;
        if (n > 0) submitted = 1;
    }
    const struct io_uring_cqe *completions = (const void *)(r->queues + p->cq_off.cqes);
    int result = completions[done & (p->cq_entries - 1)].res;
    atomic_store(head, done + 1);
    if (result >= 0) return result;
    errno = -result;
    return -1;
}

int ring_open(struct ring *r, int dir, const char *name) {
    struct open_how how = {
        .flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV};
    struct io_uring_sqe request = {.opcode = IORING_OP_OPENAT2, .fd = dir, .len = sizeof how};
    request.addr = (uint64_t)(uintptr_t)name;
    request.off = (uint64_t)(uintptr_t)&how;
    return perform(r, &request);
}

static int transfer(struct ring *r, struct io_uring_sqe request, size_t count) {
    while (count > 0) {
        request.len = (uint32_t)count;
        int n = perform(r, &request);
        if (n <= 0) return -1;
        request.addr += (uint64_t)n;
        request.off += (uint64_t)n;
        count -= (size_t)n;
    }
    return 0;
}

int ring_read(struct ring *r, int fd, void *data, size_t count, uint64_t offset) {
    struct io_uring_sqe request = {.opcode = IORING_OP_READ, .fd = fd, .off = offset};
    request.addr = (uint64_t)(uintptr_t)data;
    return transfer(r, request, count);
}

int ring_write(struct ring *r, int fd, const void *data, size_t count, uint64_t offset) {
    struct io_uring_sqe request = {.opcode = IORING_OP_WRITE, .fd = fd, .off = offset};
    request.addr = (uint64_t)(uintptr_t)data;
    return transfer(r, request, count);
}
