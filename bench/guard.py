#!/usr/bin/env python3
"""What the guard costs and how quickly it acts, side by side with a plain inotify watcher.

Usage: bench/guard.py [--runs N] [--quick] [--json FILE] [loss|cost|rate|start|touch|counts]...
Needs root. Programs come from $KANARIA_BIN (default .build/release), the folder to work in
from $KANARIA_WORK (default /var/tmp). Runs of the watchers alternate; figures are medians.
"""
import argparse, json, os, pathlib, platform, re, shutil, signal, statistics, struct
import subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ.get("KANARIA_BIN", HERE.parent / ".build/release")).absolute()


class Place:
    """A folder of our own, removed at the end."""

    def __init__(self):
        work = os.environ.get("KANARIA_WORK", "/var/tmp")
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="kanaria-bench-", dir=work))
        self.files = self.path / "files"
        self.files.mkdir()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def empty(self):
        shutil.rmtree(self.files)
        self.files.mkdir()


def load(*words):
    """Runs a load in a session of its own, away from the guard's ancestors."""
    run = subprocess.run([BIN / "kanaria-load", *map(str, words)], capture_output=True,
                         text=True, start_new_session=True, check=True)
    return [int(word) for word in run.stdout.split()]


class Guard:
    """A guard on a place; ready when made."""

    def __init__(self, place, canaries=False, mode="kill", extra_env=None):
        self.place = place
        for name in ("state", "run"):
            shutil.rmtree(place.path / name, ignore_errors=True)
        policy = place.path / "policy.yaml"
        policy.write_text(json.dumps({
            "version": 1, "name": "bench", "watch": [str(place.files)], "mode": mode,
            "canaries": {"enabled": canaries}, "state-directory": str(place.path / "state"),
            "run-directory": str(place.path / "run")}))
        start = time.monotonic()
        self.process = subprocess.Popen(
            [BIN / "kanariad", "--policy", policy], stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(extra_env or {})})
        line = self.process.stderr.readline()
        self.seconds_to_start = time.monotonic() - start
        if "kanariad" not in line:
            sys.exit(f"the guard did not start: {line}")
        while canaries and not self.planted():
            time.sleep(0.01)

    def planted(self):
        return self.status()["planting"]["state"] == "done"

    def status(self):
        run = subprocess.run(
            [BIN / "kanaria", "status", "--json", "--run-directory", self.place.path / "run"],
            capture_output=True, text=True, check=True)
        return json.loads(run.stdout)

    def sensor_thread(self):
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            if (task / "comm").read_text().strip() == "sensor":
                return int(task.name)
        sys.exit("the guard has no thread named sensor")

    def resident_kib(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1])

    def processor_seconds(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


class Inotify:
    """The plain recursive watcher."""

    def __init__(self, place):
        self.process = subprocess.Popen([BIN / "kanaria-load", "watch", place.files],
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


class Nobody:
    def __init__(self, place):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


ATTACKS = [
    ("canary met first, 1 process", True, ["--order", "name"]),
    ("canary met first, 8 threads", True, ["--order", "name", "--workers", "threads:8"]),
    ("canary met first, tree of 5", True, ["--order", "name", "--workers", "tree:5"]),
    ("canary met first, tree of 5, setsid", True, ["--order", "name", "--workers", "setsid:5"]),
    *((f"no canary, {speed} files/s", False, ["--speed", speed])
      for speed in ("38", "250", "417", "max")),
    *((f"no canary, 250 files/s, {label}", False, ["--speed", "250", "--workers", workers])
      for label, workers in (("8 threads", "threads:8"), ("tree of 5", "tree:5"),
                             ("one process per file", "per-file"))),
    *((f"no canary, 250 files/s, {method}", False, ["--speed", "250", "--method", method])
      for method in ("newdelete", "renamefirst", "truncate", "mmap", "uring", "direct",
                     "copyover")),
]


def attack(place, canaries, words):
    """One attack on 1,000 files; what was lost, who was stopped, whether canaries are whole."""
    simulator = BIN / "kanaria-attack"
    place.files.rmdir()
    subprocess.run([simulator, "make", place.files, "--files", "1000", "--folders", "20",
                    "--size", "16384"], check=True, stdout=subprocess.DEVNULL)
    original = set(place.files.rglob("*"))
    with Guard(place, canaries) as guard:
        planted = {path: path.read_bytes() for path in place.files.rglob("*")
                   if path not in original and path.is_file()}
        subprocess.run([simulator, "run", place.files, "--deadline", "30", *words],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       start_new_session=True)
    verdict = json.loads(subprocess.run([simulator, "verify", place.files],
                                        capture_output=True).stdout)
    incidents = [json.loads(path.read_text())
                 for path in (place.path / "state/incidents").glob("*.json")]
    touched = sum(not path.exists() or path.read_bytes() != text
                  for path, text in planted.items())
    subprocess.run([simulator, "remove", place.files], stdout=subprocess.DEVNULL)
    if place.files.exists():
        shutil.rmtree(place.files)
    place.files.mkdir()
    return {"lost": verdict["changed"] + verdict["missing"],
            "stopped": any(entry["state"] == "killed" for entry in incidents),
            "canaries_changed": touched,
            "microseconds": min((entry["stoppedMicroseconds"] for entry in incidents), default=0)}


def loss(options):
    """Files that an attack changes before the guard stops it; runs of the attacks alternate."""
    result = {label: [] for label, _, _ in ATTACKS}
    with Place() as place:
        for run in range(options.runs):
            for label, canaries, words in ATTACKS:
                result[label].append(attack(place, canaries, words))
    print("| attack | files lost, median | max | stopped | canaries changed | verdict to stop |")
    print("|---|---|---|---|---|---|")
    for label, runs in result.items():
        lost = [run["lost"] for run in runs]
        stopped = sum(run["stopped"] for run in runs)
        micros = statistics.median(run["microseconds"] for run in runs)
        print(f"| {label} | {statistics.median(lost):g} | {max(lost)} | {stopped}/{len(runs)} | "
              f"{sum(run['canaries_changed'] for run in runs)} | {micros:.0f} µs |", flush=True)
    return result


def cost(options):
    """Slow-down of a writer: each watcher in turn, medians against nobody."""
    loads = {"20k small files": ("small", 20000), "2 GiB sequential": ("sequential", 2048),
             "60k random 4 KiB": ("random", 60000)}
    if options.quick:
        loads = {"2k small files": ("small", 2000), "256 MiB sequential": ("sequential", 256),
                 "6k random 4 KiB": ("random", 6000)}
    result = {}
    for label, (kind, count) in loads.items():
        times = {"nobody": [], "guard": [], "inotify": []}
        with Place() as place:
            for run in range(options.runs + 1):
                for name, watcher in (("nobody", Nobody), ("guard", Guard), ("inotify", Inotify)):
                    place.empty()
                    # Folders stand before the watch, so that the plain watcher sees them all.
                    for folder in range(-(-count // 1000) if kind == "small" else 0):
                        (place.files / f"{folder:04}").mkdir()
                    os.sync()
                    with watcher(place):
                        taken = load(kind, place.files, count)[0] / 1e9
                    if run > 0:  # the first round warms up
                        times[name].append(taken)
        median = {name: statistics.median(values) for name, values in times.items()}
        result[label] = {
            "seconds": times, "guard": median["guard"] / median["nobody"],
            "inotify": median["inotify"] / median["nobody"]}
        print(f"{label}: guard {result[label]['guard']:.2f}x, inotify "
              f"{result[label]['inotify']:.2f}x of {median['nobody']:.3f} s", flush=True)
    return result


def rate(options):
    """Events a second that the guard takes without losing one."""
    seconds = 2 if options.quick else 5
    result = []
    for run in range(options.runs):
        with Place() as place, Guard(place) as guard:
            before = guard.status()
            words = [BIN / "kanaria-load", "rename", place.files, str(seconds)]
            writers = [subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
                       for _ in range(2)]
            renames = sum(int(writer.communicate()[0].split()[0]) for writer in writers)
            reached(guard, before["events"] + renames)
            after = guard.status()
            result.append({"events_per_second": renames / seconds,
                           "overflows": after["overflows"] - before["overflows"]})
    median = statistics.median(entry["events_per_second"] for entry in result)
    lost = sum(entry["overflows"] for entry in result)
    print(f"rate: {median:.0f} events/s, {lost} overflows", flush=True)
    return result


def start(options):
    """Start, memory and idle processor time over many files."""
    count = 20000 if options.quick else 1000000
    with Place() as place:
        subprocess.run([BIN / "kanaria-load", "tree", place.files, str(count)], check=True)
        result = []
        for run in range(max(1, options.runs // 3)):
            with Guard(place) as guard:
                entry = {"seconds": guard.seconds_to_start}
                time.sleep(2)
                used, began = guard.processor_seconds(), time.monotonic()
                time.sleep(5 if options.quick else 20)
                idle = (guard.processor_seconds() - used) / (time.monotonic() - began)
                entry |= {"idle_percent": idle * 100, "resident_kib": guard.resident_kib()}
                result.append(entry)
        with Guard(place, canaries=True) as guard:
            planted = {"seconds": guard.seconds_to_start, "resident_kib": guard.resident_kib(),
                       "canaries": guard.status()["canariesTotal"]}
    middle = {key: statistics.median(entry[key] for entry in result) for key in result[0]}
    print(f"{count} files: start {middle['seconds']:.3f} s, idle {middle['idle_percent']:.3f} %, "
          f"{middle['resident_kib']} KiB; with {planted['canaries']} canaries start "
          f"{planted['seconds']:.3f} s, {planted['resident_kib']} KiB", flush=True)
    return {"files": count, "without_canaries": result, "with_canaries": planted}


def touch(options):
    """From the opening of a canary to the end of who opened it."""
    count = 20 if options.quick else 200
    with Place() as place:
        load("small", place.files, 50)
        with Guard(place, canaries=True) as guard:
            known = {path for path in place.files.rglob("*") if path.is_file()}
            canaries = [path for path in known if not re.fullmatch(r"\d{6}\.txt", path.name)]
            if not canaries:
                sys.exit("the guard planted no canary")
            times, opened = [], 0
            before = {path: path.read_bytes() for path in canaries}
            for index in range(count):
                path = canaries[index % len(canaries)]
                # Its own session and group: nobody of ours answers for it.
                child = subprocess.Popen([BIN / "kanaria-load", "touch", path],
                                         stdout=subprocess.PIPE, start_new_session=True)
                handle = os.pidfd_open(child.pid)
                poll = __import__("select").poll()
                poll.register(handle)
                ended = bool(poll.poll(5000))
                end = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
                os.close(handle)
                child.kill()
                words = child.communicate()[0].split()
                opened += b"opened" in words
                times.append((end - int(words[0])) / 1e6 if ended else float("inf"))
            intact = all(path.read_bytes() == text for path, text in before.items())
    times.sort()
    result = {"count": count, "median_ms": statistics.median(times),
              "p99_ms": times[min(len(times) - 1, int(len(times) * 0.99))], "max_ms": times[-1],
              "opened": opened, "canaries_intact": intact}
    print(f"canary touched to actor ended: median {result['median_ms']:.2f} ms, p99 "
          f"{result['p99_ms']:.2f} ms, max {result['max_ms']:.2f} ms of {count}; "
          f"openings that went through: {opened}; intact: {intact}", flush=True)
    return result


def counts(options):
    """Allocations and system calls of the sensor's thread for each event."""
    library = HERE / "mallocs/count.c"
    with Place() as place:
        shared, table = place.path / "count.so", place.path / "mallocs"
        subprocess.run(["cc", "-O2", "-fPIC", "-shared", library, "-o", shared], check=True)
        env = {"LD_PRELOAD": str(shared), "KANARIA_MALLOCS": str(table)}
        with Guard(place, extra_env=env) as guard:
            thread = guard.sensor_thread()
            load("small", place.files, 1000)  # warms up
            place_in_table = thread % 65536 * 8

            def allocations():
                return struct.unpack_from("Q", table.read_bytes(), place_in_table)[0]

            events = reached(guard, 1000)
            before = allocations()
            load("small", place.files, 5000)
            seen = reached(guard, events + 5000) - events
            made = allocations() - before
            trace = subprocess.Popen(["strace", "-c", "-p", str(thread)],
                                     stderr=subprocess.PIPE, text=True)
            trace.stderr.readline()  # attached
            events += seen
            load("small", place.files, 5000)
            traced = reached(guard, events + 5000) - events
            trace.send_signal(signal.SIGINT)
            text = trace.communicate()[1]
    calls = {line.split()[-1]: int(line.split()[3]) for line in text.splitlines()
             if re.match(r"\s*\d+\.\d+\s", line) and line.split()[-1] != "total"}
    result = {"events": seen, "allocations": made, "allocations_per_event": made / seen,
              "traced_events": traced, "system_calls_per_event": sum(calls.values()) / traced,
              "system_calls": calls}
    for name, number in sorted(calls.items(), key=lambda call: -call[1])[:8]:
        print(f"  {name}: {number / traced:.2f} an event")
    print(f"sensor's thread: {made} allocations in {seen} events "
          f"({result['allocations_per_event']:.4f} each), "
          f"{result['system_calls_per_event']:.2f} system calls an event", flush=True)
    return result


def reached(guard, count):
    """The guard's count of events once it is at least so many."""
    end = time.monotonic() + 60
    while (now := guard.status()["events"]) < count:
        if time.monotonic() > end:
            sys.exit(f"the guard saw {now} events of {count}")
        time.sleep(0.05)
    return now


def main():
    every = {"loss": loss, "cost": cost, "rate": rate, "start": start, "touch": touch, "counts": counts}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", choices=[[], *every], default=[])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if options.quick:
        options.runs = min(options.runs, 3)
    machine = {"kernel": platform.release(), "processors": os.cpu_count(),
               "load": os.getloadavg()[0]}
    print(f"kernel {machine['kernel']}, {machine['processors']} processors, "
          f"load {machine['load']:.1f}", flush=True)
    results = {"machine": machine} | {
        name: every[name](options) for name in options.names or every}
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
