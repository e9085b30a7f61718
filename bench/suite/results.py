"""Result files: one JSON schema, written and read here. docs/benchmarks.md describes it."""
import json, math, os, pathlib, statistics

from . import limits

SCHEMA, VERSION = "kanaria-bench", 1
BETTER = ("lower", "higher", "neither")


class ResultsError(Exception):
    """What is wrong with a results file, for people; `code` is the exit code of sysexits.h."""

    def __init__(self, message, code=65):
        super().__init__(message)
        self.code = code


class Recorder:
    """Takes measured values of one benchmark; a row is one work, tool and quantity."""

    def __init__(self, name):
        self.name, self.rows = name, {}
        # What else the file says of this benchmark.
        self.details = {}

    def add(self, work, tool, quantity, value, unit, better="lower", at=None, axis=None,
            goal=None, gate=False, share=None):
        """One value of one run. `at` is the place on the growth curve whose axis is `axis`.

        `goal` is (bound, figure): an upper bound where lower is better, a lower one else, for
        `median`, `maximum`, `p99`. A gate is a goal on a count, whose miss fails the run; its bound is
        in bench/gates.json. `share` is (hits, of) where the one value is a share of counted events in
        percent.
        """
        if gate:
            goal = limits.find(self.name, work, quantity)["limit"], "maximum"
        key = (work, tool, quantity, at)
        if key not in self.rows:
            row = {"benchmark": self.name, "work": work, "tool": tool, "quantity": quantity,
                   "unit": unit, "better": better, "values": []}
            if at is not None:
                row |= {"at": at, "axis": axis}
            if goal:
                row |= {"goal": {"bound": goal[0], "figure": goal[1], "gate": gate}}
            if share:
                row |= {"share": {"hits": share[0], "of": share[1]}}
            self.rows[key] = row
        self.rows[key]["values"].append(value)

    def finished(self):
        return [row | {"summary": summary(row["values"])} for row in self.rows.values()]


def summary(values):
    """Median and spread of the values that were measured."""
    values = sorted(values)
    low, high = values[0], values[-1]
    quarter, middle, three = (statistics.quantiles(values, n=4, method="inclusive")
                              if len(values) > 1 else values * 3)
    # The nearest rank, as percentiles of few values are only ever their maximum.
    p99 = values[min(len(values) - 1, math.ceil(len(values) * 0.99) - 1)]
    return {"runs": len(values), "median": middle, "minimum": low, "maximum": high,
            "lowerQuartile": quarter, "upperQuartile": three, "p99": p99}


def met(row):
    """Whether a row's goal is met; None where it has none."""
    goal = row.get("goal")
    if not goal:
        return None
    value = row["summary"][goal["figure"]]
    return value >= goal["bound"] if row["better"] == "higher" else value <= goal["bound"]


def write(path, results):
    write_text(path, json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def write_text(path, text):
    """Puts the whole file in place at once; a cut one never has the name."""
    path = pathlib.Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ResultsError(f"cannot write {path}: {error.strerror}", 73) from error


def read(path):
    """The results of a file, after its schema was checked."""
    try:
        text = pathlib.Path(path).read_text()
    except OSError as error:
        raise ResultsError(f"cannot read {path}: {error.strerror}", 66) from error
    except UnicodeDecodeError as error:
        raise ResultsError(f"{path} is not text: {error}") from error
    try:
        results = json.loads(text)
    except json.JSONDecodeError as error:
        raise ResultsError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise ResultsError(f"{path}: lists in lists too deep") from error
    check(path, results)
    return results


def check(path, results):
    def fail(what):
        raise ResultsError(f"{path}: {what}")

    if not isinstance(results, dict) or results.get("schema") != SCHEMA:
        fail(f"no results of this suite (\"schema\": \"{SCHEMA}\" is missing)")
    if results.get("version") != VERSION:
        fail(f"schema version {results.get('version')!r}; this program reads version {VERSION}")
    for name, kind in (("commit", str), ("started", str), ("machine", dict), ("versions", dict),
                       ("benchmarks", list), ("rows", list)):
        if not isinstance(results.get(name), kind):
            fail(f"\"{name}\" is missing or not a {kind.__name__}")
    for place, entry in enumerate(results["benchmarks"]):
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            fail(f"benchmarks[{place}] has no \"name\"")
    seen = set()
    for place, row in enumerate(results["rows"]):
        check_row(row, lambda what: fail(f"rows[{place}]: {what}"))
        key = row_key(row)
        if key in seen:
            fail(f"rows[{place}] repeats an earlier one")
        seen.add(key)


def check_row(row, fail):
    if not isinstance(row, dict):
        fail("not an object")
    for name in ("benchmark", "work", "tool", "quantity", "unit"):
        if not isinstance(row.get(name), str):
            fail(f"\"{name}\" is missing or not a text")
    if row.get("better") not in BETTER:
        fail(f"\"better\" is none of {', '.join(BETTER)}")
    values = row.get("values")
    if not isinstance(values, list) or not values or not all(map(is_number, values)):
        fail("\"values\" is not a list of numbers with at least one")
    if "at" in row and not (is_number(row["at"]) and isinstance(row.get("axis"), str)):
        fail("\"at\" is no number or has no \"axis\"")
    if row.get("summary") != summary(values):
        fail("\"summary\" is not that of its values")
    share = row.get("share")
    if share is not None and not (
            isinstance(share, dict) and isinstance(share.get("hits"), int)
            and isinstance(share.get("of"), int) and 0 <= share["hits"] <= share["of"] > 0
            and math.isclose(values[0], share["hits"] / share["of"] * 100, abs_tol=1e-9)):
        fail("\"share\" is malformed")
    goal = row.get("goal")
    if goal is not None and not (
            isinstance(goal, dict) and is_number(goal.get("bound"))
            and goal.get("figure") in row["summary"] and isinstance(goal.get("gate"), bool)):
        fail("\"goal\" is malformed")


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def row_key(row):
    return row["benchmark"], row["work"], row["tool"], row["quantity"], row.get("at")
