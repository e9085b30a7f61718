/* The process whose acts the sensors are tested with; see main.c. */
#ifndef KANARIA_ACTOR_H
#define KANARIA_ACTOR_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_WORDS 8
#define PAGE_BYTES 4096

/* One act: its words, the first is its name. */
struct act {
    int count;
    char *words[MAX_WORDS];
};

/* A function that does an act; -1 with errno when it failed. */
typedef int (*performer)(const struct act *);

struct named_performer {
    const char *name;
    int words;
    performer perform;
};

extern const struct named_performer writing_acts[], name_acts[], kernel_acts[], ring_acts[];

/* Bytes that the acts write: PAGE_BYTES of them, aligned to a page. */
const char *payload(void);
/* Opens, hands the descriptor to body and closes; -1 when any of it failed. */
int with_file(const char *path, int flags, int (*body)(int fd));
/* Runs body in a child; 0 if the child returned 0. */
int in_child(int (*body)(void));

#endif
