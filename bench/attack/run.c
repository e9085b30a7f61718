/* run: the order of the files, and the figures at the end. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int compare_names(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return strcmp(x->path, y->path);
}

static int compare_sizes(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return x->size == y->size ? compare_names(a, b) : x->size < y->size ? -1 : 1;
}

static int compare_times(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return x->mtime == y->mtime ? compare_names(a, b) : x->mtime > y->mtime ? -1 : 1;
}

static int compare_depths(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return x->depth == y->depth ? compare_names(a, b) : x->depth < y->depth ? -1 : 1;
}

static void swap_entries(struct list *l, size_t i, size_t j) {
    struct entry kept = l->entries[i];
    l->entries[i] = l->entries[j];
    l->entries[j] = kept;
}

static void shuffle(struct list *l, uint64_t seed) {
    qsort(l->entries, l->count, sizeof *l->entries, compare_names);
    for (size_t i = l->count; i > 1; i--) swap_entries(l, i - 1, next_random(&seed) % i);
}

/* Moves the file called path to the front, the others keeping their order. */
static bool put_first(struct list *l, const char *path) {
    size_t i = 0;
    while (strncmp(path, "./", 2) == 0) path += 2;
    while (i < l->count && strcmp(l->entries[i].path, path) != 0) i++;
    if (i == l->count) return false;
    for (; i > 0; i--) swap_entries(l, i, i - 1);
    return true;
}

static void put_in_order(struct list *l, const struct options *o) {
    static int (*const comparisons[])(const void *, const void *) = {
        [BY_NAME] = compare_names, [BY_SIZE] = compare_sizes, [BY_MTIME] = compare_times,
        [BY_DEPTH] = compare_depths};
    if (o->order == BY_RANDOM) shuffle(l, o->seed);
    else if (o->order != BY_READDIR && l->count > 0)
        qsort(l->entries, l->count, sizeof *l->entries, comparisons[o->order]);
}

/* Drops the files after the first limit ones. */
static void cut(struct list *l, uint64_t limit) {
    while (l->count > limit) free(l->entries[--l->count].path);
}

static int report(const struct options *o, const struct list *files, const struct progress *p,
                  unsigned stopped) {
    uint64_t started = 0, done = 0, failed = 0, bytes = 0, first = 0, last = 0;
    for (size_t i = 0; i < MAX_WORKERS; i++) {
        const struct slot *s = &p->slots[i];
        started += s->started;
        done += s->done;
        failed += s->failed;
        bytes += s->bytes;
        if (s->last_done_ns > last) last = s->last_done_ns;
        if (s->first_start_ns > 0 && (first == 0 || s->first_start_ns < first)) first = s->first_start_ns;
    }
    uint64_t elapsed = last > first ? last - first : 0;
    double speed = elapsed > 0 ? (double)done * 1e9 / (double)elapsed : 0;
    if (o->json)
        printf("{\"files\":%zu,\"started\":%" PRIu64 ",\"done\":%" PRIu64 ",\"failed\":%" PRIu64
               ",\"bytes\":%" PRIu64 ",\"firstStartNs\":%" PRIu64 ",\"lastDoneNs\":%" PRIu64
               ",\"elapsedNs\":%" PRIu64 ",\"filesPerSecond\":%.1f,\"stopped\":%u}\n",
               files->count, started, done, failed, bytes, first, last, elapsed, speed, stopped);
    if (stopped > 0) return EXIT_STOPPED;
    return done == files->count ? EXIT_OK : EXIT_IO;
}

static void allow_many_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int attack_range(const struct range *r, const struct options *o, struct list *files) {
    unsigned stopped = 0;
    put_in_order(files, o);
    if (o->first != NULL && !put_first(files, o->first)) return complain(EXIT_USAGE, M_FIRST, o->first);
    cut(files, o->limit);
    struct progress *p = map_progress(r, o->progress, files->count);
    if (p == NULL && o->progress != NULL) return complain(EXIT_USAGE, M_PROGRESS, o->progress);
    if (p == NULL || run_workers(r, o, files, p, &stopped) < 0)
        return complain(EXIT_IO, M_IO, strerror(errno));
    return report(o, files, p, stopped);
}

int run_attack(const struct options *o) {
    struct range r;
    struct list files;
    int result = open_range(o->dir, &r);
    if (result != EXIT_OK) return result;
    if (o->hold) allow_many_files();
    if (list_files(&r, &files) < 0) return complain(EXIT_IO, M_IO, strerror(errno));
    result = check_extra(&r, &files);
    if (result == EXIT_OK) result = attack_range(&r, o, &files);
    free_list(&files);
    free_list(&r.manifest);
    close(r.fd);
    return result;
}
