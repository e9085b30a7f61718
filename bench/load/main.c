/* kanaria-load: loads and peers of the benchmark suite. */
#define _GNU_SOURCE
#include "load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void) {
    fputs("usage: kanaria-load small|sequential|random|rename|tree FOLDER COUNT\n"
          "       kanaria-load watch|floor FOLDER\n"
          "       kanaria-load open|open-write FILE COUNT\n"
          "       kanaria-load touch FILE\n", stderr);
    return 2;
}

static int told(uint64_t ns) {
    if (ns == 0) return perror("kanaria-load"), 1;
    printf("%" PRIu64 "\n", ns);
    return 0;
}

int main(int count, char **words) {
    if (count == 3 && strcmp(words[1], "watch") == 0) return watch(words[2]);
    if (count == 3 && strcmp(words[1], "floor") == 0) return floor_watch(words[2]);
    if (count == 3 && strcmp(words[1], "touch") == 0) return touch(words[2]);
    if (count != 4) return usage();
    unsigned number = (unsigned)strtoul(words[3], NULL, 10);
    if (strcmp(words[1], "small") == 0) return told(write_small(words[2], number));
    if (strcmp(words[1], "sequential") == 0) return told(write_sequential(words[2], number));
    if (strcmp(words[1], "random") == 0) return told(write_random(words[2], number));
    if (strcmp(words[1], "tree") == 0) return make_tree(words[2], number);
    bool writes = strcmp(words[1], "open-write") == 0;
    if (writes || strcmp(words[1], "open") == 0) {
        uint64_t longest = 0, median = open_often(words[2], writes, number, &longest);
        if (median != 0) printf("%" PRIu64 " %" PRIu64 "\n", median, longest);
        return median != 0 ? 0 : (perror(words[2]), 1);
    }
    if (strcmp(words[1], "rename") == 0) {
        uint64_t done = 0, ns = rename_files(words[2], number, &done);
        if (ns != 0) printf("%" PRIu64 " ", done);
        return told(ns);
    }
    return usage();
}
