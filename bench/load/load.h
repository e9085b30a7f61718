/* Loads for measuring what a watcher costs those who write. */
#ifndef KANARIA_LOAD_H
#define KANARIA_LOAD_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each works beneath a folder that exists, and tells its own time in nanoseconds; 0 = failed. */
uint64_t write_small(const char *folder, unsigned count);
uint64_t write_sequential(const char *folder, unsigned mebibytes);
uint64_t write_random(const char *folder, unsigned count);
uint64_t rename_files(const char *folder, unsigned seconds, uint64_t *done);
/* Opens and closes a file; the median, and the longest. */
uint64_t open_often(const char *path, bool writes, unsigned count, uint64_t *longest);
int make_tree(const char *folder, unsigned count);

/* A plain recursive inotify watcher that reads each event and forgets it. */
int watch(const char *folder);
/* A fanotify listener with the guard's marks that reads in bulk and does nothing. */
int floor_watch(const char *folder);

/* Opens a file for writing and says when it began; whoever watches should end it. */
int touch(const char *path);

uint64_t now_ns(void);
/* Text like a ward's: compressible, different in each file. */
void fill_text(unsigned char *bytes, size_t size, uint64_t seed);
#endif
