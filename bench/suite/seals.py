"""How fast the seal is, beside Debian's age, gpg and tar on the same work.

The first touch of a page that the machine's host has not given yet costs more than everything
measured here; so the pages of each output are touched before the run that writes it.
"""
import os, pathlib, shlex, shutil, subprocess, time

from .machine import BIN
from .work import Unable, need, new_folder, programs

GPG = ["gpg", "--batch", "--yes", "--trust-model", "always", "-z", "0"]
FILES, FILE_SIZE = 10_000, 20 * 1024


class Bench:
    """A folder of our own in memory, with keys; the present folder while it is open."""

    def __init__(self, size=0):
        self.kanaria = str(programs("kanaria")[0])
        need("age", "age-keygen", "/usr/bin/time")
        work = os.environ.get("KANARIA_WORK", "/dev/shm")
        room = shutil.disk_usage(work).free
        if room < size * 4:
            raise Unable(f"{work} has {room >> 20} MiB, and {size * 4 >> 20} are needed")
        self.before = os.getcwd()
        self.path = new_folder(work)
        os.chdir(self.path)
        # What is opened here is nobody's business, and no disk's either.
        os.environ["XDG_STATE_HOME"] = str(self.path / "state")
        self.to = make_key("id")

    def make_gpg_key(self):
        need("gpg")
        os.mkdir("gpg", 0o700)
        os.environ["GNUPGHOME"] = str(self.path / "gpg")
        quietly("gpg", "--batch", "--passphrase", "", "--quick-generate-key", "bench", "default")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if os.path.exists("gpg"):
            subprocess.run(["gpgconf", "--kill", "all"], check=False)
        os.chdir(self.before)
        shutil.rmtree(self.path)


def make_key(name):
    quietly("age-keygen", "-o", name)
    return subprocess.run(["age-keygen", "-y", name], capture_output=True, text=True,
                          check=True).stdout.strip()


def quietly(*words):
    run = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if run.returncode:
        raise Unable(f"{shlex.join(map(str, words))}: {run.stderr.strip()}")


def measure(command):
    """Wall and processor seconds and the largest resident memory of a command.

    Through time(1), for a child of this interpreter inherits its memory's high-water mark.
    """
    if isinstance(command, str):
        command = ["bash", "-o", "pipefail", "-c", command]
    start = time.perf_counter()
    run = subprocess.run(["/usr/bin/time", "--quiet", "-f", "%U %S %M", "-o", "times", *command],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wall = time.perf_counter() - start
    if run.returncode:
        raise Unable(f"{command}: {run.stderr.strip()}")
    user, system, memory = pathlib.Path("times").read_text().split()[-3:]
    return {"time": wall, "processor": float(user) + float(system), "user": float(user),
            "memory": int(memory) / 1024}


def remove(*names):
    for name in names:
        if os.path.isdir(name):
            shutil.rmtree(name)
        elif os.path.exists(name):
            os.remove(name)


def warm(size):
    """Touches as many pages as the next output needs, and gives them back."""
    block = bytes(1 << 20)
    with open("warm", "wb") as file:
        for _ in range(size >> 20):
            file.write(block)
    os.remove("warm")


def turn(recorder, pace, work, tools, size, counts, against=None, goal=None, share=1, memory=True,
         **axis):
    """Each tool once. `against` names the peer to which the first one's time is compared.

    A peer does `share` of the work where all of it would take too long.
    """
    taken = {}
    for tool, command in tools.items():
        remove("out")
        warm(size)
        pace.step(f"{work}, {tool}")
        taken[tool] = measure(command)
    remove("out")
    for tool, result in taken.items() if counts else ():
        recorder.add(work, tool, "time", result["time"], "s", **axis)
        recorder.add(work, tool, "processor time", result["processor"], "s", **axis)
        if memory:
            recorder.add(work, tool, "resident memory", result["memory"], "MiB", **axis,
                         goal=(16, "maximum") if tool == "kanaria" else None)
    if counts and against:
        ratio = taken[against]["time"] * share / taken["kanaria"]["time"]
        recorder.add(work, "kanaria", f"speed against {against}", ratio, "x", "higher", **axis,
                     goal=(goal, "median") if goal else None)
    return taken


def write_random(name, size):
    with open("/dev/urandom", "rb") as random, open(name, "wb") as file:
        while size > 0:
            size -= file.write(random.read(min(size, 1 << 20)))


def sizes(recorder, pace):
    """Protect and unlock one file of 64 KiB to 1 GiB, against age and gpg"""
    every = [1 << 16, 1 << 24] if pace.quick else [1 << 16, 1 << 20, 1 << 24, 1 << 27, 1 << 30]
    with Bench(every[-1]) as bench:
        bench.make_gpg_key()
        to, kanaria = bench.to, bench.kanaria
        for counts in pace.rounds(warm_up=1):
            for size in every:
                write_random("in", size)
                axis = {"at": size, "axis": "bytes", "counts": counts, "against": "age",
                        "goal": 1.8 if size >= 1 << 30 else None, "size": size}
                turn(recorder, pace, "protect one file", {
                    "kanaria": [kanaria, "protect", "-q", "-r", to, "-o", "out", "in"],
                    "age": ["age", "-r", to, "-o", "out", "in"],
                    "gpg -z 0": [*GPG, "-r", "bench", "-o", "out", "-e", "in"]}, **axis)
                quietly("age", "-r", to, "-o", "in.age", "in")
                quietly(*GPG, "-r", "bench", "-o", "in.gpg", "-e", "in")
                turn(recorder, pace, "unlock one file", {
                    "kanaria": [kanaria, "unlock", "-q", "-i", "id", "-o", "out", "in.age"],
                    "age": ["age", "-d", "-i", "id", "-o", "out", "in.age"],
                    "gpg -z 0": [*GPG, "-o", "out", "-d", "in.gpg"]}, **axis)
                if size == every[-1]:
                    others(recorder, pace, bench, size, counts)
                remove("in", "in.age", "in.gpg")


def others(recorder, pace, bench, size, counts):
    to, kanaria = bench.to, bench.kanaria
    turn(recorder, pace, "protect through pipes", {
        "kanaria": f"cat in | {kanaria} protect -q -r {to} | cat > out",
        "age": f"cat in | age -r {to} | cat > out"}, size, counts, "age", memory=False)
    turn(recorder, pace, "verify, nothing written", {
        "kanaria": [kanaria, "verify", "-i", "id", "in.age"],
        "age to /dev/null": ["age", "-d", "-i", "id", "-o", "/dev/null", "in.age"]},
        0, counts, "age to /dev/null")
    # Two processors may share a core, and then each is slower than one alone.
    alone = ["taskset", "-c", "0", kanaria]
    for work, words in {"protect": ["protect", "-q", "-r", to, "-o", "out", "in"],
                        "verify": ["verify", "-i", "id", "in.age"]}.items():
        pace.step(f"{work} on one processor")
        remove("out")
        warm(size)
        result = measure([*alone, *words])
        if counts and result["user"] > 0:
            recorder.add(f"{work} on one processor", "kanaria", "speed inside",
                         size / result["user"] / 1e9, "GB/s", "higher", goal=(1.2, "median"))
    remove("out")


def many(recorder, pace):
    """10,000 files of 20 KiB: as one folder against tar | age, in one call against a loop of age"""
    count, share = (1000 if pace.quick else FILES), 10
    size = count * FILE_SIZE
    with Bench(size) as bench:
        to, kanaria = bench.to, bench.kanaria
        os.mkdir("files")
        for number in range(count):
            write_random(f"files/{number:05}", FILE_SIZE)
        quietly("bash", "-c", f"tar c files | age -r {to} > tar.age")
        quietly(kanaria, "protect", "-q", "-r", to, "-o", "folder.age", "files")
        quietly("bash", "-c", f"mkdir sealed && {kanaria} protect -q -r {to} -o sealed/ files/*")
        for counts in pace.rounds(warm_up=1):
            turn(recorder, pace, f"protect a folder of {count:,} files", {
                "kanaria": [kanaria, "protect", "-q", "-r", to, "-o", "out", "files"],
                "tar | age": f"tar c files | age -r {to} > out"}, size, counts, "tar | age", 2)
            turn(recorder, pace, f"unlock a folder of {count:,} files", {
                "kanaria": [kanaria, "unlock", "-q", "--folder", "-i", "id", "-o", "out",
                            "folder.age"],
                "age | tar": "mkdir out && age -d -i id tar.age | tar x -C out"},
                size, counts, "age | tar", 2)
            # A loop over all files takes most of a minute; a tenth of it tells as much.
            turn(recorder, pace, f"protect {count:,} files", {
                "kanaria": f"mkdir out && {kanaria} protect -q -r {to} -o out/ files/*",
                "age, a tenth": "mkdir out && for f in files/*0; do "
                                f"age -r {to} -o out/${{f#*/}}.age $f; done"},
                size, counts, "age, a tenth", 2, share)
            turn(recorder, pace, f"unlock {count:,} files", {
                "kanaria": f"mkdir out && {kanaria} unlock -q -i id -o out/ sealed/*",
                "age, a tenth": "mkdir out && for f in sealed/*0.age; do "
                                "age -d -i id -o out/${f#*/} $f; done"},
                size, counts, "age, a tenth", 2, share)


def recipients(recorder, pace):
    """Seal to 1 to 1,000 recipients, and open as the last of them, against age"""
    numbers = [1, 100] if pace.quick else [1, 10, 100, 1000]
    with Bench() as bench:
        kanaria = bench.kanaria
        write_random("small", FILE_SIZE)
        keys = []
        for _ in range(numbers[-1] - 1):
            keys.append(make_key("other"))
            os.remove("other")
        for number in numbers:
            everybody = [*keys[:number - 1], bench.to]
            pathlib.Path(f"to{number}").write_text("\n".join(everybody) + "\n")
            quietly("age", "-R", f"to{number}", "-o", f"to{number}.age", "small")
        for counts in pace.rounds(warm_up=1):
            single = {}
            for number in numbers:
                axis = {"at": number, "axis": "recipients", "size": 0, "counts": counts,
                        "against": "age"}
                sealed = turn(recorder, pace, "seal", {
                    "kanaria": [kanaria, "protect", "-q", "-R", f"to{number}", "-o", "out", "small"],
                    "age": ["age", "-R", f"to{number}", "-o", "out", "small"]}, **axis)
                opened = turn(recorder, pace, "open as the last", {
                    "kanaria": [kanaria, "unlock", "-q", "-i", "id", "-o", "out", f"to{number}.age"],
                    "age": ["age", "-d", "-i", "id", "-o", "out", f"to{number}.age"]}, **axis)
                for work, taken in (("seal", sealed), ("open as the last", opened)):
                    if number == 1:
                        single[work] = taken
                    elif counts:
                        on_top(recorder, work, single[work], taken, number)


def on_top(recorder, work, single, taken, number):
    """What more recipients cost on top of one; the goal is for a thousand."""
    for tool, result in taken.items():
        recorder.add(work, tool, "time on top of one recipient", result["time"] - single[tool]["time"],
                     "s", at=number, axis="recipients",
                     goal=(0.05, "median") if tool == "kanaria" and number == 1000 else None)


def start(recorder, pace):
    """Start-up: from the call to the end of `inspect`, `--version` and the peers' `--version`"""
    with Bench() as bench:
        pathlib.Path("small").write_bytes(b"x")
        quietly("age", "-r", bench.to, "-o", "small.age", "small")
        works = {("inspect a file", "kanaria"): [bench.kanaria, "inspect", "small.age"],
                 ("tell the version", "kanaria"): [bench.kanaria, "--version"],
                 ("tell the version", "age"): ["age", "--version"],
                 ("tell the version", "gpg"): ["gpg", "--version"]}
        for counts in pace.rounds(warm_up=1, runs=20 if pace.quick else 50):
            for (work, tool), words in works.items():
                begin = time.perf_counter()
                quietly(*words)
                taken = (time.perf_counter() - begin) * 1000
                if counts:
                    recorder.add(work, tool, "time", taken, "ms", goal=(10, "median")
                                 if work == "inspect a file" else None)


def overhead(recorder, pace):
    """Bytes that sealing adds to a file; a gate: what the age format prescribes, and no more"""
    with Bench() as bench:
        keys = [bench.to, *(make_key(f"id{number}") for number in range(9))]
        for _ in pace.rounds(runs=1):
            for work, to in ("one recipient", keys[:1]), ("10 recipients", keys):
                words = [word for key in to for word in ("-r", key)]
                for size in (0, 1, 1 << 16, (1 << 16) + 1, 1 << 20):
                    write_random("in", size)
                    for tool, call in {"kanaria": [bench.kanaria, "protect", "-q"],
                                       "age": ["age"]}.items():
                        quietly(*call, *words, "-o", "out", "in")
                        added = os.path.getsize("out") - size
                        remove("out")
                        axis = {"at": size, "axis": "bytes"}
                        recorder.add(work, tool, "bytes added", added, "bytes", **axis)
                        if tool == "kanaria":
                            recorder.add(work, tool, "bytes beyond the format",
                                         added - prescribed(size, len(to)), "bytes", gate=True,
                                         **axis)


def prescribed(size, recipients):
    """Bytes that a file of X25519 recipients is longer than what it holds.

    A line for the version, a stanza of two lines for each recipient, a line with the header's MAC;
    a nonce, and a tag for each chunk of 64 KiB, of which there is one at least. Source: age v1
    (c2sp.org/age).
    """
    header = 22 + 98 * recipients + 48
    return header + 16 + 16 * max(1, -(-size // (1 << 16)))
