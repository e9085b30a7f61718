/* verify and remove. */
#define _GNU_SOURCE
#include "attack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_intact(int fd, const struct entry *e) {
    uint8_t hash[HASH_BYTES];
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == e->size &&
           hash_file(fd, hash) == 0 && memcmp(hash, e->hash, HASH_BYTES) == 0;
}

int verify_range(const struct options *o) {
    struct range r;
    int result = open_range(o->dir, &r);
    if (result != EXIT_OK) return result;
    struct list files;
    if (list_files(&r, &files) < 0) return complain(EXIT_IO, M_IO, strerror(errno));
    size_t intact = 0, changed = 0, missing = 0, extra = count_extra(&r, &files);
    uint64_t bytes = 0;
    for (size_t i = 0; i < r.manifest.count; i++) {
        const struct entry *e = &r.manifest.entries[i];
        int fd = open_beneath(r.fd, e->path, O_RDONLY | O_NONBLOCK);
        if (fd < 0 && errno != ENOENT && errno != ENOTDIR) result = EXIT_IO;
        bool same = fd >= 0 && is_intact(fd, e);
        if (same) intact++;
        else if (fd >= 0) changed++;
        else missing++;
        if (!same) bytes += e->size;
        if (fd >= 0) close(fd);
    }
    printf("{\"intact\":%zu,\"changed\":%zu,\"missing\":%zu,\"extra\":%zu,\"bytes\":%" PRIu64 "}\n", intact,
           changed, missing, extra, bytes);
    if (result == EXIT_OK && changed + missing + extra > 0) result = EXIT_DIFFERENT;
    free_list(&files);
    free_list(&r.manifest);
    close(r.fd);
    return result;
}

/* Removes what the folder holds, except the marker of the range; takes over fd. */
static int empty_folder(int fd, bool is_root) {
    DIR *dir = fdopendir(fd);
    if (dir == NULL) return close(fd), -1;
    int result = 0;
    struct dirent *d;
    while (result == 0 && (d = readdir(dir)) != NULL) {
        struct stat st;
        const char *name = d->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
        if (is_root && strcmp(name, MARKER_NAME) == 0) continue;
        result = fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW);
        if (result == 0 && S_ISDIR(st.st_mode)) {
            int child = open_beneath(dirfd(dir), name, O_RDONLY | O_DIRECTORY);
            result = child < 0 ? -1 : empty_folder(child, false);
        }
        if (result == 0) result = unlinkat(dirfd(dir), name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
    }
    closedir(dir);
    return result;
}

/* Removes the emptied folder through its parent, if path still names it. */
static int remove_root(const struct range *r, const char *path) {
    char *copy = strdup(path);
    if (copy == NULL) return -1;
    size_t length = strlen(copy);
    while (length > 1 && copy[length - 1] == '/') copy[--length] = '\0';
    char *slash = strrchr(copy, '/');
    const char *name = slash == NULL ? copy : slash + 1;
    int parent = openat(r->fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC), result = -1;
    struct stat st;
    if (parent >= 0 && fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
        st.st_dev == r->identity.device && st.st_ino == r->identity.inode &&
        unlinkat(r->fd, MARKER_NAME, 0) == 0)
        result = unlinkat(parent, name, AT_REMOVEDIR);
    if (parent >= 0) close(parent);
    free(copy);
    return result;
}

int remove_range(const struct options *o) {
    struct range r;
    struct list files;
    int result = open_range(o->dir, &r);
    if (result != EXIT_OK) return result;
    if (list_files(&r, &files) < 0) return complain(EXIT_IO, M_IO, strerror(errno));
    result = check_extra(&r, &files);
    if (result == EXIT_OK) {
        int fd = open_beneath(r.fd, ".", O_RDONLY | O_DIRECTORY);
        if (fd < 0 || empty_folder(fd, true) < 0 || remove_root(&r, o->dir) < 0)
            result = complain(EXIT_IO, M_IO, strerror(errno));
    }
    free_list(&files);
    free_list(&r.manifest);
    close(r.fd);
    return result;
}
