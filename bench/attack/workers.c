/* Sharing the files out to one process, threads, child processes or a process for each file. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long --hold waits for the other workers, which may have been stopped. */
#define HOLD_NS 5000000000U

struct schedule {
    _Atomic uint64_t next, finished;
};
struct crew {
    const struct range *range;
    const struct options *options;
    const struct list *files;
    struct progress *progress;
    struct schedule *schedule;
    uint64_t start_ns;
};
struct member {
    const struct crew *crew;
    unsigned index;
};

/* Whoever started us may have blocked or ignored the signal. */
static void set_deadline(unsigned seconds) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    signal(SIGALRM, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    alarm(seconds);
}

static void sleep_until(uint64_t ns) {
    struct timespec t = {.tv_sec = (time_t)(ns / 1000000000U), .tv_nsec = (long)(ns % 1000000000U)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}

static uint64_t due_ns(const struct crew *c, uint64_t index) {
    uint64_t speed = c->options->speed;
    if (speed == 0) return 0;
    return c->start_ns + index / speed * 1000000000U + index % speed * 1000000000U / speed;
}

static bool start_worker(struct worker *w, const struct crew *c) {
    *w = (struct worker){.range = c->range, .options = c->options};
    randombytes_buf(w->key, sizeof w->key);
    w->buffer = aligned_alloc(PAGE_BYTES, BUFFER_BYTES);
    if (c->options->method == URING) w->ring = open_ring();
    return w->buffer != NULL && (c->options->method != URING || w->ring != NULL);
}

static void end_worker(struct worker *w) {
    for (size_t i = 0; i < w->held_count; i++) close(w->held[i]);
    free(w->held);
    free(w->buffer);
    close_ring(w->ring);
    sodium_memzero(w->key, sizeof w->key);
}

static void attack_one(struct worker *w, const struct crew *c, unsigned slot, size_t index) {
    struct slot *s = &c->progress->slots[slot];
    struct file_times *times = &c->progress->files[index];
    const struct entry *e = &c->files->entries[index];
    uint64_t start = now_ns(), unset = 0;
    times->start_ns = start;
    atomic_compare_exchange_strong(&s->first_start_ns, &unset, start);
    s->started++;
    if (attack_file(w, e, index) < 0) {
        s->failed++;
        return;
    }
    uint64_t end = now_ns();
    times->done_ns = end;
    s->last_done_ns = end;
    s->bytes += e->size;
    s->done++;
}

static void work(const struct crew *c, unsigned slot) {
    struct worker w;
    bool ready = start_worker(&w, c);
    while (ready) {
        uint64_t index = atomic_fetch_add(&c->schedule->next, 1);
        if (index >= c->files->count) break;
        sleep_until(due_ns(c, index));
        attack_one(&w, c, slot, index);
    }
    c->schedule->finished++;
    uint64_t limit = now_ns() + HOLD_NS;
    while (c->options->hold && c->schedule->finished < c->options->worker_count && now_ns() < limit)
        sleep_until(now_ns() + 1000000);
    end_worker(&w);
}

static void *work_in_thread(void *argument) {
    const struct member *m = argument;
    work(m->crew, m->index);
    return NULL;
}

static int run_threads(const struct crew *c) {
    pthread_t threads[MAX_WORKERS];
    struct member members[MAX_WORKERS];
    unsigned count = 0;
    for (; count < c->options->worker_count; count++) {
        members[count] = (struct member){c, count};
        if (pthread_create(&threads[count], NULL, work_in_thread, &members[count]) != 0) break;
    }
    for (unsigned i = 0; i < count; i++) pthread_join(threads[i], NULL);
    return count == c->options->worker_count ? 0 : -1;
}

/* Waits for a child; adds one to *stopped if a signal ended it. */
static void await(pid_t child, unsigned *stopped) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return;
    if (WIFSIGNALED(status)) ++*stopped;
}

static int run_children(const struct crew *c, unsigned *stopped) {
    pid_t children[MAX_WORKERS];
    unsigned count = 0;
    for (; count < c->options->worker_count; count++) {
        children[count] = fork();
        if (children[count] < 0) break;
        if (children[count] > 0) continue;
        set_deadline(c->options->deadline);
        if (c->options->workers == SETSID) setsid();
        work(c, count);
        _exit(EXIT_OK);
    }
    for (unsigned i = 0; i < count; i++) await(children[i], stopped);
    return count == c->options->worker_count ? 0 : -1;
}

static int run_per_file(const struct crew *c, unsigned *stopped) {
    for (size_t i = 0; i < c->files->count; i++) {
        sleep_until(due_ns(c, i));
        pid_t child = fork();
        if (child < 0) return -1;
        if (child == 0) {
            struct worker w;
            set_deadline(c->options->deadline);
            if (start_worker(&w, c)) attack_one(&w, c, 0, i);
            _exit(EXIT_OK);
        }
        await(child, stopped);
    }
    return 0;
}

int run_workers(const struct range *r, const struct options *o, const struct list *files,
                struct progress *p, unsigned *stopped) {
    struct crew c = {.range = r, .options = o, .files = files, .progress = p};
    c.schedule = mmap(NULL, sizeof *c.schedule, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (c.schedule == MAP_FAILED) return -1;
    int result = 0;
    set_deadline(o->deadline);
    c.start_ns = now_ns();
    switch (o->workers) {
    case ONE_PROCESS: work(&c, 0); break;
    case THREADS: result = run_threads(&c); break;
    case TREE:
    case SETSID: result = run_children(&c, stopped); break;
    case PER_FILE: result = run_per_file(&c, stopped); break;
    }
    alarm(0);
    munmap(c.schedule, sizeof *c.schedule);
    return result;
}
