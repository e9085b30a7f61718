/* make: a new marked folder full of everyday files. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const folder_names[] = {"経理", "営業", "Photos", "総務", "Projects", "契約書"};
static const char *const file_names[] = {"請求書", "report", "見積書", "notes", "議事録", "invoice", "写真", "plan"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

struct maker {
    int dir;
    uint64_t state;
    char **folders;
    uint64_t folder_count;
    struct list files;
    struct buffer content;
};

/* Folder i lies in the root (the first six) or in folder i / 3 - 2. */
static int make_folder(struct maker *m, uint64_t i) {
    char path[MAX_PATH_BYTES];
    const char *parent = i < COUNT(folder_names) ? "" : m->folders[i / 3 - 2];
    int length = snprintf(path, sizeof path, "%s%s%s-%03" PRIu64, parent, *parent ? "/" : "",
                          folder_names[i % COUNT(folder_names)], i + 1);
    if (length < 0 || (size_t)length >= sizeof path) return errno = ENAMETOOLONG, -1;
    m->folders[i] = strdup(path);
    return m->folders[i] == NULL ? -1 : mkdirat(m->dir, path, 0700);
}

static int write_file(struct maker *m, const struct entry *e) {
    int fd = openat(m->dir, e->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    size_t done = 0;
    while (done < m->content.count) {
        ssize_t n = write(fd, m->content.bytes + done, m->content.count - done);
        if (n <= 0) break;
        done += (size_t)n;
    }
    /* Ages up to two years, so that the order by time means something. */
    time_t written = time(NULL) - (time_t)(next_random(&m->state) % (730U * 86400U));
    struct timespec times[2] = {{.tv_sec = written}, {.tv_sec = written}};
    int failed = done < m->content.count || futimens(fd, times) < 0;
    return close(fd) < 0 || failed ? -1 : 0;
}

static int make_file(struct maker *m, uint64_t i, uint64_t size) {
    char path[MAX_PATH_BYTES];
    unsigned kind = (unsigned)(i % KIND_COUNT);
    uint64_t place = i + i / KIND_COUNT; /* spreads every kind over all folders */
    const char *folder = m->folder_count == 0 ? "" : m->folders[place % m->folder_count];
    const char *name = file_names[next_random(&m->state) % COUNT(file_names)];
    int length = snprintf(path, sizeof path, "%s%s%s_%05" PRIu64 ".%s", folder, *folder ? "/" : "",
                          name, i + 1, kind_extensions[kind]);
    if (length < 0 || (size_t)length >= sizeof path) return errno = ENAMETOOLONG, -1;
    fill_file(&m->content, kind, size / 2 + next_random(&m->state) % (size + 1), &m->state);
    struct entry *e = add_entry(&m->files, path, m->content.count);
    crypto_generichash(e->hash, HASH_BYTES, m->content.bytes, m->content.count, NULL, 0);
    return write_file(m, e);
}

static int fill_range(struct maker *m, const struct options *o) {
    for (; m->folder_count < o->folders; m->folder_count++)
        if (make_folder(m, m->folder_count) < 0) return -1;
    for (uint64_t i = 0; i < o->files; i++)
        if (make_file(m, i, o->size) < 0) return -1;
    struct identity id;
    bool is_mount = false;
    if (read_identity(m->dir, &id, &is_mount) < 0) return -1;
    return write_marker(m->dir, &id, &m->files);
}

int make_range(const struct options *o) {
    if (mkdir(o->dir, 0700) < 0)
        return errno == EEXIST ? complain(EXIT_REFUSED, M_EXISTS, o->dir)
                               : complain(EXIT_IO, M_IO, strerror(errno));
    struct maker m = {.state = o->seed};
    m.dir = open(o->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    m.folders = calloc(o->folders + 1, sizeof *m.folders);
    int result = EXIT_OK;
    if (m.dir < 0 || m.folders == NULL || fill_range(&m, o) < 0)
        result = complain(EXIT_IO, M_IO, strerror(errno));
    uint64_t bytes = 0;
    for (size_t i = 0; i < m.files.count; i++) bytes += m.files.entries[i].size;
    if (result == EXIT_OK && o->json)
        printf("{\"files\":%zu,\"folders\":%" PRIu64 ",\"bytes\":%" PRIu64 "}\n", m.files.count,
               m.folder_count, bytes);
    for (uint64_t i = 0; i < o->folders && m.folders != NULL; i++) free(m.folders[i]);
    free(m.folders);
    free(m.content.bytes);
    free_list(&m.files);
    if (m.dir >= 0) close(m.dir);
    return result;
}
