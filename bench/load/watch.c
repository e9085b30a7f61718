/* What users would pick instead: a plain recursive inotify watcher. And the toucher. */
#define _GNU_SOURCE
#include "load.h"

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

static int queue;

static int add(const char *path, const struct stat *s, int kind, struct FTW *f) {
    (void)s, (void)f;
    uint32_t all = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVE | IN_ATTRIB;
    if (kind == FTW_D) inotify_add_watch(queue, path, all);
    return 0;
}

int watch(const char *folder) {
    static char events[65536] __attribute__((aligned(8)));
    queue = inotify_init1(IN_CLOEXEC);
    if (queue == -1 || nftw(folder, add, 64, FTW_PHYS) != 0) return perror(folder), 1;
    puts("ready");
    fflush(stdout);
    for (ssize_t got; (got = read(queue, events, sizeof events)) > 0;)
        for (ssize_t place = 0; place < got;) {
            const struct inotify_event *e = (const void *)(events + place);
            place += (ssize_t)(sizeof *e + e->len);
        }
    return 1;
}

int touch(const char *path) {
    printf("%" PRIu64 "\n", now_ns());
    fflush(stdout);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file != -1) puts("opened");
    fflush(stdout);
    pause();
    return 0;
}
