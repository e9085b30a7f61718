"""How long a process stands still while evidence of it is taken."""
import json, os, pathlib, select, subprocess, sys, time

from .work import BIN, Guard, Place, Unable, need_root

SIZES = {"512 MiB": 512 << 20, "16 MiB": 16 << 20}
# Memory that no page is like another in, then a canary opened for writing. What it writes last is
# the moment before.
ATTACK = """
import mmap, os, sys, time
size, canary = int(sys.argv[1]), sys.argv[2]
pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
block = os.urandom(1 << 20)
for place in range(0, size, len(block)):
    pages[place:place + len(block)] = block
print("ready", flush=True)
sys.stdin.readline()
print(time.monotonic_ns(), flush=True)
open(canary, "r+b")
time.sleep(60)
"""


def evidence(recorder, pace):
    """How long a process stands still before it is ended, while its memory is copied"""
    need_root()
    sizes = {"16 MiB": SIZES["16 MiB"]} if pace.quick else SIZES
    for counts in pace.rounds(warm_up=1):
        for name, size in sizes.items():
            pace.step(name)
            with Place() as place:
                (place.files / "document.txt").write_text("words " * 1000)
                with Guard(place, canaries=True, evidence=True) as guard:
                    seconds, found = one(place, guard, size)
                    resident = guard.peak_kib() / 1024
            if counts:
                note(recorder, f"process of {name}", seconds, found, resident, size)


def one(place, guard, size):
    """Seconds from the opening to the end, and the list of the evidence."""
    run = subprocess.run(
        [BIN / "kanaria", "canaries", "list", "--json", "--run-directory", place.path / "run"],
        capture_output=True, text=True, check=True)
    canary = json.loads(run.stdout)[0]["path"]["path"]
    child = subprocess.Popen([sys.executable, "-c", ATTACK, str(size), canary],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                             start_new_session=True)
    child.stdout.readline()
    handle = os.pidfd_open(child.pid)
    child.stdin.write("go\n")
    child.stdin.flush()
    ended = select.select([handle], [], [], 30)[0]
    end = time.monotonic_ns()
    os.close(handle)
    child.kill()
    began = int(child.communicate()[0].split()[-1])
    if not ended:
        raise Unable("who opened a canary still ran after 30 s")
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        for incident in guard.incidents():
            if incident.get("evidence"):
                folder = pathlib.Path(incident["evidence"]["folder"]["path"])
                return (end - began) / 1e9, json.loads((folder / "manifest.json").read_text())
        time.sleep(0.05)
    raise Unable("no incident tells of evidence")


def note(recorder, work, seconds, found, resident, size):
    big = size >= 1 << 29
    recorder.add(work, "kanaria", "canary to end", seconds, "s",
                 goal=(1, "median") if big else None)
    recorder.add(work, "kanaria", "stands still", found["heldMicroseconds"] / 1e6, "s",
                 goal=(1, "median") if big else None)
    if big:
        rate = found["memoryByteCount"] / found["memoryMicroseconds"] / 1000
        recorder.add(work, "kanaria", "memory copied", rate, "GB/s", "higher", goal=(1, "median"))
    # What the process had beside the memory is more, never less.
    recorder.add(work, "kanaria", "memory missing", max(0, size - found["memoryByteCount"]),
                 "bytes", goal=(0, "maximum"))
    recorder.add(work, "kanaria", "guard's memory at most", resident, "MiB")
