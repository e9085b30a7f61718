"""What the guard costs others, what it takes in, and how quickly it acts."""
import os, re, select, subprocess, time

from .machine import BIN
from .work import Guard, Nobody, Place, Unable, floor, inotify, load, need_root, programs

WATCHERS = {"nobody": Nobody, "kanaria": Guard, "floor": floor, "inotify": inotify}
LOADS = {"20,000 small files": ("small", 20000, 1.10), "2 GiB sequential": ("sequential", 2048, 1.05),
         "60,000 random 4 KiB": ("random", 60000, 1.30)}
QUICK = {"2,000 small files": ("small", 2000, 1.10), "256 MiB sequential": ("sequential", 256, 1.05),
         "6,000 random 4 KiB": ("random", 6000, 1.30)}


def cost(recorder, pace):
    """Slow-down of a writer: nobody, the guard, the kernel's floor, a plain inotify watcher"""
    need_root()
    programs("kanaria-load", "kanariad")
    works = QUICK if pace.quick else LOADS
    with Place() as place:
        for number, counts in enumerate(pace.rounds(warm_up=1)):
            for work, (kind, count, bound) in works.items():
                taken = {}
                # Another one begins in each round: whoever is first may find the machine otherwise.
                names = list(WATCHERS)
                for name in names[number % 4:] + names[:number % 4]:
                    pace.step(f"{work}, {name}")
                    taken[name] = written(place, kind, count, WATCHERS[name])
                for name, seconds in taken.items() if counts else ():
                    recorder.add(work, name, "time", seconds, "s")
                    if name != "nobody":
                        recorder.add(work, name, "time against nobody",
                                     seconds / taken["nobody"], "x",
                                     goal=(bound, "median") if name == "kanaria" else None)


def written(place, kind, count, watcher):
    """Seconds of a load that is watched.

    The same load goes before it, watched by nobody: the first touch of pages that the machine's
    host has to give costs more than any watcher.
    """
    for watch in (Nobody, watcher):
        place.empty()
        # Folders stand before the watch, so that the plain watcher sees them all.
        for folder in range(-(-count // 1000) if kind == "small" else 0):
            (place.files / f"{folder:04}").mkdir()
        os.sync()
        with watch(place):
            taken = load(kind, place.files, count)[0] / 1e9
    return taken


def rate(recorder, pace):
    """Events a second that the guard takes without losing one"""
    need_root()
    programs("kanaria-load", "kanariad")
    for _ in pace.rounds():
        # ext4 and its journal take more of the processors than the guard; tmpfs shows its own limit.
        for is_tmpfs, name in ((False, "2 writers rename"), (True, "2 writers rename on tmpfs")):
            with Place(is_tmpfs) as place:
                rate_on(recorder, name, place, 2 if pace.quick else 5)


def rate_on(recorder, name, place, seconds):
    recorder.add(name, "nobody", "events a second", renames(place, seconds) / seconds, "/s", "higher")
    with Guard(place) as guard:
        before = guard.status()
        done = renames(place, seconds)
        guard.reached(before["events"] + done)
        lost = guard.status()["overflows"] - before["overflows"]
    recorder.add(name, "kanaria", "events a second", done / seconds, "/s", "higher",
                 goal=(60_000, "median"))
    recorder.add(name, "kanaria", "overflows", lost, "records", goal=(0, "maximum"))


def renames(place, seconds):
    """How many renames two writers make in the time."""
    words = [BIN / "kanaria-load", "rename", place.files, str(seconds)]
    writers = [subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
               for _ in range(2)]
    return sum(int(writer.communicate()[0].split()[0]) for writer in writers)


def touch(recorder, pace):
    """From the opening of a canary to the end of who opened it"""
    need_root()
    programs("kanaria-load", "kanariad")
    with Place() as place:
        load("small", place.files, 50)
        with Guard(place, canaries=True) as guard:
            canaries = [path for path in place.files.rglob("*") if path.is_file()
                        and not re.fullmatch(r"\d{6}\.txt", path.name)]
            if not canaries:
                raise Unable("the guard planted no canary")
            before = {path: path.read_bytes() for path in canaries}
            for number, _ in enumerate(pace.rounds(runs=20 if pace.quick else 200)):
                taken, opened = touched(canaries[number % len(canaries)])
                recorder.add("open for writing", "kanaria", "time to end", taken, "ms",
                             goal=(20, "p99"))
                recorder.add("open for writing", "kanaria", "openings let through", opened, "of 1",
                             goal=(0, "maximum"))
            changed = sum(path.read_bytes() != text for path, text in before.items())
            recorder.add("open for writing", "kanaria", "canaries changed", changed, "files",
                         goal=(0, "maximum"))


def touched(path):
    # Its own session and group: nobody of ours answers for it.
    child = subprocess.Popen([BIN / "kanaria-load", "touch", path], stdout=subprocess.PIPE,
                             start_new_session=True)
    handle = os.pidfd_open(child.pid)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    ended = bool(poll.poll(5000))
    end = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    os.close(handle)
    child.kill()
    words = child.communicate()[0].split()
    if not ended:
        raise Unable("who opened a canary still ran after 5 s")
    return (end - int(words[0])) / 1e6, int(b"opened" in words)


def growth(recorder, pace):
    """Start, memory and idle processor time over 1,000 to 1,000,000 files"""
    need_root()
    programs("kanaria-load", "kanariad")
    sizes = [1000, 20000] if pace.quick else [1000, 10_000, 100_000, 1_000_000]
    with Place() as place:
        for count in sizes:
            if count > sizes[0] and pace.is_over:
                return
            place.empty()
            load_tree(place, count, pace)
            for number, _ in enumerate(pace.rounds()):
                for name in ("kanaria", "kanaria, canaries", "inotify"):
                    pace.step(f"{count:,} files, {name}")
                    # Sketching a million files takes minutes, and they are sketched once.
                    grown(recorder, place, count, name, pace, rests=number == 0)


def load_tree(place, count, pace):
    """Makes so many files, telling how far it is by the inodes that are taken."""
    def used():
        of = os.statvfs(place.files)
        return of.f_files - of.f_ffree

    before = used()
    with subprocess.Popen([BIN / "kanaria-load", "tree", place.files, str(count)]) as maker:
        while maker.poll() is None:
            pace.step(f"making files: {used() - before:,} of {count:,}")
            time.sleep(min(0.5, count / 1e5))
    if maker.returncode:
        raise Unable(f"kanaria-load tree ended with {maker.returncode}")
    time.sleep(3)  # what changed less than two seconds ago is sketched later


def grown(recorder, place, count, name, pace, rests):
    seconds = 5 if pace.quick else 10
    axis = {"at": count, "axis": "files"}
    start = time.monotonic()
    watcher = inotify if name == "inotify" else Guard
    with watcher(place, **({"canaries": True} if "canaries" in name else {})) as running:
        full = name == "kanaria, canaries"
        ready = time.monotonic() - start if full else running.seconds_to_start
        recorder.add("start", name, "canaries planted after" if full else "watching after", ready,
                     "s", goal=(1, "maximum") if name == "kanaria" else None, **axis)
        recorder.add("running", name, "resident memory", running.resident_kib() / 1024, "MiB",
                     goal=(64, "maximum") if full else None, **axis)
        if name == "kanaria" and rests:
            rested(recorder, running, pace, seconds, axis)


def rested(recorder, guard, pace, seconds, axis):
    """Processor time while nothing happens, once all files were sketched if there is time for it."""
    end = time.monotonic() + (60 if pace.quick or pace.end else 3600)
    while (state := guard.status()["sketches"])["state"] == "building" and time.monotonic() < end:
        pace.step(f"{state['files']:,} files sketched of {axis['at']:,}")
        time.sleep(0.5)
    time.sleep(2)
    used, began = guard.processor_seconds(), time.monotonic()
    time.sleep(seconds)
    share = (guard.processor_seconds() - used) / (time.monotonic() - began) * 100
    if state["state"] == "building":
        recorder.add("running", "kanaria", "processor while it sketches", share, "%", **axis)
    else:
        recorder.add("running", "kanaria", "processor when idle", share, "%", goal=(0.1, "median"), **axis)


# What is opened for writing is judged as well when it is closed: two threads of the guard are at work.
OPENINGS = {"open": "open to read and close", "open-write": "open to write and close"}


def gate(recorder, pace):
    """What opening a file costs others while the gate is up"""
    need_root()
    simulator, _, _ = programs("kanaria-attack", "kanariad", "kanaria-load")
    openings = 300 if pace.quick else 3000
    with Place() as place:
        other = place.files.parent / "other"
        other.mkdir()
        (other / "file").write_text("a line of text\n")
        for counts in pace.rounds(warm_up=1):
            for kind, work in OPENINGS.items():
                taken = opened_often(pace, place, simulator, kind, other / "file", openings)
                for name, (median, longest) in taken.items() if counts else ():
                    recorder.add(work, name, "time", median / 1000, "µs")
                    recorder.add(work, name, "longest time", longest / 1e6, "ms")
                if counts:
                    added = taken["kanaria, gate up"][0] - taken["nobody"][0]
                    recorder.add(work, "kanaria, gate up", "added", added / 1000, "µs",
                                 goal=(60, "median"))


def opened_often(pace, place, simulator, kind, path, count):
    """Median and longest nanoseconds of one opening: by nobody's leave, with the gate down and up."""
    taken = {"nobody": load(kind, path, count)}
    place.files.rmdir()
    subprocess.run([simulator, "make", place.files, "--files", "10"], check=True,
                   stdout=subprocess.DEVNULL)
    with Guard(place) as guard:
        pace.step("the gate is down")
        taken["kanaria, gate down"] = load(kind, path, count)
        # One file is enough for a suspicion, and too little for a verdict.
        subprocess.run([simulator, "run", place.files, "--limit", "1"],
                       stdout=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 2
        while not guard.status()["gateIsUp"]:
            if time.monotonic() > end:
                raise Unable("the gate did not go up")
        pace.step("the gate is up")
        taken["kanaria, gate up"] = load(kind, path, count)
        if not guard.status()["gateIsUp"]:
            raise Unable("the gate went down too early")
    subprocess.run([simulator, "remove", place.files], stdout=subprocess.DEVNULL)
    place.files.mkdir(exist_ok=True)
    return taken
