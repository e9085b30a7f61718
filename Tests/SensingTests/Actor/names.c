/* Acts that change names and attributes. */
#define _GNU_SOURCE
#include "actor.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>

static int act_rename(const struct act *a) { return rename(a->words[1], a->words[2]); }
static int act_exchange(const struct act *a) {
    return renameat2(AT_FDCWD, a->words[1], AT_FDCWD, a->words[2], RENAME_EXCHANGE);
}
static int act_link(const struct act *a) { return link(a->words[1], a->words[2]); }
static int act_symlink(const struct act *a) { return symlink(a->words[1], a->words[2]); }
static int act_unlink(const struct act *a) { return unlink(a->words[1]); }
static int act_mkdir(const struct act *a) { return mkdir(a->words[1], 0700); }
static int act_rmdir(const struct act *a) { return rmdir(a->words[1]); }
static int act_chmod(const struct act *a) { return chmod(a->words[1], 0640); }
static int act_chown(const struct act *a) { return chown(a->words[1], 65534, 65534); }
static int act_utimes(const struct act *a) { return utimes(a->words[1], NULL); }
static int act_setxattr(const struct act *a) { return setxattr(a->words[1], "user.note", "x", 1, 0); }

/* A file without a name that gets one at the end. */
static int act_unnamed(const struct act *a) {
    int fd = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int result = write(fd, payload(), PAGE_BYTES) == PAGE_BYTES ? 0 : -1;
    if (result == 0) result = linkat(AT_FDCWD, path, AT_FDCWD, a->words[1], AT_SYMLINK_FOLLOW);
    close(fd);
    return result;
}

/* Opens by handle, which needs no name. */
static int act_by_handle(const struct act *a) {
    struct file_handle *handle = calloc(1, sizeof *handle + MAX_HANDLE_SZ);
    if (handle == NULL) return -1;
    handle->handle_bytes = MAX_HANDLE_SZ;
    int mount, folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;
    if (folder >= 0 && name_to_handle_at(AT_FDCWD, a->words[1], handle, &mount, 0) == 0)
        fd = open_by_handle_at(folder, handle, O_WRONLY | O_CLOEXEC);
    free(handle);
    int result = fd >= 0 && write(fd, payload(), PAGE_BYTES) == PAGE_BYTES ? 0 : -1;
    if (fd >= 0) close(fd);
    if (folder >= 0) close(folder);
    return result;
}

const struct named_performer name_acts[] = {
    {"rename", 2, act_rename},     {"exchange", 2, act_exchange}, {"link", 2, act_link},
    {"symlink", 2, act_symlink},   {"unlink", 1, act_unlink},     {"mkdir", 1, act_mkdir},
    {"rmdir", 1, act_rmdir},       {"chmod", 1, act_chmod},       {"chown", 1, act_chown},
    {"utimes", 1, act_utimes},     {"setxattr", 1, act_setxattr}, {"unnamed", 1, act_unnamed},
    {"by-handle", 1, act_by_handle}, {NULL, 0, NULL},
};
