/* The floor: what the kernel alone makes a writer pay for being watched.
 *
 * A fanotify listener with the guard's group and marks (Sources/Sensing/FanotifySensor.swift, while
 * calm) and its pause before a bulk read, which closes the pidfds and looks at nothing else.
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

static void close_pidfds(const char *bytes, ssize_t size) {
    const struct fanotify_event_metadata *event = (const void *)bytes;
    for (; FAN_EVENT_OK(event, size); event = FAN_EVENT_NEXT(event, size)) {
        const char *end = (const char *)event + event->event_len;
        const char *place = (const char *)event + event->metadata_len;
        while (place + sizeof(struct fanotify_event_info_header) <= end) {
            const struct fanotify_event_info_header *info = (const void *)place;
            if (info->info_type == FAN_EVENT_INFO_TYPE_PIDFD) {
                int handle = ((const struct fanotify_event_info_pidfd *)info)->pidfd;
                if (handle >= 0) close(handle);
            }
            if (info->len == 0) break;
            place += info->len;
        }
    }
}

int floor_watch(const char *folder) {
    static char events[BULK] __attribute__((aligned(8)));
    int group = fanotify_init(
        FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_REPORT_DFID_NAME_TARGET | FAN_REPORT_PIDFD, O_RDONLY);
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
        close_pidfds(events, got);
    }
    return 1;
}
