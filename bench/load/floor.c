/* The floor: what the kernel alone makes a writer pay for being watched.
 *
 * A fanotify listener with the guard's group and marks (Sources/Sensing/FanotifySensor.swift, while
 * calm) and its pause before a bulk read, which looks at nothing.
 */
#define _GNU_SOURCE
#include "load.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <time.h>
#include <unistd.h>

enum { BULK = 256 * 1024, PAUSE_NS = 5 * 1000 * 1000 };

int floor_watch(const char *folder) {
    static char events[BULK] __attribute__((aligned(8)));
    int group = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_REPORT_DFID_NAME_TARGET, O_RDONLY);
    uint64_t marks = FAN_CLOSE_WRITE | FAN_RENAME | FAN_DELETE | FAN_DELETE_SELF;
    if (group == -1 ||
        fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, marks, AT_FDCWD, folder) != 0)
        return perror(folder), 1;
    puts("ready");
    fflush(stdout);
    struct pollfd waiting = {.fd = group, .events = POLLIN};
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    for (ssize_t got = 1; got > 0;) {
        if (poll(&waiting, 1, -1) != 1) return perror("poll"), 1;
        nanosleep(&pause, NULL);
        got = read(group, events, sizeof events);
    }
    return 1;
}
