/* Reads one act a line from standard input, does it and says what came of it: "ok PID" or
 * "failed ERRNO". Words are separated by spaces; %XX in a word is a byte. All paths are relative
 * to the folder that the first argument names. */
#define _GNU_SOURCE
#include "actor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *payload(void) {
    static char bytes[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)('A' + i % 23);
    return bytes;
}

int with_file(const char *path, int flags, int (*body)(int fd)) {
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    int result = body(fd), error = errno;
    if (close(fd) < 0 && result >= 0) return -1;
    errno = error;
    return result;
}

int in_child(int (*body)(void)) {
    pid_t child = fork();
    if (child == 0) _exit(body() < 0 ? errno : 0);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) return -1;
    errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
    return status == 0 ? 0 : -1;
}

static int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void decode(char *word) {
    char *to = word;
    for (const char *from = word; *from != '\0'; to++) {
        int high = from[0] == '%' ? hexadecimal(from[1]) : -1;
        int low = high >= 0 ? hexadecimal(from[2]) : -1;
        *to = low >= 0 ? (char)(high * 16 + low) : *from;
        from += low >= 0 ? 3 : 1;
    }
    *to = '\0';
}

static int perform(const struct act *act) {
    const struct named_performer *const tables[] = {writing_acts, name_acts, kernel_acts, ring_acts};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const struct named_performer *p = tables[t]; p->name != NULL; p++)
            if (strcmp(p->name, act->words[0]) == 0 && p->words == act->count - 1)
                return p->perform(act);
    errno = ENOSYS;
    return -1;
}

int main(int count, char **arguments) {
    if (count != 2 || chdir(arguments[1]) < 0) return 2;
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        struct act act = {0};
        char *rest = line, *word;
        while (act.count < MAX_WORDS && (word = strsep(&rest, " \n")) != NULL)
            if (*word != '\0') act.words[act.count++] = word;
        for (int i = 0; i < act.count; i++) decode(act.words[i]);
        if (act.count == 0) continue;
        if (perform(&act) >= 0) printf("ok %d\n", (int)getpid());
        else printf("failed %d\n", errno);
        fflush(stdout);
    }
    free(line);
    return 0;
}
