// What glibc declares under _GNU_SOURCE only; one call each.
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <grp.h>
#include <unistd.h>

struct k_credentials { pid_t pid; uid_t user; gid_t group; };
struct k_pipe_ends { int reading, writing; };
struct k_endpoint { uint32_t byte_count; uint16_t port; uint8_t bytes[16]; };

int k_statx(int dir, const char *path, int flags, unsigned mask, struct statx *out) {
  return statx(dir, path, flags, mask, out);
}

int k_open_by_handle_at(int mount, uint8_t *handle, int flags) {
  return open_by_handle_at(mount, (struct file_handle *)handle, flags);
}

int k_name_to_handle_at(int dir, const char *path, uint8_t *handle, int *mount, int flags) {
  return name_to_handle_at(dir, path, (struct file_handle *)handle, mount, flags);
}

int k_syncfs(int fd) { return syncfs(fd); }

int k_accept(int socket) { return accept4(socket, 0, 0, SOCK_CLOEXEC); }

int k_peer(int socket, struct k_credentials *out) {
  struct ucred raw;
  socklen_t size = sizeof raw;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &raw, &size) == -1) return -1;
  *out = (struct k_credentials){raw.pid, raw.uid, raw.gid};
  return 0;
}

int k_address(int socket, int peer, struct k_endpoint *out) {
  union { struct sockaddr any; struct sockaddr_in four; struct sockaddr_in6 six; } raw;
  socklen_t size = sizeof raw;
  if ((peer ? getpeername : getsockname)(socket, &raw.any, &size) == -1) return -1;
  switch (raw.any.sa_family) {
    case AF_INET:
      out->byte_count = 4;
      out->port = ntohs(raw.four.sin_port);
      memcpy(out->bytes, &raw.four.sin_addr, 4);
      return 0;
    case AF_INET6:
      out->byte_count = 16;
      out->port = ntohs(raw.six.sin6_port);
      memcpy(out->bytes, &raw.six.sin6_addr, 16);
      return 0;
  }
  errno = EAFNOSUPPORT;
  return -1;
}

int k_pipe(struct k_pipe_ends *out) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) == -1) return -1;
  *out = (struct k_pipe_ends){ends[0], ends[1]};
  return 0;
}

int k_netfilter(void) {
  int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  struct sockaddr_nl any = {.nl_family = AF_NETLINK};
  if (s != -1 && bind(s, (struct sockaddr *)&any, sizeof any) == -1) {
    int error = errno;
    close(s);
    errno = error;
    return -1;
  }
  return s;
}

long k_receive(int socket, void *buffer, unsigned long size) {
  return recv(socket, buffer, size, MSG_DONTWAIT);
}

long k_send(int socket, const void *bytes, unsigned long size) {
  return send(socket, bytes, size, 0);
}

long k_read_memory(pid_t pid, void *local, uint64_t remote, unsigned long size) {
  struct iovec here = {local, size}, there = {(void *)(uintptr_t)remote, size};
  return process_vm_readv(pid, &here, 1, &there, 1, 0);
}

const char *k_strerror(int number, char *buffer, unsigned long size) {
  return strerror_r(number, buffer, size);
}

// Offsets of a process event in a datagram: netlink header, connector header, event.
enum { EVENT = sizeof(struct nlmsghdr) + sizeof(struct cn_msg) };
#define AT(member) (EVENT + offsetof(struct proc_event, member))

// Lets through births of processes, programs started and sessions left; threads are dropped.
// The socket filter reads in network order.
static struct sock_filter wanted[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(what)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __builtin_bswap32(PROC_EVENT_EXEC), 6, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __builtin_bswap32(PROC_EVENT_SID), 5, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __builtin_bswap32(PROC_EVENT_FORK), 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(event_data.fork.child_tgid)),
    BPF_STMT(BPF_MISC | BPF_TAX, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(event_data.fork.child_pid)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0xffff),
    BPF_STMT(BPF_RET | BPF_K, 0),
};

int k_process_events(int buffer) {
  int s = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
  if (s == -1) return -1;
  struct sock_fprog filter = {sizeof wanted / sizeof *wanted, wanted};
  struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
  // struct cn_msg written out: its last member has no size.
  struct { struct nlmsghdr head; uint32_t index, value, sequence, answer; uint16_t size, flags;
           uint32_t order; } listen = {
      .head = {.nlmsg_len = sizeof listen, .nlmsg_type = NLMSG_DONE},
      .index = CN_IDX_PROC, .value = CN_VAL_PROC, .size = sizeof listen.order,
      .order = PROC_CN_MCAST_LISTEN};
  if (setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == -1 ||
      setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) == -1 ||
      bind(s, (struct sockaddr *)&group, sizeof group) == -1 ||
      send(s, &listen, sizeof listen, 0) == -1) {
    int error = errno;
    close(s);
    errno = error;
    return -1;
  }
  return s;
}

int k_setgroups(unsigned long count, const gid_t *groups) { return setgroups(count, groups); }
int k_setresuid(uid_t a, uid_t b, uid_t c) { return setresuid(a, b, c); }
int k_setresgid(gid_t a, gid_t b, gid_t c) { return setresgid(a, b, c); }
int k_unshare_all(void) { return unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC); }
int k_close_range(unsigned first, unsigned last) { return (int)syscall(SYS_close_range, first, last, 0); }

// One message with at most one descriptor; the CMSG_ macros are no functions.
union control { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; };
// Room for who sent it as well.
union controls { struct cmsghdr header;
                 char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))]; };

long k_send_file(int socket, const uint8_t *bytes, unsigned long size, int file) {
  struct iovec part = {(void *)(uintptr_t)bytes, size};
  union control control = {0};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (file >= 0) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    control.header = (struct cmsghdr){CMSG_LEN(sizeof file), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), &file, sizeof file);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

// Keeps the first descriptor and closes all others.
static void take_files(struct cmsghdr *header, int *file) {
  unsigned long count = (header->cmsg_len - CMSG_LEN(0)) / sizeof *file;
  for (unsigned long i = 0; i < count; i++) {
    int each;
    memcpy(&each, CMSG_DATA(header) + i * sizeof each, sizeof each);
    if (*file < 0) *file = each;
    else close(each);
  }
}

long k_receive_file(int socket, uint8_t *bytes, unsigned long size, int *file,
                    struct k_credentials *sender, int waits) {
  struct iovec part = {bytes, size};
  union controls control = {0};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                           .msg_controllen = sizeof control};
  *file = -1;
  *sender = (struct k_credentials){0, (uid_t)-1, (gid_t)-1};
  long count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
  if (count < 0) return count;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET) continue;
    if (header->cmsg_type == SCM_RIGHTS) take_files(header, file);
    if (header->cmsg_type == SCM_CREDENTIALS) {
      struct ucred raw;
      memcpy(&raw, CMSG_DATA(header), sizeof raw);
      *sender = (struct k_credentials){raw.pid, raw.uid, raw.gid};
    }
  }
  if (message.msg_flags & MSG_TRUNC) {
    if (*file >= 0) close(*file);
    *file = -1;
    errno = EINVAL;
    return -1;
  }
  return count;
}
