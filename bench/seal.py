#!/usr/bin/env python3
"""How fast the seal is, side by side with Debian's age and gpg on the same work.

Usage: bench/seal.py [--runs N] [--size MIB] [--json FILE] [big|many|recipients|start]...
Programs come from $KANARIA_BIN (default .build/release), the folder to work in from
$KANARIA_WORK (default /dev/shm, which must have room for four times the size).

The tools take turns within each run, and figures are medians. The first touch of a page that
the machine's host has not given yet costs more than everything measured here; so the pages of
each output are touched before the run that writes it, and given back.
"""
import argparse, json, os, pathlib, platform, shutil, statistics, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ.get("KANARIA_BIN", HERE.parent / ".build/release")).absolute()
KANARIA = str(BIN / "kanaria")
FILES, FILE_SIZE, RECIPIENTS = 10_000, 20 * 1024, 1_000


class Bench:
    """A folder of our own with keys, and what was measured."""

    def __init__(self, runs, mebibytes):
        work = os.environ.get("KANARIA_WORK", "/dev/shm")
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="kanaria-bench-", dir=work))
        self.runs, self.size = runs, mebibytes << 20
        self.rows = []
        os.chdir(self.path)
        os.mkdir("gpg", 0o700)
        os.environ["GNUPGHOME"] = str(self.path / "gpg")
        # What is opened here is nobody's business, and no disk's either.
        os.environ["XDG_STATE_HOME"] = str(self.path / "state")
        self.recipient = self.make_key("id")
        quietly("gpg", "--batch", "--passphrase", "", "--quick-generate-key", "bench", "default")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["gpgconf", "--kill", "all"], check=False)
        os.chdir("/")
        shutil.rmtree(self.path)

    @staticmethod
    def make_key(name):
        quietly("age-keygen", "-o", name)
        return subprocess.run(["age-keygen", "-y", name], capture_output=True, text=True,
                              check=True).stdout.strip()

    def warm(self, size):
        """Touches as many pages as the next output needs, and gives them back."""
        block = bytes(1 << 20)
        with open("warm", "wb") as file:
            for _ in range(size >> 20):
                file.write(block)
        os.remove("warm")

    def compare(self, name, tools, size, clean):
        """Runs each tool in turn; keeps medians of wall, processor and memory."""
        taken = {tool: [] for tool in tools}
        for _ in range(self.runs):
            for tool, command in tools.items():
                clean()
                self.warm(size)
                taken[tool].append(measure(command))
        clean()
        for tool, runs in taken.items():
            median = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            median["maxRSS"] = max(run["rss"] for run in runs)
            self.rows.append({"work": name, "tool": tool, "runs": len(runs), **median})
        return {tool: statistics.median(run["wall"] for run in runs)
                for tool, runs in taken.items()}


def quietly(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure(command):
    """Wall and processor seconds and the largest resident memory of a command, in bytes.

    Through time(1), for a child of this interpreter inherits its memory's high-water mark.
    """
    if isinstance(command, str):
        command = ["bash", "-o", "pipefail", "-c", command]
    with open("times", "w+") as times:
        start = time.perf_counter()
        run = subprocess.run(
            ["/usr/bin/time", "--quiet", "-f", "%U %S %M", "-o", "times", *command],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wall = time.perf_counter() - start
        if run.returncode:
            sys.exit(f"{command}: {run.stderr}")
        user, system, memory = times.read().split()[-3:]
    return {"wall": wall, "user": float(user), "system": float(system),
            "rss": int(memory) * 1024}


def removing(*names):
    def clean():
        for name in names:
            if os.path.isdir(name):
                shutil.rmtree(name)
            elif os.path.exists(name):
                os.remove(name)
    return clean


def big(bench):
    """One file: the goals are 1.8 times age's speed and 1.2 GB/s a core."""
    with open("/dev/urandom", "rb") as random, open("in", "wb") as file:
        for _ in range(bench.size >> 20):
            file.write(random.read(1 << 20))
    to = bench.recipient
    gpg = ["gpg", "--batch", "--yes", "--trust-model", "always", "-z", "0"]
    sealed = bench.compare("protect one file", {
        "kanaria": [KANARIA, "protect", "-q", "-r", to, "-o", "out", "in"],
        "age": ["age", "-r", to, "-o", "out", "in"],
        "gpg -z 0": [*gpg, "-r", "bench", "-o", "out", "-e", "in"],
    }, bench.size, removing("out"))
    quietly("age", "-r", to, "-o", "in.age", "in")
    quietly(*gpg, "-r", "bench", "-o", "in.gpg", "-e", "in")
    opened = bench.compare("unlock one file", {
        "kanaria": [KANARIA, "unlock", "-q", "-i", "id", "-o", "out", "in.age"],
        "age": ["age", "-d", "-i", "id", "-o", "out", "in.age"],
        "gpg -z 0": [*gpg, "-o", "out", "-d", "in.gpg"],
    }, bench.size, removing("out"))
    piped = bench.compare("protect through pipes", {
        "kanaria": f"cat in | {KANARIA} protect -q -r {to} | cat > out",
        "age": f"cat in | age -r {to} | cat > out",
    }, bench.size, removing("out"))
    bench.compare("verify, nothing written", {
        "kanaria": [KANARIA, "verify", "-i", "id", "in.age"],
        "age > /dev/null": ["age", "-d", "-i", "id", "-o", "/dev/null", "in.age"],
    }, 0, removing())
    # Two processors may share a core, and then each is slower than one alone.
    alone = ["taskset", "-c", "0"]
    bench.compare("protect on one processor", {
        "kanaria": [*alone, KANARIA, "protect", "-q", "-r", to, "-o", "out", "in"],
    }, bench.size, removing("out"))
    bench.compare("verify on one processor", {
        "kanaria": [*alone, KANARIA, "verify", "-i", "id", "in.age"]}, 0, removing())
    removing("in", "in.age", "in.gpg")()
    inside = {row["work"]: row for row in bench.rows if row["tool"] == "kanaria"}
    rate = [bench.size / inside[work]["user"] / 1e9
            for work in ("protect on one processor", "verify on one processor")]
    return [goal("protect against age", sealed["age"] / sealed["kanaria"], "x", 1.8),
            goal("unlock against age", opened["age"] / opened["kanaria"], "x", 1.8),
            goal("through pipes against age", piped["age"] / piped["kanaria"], "x", None),
            goal("protect, per core inside", rate[0], "GB/s", 1.2),
            goal("unlock, per core inside", rate[1], "GB/s", 1.2)]


def many(bench):
    """Many small files, as one folder and in one call: twice the speed of age."""
    os.mkdir("files")
    for number in range(FILES):
        pathlib.Path(f"files/{number:05}").write_bytes(os.urandom(FILE_SIZE))
    to, size = bench.recipient, FILES * FILE_SIZE
    packed = bench.compare("protect a folder", {
        "kanaria": [KANARIA, "protect", "-q", "-r", to, "-o", "out", "files"],
        "tar | age": f"tar c files | age -r {to} > out",
    }, size, removing("out"))
    quietly("bash", "-c", f"tar c files | age -r {to} > tar.age")
    quietly(KANARIA, "protect", "-q", "-r", to, "-o", "folder.age", "files")
    unpacked = bench.compare("unlock a folder", {
        "kanaria": [KANARIA, "unlock", "-q", "--folder", "-i", "id", "-o", "out", "folder.age"],
        "age | tar": "mkdir out && age -d -i id tar.age | tar x -C out",
    }, size, removing("out"))
    # A loop over all files takes most of a minute; a tenth of it tells as much.
    share, names = 10, "files/*0"
    sealed = bench.compare("protect many files", {
        "kanaria": f"mkdir out && {KANARIA} protect -q -r {to} -o out/ files/*",
        "age, a tenth": f"mkdir out && for f in {names}; do age -r {to} -o out/${{f#*/}}.age $f; done",
    }, size, removing("out"))
    quietly("bash", "-c", f"mkdir sealed && {KANARIA} protect -q -r {to} -o sealed/ files/*")
    sealed_names = names.replace("files/", "sealed/") + ".age"
    opened = bench.compare("unlock many files", {
        "kanaria": f"mkdir out && {KANARIA} unlock -q -i id -o out/ sealed/*",
        "age, a tenth":
            f"mkdir out && for f in {sealed_names}; do age -d -i id -o out/${{f#*/}} $f; done",
    }, size, removing("out"))
    removing("files", "sealed", "tar.age", "folder.age")()
    loop = "age, a tenth"
    return [goal("protect a folder against tar | age",
                 packed["tar | age"] / packed["kanaria"], "x", 2),
            goal("unlock a folder against age | tar",
                 unpacked["age | tar"] / unpacked["kanaria"], "x", 2),
            goal("protect many files against a loop of age",
                 sealed[loop] * share / sealed["kanaria"], "x", 2),
            goal("unlock many files against a loop of age",
                 opened[loop] * share / opened["kanaria"], "x", 2)]


def recipients(bench):
    """A thousand recipients: at most 0.05 s on top of what one costs."""
    pathlib.Path("small").write_bytes(os.urandom(FILE_SIZE))
    keys = []
    for _ in range(RECIPIENTS - 1):
        keys.append(bench.make_key("other"))
        os.remove("other")
    pathlib.Path("all").write_text("\n".join([*keys, bench.recipient]) + "\n")
    pathlib.Path("one").write_text(bench.recipient + "\n")
    sealed, opened = {}, {}
    for who in ("one", "all"):
        sealed[who] = bench.compare(f"seal to {who}", {
            "kanaria": [KANARIA, "protect", "-q", "-R", who, "-o", "out", "small"],
            "age": ["age", "-R", who, "-o", "out", "small"],
        }, 0, removing("out"))
        quietly("age", "-R", who, "-o", f"{who}.age", "small")
        opened[who] = bench.compare(f"open as the last of {who}", {
            "kanaria": [KANARIA, "unlock", "-q", "-i", "id", "-o", "out", f"{who}.age"],
            "age": ["age", "-d", "-i", "id", "-o", "out", f"{who}.age"],
        }, 0, removing("out"))
    return [goal(f"{RECIPIENTS} recipients, {work}, on top",
                 times["all"]["kanaria"] - times["one"]["kanaria"], "s", -0.05)
            for work, times in (("seal", sealed), ("open as the last", opened))]


def start(bench):
    """Start-up: at most 10 ms to inspect a file."""
    pathlib.Path("small").write_bytes(b"x")
    removing("small.age")()
    quietly("age", "-r", bench.recipient, "-o", "small.age", "small")
    taken = []
    for _ in range(max(50, bench.runs)):
        begin = time.perf_counter()
        quietly(KANARIA, "inspect", "small.age")
        taken.append(time.perf_counter() - begin)
    milliseconds = statistics.median(taken) * 1000
    bench.rows.append({"work": "inspect", "tool": "kanaria", "runs": len(taken),
                       "wall": milliseconds / 1000})
    return [goal("start-up of inspect", milliseconds, "ms", -10)]


def goal(name, value, unit, bound):
    """A figure and its goal; a negative bound is an upper one."""
    met = bound is None or (value >= bound if bound > 0 else value <= -bound)
    return {"figure": name, "value": round(value, 3), "unit": unit, "goal": bound, "met": met}


def show(rows, figures):
    print(f"{'work':28} {'tool':16} {'wall s':>8} {'user s':>8} {'system s':>8} {'MiB':>6}")
    for row in rows:
        print(f"{row['work']:28} {row['tool']:16} {row['wall']:8.3f} {row.get('user', 0):8.2f} "
              f"{row.get('system', 0):8.2f} {row.get('maxRSS', 0) / (1 << 20):6.1f}")
    print()
    for figure in figures:
        bound = figure["goal"]
        wanted = "" if bound is None else f"{'>=' if bound > 0 else '<='} {abs(bound)}"
        print(f"{figure['figure']:46} {figure['value']:8.3f} {figure['unit']:5} {wanted:8}"
              f" {'' if figure['met'] else 'MISSED'}")


def main():
    parts = {"big": big, "many": many, "recipients": recipients, "start": start}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--size", type=int, default=1024, help="MiB of the big file")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    for part in options.parts:
        if part not in parts:
            parser.error(f"no such part: {part}")
    report = options.json.absolute() if options.json else None
    figures = []
    load = os.getloadavg()[0]
    with Bench(options.runs, options.size) as bench:
        for part in options.parts or parts:
            figures += parts[part](bench)
        rows = bench.rows
    memory = [row["maxRSS"] for row in rows if row["tool"] == "kanaria" and "maxRSS" in row]
    if memory:
        figures.append(goal("resident memory", max(memory) / (1 << 20), "MiB", -16))
    print(f"{platform.machine()}, {os.cpu_count()} processors, load before {load:.1f}\n")
    show(rows, figures)
    if report:
        report.write_text(json.dumps(
            {"loadBefore": load, "processors": os.cpu_count(), "rows": rows,
             "figures": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
