"""Honest work under the guard, which must stop none of it."""
import os, re, shutil, subprocess, time

from .machine import HERE
from .work import Guard, Place, Unable, need_root, programs

FOLDER = HERE / "benign"
# A work that takes longer hangs.
LIMIT = 900


class Work:
    """A script of `bench/benign`, and what its head says."""

    def __init__(self, path):
        self.path, self.name = path, path.stem
        head = dict(re.findall(r"^# (\w+): (.+)$", path.read_text(), re.MULTILINE))
        self.about, self.needs = head["about"], head["needs"].split()
        self.is_quick = head["quick"] == "yes"

    def missing(self):
        places = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
        return [tool for tool in self.needs if not shutil.which(tool, path=places)]


def works():
    paths = sorted(FOLDER.glob("*.sh"))
    return [Work(path) for path in paths if path.name != "common.sh"]


def benign(recorder, pace):
    """Honest work that the guard stops: compiling, archives, backups, databases, pictures …"""
    need_root()
    programs("kanaria", "kanariad")
    chosen = [work for work in works() if work.is_quick or not pace.quick]
    skipped = {work.name: work.missing() for work in chosen if work.missing()}
    for _ in pace.rounds(runs=1):
        for work in chosen:
            if work.name in skipped:
                continue
            pace.step(work.name)
            incidents, code, seconds = done(work, pace.quick)
            recorder.add(work.name, "kanaria", "freezes", incidents, "incidents", gate=True)
            recorder.add(work.name, "kanaria", "failed", int(code != 0), "of 1", gate=True)
            recorder.add(work.name, "kanaria", "time", seconds, "s", "neither")
        recorder.add("all", "kanaria", "works left out", len(skipped), "works", "lower")
        for name, tools in skipped.items():
            recorder.add(name, "kanaria", f"left out, missing {', '.join(tools)}", 1, "of 1")


def done(work, quick):
    """Incidents, exit code and seconds of one work in a guarded folder with canaries."""
    with Place() as place:
        ward = place.files / "ward"
        ward.mkdir()
        for number in range(40):
            (ward / f"letter-{number}.txt").write_text(f"letter {number}\n" * 200)
        with Guard(place, canaries=True) as guard:
            folder = place.files / "work"
            folder.mkdir()
            start = time.monotonic()
            env = {**os.environ, **({"KANARIA_QUICK": "1"} if quick else {})}
            try:
                run = subprocess.run(["/bin/sh", work.path], cwd=folder, env=env, timeout=LIMIT,
                                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.PIPE, start_new_session=True)
            except subprocess.TimeoutExpired as late:
                raise Unable(f"{work.name} took longer than {LIMIT} s") from late
            seconds = time.monotonic() - start
            settle(guard)
            return len(guard.incidents()), run.returncode, seconds


def settle(guard):
    """Waits until the guard has read what happened: its count of events stands still."""
    before = -1
    while (now := guard.status()["events"]) != before:
        before = now
        time.sleep(0.3)
