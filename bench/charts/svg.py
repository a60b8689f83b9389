"""Charts as SVG, with a ground of their own: light, or dark where the reader's screen is dark."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH = 760
ROW, BAR, LEFT, RIGHT, TOP = 26, 16, 268, 84, 58
PLOT_HEIGHT = 200
STYLE = """
text{font:13px system-ui,sans-serif;fill:#24292f}
.ground{fill:#fff}.title{font-weight:600;font-size:15px}.small{font-size:12px;fill:#57606a}
.grid{stroke:#d0d7de;stroke-width:1}
.c0{fill:#0969da;stroke:#0969da}.c1{fill:#bc4c00;stroke:#bc4c00}
.c2{fill:#1a7f37;stroke:#1a7f37}.c3{fill:#8250df;stroke:#8250df}
.c4{fill:#9a6700;stroke:#9a6700}.c5{fill:#bf3989;stroke:#bf3989}.c6{fill:#57606a;stroke:#57606a}
.line{fill:none;stroke-width:2}.bar{stroke:none}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.ground{fill:#0d1117}.small{fill:#9198a1}.grid{stroke:#30363d}
.c0{fill:#4493f8;stroke:#4493f8}.c1{fill:#f0883e;stroke:#f0883e}
.c2{fill:#3fb950;stroke:#3fb950}.c3{fill:#ab7df8;stroke:#ab7df8}
.c4{fill:#d29922;stroke:#d29922}.c5{fill:#db61a2;stroke:#db61a2}.c6{fill:#9198a1;stroke:#9198a1}
.line{fill:none}
}"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is, how long, what is written at its end, and its colour (a number)."""

    label: str
    value: float
    written: str
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines over something, in a frame of their own.

    Attributes:
        lines: points of each line by its name; a break where y is None.
        log_x, log_y: whether each step is ten times as much.
        ticks: what stands below, by x; chosen by itself if empty.
    """

    title: str
    lines: Mapping[str, Sequence[tuple[float, float | None]]]
    log_x: bool = False
    log_y: bool = False
    ticks: Mapping[float, str] = field(default_factory=dict)
    colours: Mapping[str, int] = field(default_factory=dict)


def bars(title: str, note: str, groups: Mapping[str, Sequence[Bar]], *, log: bool = False) -> str:
    """Horizontal bars in groups, each group with a scale of its own."""
    parts, y = [], TOP
    for name, row in groups.items():
        parts.append(_text(16, y + 14, name, "small"))
        y += ROW
        longest = max(bar.value for bar in row)
        for bar in row:
            wide = max(1.0, _share(bar.value, longest, log=log) * (WIDTH - LEFT - RIGHT))
            parts.append(_text(LEFT - 8, y + 12, bar.label, anchor="end"))
            parts.append(
                f'<rect class="bar c{bar.colour}" x="{LEFT}" y="{y}" width="{wide:.1f}" '
                f'height="{BAR}" rx="2"/>'
            )
            parts.append(_text(LEFT + wide + 6, y + 12, bar.written, "small"))
            y += ROW
        y += 8
    return _page(title, note, parts, y + 8)


def plots(title: str, note: str, frames: Sequence[Plot]) -> str:
    """Frames one under the other."""
    parts, y = [], TOP
    for frame in frames:
        drawn, height = _plot(frame, y)
        parts += drawn
        y += height
    return _page(title, note, parts, y)


def _plot(frame: Plot, top: float) -> tuple[list[str], float]:
    left, right, head = 64, 190, 24
    points = [point for line in frame.lines.values() for point in line if point[1] is not None]
    x_from, x_to = min(x for x, _ in points), max(x for x, _ in points)
    highest = max(y for _, y in points if y is not None)
    steps = _log_steps(points) if frame.log_y else _steps(highest)
    y_from, y_to = steps[0], steps[-1]

    def at_x(x: float) -> float:
        return left + _between(x, x_from, x_to, log=frame.log_x) * (WIDTH - left - right)

    def at_y(y: float) -> float:
        share = _between(y, y_from, y_to, log=frame.log_y)
        return top + head + (1 - share) * PLOT_HEIGHT

    parts = [_text(16, top + 12, frame.title, "small")]
    for step in steps:
        parts.append(
            f'<line class="grid" x1="{left}" x2="{WIDTH - right}" '
            f'y1="{at_y(step):.1f}" y2="{at_y(step):.1f}"/>'
        )
        parts.append(_text(left - 8, at_y(step) + 4, f"{step:,g}", "small", "end"))
    ticks = frame.ticks or {x: f"{x:g}" for x in _steps(x_to) if x_from <= x <= x_to}
    for x, label in ticks.items():
        parts.append(_text(at_x(x), top + head + PLOT_HEIGHT + 18, label, "small", "middle"))
    taken: list[float] = []
    for place, (name, line) in enumerate(frame.lines.items()):
        colour = frame.colours.get(name, place % 7)
        for run in _runs(line):
            path = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in run)
            parts.append(f'<polyline class="line c{colour}" points="{path}"/>')
        last = next(y for _, y in reversed(line) if y is not None)
        beside = _free(at_y(last), taken)
        parts.append(
            f'<circle class="c{colour}" cx="{WIDTH - right + 10}" cy="{beside:.1f}" r="4"/>'
        )
        parts.append(_text(WIDTH - right + 20, beside + 4, name, "small"))
    return parts, head + PLOT_HEIGHT + 42


def _runs(line: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in line:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def _free(wanted: float, taken: list[float]) -> float:
    """A height for a label that no other label has."""
    shifts = sorted((one * 4.0 for one in range(-60, 61)), key=abs)
    at = next(wanted + s for s in shifts if all(abs(wanted + s - other) >= 16 for other in taken))
    taken.append(at)
    return at


def _share(value: float, longest: float, *, log: bool) -> float:
    if not log:
        return value / longest if longest else 0.0
    return math.log10(value * 100 + 1) / math.log10(longest * 100 + 1)


def _between(value: float, least: float, most: float, *, log: bool) -> float:
    if log:
        value, least, most = math.log10(value), math.log10(least), math.log10(most)
    return (value - least) / (most - least) if most > least else 0.5


def _steps(highest: float) -> list[float]:
    """From none to at least the highest, some five round steps."""
    rough = highest / 5 or 1.0
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * many for many in (1, 2, 2.5, 5, 10) if unit * many >= rough)
    return [step * n for n in range(math.ceil(highest / step) + 1)]


def _log_steps(points: Sequence[tuple[float, float | None]]) -> list[float]:
    heights = [y for _, y in points if y]
    first, last = math.floor(math.log10(min(heights))), math.ceil(math.log10(max(heights)))
    return [10.0**power for power in range(first, max(last, first + 1) + 1)]


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    kind = f' class="{kind}"' if kind else ""
    return f'<text{kind} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _page(title: str, note: str, parts: Sequence[str], height: float) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" role="img" aria-label="{escape(title)}">\n'
        f"<style>{STYLE}\n</style>\n"
        f'<rect class="ground" width="{WIDTH}" height="{height:.0f}" rx="6"/>\n'
        f"{_text(16, 26, title, 'title')}\n{_text(16, 45, note, 'small')}\n{body}\n</svg>\n"
    )
