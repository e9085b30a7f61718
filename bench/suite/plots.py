"""Two kinds of plots as SVG: lines over a growing axis, and ranges of what was measured.

Written here, since matplotlib brings 200 MiB of packages for two kinds of plots; the page stays
readable in dark and light, on paper, and without a script.
"""
import html, math

WIDTH, LEFT, RIGHT, TOP = 760, 70, 150, 40
COLOURS = ["#2f6fde", "#d9822b", "#2a9d6e", "#b5447a", "#7a6ff0", "#8a8a8a"]
# No share smaller than this is drawn; none at all stands left of it.
SMALLEST_SHARE = 1e-4
STYLE = """
text { font: 12px system-ui, "Noto Sans CJK JP", sans-serif; fill: #222 }
.title { font-weight: 600; font-size: 14px }
.faint { fill: #666 }
.grid { stroke: #ddd; stroke-width: 1 }
.goal { stroke: #222; stroke-width: 1.5; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e4e4 } .faint { fill: #9a9a9a } .grid { stroke: #3a3a3a } .goal { stroke: #e4e4e4 } }
"""


class Scale:
    """Maps values to places between two pixels: linear, log, or log that has a zero."""

    def __init__(self, kind, low, high, start, end):
        self.kind, self.start, self.end = kind, start, end
        if kind == "linear":
            low, high = min(0, low), high or 1
            step = nice_step(high - low)
            high = math.ceil(high / step) * step
            self.ticks = [low + step * n for n in range(round((high - low) / step) + 1)]
        elif kind == "log":
            first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
            if first == last:
                last += 1
            self.ticks = [10.0 ** n for n in range(first, last + 1)]
            low, high = self.ticks[0], self.ticks[-1]
        else:
            last = math.ceil(math.log10(max(1, high)))
            self.ticks = [0, *(10 ** n for n in range(max(1, last) + 1))]
            low, high = 0, self.ticks[-1]
        self.low, self.high = self.map(low), self.map(high)

    def map(self, value):
        return {"linear": lambda: value, "log": lambda: math.log10(value),
                "zero": lambda: math.log10(1 + max(0, value))}[self.kind]()

    def __call__(self, value):
        share = (self.map(value) - self.low) / ((self.high - self.low) or 1)
        return round(self.start + share * (self.end - self.start), 1)


def nice_step(extent):
    rough = extent / 5
    power = 10 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def number(value):
    """A short form: 1,000,000 as 1M, 0.00314 as 0.0031."""
    if value == 0:
        return "0"
    for size, name in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            value, size = value / (1e3 if name == "k" else size), name
            return f"{value:.3g}{size}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2g}" if abs(value) < 1 else f"{value:.3g}"


def line(x1, y1, x2, y2, kind="grid", more=""):
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{kind}" {more}/>'


def text(x, y, words, kind="", anchor="start"):
    return (f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">'
            f"{html.escape(str(words))}</text>")


def frame(height, title, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'role="img" aria-label="{html.escape(title, quote=True)}"><style>{STYLE}</style>'
            + text(0, 16, title, "title") + "".join(parts) + "</svg>")


def lines(title, series, x_axis, y_axis, y_kind="linear", goal=None):
    """`series` maps a name to summaries by place: {"kanaria": [(1000, summary), …]}."""
    height, bottom = 320, 320 - 44
    points = [point for of in series.values() for point in of]
    places = [place for place, _ in points]
    highs = [of["maximum"] for _, of in points] + ([goal] if goal else [])
    lows = [of["minimum"] for _, of in points]
    if min(lows) <= 0 and y_kind == "log":
        y_kind = "zero"
    across = Scale("log", max(1, min(places)), max(places), LEFT, WIDTH - RIGHT)
    up = Scale(y_kind, min(lows), max(highs), bottom, TOP + 12)
    parts = [text(LEFT, bottom + 38, x_axis, "faint"), text(0, TOP - 4, y_axis, "faint")]
    for tick in across.ticks:
        parts += [line(across(tick), TOP + 12, across(tick), bottom),
                  text(across(tick), bottom + 18, number(tick), "faint", "middle")]
    for tick in up.ticks:
        parts += [line(LEFT, up(tick), WIDTH - RIGHT, up(tick)),
                  text(LEFT - 6, up(tick) + 4, number(tick), "faint", "end")]
    if goal:
        parts.append(line(LEFT, up(goal), WIDTH - RIGHT, up(goal), "goal"))
    ends = []
    for colour, (name, of) in zip(COLOURS, series.items()):
        of = sorted(of)
        path = " ".join(f"{across(max(1, place))},{up(value['median'])}" for place, value in of)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for place, value in of:
            x = across(max(1, place))
            parts += [line(x, up(value["minimum"]), x, up(value["maximum"]), "",
                           f'stroke="{colour}" stroke-width="5" stroke-opacity=".3"'),
                      f'<circle cx="{x}" cy="{up(value["median"])}" r="3.5" fill="{colour}">'
                      f"<title>{html.escape(name)} at {number(place)}: {number(value['median'])} "
                      f"({number(value['minimum'])} to {number(value['maximum'])})</title></circle>"]
        ends.append((up(of[-1][1]["median"]), name, colour))
    parts += legend(ends)
    return frame(height, title, parts)


def curve_of_shares(title, curves):
    """`curves` maps a name to points (false, true positive share); a single one is a mark."""
    height, bottom = 340, 340 - 44
    zero = LEFT + 40
    across = Scale("log", SMALLEST_SHARE, 1, zero, WIDTH - RIGHT)
    up = Scale("linear", 0, 100, bottom, TOP)

    def place(point):
        x = LEFT + 10 if point[0] == 0 else across(max(SMALLEST_SHARE, point[0]))
        return x, up(point[1] * 100)

    parts = [text(WIDTH - RIGHT, bottom + 36, "false alarms", "faint", "end"),
             text(LEFT, TOP - 8, "found, %", "faint"),
             text(LEFT + 10, bottom + 17, "0", "faint", "middle")]
    for tick in across.ticks:
        parts += [line(across(tick), TOP, across(tick), bottom),
                  text(across(tick), bottom + 17, f"{tick * 100:g} %", "faint", "middle")]
    for tick in up.ticks:
        parts += [line(LEFT, up(tick), WIDTH - RIGHT, up(tick)),
                  text(LEFT - 8, up(tick) + 4, number(tick), "faint", "end")]
    ends = []
    for colour, (name, points) in zip(COLOURS * 2, curves.items()):
        places = [place(point) for point in points]
        if len(places) > 1:
            # In steps: what is found grows only where more false alarms are taken.
            path = " ".join(f"{x},{before} {x},{y}" for (x, y), (_, before) in zip(places, [places[0], *places]))
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), point in zip(places, points):
            if len(points) <= 12:
                parts.append(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"><title>'
                             f"{html.escape(name)}: found {point[1] * 100:.4g} %, false alarms "
                             f"{point[0] * 100:.4g} %</title></circle>")
        # Most lines end at the same corner, so names stand in the order of what few false alarms find.
        few = max(0.01, points[0][0])
        reached = max(true for false, true in points if false <= few)
        ends.append((up(reached * 100), name, colour))
    return frame(height, title, [*parts, *legend(ends)])


def legend(ends):
    """Names at the ends of their lines, moved apart where they would cover each other."""
    y = 0
    for wanted, name, colour in sorted(ends):
        y = max(wanted + 4, y + 15)
        yield f'<circle cx="{WIDTH - RIGHT + 12}" cy="{y - 4}" r="4" fill="{colour}"/>'
        yield text(WIDTH - RIGHT + 20, y, name)


def ranges(title, groups, unit, kind="linear"):
    """`groups` is [(work, [(tool, summary, goal or None), …]), …]: median, quartiles and ends."""
    tools = list(dict.fromkeys(tool for _, of in groups for tool, _, _ in of))
    every = [(of, goal) for _, rows in groups for _, of, goal in rows]
    highs = [of["maximum"] for of, _ in every] + [goal for _, goal in every if goal]
    lows = [of["minimum"] for of, _ in every]
    if kind == "log" and min(lows) <= 0:
        kind = "zero"
    left = 270
    rows = sum(len(of) for _, of in groups)
    bottom = TOP + 16 + rows * 20 + len(groups) * 8
    across = Scale(kind, min(lows), max(highs), left, WIDTH - 90)
    parts = [text(WIDTH - 90, bottom + 34, unit, "faint", "end")]
    for tick in across.ticks:
        parts += [line(across(tick), TOP, across(tick), bottom),
                  text(across(tick), bottom + 17, number(tick), "faint", "middle")]
    y = TOP + 12
    for work, of in groups:
        for place, (tool, value, goal) in enumerate(of):
            name = tool if len(of) > 1 else ""
            if place == 0:
                parts.append(text(0, y + 4, work if len(work) < 42 else work[:40] + "…"))
            parts += [text(left - 8, y + 4, name, "faint", "end"),
                      *one_range(across, y, value, goal, COLOURS[tools.index(tool) % 6]),
                      text(WIDTH - 82, y + 4, number(value["median"]))]
            y += 20
        y += 8
    return frame(bottom + 44, title, parts)


def one_range(across, y, value, goal, colour):
    low, high = across(value["minimum"]), across(value["maximum"])
    first, last = across(value["lowerQuartile"]), across(value["upperQuartile"])
    told = " to ".join(number(value[key]) for key in ("minimum", "maximum"))
    yield line(low, y, high, y, "", f'stroke="{colour}" stroke-width="2"')
    yield (f'<rect x="{first}" y="{y - 5}" width="{max(1, round(last - first, 1))}" height="10" '
           f'rx="2" fill="{colour}" fill-opacity=".35"/>')
    yield (f'<circle cx="{across(value["median"])}" cy="{y}" r="4" fill="{colour}">'
           f"<title>{number(value['median'])}, {told}, {value['runs']} runs</title></circle>")
    if goal is not None:
        yield line(across(goal), y - 8, across(goal), y + 8, "goal")
