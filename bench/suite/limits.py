"""The limits of the gates, with the reason of each: bench/gates.json."""
import json

from .machine import HERE

FILE = HERE / "gates.json"
MEMBERS = {"benchmark", "work", "quantity", "limit", "reason"}
# Stands for every work of a benchmark.
ANY = "*"


def read():
    """The gates of the file; a malformed one is an error, not a gate less."""
    found = json.loads(FILE.read_text())["gates"]
    for place, gate in enumerate(found):
        if gate.keys() != MEMBERS or not gate["reason"] or gate["limit"] < 0:
            raise ValueError(f"{FILE}: gates[{place}] is malformed")
    return found


def find(benchmark, work, quantity):
    """The gate of a row; whoever records one without a limit is mistaken."""
    for gate in read():
        if (gate["benchmark"], gate["quantity"]) == (benchmark, quantity) \
                and gate["work"] in (work, ANY):
            return gate
    raise LookupError(f"{FILE.name} has no limit for {benchmark}: {work}: {quantity}")
