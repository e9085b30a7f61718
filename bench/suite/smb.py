"""A Samba server and its clients: what bench/smb.py measures, where the tree has it."""
import json, pathlib, subprocess, sys

from .machine import HERE
from .work import Place, Unable, need, need_root

PROGRAM = HERE / "smb.py"
WORKS = {"loss": "canary in the way", "speed": "no canary", "ban": "no canary"}
BAN = "full_audit, fail2ban"


def smb(recorder, pace):
    """Files that an SMB client damages, time until it is cut off, and the cost for another's work"""
    for number, _ in enumerate(pace.rounds()):
        for part in ("loss", "speed", "ban", "touch", "cost"):
            # The round before was the warm-up.
            measure(recorder, pace, part, *(["--warm"] if number else []))


def clients(recorder, pace):
    """An SMB client's attack while 1 to 100 others work"""
    for _ in pace.rounds():
        measure(recorder, pace, "clients")


def measure(recorder, pace, part, *words):
    """One run of a part of bench/smb.py."""
    need_root()
    if not PROGRAM.exists():
        raise Unable("this tree has no bench/smb.py")
    need("smbd", "nft")
    with Place() as place:
        report = place.path / "smb.json"
        pace.step(f"{part} of bench/smb.py")
        words = [sys.executable, PROGRAM, "--runs", "1", "--json", report, *words, part]
        run = subprocess.run([*words, *(["--quick"] if pace.quick else [])],
                             capture_output=True, text=True)
        if run.returncode:
            raise Unable(f"bench/smb.py: {(run.stderr.strip().splitlines() or ['failed'])[-1]}")
        take(recorder, json.loads(pathlib.Path(report).read_text()))


def take(recorder, report):
    """Puts what one run of bench/smb.py told into rows."""
    for part, title in WORKS.items():
        for label, runs in report.get(part, {}).items():
            for run in runs:
                take_attack(recorder, part, f"{title}, {label}", run)
    for work, crowds in report.get("clients", {}).items():
        for number, runs in crowds.items():
            for run in runs:
                take_crowd(recorder, work, int(number), run)
    touch = report.get("touch", {})
    for name, quantity, goal in (("decision_milliseconds", "opening read to verdict", None),
                                 ("guard_milliseconds", "verdict to end of the process", None),
                                 ("client_milliseconds", "canary to cut-off", (20, "p99"))):
        for value in touch.get(name, []):
            recorder.add("timeline", "kanaria", quantity, value, "ms", goal=goal)
    seconds = report.get("cost", {})
    for tool, values in seconds.items():
        for value, nobody in zip(values, seconds["nobody"]):
            name = "kanaria" if tool == "guard" else tool
            recorder.add("a client's work", name, "time", value, "s")
            if tool != "nobody":
                recorder.add("a client's work", name, "time against nobody", value / nobody, "x",
                             goal=(1.05, "median") if name == "kanaria" else None)


def take_attack(recorder, part, work, run):
    """An attack beside one client that works."""
    tool = BAN if part == "ban" else "kanaria"

    def add(quantity, value, unit, goal=None):
        recorder.add(work, tool, quantity, value, unit, goal=goal if tool == "kanaria" else None)

    add("files damaged", run["damaged"], "files", (6, "median") if part == "speed" else None)
    if part == "loss":
        add("damaged after the canary", run["after_canary"], "files", (0, "maximum"))
    add("came back", run["back"], "times", (0, "maximum"))
    add("let in later", int(run["connects"]), "times", (0, "maximum"))
    add("errors at another client", run["other_errors"], "errors", (0, "maximum"))
    if run["milliseconds"]:
        add("canary to cut-off", run["milliseconds"], "ms")


def take_crowd(recorder, work, number, run):
    """An attack beside so many clients that work."""
    def add(quantity, value, unit, bound=None):
        recorder.add(work, "kanaria", quantity, value, unit, at=number,
                     axis="other clients", goal=None if bound is None else (bound, "maximum"))

    add("files damaged", run["damaged"], "files")
    if work == WORKS["loss"]:
        add("damaged after the canary", run["after_canary"], "files", 0)
    if run["milliseconds"]:
        add("canary to cut-off", run["milliseconds"], "ms")
    add("let in later", int(run["connects"]), "times", 0)
    add("errors at other clients", run["other_errors"], "errors", 0)
    add("longest round of another client", run["other_longest"], "ms")
    add("memory of the guard", run["guard_memory"], "MiB", 64)
