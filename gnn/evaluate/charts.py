"""Charts as inline SVG: points with intervals, and lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10

WIDTH, HEIGHT = 520, 320
LEFT, RIGHT, TOP, BOTTOM = 60, 130, 14, 44
COLOURS = ("#3366aa", "#dd7733", "#339966", "#bb3344", "#8855aa", "#887755", "#cc66aa", "#557788")


@dataclass(frozen=True)
class Series:
    """Named points (x, y); `bars` are the (low, high) of each y, `line` joins the points."""

    name: str
    points: Sequence[tuple[float, float]]
    bars: Sequence[tuple[float, float]] = ()
    line: bool = False


@dataclass(frozen=True)
class Axis:
    """From the lowest to the highest tick, over pixels start to end."""

    ticks: Sequence[float]
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies, in pixels."""
        low, high = self.ticks[0], self.ticks[-1]
        return round(self.start + (value - low) / (high - low) * (self.end - self.start), 2)


def chart(series: Sequence[Series], x_label: str, y_label: str, names: Sequence[str] = ()) -> str:
    """A chart of all series as an <svg>; with `names`, these stand at x = 0, 1, 2 and so on."""
    points = [point for each in series for point in each.points if all(map(isfinite, point))]
    if not points:
        return "<p>nothing to draw</p>"
    bars = [bound for each in series for bar in each.bars for bound in bar if isfinite(bound)]
    across = range(-1, len(names) + 1) if names else ticks([x for x, _ in points])
    x = Axis(list(map(float, across)), LEFT, WIDTH - RIGHT)
    y = Axis(ticks([*(y for _, y in points), *bars]), HEIGHT - BOTTOM, TOP)
    drawn = [part for place, each in enumerate(series) for part in _series(each, place, x, y)]
    parts = [*_grid(x, y, names), *_labels(x_label, y_label), *drawn]
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">{"".join(parts)}</svg>'


def ticks(values: Sequence[float], about: int = 5) -> list[float]:
    """Round numbers that span the values, about so many."""
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    step = 10.0 ** floor(log10(span / about))
    step *= next(times for times in (1, 2, 5, 10) if span / (step * times) <= about)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(place * step, 12) for place in range(first, max(last, first + 1) + 1)]


def _grid(x: Axis, y: Axis, names: Sequence[str]) -> Iterable[str]:
    for tick in y.ticks:
        yield _line(x.start, y.at(tick), x.end, y.at(tick), "#8884")
        yield _text(x.start - 6, y.at(tick) + 4, f"{tick:g}", "end")
    for tick in x.ticks:
        if not names:
            yield _text(x.at(tick), y.start + 16, f"{tick:g}", "middle")
        elif 0 <= tick < len(names):
            yield _text(x.at(tick), y.start + 16, names[int(tick)], "middle")
    yield _line(x.start, y.start, x.end, y.start, "#888")


def _labels(x_label: str, y_label: str) -> Iterable[str]:
    yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_label, "middle")
    middle = (TOP + HEIGHT - BOTTOM) / 2
    turned = f'transform="rotate(-90 14 {middle})"'
    yield f'<text x="14" y="{middle}" text-anchor="middle" {turned}>{escape(y_label)}</text>'


def _series(series: Series, place: int, x: Axis, y: Axis) -> Iterable[str]:
    colour = COLOURS[place % len(COLOURS)]
    seen = [point for point in series.points if all(map(isfinite, point))]
    if series.line:
        path = " ".join(f"{x.at(a)},{y.at(b)}" for a, b in seen)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for (a, _), (low, high) in zip(series.points, series.bars, strict=False):
        if isfinite(low) and isfinite(high):
            yield _line(x.at(a), y.at(low), x.at(a), y.at(high), colour, 2)
    for a, b in seen:
        title = f"<title>{escape(series.name)}: {a:g}, {b:g}</title>"
        yield f'<circle cx="{x.at(a)}" cy="{y.at(b)}" r="3.5" fill="{colour}">{title}</circle>'
    key = TOP + 10 + 18 * place
    yield f'<circle cx="{x.end + 14}" cy="{key - 4}" r="4" fill="{colour}"/>'
    yield _text(x.end + 24, key, series.name, "start")


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int = 1) -> str:
    ends = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
