#!/usr/bin/env python3
"""A peer: the published rule of RansomWhere? (macOS), on Linux's fanotify.

Usage: rule.py FOLDER    (as root; says "ready", then a line for each process that it ended)

A process that closes five written files within 30 seconds whose content looks encrypted is stopped
(SIGSTOP). The original then asks somebody; here the answer is always "terminate", at once. A file
looks encrypted if its entropy is 7.95 bits a byte or more and pi by Monte Carlo is off by 1.5 % at
most, with a chi-square of 400 at most where it is off by more than 0.5 %; or if it is base64. Files
below 1 KB, above 50 MB, and with the head of an image or of gzip are left out.

It is no port: written anew from the description of the rule, in Python, which judges a file of
16 KiB in some milliseconds. It shows what such a rule sees, not how quick the original is: against
attacks faster than it can judge it loses more than a compiled one would.
"""
import collections, ctypes, math, os, signal, struct, sys, time

CLASS_NOTIF, CLOEXEC, MARK_ADD, MARK_FILESYSTEM, CLOSE_WRITE = 0, 1, 1, 0x100, 8
EVENT = struct.Struct("<IBBHQii")
FILES, SECONDS, SMALLEST, LARGEST = 5, 30, 1_000, 50_000_000
HEADS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"\x1f\x8b")
BASE64 = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n")


def looks_encrypted(data):
    if data.startswith(HEADS):
        return False
    counts, size = collections.Counter(data), len(data)
    entropy = -sum(count / size * math.log2(count / size) for count in counts.values())
    return decide(entropy, lambda: base64_share(data[:4096]), lambda: pi_error(data),
                  lambda: sum((counts[byte] - size / 256) ** 2 / (size / 256) for byte in range(256)))


def decide(entropy, base64, error, chi_square):
    """The rule on a file without one of the heads; functions are called only where needed."""
    if 5.9 <= entropy <= 6.1:
        return base64() > 0.95
    if entropy < 7.95 or error() > 1.5:
        return False
    return error() <= 0.5 or chi_square() <= 400


def base64_share(head):
    return sum(byte in BASE64 for byte in head) / len(head)


def pi_error(data):
    """Percent by which pi is missed: points of 2 × 24 bits, as ent(1) takes them."""
    inside, points, radius = 0, len(data) // 6, (2 ** 24 - 1) ** 2
    for place in range(0, points * 6, 6):
        x = int.from_bytes(data[place:place + 3], "big")
        y = int.from_bytes(data[place + 3:place + 6], "big")
        inside += x * x + y * y <= radius
    return abs(4 * inside / points - math.pi) / math.pi * 100


class Rule:
    """What each process wrote lately."""

    def __init__(self):
        self.seen = collections.defaultdict(collections.deque)

    def wrote(self, process, path, data, now):
        """Whether the process is to be stopped."""
        if not SMALLEST <= len(data) <= LARGEST or not looks_encrypted(data):
            return False
        recent = self.seen[process]
        recent.append((now, path))
        while recent[0][0] < now - SECONDS:
            recent.popleft()
        return len({name for _, name in recent}) >= FILES


def listen(folder):
    libc = ctypes.CDLL(None, use_errno=True)
    group = libc.fanotify_init(CLASS_NOTIF | CLOEXEC, os.O_RDONLY | os.O_CLOEXEC)
    if group < 0 or libc.fanotify_mark(group, MARK_ADD | MARK_FILESYSTEM,
                                       ctypes.c_uint64(CLOSE_WRITE), -100, folder.encode()):
        sys.exit(f"rule.py: {os.strerror(ctypes.get_errno())}")
    print("ready", flush=True)
    rule, spared = Rule(), ancestors()
    while True:
        events = os.read(group, 65536)
        for place in range(0, len(events), EVENT.size):
            *_, file, process = EVENT.unpack_from(events, place)
            if file >= 0:
                look(rule, folder, spared, file, process)


def ancestors():
    """This process and those above it, which are never signalled."""
    found, process = {1}, os.getpid()
    while process > 1:
        found.add(process)
        with open(f"/proc/{process}/stat") as file:
            process = int(file.read().rpartition(")")[2].split()[1])
    return found


def look(rule, folder, spared, file, process):
    try:
        path = os.readlink(f"/proc/self/fd/{file}")
        if not path.startswith(folder + "/") or process in spared:
            return
        data = os.pread(file, LARGEST + 1, 0)
        if rule.wrote(process, path, data, time.monotonic()):
            os.kill(process, signal.SIGSTOP)
            os.kill(process, signal.SIGKILL)
            print("ended", process, flush=True)
    except OSError:
        pass  # the file or the process is gone
    finally:
        os.close(file)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    listen(os.path.realpath(sys.argv[1]))
