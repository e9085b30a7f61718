/* The mark that binds a range to the one folder that make created. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TITLE "kanaria-attack range 1\n"
/* "tag ", the hash in hexadecimal, line feed. */
#define TAG_LINE (4 + 2 * HASH_BYTES + 1)
#define MAX_MARKER_BYTES (512U << 20)

static int open_at(int dir, const char *path, int flags, uint64_t resolve) {
    struct open_how how = {.flags = (uint64_t)(flags | O_CLOEXEC), .resolve = resolve};
    for (;;) {
        long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) return (int)fd;
    }
}

int open_beneath(int root, const char *path, int flags) {
    return open_at(root, path, flags | O_NOFOLLOW,
                   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

int open_parent(int root, const char *path, const char **name) {
    const char *slash = strrchr(path, '/');
    char folder[MAX_PATH_BYTES + 1] = ".";
    *name = slash == NULL ? path : slash + 1;
    if (slash != NULL) {
        size_t length = (size_t)(slash - path);
        if (length > MAX_PATH_BYTES) return errno = ENAMETOOLONG, -1;
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    return open_beneath(root, folder, O_PATH | O_DIRECTORY);
}

int read_identity(int fd, struct identity *out, bool *is_mount) {
    struct stat st;
    struct statx stx;
    if (fstat(fd, &st) < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &stx) < 0) return -1;
    uint64_t birth = 0;
    if (stx.stx_mask & STATX_BTIME)
        birth = (uint64_t)stx.stx_btime.tv_sec * 1000000000U + stx.stx_btime.tv_nsec;
    *out = (struct identity){st.st_dev, st.st_ino, birth, st.st_uid};
    *is_mount = (stx.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
    return 0;
}

bool is_ours(int fd, const struct identity *id, uint64_t *size) {
    struct stat st;
    if (fstat(fd, &st) < 0) return false;
    *size = (uint64_t)st.st_size;
    return S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_dev == id->device &&
           st.st_uid == id->owner;
}

/* The key guards against markers written by accident or by hand, not against a rebuilt program. */
static void tag_of(const uint8_t *body, size_t count, char hex[2 * HASH_BYTES + 1]) {
    static const unsigned char key[] = "kanaria-attack range marker, key 1";
    unsigned char hash[HASH_BYTES];
    crypto_generichash(hash, sizeof hash, body, count, key, sizeof key - 1);
    sodium_bin2hex(hex, 2 * HASH_BYTES + 1, hash, sizeof hash);
}

static int write_all(int fd, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t n = write(fd, bytes, count);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return -1;
        bytes += n;
        count -= (size_t)n;
    }
    return 0;
}

int write_marker(int dir, const struct identity *id, const struct list *files) {
    unsigned char token[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    struct buffer b = {0};
    randombytes_buf(token, sizeof token);
    append_text(&b, TITLE "token %s\n", sodium_bin2hex(hex, sizeof hex, token, sizeof token));
    append_text(&b, "device %" PRIu64 " inode %" PRIu64 " birth %" PRIu64 " owner %" PRIu64 "\n",
                id->device, id->inode, id->birth, id->owner);
    append_text(&b, "files %zu\n", files->count);
    for (size_t i = 0; i < files->count; i++) {
        const struct entry *e = &files->entries[i];
        sodium_bin2hex(hex, sizeof hex, e->hash, HASH_BYTES);
        append_text(&b, "%s %" PRIu64 " %s\n", hex, e->size, e->path);
    }
    tag_of(b.bytes, b.count, hex);
    append_text(&b, "tag %s\n", hex);
    int fd = openat(dir, MARKER_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int failed = fd < 0 || write_all(fd, b.bytes, b.count) < 0 || fsync(fd) < 0;
    if (fd >= 0) close(fd);
    free(b.bytes);
    return failed ? -1 : 0;
}

/* The marker as a C string, or NULL; *refusal says why. */
static char *read_marker(int dir, const struct identity *id, size_t *count, enum message *refusal) {
    *refusal = M_NO_MARKER;
    int fd = open_beneath(dir, MARKER_NAME, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return NULL;
    *refusal = M_BAD_MARKER;
    struct stat st;
    uint64_t size = 0;
    char *bytes = NULL;
    if (is_ours(fd, id, &size) && fstat(fd, &st) == 0 && (st.st_mode & 0077) == 0 &&
        size <= MAX_MARKER_BYTES)
        bytes = calloc(1, size + 1);
    for (*count = 0; bytes != NULL && *count < size;) {
        ssize_t n = read(fd, bytes + *count, size - *count);
        if (n <= 0) break;
        *count += (size_t)n;
    }
    close(fd);
    return bytes;
}

/* Reads the lines after the title; false if one is not as write_marker writes it. */
static bool parse_marker(char *body, struct identity *id, struct list *manifest) {
    char *rest = NULL, token[2 * HASH_BYTES + 1];
    size_t files = 0;
    char *line = strtok_r(body, "\n", &rest);
    if (line == NULL || (line = strtok_r(NULL, "\n", &rest)) == NULL ||
        sscanf(line, "token %64[0-9a-f]", token) != 1 || strlen(token) != 2 * HASH_BYTES)
        return false;
    if ((line = strtok_r(NULL, "\n", &rest)) == NULL ||
        sscanf(line, "device %" SCNu64 " inode %" SCNu64 " birth %" SCNu64 " owner %" SCNu64,
               &id->device, &id->inode, &id->birth, &id->owner) != 4)
        return false;
    if ((line = strtok_r(NULL, "\n", &rest)) == NULL || sscanf(line, "files %zu", &files) != 1)
        return false;
    while ((line = strtok_r(NULL, "\n", &rest)) != NULL) {
        uint64_t size = 0;
        int at = 0;
        if (sscanf(line, "%64[0-9a-f] %" SCNu64 " %n", token, &size, &at) != 2 || at == 0) return false;
        struct entry *e = add_entry(manifest, line + at, size);
        if (sodium_hex2bin(e->hash, HASH_BYTES, token, strlen(token), NULL, NULL, NULL) != 0)
            return false;
    }
    return manifest->count == files;
}

static bool check_marker(struct range *r, enum message *refusal) {
    size_t count = 0;
    char *bytes = read_marker(r->fd, &r->identity, &count, refusal), hex[2 * HASH_BYTES + 1];
    if (bytes == NULL) return false;
    struct identity bound = {0};
    bool genuine = count > sizeof TITLE + TAG_LINE && memcmp(bytes, TITLE, sizeof TITLE - 1) == 0;
    if (genuine) {
        char *tag = bytes + count - TAG_LINE;
        tag_of((const uint8_t *)bytes, count - TAG_LINE, hex);
        genuine = memcmp(tag, "tag ", 4) == 0 && memcmp(tag + 4, hex, sizeof hex - 1) == 0;
        *tag = '\0';
    }
    genuine = genuine && parse_marker(bytes, &bound, &r->manifest);
    free(bytes);
    if (!genuine) return false;
    *refusal = M_MOVED;
    return bound.device == r->identity.device && bound.inode == r->identity.inode &&
           bound.birth == r->identity.birth && bound.owner == r->identity.owner;
}

int open_range(const char *path, struct range *out) {
    *out = (struct range){.fd = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY,
                                        RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)};
    bool is_mount = false;
    enum message refusal = M_NO_DIR;
    if (out->fd < 0) return complain(EXIT_REFUSED, errno == ELOOP ? M_SYMLINK : M_NO_DIR, path);
    if (read_identity(out->fd, &out->identity, &is_mount) == 0) {
        if (is_mount) refusal = M_MOUNT;
        else if (out->identity.owner != geteuid()) refusal = M_OWNER;
        else if (check_marker(out, &refusal)) return EXIT_OK;
    }
    close(out->fd);
    free_list(&out->manifest);
    return complain(EXIT_REFUSED, refusal, path);
}
