/* Writers: many small files, one large one, random blocks of one. */
#define _GNU_SOURCE
#include "load.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SMALL = 16384, BLOCK = 65536, PAGE = 4096, FILES_IN_FOLDER = 1000, RANDOM_MIB = 256 };

uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static uint64_t next(uint64_t *state) {
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return *state >> 33;
}

void fill_text(unsigned char *bytes, size_t size, uint64_t seed) {
    static const char *const words[] = {
        "patient ", "ward ", "dose ", "mg ", "name ", "kana ", "room ", "date ", "2026-11-23 ",
        "stable ", "review ", "blood ", "pressure ", "120/80 ", "nurse ", "note\n"};
    size_t place = 0;
    while (place < size) {
        const char *word = words[next(&seed) % 16];
        size_t length = strlen(word);
        if (length > size - place) length = size - place;
        memcpy(bytes + place, word, length);
        place += length;
    }
}

static bool write_file(int folder, const char *name, const unsigned char *bytes, size_t size) {
    int file = openat(folder, name, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (file == -1) return false;
    bool whole = write(file, bytes, size) == (ssize_t)size;
    return (close(file) == 0) && whole;
}

uint64_t write_small(const char *folder, unsigned count) {
    unsigned char bytes[SMALL];
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at == -1) return 0;
    fill_text(bytes, sizeof bytes, 1);
    char name[64];
    for (unsigned i = 0; i < count; i += FILES_IN_FOLDER) {
        snprintf(name, sizeof name, "%04u", i / FILES_IN_FOLDER);
        mkdirat(at, name, 0700);
    }
    uint64_t start = now_ns();
    for (unsigned i = 0; i < count; i++) {
        memcpy(bytes, &i, sizeof i);
        snprintf(name, sizeof name, "%04u/%06u.txt", i / FILES_IN_FOLDER, i);
        if (!write_file(at, name, bytes, sizeof bytes)) return 0;
    }
    return now_ns() - start;
}

static int open_large(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/large.bin", folder);
    return open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
}

uint64_t write_sequential(const char *folder, unsigned mebibytes) {
    static unsigned char bytes[BLOCK];
    fill_text(bytes, sizeof bytes, 2);
    int file = open_large(folder);
    if (file == -1) return 0;
    uint64_t start = now_ns();
    for (unsigned i = 0; i < mebibytes * (1048576 / BLOCK); i++)
        if (write(file, bytes, sizeof bytes) != sizeof bytes) return 0;
    close(file);
    return now_ns() - start;
}

uint64_t write_random(const char *folder, unsigned count) {
    static unsigned char bytes[PAGE];
    fill_text(bytes, sizeof bytes, 3);
    int file = open_large(folder);
    if (file == -1 || ftruncate(file, (off_t)RANDOM_MIB << 20) != 0) return 0;
    uint64_t seed = 4, start = now_ns();
    for (unsigned i = 0; i < count; i++) {
        off_t place = (off_t)(next(&seed) % (RANDOM_MIB * (1048576 / PAGE))) * PAGE;
        if (pwrite(file, bytes, sizeof bytes, place) != sizeof bytes) return 0;
    }
    close(file);
    return now_ns() - start;
}

uint64_t rename_files(const char *folder, unsigned seconds, uint64_t *done) {
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at == -1) return 0;
    /* Never the same name twice: the kernel merges events that say the same. */
    char names[2][64];
    snprintf(names[0], sizeof names[0], "%d-0.txt", getpid());
    if (!write_file(at, names[0], (const unsigned char *)"text\n", 5)) return 0;
    uint64_t start = now_ns(), end = start + (uint64_t)seconds * 1000000000U;
    for (unsigned i = 1; now_ns() < end; i++) {
        snprintf(names[i % 2], sizeof names[0], "%d-%u.txt", getpid(), i);
        if (renameat(at, names[(i + 1) % 2], at, names[i % 2]) != 0) return 0;
        ++*done;
    }
    return now_ns() - start;
}

static int by_size(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

uint64_t open_often(const char *path, bool writes, unsigned count, uint64_t *longest) {
    uint64_t *taken = calloc(count, sizeof *taken), median = 0;
    for (unsigned i = 0; taken != NULL && i < count; i++) {
        uint64_t start = now_ns();
        int file = open(path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC);
        if (file == -1) goto end;
        close(file);
        taken[i] = now_ns() - start;
    }
    if (taken == NULL || count == 0) goto end;
    qsort(taken, count, sizeof *taken, by_size);
    median = taken[count / 2];
    *longest = taken[count - 1];
end:
    free(taken);
    return median;
}

int make_tree(const char *folder, unsigned count) {
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at == -1) return perror(folder), 1;
    char name[64];
    for (unsigned i = 0; i < count; i++) {
        if (i % FILES_IN_FOLDER == 0) {
            snprintf(name, sizeof name, "%05u", i / FILES_IN_FOLDER);
            mkdirat(at, name, 0700);
        }
        snprintf(name, sizeof name, "%05u/%07u.txt", i / FILES_IN_FOLDER, i);
        if (!write_file(at, name, (const unsigned char *)"a line of text\n", 15))
            return perror(name), 1;
    }
    return 0;
}
