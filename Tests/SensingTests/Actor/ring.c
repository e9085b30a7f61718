/* Acts through io_uring, without liburing. */
#define _GNU_SOURCE
#include "actor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define QUEUE_BYTES (64 << 10)

static struct io_uring_params parameters;
static struct io_uring_sqe *requests;
static uint8_t *queues;
static int ring = -1, target = -1;

static _Atomic uint32_t *counter(uint32_t offset) { return (_Atomic uint32_t *)(void *)(queues + offset); }

static int close_ring(void) {
    if (queues != NULL && queues != MAP_FAILED) munmap(queues, QUEUE_BYTES);
    if (requests != NULL && requests != MAP_FAILED) munmap(requests, PAGE_BYTES);
    queues = NULL;
    requests = NULL;
    return ring >= 0 ? close(ring) : 0;
}

static int open_ring(uint32_t flags) {
    memset(&parameters, 0, sizeof parameters);
    parameters.flags = flags;
    parameters.sq_thread_idle = 1000; /* milliseconds */
    ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
    if (ring < 0) return -1;
    queues = mmap(NULL, QUEUE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    requests = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    if (queues != MAP_FAILED && requests != MAP_FAILED) return 0;
    close_ring();
    return -1;
}

/* Puts a write of a page into the queue. */
static void queue_write(uint8_t flags) {
    _Atomic uint32_t *tail = counter(parameters.sq_off.tail);
    uint32_t at = atomic_load(tail), index = at & (parameters.sq_entries - 1);
    requests[index] = (struct io_uring_sqe){.opcode = IORING_OP_WRITE, .fd = target, .flags = flags};
    requests[index].addr = (uint64_t)(uintptr_t)payload();
    requests[index].len = PAGE_BYTES;
    atomic_store(counter(parameters.sq_off.array + index * (uint32_t)sizeof(uint32_t)), index);
    atomic_store(tail, at + 1);
}

/* Waits for one completion and takes its result. */
static int complete(uint32_t submitted, uint32_t flags) {
    _Atomic uint32_t *head = counter(parameters.cq_off.head), *tail = counter(parameters.cq_off.tail);
    while (atomic_load(tail) == atomic_load(head)) {
        long n = syscall(SYS_io_uring_enter, ring, submitted, 1, flags | IORING_ENTER_GETEVENTS, NULL, 0);
        if (n < 0 && errno != EINTR) return -1;
        if (n > 0) submitted = 0;
    }
    const struct io_uring_cqe *done = (const void *)(queues + parameters.cq_off.cqes);
    int result = done[atomic_load(head) & (parameters.cq_entries - 1)].res;
    atomic_fetch_add(head, 1);
    if (result == PAGE_BYTES) return 0;
    errno = result < 0 ? -result : EIO;
    return -1;
}

static int write_by_ring(uint32_t setup, uint8_t flags) {
    if (open_ring(setup) < 0) return -1;
    queue_write(flags);
    bool polls = setup & IORING_SETUP_SQPOLL;
    int result = complete(polls ? 0 : 1, polls ? IORING_ENTER_SQ_WAKEUP : 0), error = errno;
    close_ring();
    errno = error;
    return result;
}

static int plain(int fd) { return target = fd, write_by_ring(0, 0); }
static int asynchronous(int fd) { return target = fd, write_by_ring(0, IOSQE_ASYNC); }
static int polled(int fd) { return target = fd, write_by_ring(IORING_SETUP_SQPOLL, 0); }

static int act_uring(const struct act *a) { return with_file(a->words[1], O_WRONLY, plain); }
static int act_uring_async(const struct act *a) { return with_file(a->words[1], O_WRONLY, asynchronous); }
static int act_uring_direct(const struct act *a) { return with_file(a->words[1], O_WRONLY | O_DIRECT, plain); }
static int act_uring_polled(const struct act *a) { return with_file(a->words[1], O_WRONLY, polled); }

/* ---- a ring that a child inherits: its queue is mapped in both ---- */

static int child_submits(void) { return queue_write(0), complete(0, IORING_ENTER_SQ_WAKEUP); }
static int child_enters(void) { return queue_write(0), complete(1, 0); }

static int inherited(int fd, uint32_t setup, int (*body)(void)) {
    target = fd;
    if (open_ring(setup) < 0) return -1;
    int result = in_child(body), error = errno;
    close_ring();
    errno = error;
    return result;
}
static int polled_for_child(int fd) { return inherited(fd, IORING_SETUP_SQPOLL, child_submits); }
static int entered_by_child(int fd) { return inherited(fd, 0, child_enters); }

static int act_child_polled(const struct act *a) { return with_file(a->words[1], O_WRONLY, polled_for_child); }
static int act_child_enters(const struct act *a) { return with_file(a->words[1], O_WRONLY, entered_by_child); }

const struct named_performer ring_acts[] = {
    {"uring", 1, act_uring},
    {"uring-async", 1, act_uring_async},
    {"uring-direct", 1, act_uring_direct},
    {"uring-polled", 1, act_uring_polled},
    {"child-uring-polled", 1, act_child_polled},
    {"child-uring-enters", 1, act_child_enters},
    {NULL, 0, NULL},
};
