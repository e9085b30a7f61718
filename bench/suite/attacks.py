"""What an attack costs in files: the guard and the rule against the simulator."""
import json, shutil, subprocess

from .work import Guard, Place, need_root, programs, rule

FILES, FOLDERS, SIZE = 1000, 20, 16384
MET_FIRST = {
    "1 process": [], "8 threads": ["--workers", "threads:8"],
    "tree of 5": ["--workers", "tree:5"], "tree of 5 in sessions": ["--workers", "setsid:5"]}
WAYS = {
    "8 threads": ["--workers", "threads:8"], "tree of 5": ["--workers", "tree:5"],
    "one process per file": ["--workers", "per-file"],
    **{method: ["--method", method] for method in (
        "newdelete", "renamefirst", "truncate", "mmap", "uring", "direct", "copyover")}}
# All that open a file for writing before they damage it.
OPENING = ["inplace", "truncate", "mmap", "uring", "direct", "renamefirst", "copyover"]
SPEEDS = [10, 38, 100, 250, 417, 1000, 4000]


def attack(place, words, tool="guard", canaries=False, deadline=30, limit=FILES, files=FILES,
           at_canary=False):
    """One attack on the files; how many were lost and how many canaries changed.

    `at_canary` has it begin with a canary.
    """
    simulator, _ = programs("kanaria-attack", "kanariad")
    place.files.rmdir()
    subprocess.run([simulator, "make", place.files, "--files", str(files), "--folders",
                    str(FOLDERS), "--size", str(SIZE)], check=True, stdout=subprocess.DEVNULL)
    original = set(place.files.rglob("*"))
    with (Guard(place, canaries) if tool == "guard" else rule(place)):
        planted = {path: path.read_bytes() for path in place.files.rglob("*")
                   if path not in original and path.is_file()}
        if at_canary:
            words = [*words, "--first", str(min(planted).relative_to(place.files))]
        subprocess.run([simulator, "run", place.files, "--deadline", str(deadline), "--limit",
                        str(limit), *words], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, start_new_session=True)
    verdict = json.loads(subprocess.run([simulator, "verify", place.files],
                                        capture_output=True).stdout)
    return {"lost": verdict["changed"] + verdict["missing"],
            "canaries changed": sum(not path.exists() or path.read_bytes() != text
                                    for path, text in planted.items())}


def renew(place):
    simulator, = programs("kanaria-attack")
    subprocess.run([simulator, "remove", place.files], stdout=subprocess.DEVNULL)
    if place.files.exists():
        shutil.rmtree(place.files)
    place.files.mkdir()


def loss(recorder, pace):
    """Files lost of 1,000: a canary in the way; without one, each way of writing"""
    need_root()
    with Place() as place:
        for _ in pace.rounds():
            for label, words in MET_FIRST.items():
                work = f"canary met first, {label}"
                pace.step(work)
                result = attack(place, ["--order", "name", *words], canaries=True)
                note(recorder, place, work, result, 3)
                recorder.add(work, "kanaria", "canaries changed", result["canaries changed"],
                             "files", goal=(0, "maximum"))
                renew(place)
            for label, words in WAYS.items():
                work = f"no canary, 250 files/s, {label}"
                pace.step(work)
                result = attack(place, ["--speed", "250", *words])
                note(recorder, place, work, result, 8)
                renew(place)


def canary(recorder, pace):
    """Files lost where one process opens a canary first, each way of writing; a gate"""
    need_root()
    with Place() as place:
        for _ in pace.rounds(runs=1):
            for method in OPENING:
                pace.step(method)
                result = attack(place, ["--method", method], canaries=True, files=100,
                                at_canary=True)
                recorder.add(method, "kanaria", "files lost", result["lost"], "files", gate=True)
                renew(place)


def note(recorder, place, work, result, bound):
    incidents = [json.loads(path.read_text())
                 for path in (place.path / "state/incidents").glob("*.json")]
    stopped = [entry["stoppedMicroseconds"] - entry["decisionMicroseconds"] for entry in incidents
               if entry["state"] == "killed"]
    recorder.add(work, "kanaria", "files lost", result["lost"], "files", goal=(bound, "maximum"))
    recorder.add(work, "kanaria", "attacks stopped", int(bool(stopped)), "of each", "higher",
                 goal=(1, "minimum"))
    if stopped:
        recorder.add(work, "kanaria", "verdict to stop", min(stopped) / 1000, "ms")


def speed(recorder, pace):
    """Files lost against the attack's speed, without canaries: the guard and the rule of 5 files"""
    need_root()
    speeds = [250, 1000] if pace.quick else SPEEDS
    with Place() as place:
        for _ in pace.rounds():
            for number in [*speeds, None]:
                # Slow attacks are cut short: what is lost beyond is lost for certain.
                limit = min(FILES, number * 10) if number else FILES
                for name, tool in (("kanaria", "guard"), ("rule of 5 files", "rule")):
                    pace.step(f"{number or 'no'} files/s, {name}")
                    lost = attack(place, ["--speed", str(number or "max")], tool, limit=limit)
                    if number:
                        recorder.add("no canary", name, "files lost", lost["lost"], "files",
                                     at=number, axis="files a second",
                                     goal=(8, "maximum") if tool == "guard" and number <= 417
                                     else None)
                    else:
                        recorder.add("no canary, unthrottled", name, "files lost", lost["lost"],
                                     "files")
                    renew(place)
