/* The ways in which one file of the range is encrypted. */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NAME_BYTES 256

struct target {
    int folder, fd;
    const char *name;
    char final[NAME_BYTES], working[NAME_BYTES];
    uint64_t size;
    uint8_t nonce[crypto_stream_chacha20_ietf_NONCEBYTES];
};

/* Moves *offset to the next byte that --part selects; *count is how many follow, 0 at the end. */
static void next_span(const struct options *o, uint64_t end, uint64_t *offset, uint64_t *count) {
    uint64_t stop = end;
    if (o->part == HEAD && o->part_bytes < stop) stop = o->part_bytes;
    if (o->part == INTERMITTENT) {
        uint64_t block = *offset / o->part_bytes;
        if (block % 2 == 1) *offset = ++block * o->part_bytes;
        if ((block + 1) * o->part_bytes < stop) stop = (block + 1) * o->part_bytes;
    }
    *count = *offset < stop ? stop - *offset : 0;
    if (*count > BUFFER_BYTES) *count = BUFFER_BYTES;
}

void encrypt_part(const struct worker *w, const uint8_t nonce[12], uint64_t offset, uint8_t *data,
                  size_t count) {
    uint64_t at = offset, length = 0;
    for (;; at += length) {
        next_span(w->options, offset + count, &at, &length);
        if (length == 0) return;
        uint8_t *span = data + (at - offset);
        crypto_stream_chacha20_ietf_xor_ic(span, span, length, nonce, (uint32_t)(at / 64), w->key);
    }
}

void keep_or_close(struct worker *w, int fd) {
    if (!w->options->hold) {
        close(fd);
        return;
    }
    if (w->held_count == w->held_capacity) {
        w->held_capacity = w->held_capacity * 2 + 64;
        w->held = reallocarray(w->held, w->held_capacity, sizeof *w->held);
        if (w->held == NULL) abort();
    }
    w->held[w->held_count++] = fd;
}

/* Reads up to count bytes, fewer only at the end of the file. */
static ssize_t read_at(int fd, uint8_t *data, size_t count, uint64_t offset) {
    size_t done = 0;
    while (done < count) {
        ssize_t n = pread(fd, data + done, count - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        if (n == 0) break;
        done += (size_t)n;
        if (done % PAGE_BYTES != 0) break; /* O_DIRECT cannot go on from here */
    }
    return (ssize_t)done;
}

static int write_at(int fd, const uint8_t *data, size_t count, uint64_t offset) {
    while (count > 0) {
        ssize_t n = pwrite(fd, data, count, (off_t)offset);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return -1;
        data += n;
        offset += (uint64_t)n;
        count -= (size_t)n;
    }
    return 0;
}

static int open_target(const struct worker *w, struct target *t, const char *name, int flags) {
    t->fd = w->ring != NULL ? ring_open(w->ring, t->folder, name) : open_beneath(t->folder, name, flags);
    if (t->fd < 0) return -1;
    if (is_ours(t->fd, &w->range->identity, &t->size)) return 0;
    close(t->fd);
    return errno = EPERM, -1;
}

static int create(const struct target *t, const char *name) {
    return openat(t->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static int move(const struct target *t, const char *from, const char *to, bool replace) {
    if (strcmp(from, to) == 0) return 0;
    return renameat2(t->folder, from, t->folder, to, replace ? 0 : RENAME_NOREPLACE);
}

static int rewrite_spans(struct worker *w, const struct target *t) {
    bool aligned = w->options->method == DIRECT;
    uint64_t at = 0, length = 0;
    for (;; at += length) {
        next_span(w->options, t->size, &at, &length);
        if (length == 0) break;
        size_t count = aligned ? (length + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES : length;
        if (w->ring != NULL) {
            if (ring_read(w->ring, t->fd, w->buffer, count, at) < 0) return -1;
        } else if (read_at(t->fd, w->buffer, count, at) < (ssize_t)length) {
            return -1;
        }
        encrypt_part(w, t->nonce, at, w->buffer, length);
        int failed = w->ring != NULL ? ring_write(w->ring, t->fd, w->buffer, count, at)
                                     : write_at(t->fd, w->buffer, count, at);
        if (failed) return -1;
    }
    return aligned && t->size % PAGE_BYTES != 0 ? ftruncate(t->fd, (off_t)t->size) : 0;
}

/* inplace, uring and direct. */
static int attack_in_place(struct worker *w, struct target *t) {
    int flags = O_RDWR | (w->options->method == DIRECT ? O_DIRECT : 0);
    if (open_target(w, t, t->name, flags) < 0) return -1;
    int result = rewrite_spans(w, t);
    keep_or_close(w, t->fd);
    return result < 0 ? -1 : move(t, t->name, t->final, false);
}

static int attack_rename_first(struct worker *w, struct target *t) {
    const char *taken = w->options->suffix != NULL ? t->final : t->working;
    if (open_target(w, t, t->name, O_RDONLY) < 0) return -1;
    close(t->fd);
    if (move(t, t->name, taken, false) < 0 || open_target(w, t, taken, O_RDWR) < 0) return -1;
    int result = rewrite_spans(w, t);
    keep_or_close(w, t->fd);
    return result < 0 ? -1 : move(t, taken, t->final, false);
}

static int attack_mapped(struct worker *w, struct target *t) {
    if (open_target(w, t, t->name, O_RDWR) < 0) return -1;
    int result = 0;
    if (t->size > 0) {
        uint8_t *bytes = mmap(NULL, t->size, PROT_READ | PROT_WRITE, MAP_SHARED, t->fd, 0);
        result = bytes == MAP_FAILED ? -1 : 0;
        if (result == 0) {
            encrypt_part(w, t->nonce, 0, bytes, t->size);
            munmap(bytes, t->size);
        }
    }
    keep_or_close(w, t->fd);
    return result < 0 ? -1 : move(t, t->name, t->final, false);
}

static int attack_truncated(struct worker *w, struct target *t) {
    if (open_target(w, t, t->name, O_RDONLY) < 0) return -1;
    uint8_t *bytes = t->size <= 2 * MAX_FILE_BYTES ? malloc(t->size + 1) : NULL;
    int result = bytes != NULL && read_at(t->fd, bytes, t->size, 0) == (ssize_t)t->size ? 0 : -1;
    uint64_t size = t->size;
    close(t->fd);
    if (result == 0 && (result = open_target(w, t, t->name, O_WRONLY)) == 0) {
        encrypt_part(w, t->nonce, 0, bytes, size);
        result = ftruncate(t->fd, 0) < 0 ? -1 : write_at(t->fd, bytes, size, 0);
        keep_or_close(w, t->fd);
    }
    free(bytes);
    return result < 0 ? -1 : move(t, t->name, t->final, false);
}

static int write_copy(struct worker *w, const struct target *t, int out) {
    for (uint64_t at = 0; at < t->size;) {
        ssize_t n = read_at(t->fd, w->buffer, BUFFER_BYTES, at);
        if (n <= 0) return -1;
        encrypt_part(w, t->nonce, at, w->buffer, (size_t)n);
        if (write_at(out, w->buffer, (size_t)n, at) < 0) return -1;
        at += (uint64_t)n;
    }
    return 0;
}

/* newdelete and copyover. */
static int attack_by_copy(struct worker *w, struct target *t) {
    bool deletes = w->options->method == NEWDELETE;
    const char *copy = deletes && w->options->suffix != NULL ? t->final : t->working;
    if (open_target(w, t, t->name, O_RDONLY) < 0) return -1;
    int out = create(t, copy), result = out < 0 ? -1 : write_copy(w, t, out);
    close(t->fd);
    if (out >= 0) keep_or_close(w, out);
    if (result < 0) return -1;
    if (deletes) return unlinkat(t->folder, t->name, 0) < 0 ? -1 : move(t, copy, t->final, false);
    return move(t, copy, t->name, true) < 0 ? -1 : move(t, t->name, t->final, false);
}

int attack_file(struct worker *w, const struct entry *e, size_t index) {
    static int (*const methods[])(struct worker *, struct target *) = {
        [INPLACE] = attack_in_place, [NEWDELETE] = attack_by_copy, [RENAMEFIRST] = attack_rename_first,
        [TRUNCATE] = attack_truncated, [MMAP] = attack_mapped, [URING] = attack_in_place,
        [DIRECT] = attack_in_place, [COPYOVER] = attack_by_copy};
    struct target t = {.fd = -1};
    const char *suffix = w->options->suffix != NULL ? w->options->suffix : "";
    t.folder = open_parent(w->range->fd, e->path, &t.name);
    if (t.folder < 0) return -1;
    randombytes_buf(t.nonce, sizeof t.nonce);
    int length = snprintf(t.final, sizeof t.final, "%s%s", t.name, suffix);
    snprintf(t.working, sizeof t.working, ".kanaria-attack-%zu.tmp", index);
    int result = -1;
    if (length < 0 || (size_t)length >= sizeof t.final) errno = ENAMETOOLONG;
    else result = methods[w->options->method](w, &t);
    close(t.folder);
    return result;
}
