"""Runs benchmarks one after the other and writes what they found after each."""
import datetime, os, time

from . import attacks, benign, counts, detection, evidence, machine, results, seals, smb, writers
from .pace import OutOfTime, Pace, Progress
from .work import Unable

# Name, what is measured, runs unless told otherwise, and its share of a time budget.
EVERY = {
    "loss": (attacks.loss, 9, 20), "speed": (attacks.speed, 5, 16),
    "canary": (attacks.canary, 1, 1),
    "cost": (writers.cost, 9, 14), "rate": (writers.rate, 3, 2), "touch": (writers.touch, 1, 4),
    "gate": (writers.gate, 5, 2), "counts": (counts.counts, 1, 1), "growth": (writers.growth, 3, 12),
    "sizes": (seals.sizes, 5, 14), "many": (seals.many, 5, 10),
    "recipients": (seals.recipients, 7, 3), "start": (seals.start, 1, 1),
    "overhead": (seals.overhead, 1, 1), "smb": (smb.smb, 3, 14),
    "clients": (smb.clients, 1, 6),
    "evidence": (evidence.evidence, 15, 4),
    "benign": (benign.benign, 1, 15),
    "detection": (detection.detection, 1, 20),
}


def describe(name):
    return EVERY[name][0].__doc__


def run(names, options):
    """Runs the benchmarks; the results so far are in the file after each of them."""
    end = time.monotonic() + options.budget * 60 if options.budget else None
    show = Progress(options.quiet, end)
    found, own = new_results(options), {}
    if options.add:
        own = keep_others(found, names, results.read(options.json), options.mixed)
    began = time.monotonic() - found["seconds"]
    for place, name in enumerate(names):
        found["benchmarks"].append(
            one(name, names[place:], options, end, show, found["rows"]) | own)
        found["seconds"] = round(time.monotonic() - began, 1)
        if options.json:
            results.write(options.json, found)
    show.clear()
    return found


def keep_others(found, names, old, mixed=False):
    """Takes over what an earlier run measured of other benchmarks; the same programs unless mixed.

    Returns what new entries have to say of themselves, since the file speaks of the earlier run.
    """
    differing = [name for name in ("commit", "programs", "quick", "versions")
                 if found[name] != old.get(name)]
    if differing and not mixed:
        raise results.ResultsError(f"cannot add: not the same {differing[0]}")
    own = {name: found[name] for name in ("commit", "modified", "started", "quick")} if differing else {}
    found |= {name: old.get(name) for name in differing}
    for name in ("benchmarks", "rows"):
        key = "name" if name == "benchmarks" else "benchmark"
        found[name] = [entry for entry in old[name] if entry[key] not in names]
    found |= {name: old.get(name) for name in ("started", "seconds", "modified", "machine")}
    return own


def new_results(options):
    commit, modified = machine.commit()
    work = os.environ.get("KANARIA_WORK")
    systems = {"guard": machine.file_system(work) if work else "a fresh ext4 in memory",
               "seal": machine.file_system(work or "/dev/shm")}
    return {"schema": results.SCHEMA, "version": results.VERSION, "commit": commit,
            "modified": modified, "programs": machine.digests(),
            "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": 0, "quick": options.quick, "budgetMinutes": options.budget,
            "order": "interleaved", "machine": machine.machine(systems),
            "versions": machine.versions(), "benchmarks": [], "rows": []}


def one(name, left, options, end, show, rows):
    measure, runs, share = EVERY[name]
    runs = options.runs or (min(runs, 3) if options.quick else runs)
    until = None
    if end:
        # What others left of their share is there for those that come later.
        now = time.monotonic()
        until = now + (end - now) * share / sum(EVERY[other][2] for other in left)
    pace = Pace(name, runs, options.quick, until, show)
    recorder = results.Recorder(name)
    entry = {"name": name, "about": describe(name), "load": round(os.getloadavg()[0], 2)}
    start = time.monotonic()
    try:
        measure(recorder, pace)
    except OutOfTime:
        entry["skipped"] = "no time left"
    except (Unable, OSError, ValueError) as error:
        entry["skipped"] = str(error)
    except Exception as error:  # a benchmark that breaks must not take the others' results along
        entry["skipped"] = f"{type(error).__name__}: {error}"
    if "skipped" not in entry:
        rows += recorder.finished()
        entry |= recorder.details
    return entry | {"warmUp": pace.warm_up, "rounds": pace.done,
                    "seconds": round(time.monotonic() - start, 1)}
