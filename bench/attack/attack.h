/* Shared declarations of kanaria-attack, the attack simulator that tests the guard.
 * It touches only a folder that it made and marked itself. */
#ifndef KANARIA_ATTACK_H
#define KANARIA_ATTACK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum exit_code {
    EXIT_OK = 0,
    EXIT_IO = 1,
    EXIT_USAGE = 2,
    EXIT_REFUSED = 3,
    EXIT_STOPPED = 4,
    EXIT_DIFFERENT = 5,
};

#define MARKER_NAME ".kanaria-attack-range"
#define HASH_BYTES 32
#define MAX_FILES 1000000ULL
#define MAX_FOLDERS 10000ULL
#define MAX_FILE_BYTES (256ULL << 20)
#define MAX_WORKERS 64
#define MAX_PATH_BYTES 3000
/* Files that others may add to a range (canaries) before it counts as no longer ours. */
#define MAX_EXTRA_FILES 256

/* ---- options (main.c) ---- */
enum method { INPLACE, NEWDELETE, RENAMEFIRST, TRUNCATE, MMAP, URING, DIRECT, COPYOVER };
enum workers { ONE_PROCESS, THREADS, TREE, SETSID, PER_FILE };
enum part { FULL, HEAD, INTERMITTENT };
enum order { BY_READDIR, BY_NAME, BY_SIZE, BY_MTIME, BY_DEPTH, BY_RANDOM };

struct options {
    const char *dir;
    uint64_t files, folders, size, seed;
    uint64_t speed; /* files per second, 0 = no pause */
    enum workers workers;
    unsigned worker_count;
    enum method method;
    enum part part;
    uint64_t part_bytes;
    enum order order;
    const char *suffix, *first, *progress;
    uint64_t limit;
    unsigned deadline;
    bool hold, json;
};

/* ---- messages (help.c) ---- */
enum message {
    M_HELP, M_USAGE, M_NO_DIR, M_SYMLINK, M_MOUNT, M_NO_MARKER, M_BAD_MARKER, M_MOVED,
    M_OWNER, M_EXTRA, M_PROGRESS, M_FIRST, M_EXISTS, M_IO,
};
void choose_language(const char *name);
const char *text(enum message m);
/* Prints "kanaria-attack: message: detail" and returns code. */
int complain(enum exit_code code, enum message m, const char *detail);

/* ---- growing byte buffer (formats.c) ---- */
struct buffer {
    uint8_t *bytes;
    size_t count, capacity;
};
void append(struct buffer *b, const void *bytes, size_t count);
void append_text(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t next_random(uint64_t *state);

enum { KIND_COUNT = 8 };
extern const char *const kind_extensions[KIND_COUNT];
/* Fills b with a file of about size bytes of the kind (an index of kind_extensions). */
void fill_file(struct buffer *b, unsigned kind, size_t size, uint64_t *state);

/* ---- the range and its files (range.c, list.c) ---- */
struct identity {
    uint64_t device, inode, birth, owner;
};
struct entry {
    char *path; /* relative to the range */
    uint64_t size;
    uint8_t hash[HASH_BYTES];
    int64_t mtime;
    unsigned depth;
};
struct list {
    struct entry *entries;
    size_t count, capacity;
};
struct range {
    int fd;
    struct identity identity;
    struct list manifest;
};

int read_identity(int fd, struct identity *out, bool *is_mount);
int write_marker(int dir, const struct identity *id, const struct list *files);
/* EXIT_OK, or EXIT_REFUSED after saying why. */
int open_range(const char *path, struct range *out);
int open_beneath(int root, const char *path, int flags);
int open_parent(int root, const char *path, const char **name);
/* True for a plain file of ours with one name on the device of the range. */
bool is_ours(int fd, const struct identity *id, uint64_t *size);
struct entry *add_entry(struct list *l, const char *path, uint64_t size);
void free_list(struct list *l);
/* All our files beneath the range, without the marker, in readdir order. */
int list_files(const struct range *r, struct list *out);
size_t count_extra(const struct range *r, const struct list *files);
int check_extra(const struct range *r, const struct list *files);
int hash_file(int fd, uint8_t out[HASH_BYTES]);

/* ---- progress (progress.c) ---- */
struct slot {
    _Atomic uint64_t started, done, last_done_ns, bytes, first_start_ns, failed, spare[2];
};
struct file_times {
    _Atomic uint64_t start_ns, done_ns;
};
struct progress {
    struct slot slots[MAX_WORKERS];
    struct file_times files[];
};
struct progress *map_progress(const struct range *r, const char *path, size_t files);
uint64_t now_ns(void);

/* ---- encryption of one file (methods.c, uring.c) ---- */
struct ring;
struct worker {
    const struct range *range;
    const struct options *options;
    uint8_t key[32];
    uint8_t *buffer; /* BUFFER_BYTES, page aligned */
    struct ring *ring;
    int *held;
    size_t held_count, held_capacity;
};
#define BUFFER_BYTES (256U << 10)
#define PAGE_BYTES 4096U
int attack_file(struct worker *w, const struct entry *e, size_t index);
/* Encrypts those bytes of data, which lies at offset of its file, that --part selects. */
void encrypt_part(const struct worker *w, const uint8_t nonce[12], uint64_t offset, uint8_t *data,
                  size_t count);
void keep_or_close(struct worker *w, int fd);

struct ring *open_ring(void);
void close_ring(struct ring *r);
int ring_open(struct ring *r, int dir, const char *name);
int ring_read(struct ring *r, int fd, void *data, size_t count, uint64_t offset);
int ring_write(struct ring *r, int fd, const void *data, size_t count, uint64_t offset);

/* ---- commands ---- */
int make_range(const struct options *o);
int run_attack(const struct options *o);
int run_workers(const struct range *r, const struct options *o, const struct list *files,
                struct progress *p, unsigned *stopped);
int verify_range(const struct options *o);
int remove_range(const struct options *o);

#endif
