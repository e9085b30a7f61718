/* Command line of kanaria-attack. */
#include "attack.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct choice {
    const char *name;
    int value;
};

static const struct choice method_names[] = {
    {"inplace", INPLACE},   {"newdelete", NEWDELETE}, {"renamefirst", RENAMEFIRST},
    {"truncate", TRUNCATE}, {"mmap", MMAP},           {"uring", URING},
    {"direct", DIRECT},     {"copyover", COPYOVER},   {NULL, 0},
};
static const struct choice order_names[] = {
    {"readdir", BY_READDIR}, {"name", BY_NAME},   {"size", BY_SIZE},
    {"mtime", BY_MTIME},     {"depth", BY_DEPTH}, {"random", BY_RANDOM},
    {NULL, 0},
};
static const struct choice worker_names[] = {
    {"process", ONE_PROCESS}, {"threads", THREADS},   {"tree", TREE},
    {"setsid", SETSID},       {"per-file", PER_FILE}, {NULL, 0},
};
static const struct choice part_names[] = {
    {"full", FULL}, {"head", HEAD}, {"intermittent", INTERMITTENT}, {NULL, 0},
};

static bool parse_number(const char *s, uint64_t min, uint64_t max, uint64_t *out) {
    if (*s < '0' || *s > '9') return false;
    char *end = NULL;
    errno = 0;
    unsigned long long n = strtoull(s, &end, 10);
    if (errno != 0 || *end != '\0' || n < min || n > max) return false;
    *out = n;
    return true;
}

/* Parses "name" or "name:number"; *number keeps its value without a number. */
static bool parse_choice(const char *s, const struct choice *choices, int *value, const char **rest) {
    size_t length = strcspn(s, ":");
    for (; choices->name != NULL; choices++) {
        if (strlen(choices->name) != length || strncmp(s, choices->name, length) != 0) continue;
        *value = choices->value;
        *rest = s[length] == ':' ? s + length + 1 : NULL;
        return true;
    }
    return false;
}

static bool parse_workers(const char *s, struct options *o) {
    int value = 0;
    const char *rest = NULL;
    if (!parse_choice(s, worker_names, &value, &rest)) return false;
    uint64_t count = value == THREADS ? 8 : value == TREE || value == SETSID ? 4 : 1;
    if (rest != NULL && (count == 1 || !parse_number(rest, 1, MAX_WORKERS, &count))) return false;
    o->workers = (enum workers)value;
    o->worker_count = (unsigned)count;
    return true;
}

static bool parse_part(const char *s, struct options *o) {
    int value = 0;
    const char *rest = NULL;
    if (!parse_choice(s, part_names, &value, &rest)) return false;
    uint64_t count = value == HEAD ? 4096 : 16384;
    if (rest != NULL && (value == FULL || !parse_number(rest, 1, MAX_FILE_BYTES, &count))) return false;
    o->part = (enum part)value;
    o->part_bytes = count;
    /* Blocks must start where a ChaCha20 block (64) and a page (O_DIRECT) start. */
    return value != INTERMITTENT || count % PAGE_BYTES == 0;
}

static bool parse_suffix(const char *s, struct options *o) {
    o->suffix = s;
    return *s != '\0' && strlen(s) <= 32 && strchr(s, '/') == NULL;
}

static bool parse_plain_choice(const char *s, const struct choice *choices, int *value) {
    const char *rest = NULL;
    return parse_choice(s, choices, value, &rest) && rest == NULL;
}

static bool parse_make_option(const char *name, const char *value, struct options *o) {
    if (strcmp(name, "--files") == 0) return parse_number(value, 1, MAX_FILES, &o->files);
    if (strcmp(name, "--folders") == 0) return parse_number(value, 0, MAX_FOLDERS, &o->folders);
    if (strcmp(name, "--size") == 0) return parse_number(value, 1, MAX_FILE_BYTES / 2, &o->size);
    if (strcmp(name, "--seed") == 0) return parse_number(value, 0, UINT64_MAX, &o->seed);
    return false;
}

static bool parse_run_option(const char *name, const char *value, struct options *o) {
    int chosen = 0;
    if (strcmp(name, "--speed") == 0) {
        o->speed = 0;
        return strcmp(value, "max") == 0 || parse_number(value, 1, 1000000, &o->speed);
    }
    if (strcmp(name, "--method") == 0) {
        if (!parse_plain_choice(value, method_names, &chosen)) return false;
        o->method = (enum method)chosen;
        return true;
    }
    if (strcmp(name, "--order") == 0) {
        if (!parse_plain_choice(value, order_names, &chosen)) return false;
        o->order = (enum order)chosen;
        return true;
    }
    if (strcmp(name, "--workers") == 0) return parse_workers(value, o);
    if (strcmp(name, "--part") == 0) return parse_part(value, o);
    if (strcmp(name, "--suffix") == 0) return parse_suffix(value, o);
    if (strcmp(name, "--seed") == 0) return parse_number(value, 0, UINT64_MAX, &o->seed);
    if (strcmp(name, "--limit") == 0) return parse_number(value, 1, UINT64_MAX, &o->limit);
    if (strcmp(name, "--deadline") == 0) {
        uint64_t seconds = 0;
        if (!parse_number(value, 1, 3600, &seconds)) return false;
        o->deadline = (unsigned)seconds;
        return true;
    }
    if (strcmp(name, "--first") == 0) o->first = value;
    else if (strcmp(name, "--progress") == 0) o->progress = value;
    else return false;
    return true;
}

/* Parses the words after the command; false after naming the bad one. */
static bool parse_words(int argc, char **argv, struct options *o) {
    bool make = strcmp(argv[1], "make") == 0, run = strcmp(argv[1], "run") == 0;
    for (int i = 2; i < argc; i++) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        if (strncmp(word, "--", 2) != 0) {
            if (o->dir != NULL || *word == '\0') return complain(EXIT_USAGE, M_USAGE, word), false;
            o->dir = word;
        } else if (run && strcmp(word, "--hold") == 0) {
            o->hold = true;
        } else if (strcmp(word, "--json") == 0) {
            o->json = true;
        } else if (strcmp(word, "--lang") == 0 && *value != '\0') {
            i++; /* read before, by find_language */
        } else if ((make && parse_make_option(word, value, o)) ||
                   (run && parse_run_option(word, value, o))) {
            i++;
        } else {
            return complain(EXIT_USAGE, M_USAGE, word), false;
        }
    }
    if (o->dir == NULL) return complain(EXIT_USAGE, M_USAGE, "DIR"), false;
    if (o->hold && o->workers == PER_FILE) return complain(EXIT_USAGE, M_USAGE, "--hold"), false;
    return true;
}

static void find_language(int argc, char **argv) {
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value == NULL || *value == '\0') continue;
        choose_language(value);
        break;
    }
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "--lang") == 0) choose_language(argv[i + 1]);
}

static bool wants_help(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(const struct options *);
    } commands[] = {
        {"make", make_range}, {"run", run_attack}, {"verify", verify_range}, {"remove", remove_range}};
    find_language(argc, argv);
    if (wants_help(argc, argv)) {
        fputs(text(M_HELP), stdout);
        return EXIT_OK;
    }
    if (argc < 2) return complain(EXIT_USAGE, M_USAGE, "--help");
    if (sodium_init() < 0) return complain(EXIT_IO, M_IO, "libsodium");
    struct options o = {.files = 100, .folders = 8, .size = 16384, .seed = 1, .worker_count = 1,
                        .limit = UINT64_MAX, .deadline = 600};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[1], commands[i].name) != 0) continue;
        return parse_words(argc, argv, &o) ? commands[i].run(&o) : EXIT_USAGE;
    }
    return complain(EXIT_USAGE, M_USAGE, argv[1]);
}
