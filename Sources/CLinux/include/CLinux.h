// Headers, macros and calls that Swift cannot import by itself. No logic.
#ifndef KANARIA_CLINUX_H
#define KANARIA_CLINUX_H
// No _GNU_SOURCE here: it changes types that the Glibc module has as well, and Swift refuses
// two definitions of one. What needs it is in CLinux.c.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <linux/openat2.h>
#include <linux/stat.h>

// Variadic in C, so Swift cannot call them.
static inline int k_openat(int dir, const char *path, int flags, mode_t mode) {
  return openat(dir, path, flags, mode);
}
static inline int k_fcntl(int fd, int command, long value) { return fcntl(fd, command, value); }
static inline int k_prctl(int option, unsigned long a, unsigned long b) { return prctl(option, a, b, 0, 0); }
static inline int k_ioctl_int(int fd, unsigned long request, int *value) { return ioctl(fd, request, value); }

// Calls that glibc 2.36 lacks or hides.
static inline int k_openat2(int dir, const char *path, struct open_how *how) {
  return (int)syscall(SYS_openat2, dir, path, how, sizeof *how);
}
static inline int k_pidfd_open(pid_t pid, unsigned flags) { return (int)syscall(SYS_pidfd_open, pid, flags); }
static inline int k_pidfd_getfd(int pidfd, int fd) { return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0); }
static inline int k_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, 0, 0);
}
static inline int k_tgkill(pid_t tgid, pid_t tid, int signal) { return (int)syscall(SYS_tgkill, tgid, tid, signal); }
static inline int k_gettid(void) { return (int)syscall(SYS_gettid); }
static inline int k_renameat2(int from, const char *old, int to, const char *name, unsigned flags) {
  return (int)syscall(SYS_renameat2, from, old, to, name, flags);
}
static inline long k_getdents64(int fd, void *buffer, unsigned long size) {
  return syscall(SYS_getdents64, fd, buffer, size);
}
static inline long k_copy_file_range(int from, int64_t *offset, int to, unsigned long size) {
  return syscall(SYS_copy_file_range, from, offset, to, 0, size, 0);
}
// RWF_NOWAIT is 8: what is not in memory is not waited for.
static inline long k_pread_cached(int fd, void *buffer, unsigned long size, int64_t offset) {
  struct iovec part = {buffer, size};
  return syscall(SYS_preadv2, fd, &part, 1, (unsigned long)offset, 0, 8);
}
// IOPRIO_WHO_PROCESS is 1, 0 the calling thread, class 3 IOPRIO_CLASS_IDLE.
static inline int k_ioprio_idle(void) { return (int)syscall(SYS_ioprio_set, 1, 0, 3 << 13); }
static inline int k_fsopen(const char *type) { return (int)syscall(SYS_fsopen, type, 1 /* CLOEXEC */); }
static inline int k_fsconfig(int fs, unsigned command, const char *key, const char *value) {
  return (int)syscall(SYS_fsconfig, fs, command, key, value, 0);
}
static inline int k_fsmount(int fs) { return (int)syscall(SYS_fsmount, fs, 1 /* CLOEXEC */, 0); }

// Transparent unions in the header, which Swift cannot convert to.
static inline int k_bind(int s, const struct sockaddr *a, socklen_t n) { return bind(s, a, n); }
static inline int k_connect(int s, const struct sockaddr *a, socklen_t n) { return connect(s, a, n); }

static inline long k_readlink(const char *path, uint8_t *buffer, unsigned long size) {
  return readlink(path, (char *)buffer, size);
}

// Function-like macros.
static inline int k_wifexited(int s) { return WIFEXITED(s); }
static inline int k_wexitstatus(int s) { return WEXITSTATUS(s); }
static inline int k_wtermsig(int s) { return WTERMSIG(s); }
static inline uint64_t k_makedev(unsigned major, unsigned minor) {
  return ((uint64_t)(major & 0xfffff000u) << 32) | ((uint64_t)(major & 0xfffu) << 8) |
         ((uint64_t)(minor & 0xffffff00u) << 12) | (uint64_t)(minor & 0xffu);
}

struct k_credentials { pid_t pid; uid_t user; gid_t group; };
int k_statx(int dir, const char *path, int flags, unsigned mask, struct statx *out);
int k_open_by_handle_at(int mount, uint8_t *handle, int flags);
int k_name_to_handle_at(int dir, const char *path, uint8_t *handle, int *mount, int flags);
int k_syncfs(int fd);
int k_accept(int socket);
int k_peer(int socket, struct k_credentials *out);
// One end of a connection of the Internet Protocol, in network order; 4 bytes or 16.
struct k_endpoint { uint32_t byte_count; uint16_t port; uint8_t bytes[16]; };
// Fails with EAFNOSUPPORT where the socket is of another family.
int k_address(int socket, int peer, struct k_endpoint *out);
struct k_pipe_ends { int reading, writing; };
int k_pipe(struct k_pipe_ends *out);
int k_netfilter(void);
long k_receive(int socket, void *buffer, unsigned long size);
long k_send(int socket, const void *bytes, unsigned long size);
long k_read_memory(pid_t pid, void *local, uint64_t remote, unsigned long size);
// Opens, filters and joins the kernel's stream of process events.
int k_process_events(int buffer);
const char *k_strerror(int number, char *buffer, unsigned long size);
// Declared under _GNU_SOURCE only, or by macros.
int k_setgroups(unsigned long count, const gid_t *groups);
int k_setresuid(uid_t a, uid_t b, uid_t c);
int k_setresgid(gid_t a, gid_t b, gid_t c);
int k_unshare_all(void);
int k_close_range(unsigned first, unsigned last);
// One message; `file` is -1 where no descriptor goes along or came. `sender` has the number 0 where
// the socket does not ask for senders.
long k_send_file(int socket, const uint8_t *bytes, unsigned long size, int file);
long k_receive_file(int socket, uint8_t *bytes, unsigned long size, int *file,
                    struct k_credentials *sender, int waits);
#endif
