"""What a report shows of `detection` besides its rows: curves, and tables of shares with bounds."""
from . import plots, shares

OURS = ("kanaria", "kanaria, old content", "container")
TITLES = {
    "scheme": ("Found, by what was done to the file (from 512 bytes on)", "scheme"),
    "rewrite": ("False alarms, by kind of honest rewrite", "rewrite"),
    "benign type": ("False alarms, by type of file as it was written", "type"),
    "attacked type": ("Found, by type of the file before (whole, header or blocks, from 1 KiB on)", "type"),
    "encrypted on purpose": ("Files that people encrypted, by tool: taken for an attack, and recognised",
                             "tool"),
}


def curves_of(entry):
    """Name and SVG of each plot."""
    for number, of in enumerate(entry.get("curves", []), 1):
        yield f"{entry['name']}-curve-{number}", plots.curve_of_shares(of["title"], of["curves"])


def tables_of(entry):
    """Title, head and lines of each table."""
    found = entry.get("shares", [])
    for name in dict.fromkeys(row["table"] for row in found):
        rows = [row for row in found if row["table"] == name]
        tools = list(dict.fromkeys(tool for row in rows for tool in row["hits"]))
        title, first = TITLES.get(name, (name, "case"))
        lines = [[row["case"], *(cell(row, tool) for tool in tools)] for row in rows]
        total = {"case": f"all {len(rows)}", "of": sum(row["of"] for row in rows), "hits": {
            tool: sum(row["hits"].get(tool, 0) for row in rows) for tool in tools}}
        lines.append([total["case"], *(cell(total, tool) for tool in tools)])
        yield title, [first, *tools], lines


def cell(row, tool):
    if tool not in row["hits"]:
        return "–"
    hits, of = row["hits"][tool], row["of"]
    return shares.told(hits, of) if tool in OURS else shares.percent(hits / of) if of else "–"


def facts_of(entry):
    """What the figures rest on, in a sentence."""
    of = entry.get("corpus")
    if not of:
        return ""
    missing = entry.get("missing", [])
    return (f"The {entry['half']} half: {of['files']:,} files of {of['types']} types ({of['modern']:,} zst, xz, "
            f"webp, 7z, heic or avif) from {of['packages']} packages, {of['rewrites']:,} honest rewrites, "
            f"{of['encryptedOnPurpose']:,} files encrypted on purpose, which are counted apart. Halves are "
            "split by package; nothing is tuned on the test half. Bounds are 95 % (Wilson)."
            + (f" Not tried: {'; '.join(missing)}." if missing else ""))
