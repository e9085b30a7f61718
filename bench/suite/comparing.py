"""What changed between two results files, and whether it is more than the spread."""
from .results import row_key

# Below so many runs the quartiles say little, and the whole range is the spread.
FEW = 4


def compare(old, new):
    """A table for people, and how many rows got worse beyond their spread."""
    before = {row_key(row): row for row in old["rows"]}
    after = {row_key(row): row for row in new["rows"]}
    lines, worse = [*differences(old, new)], 0
    lines.append(f"{'new/old':>8}  {'old':>12} {'new':>12}  what")
    for key, row in after.items():
        if key not in before:
            continue
        judged = verdict(before[key], row)
        worse += judged == "WORSE"
        ratio, was, now = medians(before[key], row)
        lines.append(f"{ratio:>8}  {was:12.5g} {now:12.5g}  {title(row)}"
                     f"{'  ' + judged if judged else ''}")
    for name, only, rows in (("old", before.keys() - after.keys(), before),
                             ("new", after.keys() - before.keys(), after)):
        lines += [f"only in the {name} file: {title(row)}"
                  for key, row in rows.items() if key in only]
    for entry in new["benchmarks"]:
        if "skipped" in entry:
            lines.append(f"not measured in the new file: {entry['name']}: {entry['skipped']}")
    lines.append(f"{worse} got worse beyond their spread")
    return "\n".join(lines), worse


def differences(old, new):
    """Warnings about what makes a comparison say little."""
    for name in ("kernel", "processor", "processors", "fileSystems"):
        one, other = old["machine"].get(name), new["machine"].get(name)
        if one != other:
            yield f"!! not the same {name}: {one} and {other}"
    for name in sorted(old["versions"].keys() | new["versions"].keys()):
        one, other = old["versions"].get(name), new["versions"].get(name)
        if one != other and name != "kanaria":
            yield f"!! not the same {name}: {one} and {other}"
    if bool(old.get("quick")) != bool(new.get("quick")):
        yield "!! one of them was a quick run"


def medians(old, new):
    was, now = old["summary"]["median"], new["summary"]["median"]
    return (f"{now / was:.3f}" if was else "=" if now == was else "–"), was, now


def spread(row):
    of = row["summary"]
    if of["runs"] < FEW:
        return of["minimum"], of["maximum"]
    return of["lowerQuartile"], of["upperQuartile"]


def verdict(old, new):
    """WORSE or better where the spreads do not meet; nothing else."""
    if new["better"] == "neither":
        return ""
    (old_low, old_high), (new_low, new_high) = spread(old), spread(new)
    if new_low > old_high:
        return "WORSE" if new["better"] == "lower" else "better"
    if new_high < old_low:
        return "WORSE" if new["better"] == "higher" else "better"
    return ""


def title(row):
    at = f" at {row['at']:,} {row['axis']}" if "at" in row else ""
    return f"{row['benchmark']}: {row['work']}{at}, {row['tool']}, {row['quantity']} ({row['unit']})"
