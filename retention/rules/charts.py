"""Geometry of the charts: where ticks, points, lines and columns stand. Drawing is elsewhere.

Across, a chart is as wide as its place: x is in per cent of the width (0-100), and in lines and
areas in thousandths (0-1000), for a drawing that is stretched. Down, y is in pixels from the
top. Coordinates are text already, with a point and one decimal in every language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# Values that lie closer together are drawn as one: no figure here is finer.
SAME = 1e-6


def coordinate(number: float) -> str:
    """12.34 -> '12.3', 12.0 -> '12', -0.04 -> '0'."""
    return f"{round(number, 1) + 0:.1f}".removesuffix(".0")


def nice_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 2.5, 5 x 10^n that covers the span in at most `most` steps."""
    rough = span / most
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))


def ticks(low: float, high: float, most: int = 4) -> tuple[float, ...]:
    """Round values from at or below `low` to at or above `high`, evenly spaced.

    78.7 to 90.7 in four steps at most: 75, 80, 85, 90, 95. Equal ends get a tenth of room
    below, those up to 1 get 1 above.
    """
    if high - low < SAME:
        low, high = (low * 0.9, low) if low > 1 else (low, low + 1)
    step = nice_step(high - low, most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(round(number * step, 10) for number in range(first, last + 1))


def across(count: int, pad: float) -> list[float]:
    """Per cent across for `count` evenly spread points, `pad` kept free at either side."""
    if count == 1:
        return [50.0]
    return [pad + (100 - 2 * pad) * index / (count - 1) for index in range(count)]


@dataclass(frozen=True, slots=True)
class Plane:
    """The drawing ground: pixels of `height`, free above `top` and below `bottom`."""

    height: int
    top: int
    bottom: int
    pad: float = 3.0

    def down(self, value: float, low: float, high: float) -> float:
        """Pixels from the top for a value between the ends."""
        room = self.height - self.top - self.bottom
        return self.top + room * (high - value) / (high - low)

    @property
    def floor(self) -> int:
        """Pixels from the top of the lowest line."""
        return self.height - self.bottom


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across at a round value."""

    value: float
    y: str


@dataclass(frozen=True, slots=True)
class Spot:
    """The point of the value with this index."""

    index: int
    x: str
    y: str
    is_running: bool


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line with gaps: `solid` for what is complete, `dashed` into what is still running.

    `area` and `hatch` are the grounds below the two. Empty texts have nothing to draw.
    """

    ticks: tuple[Tick, ...]
    spots: tuple[Spot, ...]
    columns: tuple[str, ...]
    solid: str
    dashed: str
    area: str
    hatch: str


@dataclass(frozen=True, slots=True)
class Column:
    """An upright bar: x and width in per cent, y and height in pixels."""

    index: int
    x: str
    width: str
    centre: str
    y: str
    height: str
    is_running: bool


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns standing on zero."""

    ticks: tuple[Tick, ...]
    columns: tuple[Column, ...]
    zero: str


Place = tuple[float, float]


def runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    """Indices of neighbours that all have a value: [5, None, 7, 8] -> [0], [2, 3]."""
    run: list[int] = []
    for index, value in enumerate(values):
        if value is not None:
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def path(places: Sequence[Place]) -> str:
    """The line through the places, x in per cent made thousandths; one alone has no line."""
    if len(places) < 2:
        return ""
    return "M" + " L".join(f"{coordinate(x * 10)} {coordinate(y)}" for x, y in places)


def ground(places: Sequence[Place], floor: float) -> str:
    """The area between the line through the places and the floor."""
    line = path(places)
    if not line:
        return ""
    first, last = coordinate(places[0][0] * 10), coordinate(places[-1][0] * 10)
    return f"{line} L{last} {coordinate(floor)} L{first} {coordinate(floor)} Z"


def _ticks_of(marks: Sequence[float], plane: Plane) -> tuple[Tick, ...]:
    low, high = marks[0], marks[-1]
    return tuple(Tick(mark, coordinate(plane.down(mark, low, high))) for mark in marks)


def scale_of(values: Sequence[float | None], *, zero: bool, most: int = 4) -> tuple[float, ...]:
    """Ticks that hold all values, and zero where asked; 0 to 1 without any value."""
    known = [value for value in values if value is not None] + ([0.0] if zero else [])
    return ticks(min(known), max(known), most) if any(known) else ticks(0, 1, most)


def line_chart(
    values: Sequence[float | None],
    running: Sequence[bool],
    plane: Plane,
    *,
    zero: bool = False,
    scale: Sequence[float] = (),
) -> LineChart:
    """A line through the values at even distances; None leaves a gap, never a zero.

    The stretch into a running value is dashed. `scale` gives the ticks where several charts
    share them.
    """
    marks = tuple(scale) or scale_of(values, zero=zero)
    columns = across(len(values), plane.pad)
    places = {
        index: (columns[index], plane.down(value, marks[0], marks[-1]))
        for index, value in enumerate(values)
        if value is not None
    }
    spots = tuple(
        Spot(index, coordinate(x), coordinate(y), running[index])
        for index, (x, y) in places.items()
    )
    done = [[places[i] for i in run if not running[i]] for run in runs(values)]
    open_ends = [
        [places[i - 1], places[i]]
        for i in places
        if running[i] and i - 1 in places and not running[i - 1]
    ]
    return LineChart(
        ticks=_ticks_of(marks, plane),
        spots=spots,
        columns=tuple(coordinate(x) for x in columns),
        solid=" ".join(filter(None, map(path, done))),
        dashed=" ".join(map(path, open_ends)),
        area=" ".join(filter(None, (ground(run, plane.floor) for run in done))),
        hatch=" ".join(ground(run, plane.floor) for run in open_ends),
    )


def column_chart(
    values: Sequence[float | None], running: Sequence[bool], plane: Plane, *, most: int = 3
) -> ColumnChart:
    """Columns on zero, each taking seven tenths of its share of the width; None has none."""
    marks = scale_of(values, zero=True, most=most)
    low, high = marks[0], marks[-1]
    share = (100 - 2 * plane.pad) / max(1, len(values))
    width, zero = share * 0.7, plane.down(0, low, high)
    columns = []
    for index, value in enumerate(values):
        if value is None:
            continue
        centre = plane.pad + share * (index + 0.5)
        y = plane.down(value, low, high)
        columns.append(
            Column(
                index=index,
                x=coordinate(centre - width / 2),
                width=coordinate(width),
                centre=coordinate(centre),
                y=coordinate(min(y, zero)),
                height=coordinate(abs(zero - y)),
                is_running=running[index],
            )
        )
    return ColumnChart(_ticks_of(marks, plane), tuple(columns), coordinate(zero))
