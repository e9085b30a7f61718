"""What was found, for people: text, one HTML page, Markdown with its plots beside it."""
import html, pathlib

from . import detection_page, plots, shares
from .results import met, write_text

# Benchmark and quantity; title, kind of the vertical axis, unit. Lines where rows have a place.
PLOTS = [
    ("speed", "files lost", "Files lost against the attack's speed, without canaries", "zero"),
    ("loss", "files lost", "Files lost of 1,000 until the attack was stopped", "zero"),
    ("touch", "time to end", "A canary is opened until its opener has ended", "linear"),
    ("cost", "time against nobody", "Time of a writer against nobody watching", "linear"),
    ("growth", "watching after", "Start over the number of files", "log"),
    ("growth", "resident memory", "Memory over the number of files", "linear"),
    ("growth", "processor when idle", "Processor when idle over the number of files", "linear"),
    ("sizes", "time", "One file, by its size", "log"),
    ("sizes", "resident memory", "Memory for one file, by its size", "linear"),
    ("many", "time", "Many files of 20 KiB (a loop of age does a tenth of them)", "log"),
    ("recipients", "time", "By the number of recipients", "linear"),
    ("start", "time", "From the call to the end", "linear"),
    ("overhead", "bytes added", "Bytes added by sealing", "linear"),
    ("smb", "files damaged", "Files that an SMB client damaged", "zero"),
    ("smb", "canary to cut-off", "SMB: from the canary to the client's first error", "linear"),
    ("smb", "time against nobody", "SMB: another client's work against nobody watching", "linear"),
    ("clients", "files damaged", "SMB: files damaged while so many others work", "zero"),
    ("clients", "canary to cut-off", "SMB: the same while so many others work", "linear"),
    ("clients", "longest round of another client", "SMB: the longest wait of others during an attack", "linear"),
    ("clients", "memory of the guard", "SMB: the guard's memory over the number of clients", "linear"),
]
TIMELINE = "SMB: from the opening of a canary until its client is cut off"
STYLE = """
:root { color-scheme: light dark; --ink: #222; --faint: #666; --grid: #ddd; --page: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e4e4; --faint: #9a9a9a; --grid: #3a3a3a; --page: #17181a } }
body { font: 15px/1.5 system-ui, "Noto Sans CJK JP", sans-serif; color: var(--ink);
  background: var(--page); max-width: 820px; margin: 2rem auto; padding: 0 1rem }
svg { width: 100%; height: auto; margin: 1.2rem 0 }
table { border-collapse: collapse; font-size: 13px; width: 100% }
td, th { padding: .25rem .5rem; border-bottom: 1px solid var(--grid); text-align: left;
  vertical-align: top }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.missed { font-weight: 600 } .faint { color: var(--faint) } .wide { overflow-x: auto }
"""


def drawn(found):
    """Name and SVG of each plot for which there are rows."""
    for benchmark, quantity, title, kind in PLOTS:
        rows = rows_of(found, benchmark, quantity)
        curves = {}
        for row in rows:
            if "at" in row:
                curves.setdefault(row["work"], []).append(row)
        for work, of in curves.items():
            name = f"{benchmark}-{quantity}-{work}".replace(" ", "-").replace(",", "")
            yield name, curve(title if len(curves) == 1 else f"{title}: {work}", of, kind)
        flat = [row for row in rows if "at" not in row]
        if flat:
            suffix = "-flat" if curves else ""
            yield f"{benchmark}-{quantity}{suffix}".replace(" ", "-"), plots.ranges(
                title, grouped(flat), flat[0]["unit"], kind)
    stages = stages_of(found)
    if stages:
        yield "smb-timeline", plots.ranges(TIMELINE, [
            (row["quantity"], [(row["tool"], row["summary"], None)]) for row in stages], stages[0]["unit"])
    for entry in found["benchmarks"]:
        yield from detection_page.curves_of(entry)


def rows_of(found, benchmark, quantity):
    return [row for row in found["rows"]
            if row["benchmark"] == benchmark and row["quantity"] == quantity]


def stages_of(found):
    return [row for row in found["rows"]
            if row["benchmark"] == "smb" and row["work"] == "timeline"]


def not_drawn(found):
    """Titles of the plots for which the file has nothing."""
    missing = [title for benchmark, quantity, title, _ in PLOTS
               if not rows_of(found, benchmark, quantity)]
    if not stages_of(found):
        missing.append(TIMELINE)
    if not any(entry.get("curves") for entry in found["benchmarks"]):
        missing.append("What is found over what is falsely alarmed at (ROC), and tables by type")
    return missing


def curve(title, rows, kind):
    series = {}
    for row in rows:
        series.setdefault(row["tool"], []).append((row["at"], row["summary"]))
    bounds = {row["goal"]["bound"] for row in rows if "goal" in row}
    goal = bounds.pop() if len(bounds) == 1 else None
    return plots.lines(title, series, rows[0]["axis"],
                       named(rows[0]), kind, goal)


def named(row):
    """The quantity, with its unit unless that is said already."""
    plain = not row["unit"] or row["unit"] in row["quantity"]
    return row["quantity"] if plain else f"{row['quantity']}, {row['unit']}"


def grouped(rows):
    groups = {}
    for row in rows:
        groups.setdefault(row["work"], []).append(
            (row["tool"], row["summary"], row.get("goal", {}).get("bound")))
    return list(groups.items())


def facts(found):
    """Pairs of words that say what was measured, on what and how."""
    machine = found["machine"]
    yield "commit", found["commit"] + (", with changes" if found.get("modified") else "")
    yield "begun", f"{found['started']}, took {found.get('seconds', 0) / 60:.0f} min"
    yield "machine", (f"{machine.get('processors')} × {machine.get('processor')}, "
                      f"{machine.get('memoryMiB')} MiB, {machine.get('system')}, Linux "
                      f"{machine.get('kernel')}; load before {machine.get('load')}")
    systems = machine.get("fileSystems", {})
    yield "file systems", ", ".join(f"{name} on {kind}" for name, kind in systems.items())
    yield "versions", "; ".join(f"{name}: {text}" for name, text in found["versions"].items())
    yield "order", ("every variant once in each round" + (", quick" if found.get("quick") else ""))
    others = [f"{entry['name']} at {entry['commit']}{', with changes' if entry.get('modified') else ''}"
              for entry in found["benchmarks"] if "commit" in entry]
    if others:
        yield "of another commit", "; ".join(others)
    skipped = [f"{entry['name']} ({entry['skipped']})" for entry in found["benchmarks"]
               if "skipped" in entry]
    if skipped:
        yield "not measured", "; ".join(skipped)


def cells(row):
    """What a table says of a row: what, figures, goal and whether it was met."""
    of, goal = row["summary"], row.get("goal")
    at = f", {row['at']:,} {row['axis']}" if "at" in row else ""
    told = ""
    if goal:
        told = (f"{'≥' if row['better'] == 'higher' else '≤'} {goal['bound']:,g}"
                f"{'' if goal['figure'] == 'median' else ' (' + goal['figure'] + ')'}"
                f"{'' if met(row) else ' MISSED'}")
    if "share" in row:
        hits, of_all = row["share"]["hits"], row["share"]["of"]
        low, high = shares.bounds(hits, of_all)
        return [row["work"], row["tool"], row["quantity"], shares.percent(hits / of_all),
                f"{shares.percent(low)[:-2]}–{shares.percent(high)}", "–", f"{hits:,} of {of_all:,}", told]
    return [f"{row['work']}{at}", row["tool"], named(row),
            f"{of['median']:,.4g}", f"{of['minimum']:,.4g}–{of['maximum']:,.4g}",
            f"{of['lowerQuartile']:,.4g}–{of['upperQuartile']:,.4g}", str(of["runs"]), told]


HEAD = ["work", "tool", "quantity", "median", "min–max", "quartiles", "runs", "goal"]


def tables(found):
    """Benchmarks in turn, with their cells."""
    for entry in found["benchmarks"]:
        rows = [row for row in found["rows"] if row["benchmark"] == entry["name"]]
        if rows:
            yield entry, [cells(row) for row in rows]


def as_text(found):
    lines = [f"{name}: {words}" for name, words in facts(found)]
    for entry, rows in tables(found):
        lines += ["", f"{entry['name']}: {entry.get('about', '')}"]
        for work, tool, quantity, median, ends, _, runs, goal in rows:
            lines.append(f"  {median:>10} {ends:>19} ×{runs:<3} {tool}: {work}: {quantity}"
                         f"{'  ' + goal if goal else ''}")
    return "\n".join(lines)


def as_html(found):
    def escape(words):
        return html.escape(str(words))

    parts = ["<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">",
             "<meta name=\"viewport\" content=\"width=device-width\">",
             f"<title>Kanaria: benchmarks</title><style>{STYLE}</style></head><body>",
             "<h1>Kanaria: benchmarks</h1><div class=\"wide\"><table>"]
    parts += [f"<tr><th>{escape(name)}<td>{escape(words)}" for name, words in facts(found)]
    parts.append("</table></div><p class=\"faint\">Dots are medians, bars quartiles, lines reach from "
                 "the smallest to the largest value; dashes are goals.</p>")
    parts += [picture for _, picture in drawn(found)]
    if not_drawn(found):
        parts.append("<h2>Not drawn, as the file has no figures of it</h2><ul class=\"faint\">")
        parts += [f"<li>{escape(title)}" for title in not_drawn(found)]
        parts.append("</ul>")
    for entry, rows in tables(found):
        parts.append(f"<h2>{escape(entry['name'])}</h2><p>{escape(entry.get('about', ''))}; "
                     f"{entry.get('warmUp', 0)} rounds to warm up, {entry.get('rounds', 0)} "
                     "counted.</p><div class=\"wide\"><table><tr>")
        parts += [f"<th>{name}" for name in HEAD]
        for row in rows:
            kind = " class=\"missed\"" if row[-1].endswith("MISSED") else ""
            parts.append(f"<tr{kind}>" + "".join(
                f"<td{' class=n' if 3 <= place <= 6 else ''}>{escape(cell)}"
                for place, cell in enumerate(row)))
        parts.append("</table></div>")
        if detection_page.facts_of(entry):
            parts.append(f"<p>{escape(detection_page.facts_of(entry))}</p>")
        for title, head, lines in detection_page.tables_of(entry):
            parts.append(f"<h3>{escape(title)}</h3><div class=\"wide\"><table><tr>")
            parts += [f"<th>{escape(name)}" for name in head]
            parts += ["<tr>" + "".join(f"<td>{escape(cell)}" for cell in line) for line in lines]
            parts.append("</table></div>")
    return "\n".join(parts) + "</body></html>\n"


def table_lines(rows):
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]


def as_markdown(found, pictures):
    lines = ["# Kanaria: benchmarks", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {words} |" for name, words in facts(found)]
    lines += ["", "Dots are medians, bars quartiles, lines reach from the smallest to the largest "
              "value; dashes are goals.", ""]
    lines += [f"![{name}]({file})" for name, file in pictures]
    if not_drawn(found):
        lines += ["", "Not drawn, as the file has no figures of it:", "",
                  *(f"- {title}" for title in not_drawn(found))]
    for entry, rows in tables(found):
        lines += ["", f"## {entry['name']}", "", f"{entry.get('about', '')}; "
                  f"{entry.get('warmUp', 0)} rounds to warm up, {entry.get('rounds', 0)} counted.",
                  "", f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
        lines += table_lines(rows)
        if detection_page.facts_of(entry):
            lines += ["", detection_page.facts_of(entry)]
        for title, head, of in detection_page.tables_of(entry):
            lines += ["", f"### {title}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|", *table_lines(of)]
    return "\n".join(lines) + "\n"


def write_markdown(path, found):
    path = pathlib.Path(path)
    pictures = []
    for name, picture in drawn(found):
        file = f"{path.stem}-{name}.svg"
        write_text(path.with_name(file), picture)
        pictures.append((name, file))
    write_text(path, as_markdown(found, pictures))
