/* Counters in shared memory, in a file when they must outlive the attack. */
#define _GNU_SOURCE
#include "attack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static bool same_place(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* True if the folder, or one above it, is the range, or this cannot be told; takes over fd. */
static bool lies_in_range(const struct range *r, int fd) {
    struct stat root, here, above;
    bool inside = fstat(r->fd, &root) < 0 || fstat(fd, &here) < 0;
    while (!inside) {
        if ((inside = same_place(&root, &here))) break;
        int parent = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
        close(fd);
        fd = parent;
        if ((inside = parent < 0 || fstat(parent, &above) < 0)) break;
        if (same_place(&above, &here)) break;
        here = above;
    }
    if (fd >= 0) close(fd);
    return inside;
}

static int create_outside(const struct range *r, const char *path) {
    char *copy = strdup(path);
    if (copy == NULL) return -1;
    char *slash = strrchr(copy, '/');
    if (slash != NULL) slash[1] = '\0';
    int folder = open(slash == NULL ? "." : copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (folder < 0) return -1;
    const char *name = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
    int check = openat(folder, ".", O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;
    if (check >= 0 && !lies_in_range(r, check))
        fd = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    close(folder);
    return fd;
}

struct progress *map_progress(const struct range *r, const char *path, size_t files) {
    size_t size = sizeof(struct progress) + files * sizeof(struct file_times);
    int fd = -1, flags = MAP_SHARED | MAP_ANONYMOUS;
    if (path != NULL) {
        fd = create_outside(r, path);
        if (fd < 0 || ftruncate(fd, (off_t)size) < 0) return NULL;
        flags = MAP_SHARED;
    }
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (fd >= 0) close(fd);
    return bytes == MAP_FAILED ? NULL : bytes;
}
