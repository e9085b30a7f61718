/* Finding the files of a range. */
#define _GNU_SOURCE
#include "attack.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 64

struct entry *add_entry(struct list *l, const char *path, uint64_t size) {
    if (l->count == l->capacity) {
        l->capacity = l->capacity * 2 + 64;
        l->entries = reallocarray(l->entries, l->capacity, sizeof *l->entries);
        if (l->entries == NULL) abort();
    }
    struct entry *e = &l->entries[l->count++];
    *e = (struct entry){.path = strdup(path), .size = size};
    if (e->path == NULL) abort();
    for (const char *c = path; *c != '\0'; c++) e->depth += *c == '/';
    return e;
}

void free_list(struct list *l) {
    for (size_t i = 0; i < l->count; i++) free(l->entries[i].path);
    free(l->entries);
    *l = (struct list){0};
}

static int list_folder(const struct range *r, int fd, const char *path, unsigned depth, struct list *out);

/* Adds the file, or the files of the folder, called name in the open folder. */
static int list_name(const struct range *r, int folder, const char *path, const char *name,
                     unsigned depth, struct list *out) {
    char full[MAX_PATH_BYTES + 1];
    struct stat st;
    int length = snprintf(full, sizeof full, "%s%s%s", path, *path == '\0' ? "" : "/", name);
    if (length < 0 || (size_t)length >= sizeof full) return 0;
    if (strcmp(full, MARKER_NAME) == 0) return 0;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0) return 0;
    if (st.st_dev != r->identity.device || st.st_uid != r->identity.owner) return 0;
    if (S_ISDIR(st.st_mode)) {
        int fd = open_beneath(folder, name, O_RDONLY | O_DIRECTORY);
        return fd < 0 ? 0 : list_folder(r, fd, full, depth + 1, out);
    }
    if (!S_ISREG(st.st_mode) || st.st_nlink != 1) return 0;
    struct entry *e = add_entry(out, full, (uint64_t)st.st_size);
    e->mtime = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
    return 0;
}

/* Takes over fd. */
static int list_folder(const struct range *r, int fd, const char *path, unsigned depth, struct list *out) {
    DIR *dir = depth > MAX_DEPTH ? NULL : fdopendir(fd);
    if (dir == NULL) return close(fd), -1;
    int result = 0;
    struct dirent *d;
    while (result == 0 && (d = readdir(dir)) != NULL) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0) continue;
        result = list_name(r, dirfd(dir), path, d->d_name, depth, out);
    }
    closedir(dir);
    return result;
}

int list_files(const struct range *r, struct list *out) {
    *out = (struct list){0};
    int fd = open_beneath(r->fd, ".", O_RDONLY | O_DIRECTORY);
    return fd < 0 ? -1 : list_folder(r, fd, "", 0, out);
}

static int compare_paths(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t count_extra(const struct range *r, const struct list *files) {
    size_t known = r->manifest.count, extra = 0;
    char **paths = calloc(known + 1, sizeof *paths);
    if (paths == NULL) abort();
    for (size_t i = 0; i < known; i++) paths[i] = r->manifest.entries[i].path;
    qsort(paths, known, sizeof *paths, compare_paths);
    for (size_t i = 0; i < files->count; i++)
        extra += bsearch(&files->entries[i].path, paths, known, sizeof *paths, compare_paths) == NULL;
    free(paths);
    return extra;
}

int check_extra(const struct range *r, const struct list *files) {
    size_t allowed = r->manifest.count > MAX_EXTRA_FILES ? r->manifest.count : MAX_EXTRA_FILES;
    size_t extra = count_extra(r, files);
    if (extra <= allowed) return EXIT_OK;
    char number[32];
    snprintf(number, sizeof number, "%zu", extra);
    return complain(EXIT_REFUSED, M_EXTRA, number);
}

int hash_file(int fd, uint8_t out[HASH_BYTES]) {
    crypto_generichash_state state;
    uint8_t bytes[64 * 1024];
    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    for (;;) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n < 0) return -1;
        if (n == 0) break;
        crypto_generichash_update(&state, bytes, (unsigned long long)n);
    }
    return crypto_generichash_final(&state, out, HASH_BYTES);
}
