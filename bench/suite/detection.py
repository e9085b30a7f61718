"""What is told from ciphertext, and what is taken for it; the corpus is bench/detection's."""
import collections, json, os, statistics, subprocess

from detection import corpus
from peers import rule

from . import shares
from .machine import BIN, HERE
from .results import ResultsError
from .work import Unable

OURS, CHEAP, FULL, CHANGE = "kanaria", "kanaria, first look", "kanaria, full tier", "kanaria, old content"
PEERS = ["Shannon > 7.5", "chi-square", "DAA-192", "RansomWhere?"]
TOOLS = [OURS, CHEAP, FULL, *PEERS]
STRONG = {"uniform", "partlyUniform", "encodedUniform", "uniformFromStart", "uniformPayload", "uniformBody"}
CHANGED = {"lostUniform", "lostToRandom", "unknownUniform", "insideUniform", "repeatedKey", "substitution",
           "keptClasses"}
MIDDLING = {"weakUniform", "nowBroken", "lostToContainer"}
# The more a class says, the higher; for the curve.
RANK = {"uniformFromStart": 6, "uniform": 5, "encodedUniform": 5, "uniformPayload": 5, "uniformBody": 5,
        "partlyUniform": 5, "brokenUniform": 4, "encryptedContainer": 3, "broken": 2, "unknown": 1}
# Goals in percent: written file only from 1 KiB on, with the old content from 4 KiB on.
FOUND, FALSE, FEW = 99.5, 0.03, 95
MOST = 99
GOALS = {
    "16 of 32 bytes": MOST, "64 of 192 bytes": MOST, "16 bytes kept": FEW, "512 bytes kept": FEW,
    "4K kept": FEW, "forged signature": MOST, "only the last 4K": MOST, "xor, 1 byte": MOST,
    "xor, 8 bytes": FEW, "xor, 32 bytes": FEW, "xor, 256 bytes": FEW, "base64": MOST,
    "base64 in lines": MOST, "Fernet": MOST, "hexadecimal": MOST, "uuencode": MOST, "ascii85": MOST,
    "7 bits a byte": FEW, "zeros between": MOST, "in zip, stored": MOST, "in zip, deflated": MOST,
    "in docx": MOST, "in gzip": MOST, "in wav": MOST, "in png": MOST, "in jpeg": MOST,
}
COARSE = ("whole", "header or blocks")
# Files each scheme is tried on.
FILES, QUICK = 400, 25


def detection(recorder, pace):
    """Shares found and false alarms on a corpus of real files, of which one half is for development only"""
    program = BIN / "kanaria-judge"
    cache, half = corpus.folder(os.environ.get("KANARIA_CORPUS")), os.environ.get("KANARIA_HALF", "test")
    if half not in corpus.HALVES:
        raise Unable(f"KANARIA_HALF is none of {', '.join(corpus.HALVES)}")
    if not (cache / "rewritten.stamp").exists():
        raise Unable(f"no corpus in {cache}; bench/bench corpus makes it, 1 GB is downloaded")
    if not program.exists():
        raise Unable(f"{program} is missing")
    found = []
    for _ in pace.rounds(runs=1):
        found = judge(cache, half, program, QUICK if pace.quick else FILES, pace)
    record(recorder, found, half)


def judge(cache, half, program, files, pace):
    """Every judgement, from the worker that has the libraries to encrypt with."""
    result = cache / f"judged-{half}.jsonl"
    words = [cache / "python/bin/python", "-m", "detection.measure", cache, half, program, str(files), result]
    with subprocess.Popen(words, cwd=HERE, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}) as process:
        for line in process.stdout:
            pace.step(f"{line.strip()} judgements")
    if process.returncode:
        raise Unable("detection.measure failed; what it said is above")
    return [with_hits(json.loads(line)) for line in result.read_text().splitlines()]


def with_hits(found):
    """The judgement, with what each tool makes of it."""
    if "missing" in found:
        return found
    cheap, full = found["sampleClass"] in STRONG, found["class"] in STRONG
    found["hits"] = {
        OURS: cheap or full, CHEAP: cheap, FULL: full, "Shannon > 7.5": found["entropy"] > 7.5,
        "chi-square": 161.7 <= found["chiSquare"] <= 363.0, "DAA-192": found["area"] < 32,
        "RansomWhere?": rule.SMALLEST <= found["byteCount"] <= rule.LARGEST
        and not bytes.fromhex(found["head"]).startswith(rule.HEADS)
        and rule.decide(found["entropy"], lambda: found["base64"], lambda: found["piError"],
                        lambda: found["chiSquare"])}
    if "change" in found:
        found["hits"][CHANGE] = found["change"] in CHANGED or (cheap or full) and found["oldClass"] not in STRONG
    return found


def counted(events, tools):
    """How many there are, and how many each tool found."""
    return {"of": len(events), "hits": {tool: sum(event["hits"][tool] for event in events) for tool in tools}}


def record(recorder, found, half):
    missing = sorted({f"{event['missing']}: {event['said']}" for event in found if "missing" in event})
    found = [event for event in found if "missing" not in event]
    by_event = collections.defaultdict(list)
    for event in found:
        by_event[event["event"]].append(event)
    benign, rewrites, attacks = (by_event[name] for name in ("benign", "rewrite", "attack"))
    coarse = [event for event in attacks if event.get("group") in COARSE and event["oldByteCount"] >= 1024]
    add_shares(recorder, benign, rewrites, attacks, coarse)
    add_cost(recorder, benign)
    recorder.details = {
        "half": half, "missing": missing, "corpus": about(benign, by_event["designed"], rewrites),
        "shares": [*table("scheme", attacks, "case", [*TOOLS, CHANGE], 1024),
                   *table("small file", [event for event in attacks if event["oldByteCount"] < 1024], "group",
                          [*TOOLS, CHANGE], 512),
                   *table("rewrite", rewrites, "case", [*TOOLS, CHANGE], 0),
                   *table("benign package", benign, "case", TOOLS, 0),
                   *table("benign type", benign, "type", TOOLS, 0),
                   *table("attacked type", coarse, "type", [*TOOLS, CHANGE], 0),
                   *table("encrypted on purpose", with_containers(by_event["designed"]), "type",
                          [OURS, "container"], 0)],
        "curves": curves(benign, coarse, rewrites, [
            event for event in attacks if event.get("group") in ("fine or kept", "encoded", "classical",
                                                                 "wrapped")
            and event["oldByteCount"] >= 4096])}


def with_containers(events):
    for event in events:
        event["hits"]["container"] = "encryptedContainer" in (event["class"], event["sampleClass"])
    return events


def about(benign, designed, rewrites):
    kinds = collections.Counter(event["type"] for event in benign)
    modern = sum(kinds[kind] for kind in ("zst", "xz", "webp", "7z", "heic", "tzst", "txz", "avif"))
    return {"files": len(benign), "types": len(kinds), "modern": modern, "encryptedOnPurpose": len(designed),
            "rewrites": len(rewrites), "packages": len({event["case"] for event in benign
                                                        if not event["case"].startswith("made by")})}


def table(name, events, key, tools, least):
    groups = collections.defaultdict(list)
    for event in events:
        if event.get("oldByteCount", event["byteCount"]) >= least:
            groups[event[key]].append(event)
    return [{"table": name, "case": case} | ({"group": of[0]["group"]} if "group" in of[0] else {})
            | counted(of, tools) for case, of in sorted(groups.items())]


def add_shares(recorder, benign, rewrites, attacks, coarse):
    for tool in TOOLS:
        goal = tool == OURS
        add(recorder, "written file only, whole, header or blocks, from 1 KiB on", tool, "found", coarse,
            "higher", FOUND if goal else None)
        add(recorder, "written file only, benign files", tool, "false alarms", benign, "lower",
            FALSE if goal else None)
    for tool in [CHANGE, *TOOLS]:
        add(recorder, "benign rewrites", tool, "false alarms", rewrites, "lower",
            FALSE if tool == CHANGE else None)
    cases = collections.defaultdict(list)
    for event in attacks:
        if event["oldByteCount"] >= 4096:
            cases[event["case"]].append(event)
    for case, of in cases.items():
        if of[0]["group"] != "container":
            add(recorder, f"{case}, from 4 KiB on", CHANGE, "found", of, "higher", GOALS.get(case))
        else:
            with_containers(of)
            add(recorder, f"{case}, from 4 KiB on", OURS, "found to be a container",
                [event | {"hits": {OURS: event["hits"]["container"]}} for event in of], "higher")


def add(recorder, work, tool, quantity, events, better, goal=None):
    if not events:
        return
    hits = sum(event["hits"][tool] for event in events)
    recorder.add(work, tool, quantity, hits / len(events) * 100, "%", better,
                 goal=(goal, "median") if goal else None, share=(hits, len(events)))


def add_cost(recorder, benign):
    for event in benign:
        recorder.add("each file", OURS, "first look", event["sampleMicroseconds"], "µs",
                     goal=(40, "median"))
        if event["byteCount"] >= 1 << 16:
            recorder.add("files from 64 KiB on", OURS, "full tier",
                         event["microseconds"] / 1000 / (event["byteCount"] / (1 << 20)), "ms/MiB",
                         goal=(5, "median"))
        recorder.add("each file", OURS, "decoded", event["decoded"] / (1 << 20), "MiB", goal=(4, "maximum"))
    # Thousands of single values say no more than their spread.
    for row in recorder.rows.values():
        if len(row["values"]) > 200:
            row["values"] = [round(value, 4) for value in spread(row["values"])]


def spread(values):
    """A hundred quantiles and both ends."""
    return [min(values), *statistics.quantiles(values, n=100, method="inclusive"), max(values)]


def curves(benign, coarse, rewrites, fine):
    """For each of the two questions the curves of those who have a threshold, and points of others."""
    scores = {OURS: lambda event: max(RANK.get(event["class"], 0), 5 * event["hits"][OURS]),
              "Shannon": lambda event: event["entropy"],
              "chi-square": lambda event: -event["chiSquare"], "DAA-192": lambda event: -event["area"]}
    ranks = {CHANGE: lambda event: 3 if event["hits"][CHANGE] else 2 if event["change"] in MIDDLING
             else 1 if event["change"] == "lostOnly" else 0}
    points = {"RansomWhere?"}
    return [
        {"title": title, "curves": {name: shares.curve([score(event) for event in calm],
                                                       [score(event) for event in bad])
                                    for name, score in chosen.items()} | {
            name: [[share(calm, name), share(bad, name)]] for name in points}}
        for title, calm, bad, chosen in (
            ("Written file only: whole, header or blocks, from 1 KiB on", benign, coarse, scores),
            ("Rewrites: fine, kept, encoded, classical, wrapped, from 4 KiB on", rewrites, fine, ranks | scores))]


def share(events, tool):
    return round(sum(event["hits"][tool] for event in events) / max(1, len(events)), 6)


def prepare(options):
    """The verb `corpus`."""
    cache = corpus.folder(options.cache or os.environ.get("KANARIA_CORPUS"))
    show = (lambda words: None) if options.quiet else lambda words: print(words, flush=True)
    try:
        corpus.prepare(cache, show)
    except (corpus.CorpusError, OSError) as error:
        raise ResultsError(str(error), 69) from error
    files = len(corpus.read_lines(cache / "corpus.jsonl"))
    pairs = len(corpus.read_lines(cache / "rewrites.jsonl"))
    print(f"{files:,} files and {pairs:,} rewrites in {cache}")
    return 0
