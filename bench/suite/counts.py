"""How many allocations and system calls an event costs the sensor's thread.

Counts must be the same on a busy machine as on a quiet one. So the guard stands still while a writer
works, and then finds all events at once; and the writer stays, as its end would save the guard work.
"""
import contextlib, os, re, shutil, signal, struct, subprocess, sys

from .machine import HERE
from .work import Guard, Missing, Place, need, need_root, programs

FILES = 5000
WRITER = """
import os, sys
place, count = sys.argv[1], int(sys.argv[2])
text = b"ward note, as every day\\n" * 680
def path(tag, number):
    return f"{place}/{number // 1000:04}/{tag}{number}.txt"
def write(tag, number):
    os.makedirs(os.path.dirname(path(tag, number)), exist_ok=True)
    file = os.open(path(tag, number), os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    os.write(file, text)
    os.close(file)
def rename(tag, number):
    os.rename(path(tag, number), path(tag + "again", number))
def remove(tag, number):
    os.remove(path(tag + "again", number))
for line in sys.stdin:
    act, tag = line.split()
    for number in range(count):
        globals()[act](tag, number)
    print("done", flush=True)
"""
WORKS = {"small files": "write", "renames": "rename", "removals": "remove"}


def counts(recorder, pace):
    """Allocations and system calls of the sensor's thread for each event; a gate"""
    need_root()
    need("strace")
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise Missing("missing: a C compiler")
    programs("kanariad", "kanaria")
    for _ in pace.rounds(runs=1 if pace.quick else 3):
        with Place() as place:
            shared, table = place.path / "count.so", place.path / "mallocs"
            subprocess.run([compiler, "-O2", "-fPIC", "-shared", HERE / "mallocs/count.c", "-o",
                            shared], check=True)
            env = {"LD_PRELOAD": str(shared), "KANARIA_MALLOCS": str(table)}
            with Guard(place, extra_env=env) as guard, writer(place) as ask:
                for act in WORKS.values():
                    pace.step(f"{act}, to warm up")
                    before = guard.status()["events"]
                    ask(act, "warm")
                    guard.reached(before + FILES)
                for work, act in WORKS.items():
                    pace.step(work)
                    note(recorder, work, *counted(guard, table, lambda: ask(act, "file")))


@contextlib.contextmanager
def writer(place):
    """A process that does what it is asked, and is there until the end."""
    words = [sys.executable, "-c", WRITER, place.files, str(FILES)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        def ask(act, tag):
            process.stdin.write(f"{act} {tag}\n")
            process.stdin.flush()
            if process.stdout.readline() != "done\n":
                raise OSError("the writer failed")

        yield ask
        process.stdin.close()


def counted(guard, table, work):
    """Events, allocations, and system calls by name, of the sensor's thread for some work."""
    thread = guard.sensor_thread()

    def allocations():
        return struct.unpack_from("Q", table.read_bytes(), thread % 65536 * 8)[0]

    events, made = guard.status()["events"], allocations()
    os.kill(guard.process.pid, signal.SIGSTOP)
    try:
        work()
        trace = subprocess.Popen(["strace", "-c", "-p", str(thread)], stderr=subprocess.PIPE,
                                 text=True)
        attached = trace.stderr.readline()
    finally:
        os.kill(guard.process.pid, signal.SIGCONT)
    if "attached" not in attached:
        trace.communicate()
        raise Missing(f"strace: {attached.strip()}")
    seen = guard.reached(events + FILES) - events
    trace.send_signal(signal.SIGINT)
    lines = [line.split() for line in trace.communicate()[1].splitlines()
             if re.match(r"\s*\d+\.\d+\s", line)]
    return seen, allocations() - made, {
        words[-1]: int(words[3]) for words in lines if words[-1] != "total"}


def note(recorder, work, events, made, calls):
    recorder.add(work, "kanaria", "allocations an event", made / events, "", gate=True)
    recorder.add(work, "kanaria", "system calls an event", sum(calls.values()) / events, "", gate=True)
    for name, number in calls.items():
        if number >= events / 100:
            recorder.add(work, "kanaria", f"{name} an event", number / events, "", "neither")
