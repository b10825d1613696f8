"""Months as charts: retention, repurchase index, purchases and revenue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.clock import month_number
from core.money import minor_digits
from core.templatetags.ui import money, rate, whole
from retention.pages import words
from retention.pages.asked import Asked
from retention.reports import Figures
from retention.rules.charts import (
    ColumnChart,
    LineChart,
    Plane,
    column_chart,
    line_chart,
)
from retention.rules.periods import month_of

TALL = Plane(height=240, top=26, bottom=40)
SMALL = Plane(height=130, top=20, bottom=36, pad=2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One month of a chart: where it opens, what it says, how its label is written.

    `year` is written under the first month and each January; `is_minor` labels give way where
    there is little room.
    """

    href: str
    says: str
    label: str
    year: str
    is_minor: bool
    is_asked: bool
    is_running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A chart with its words: `marks` are the months by index, `scale` the tick labels."""

    key: str
    title: str
    summary: str
    chart: LineChart | ColumnChart
    marks: list[Mark]
    scale: list[tuple[str, str]]
    height: int

    @property
    def floor(self) -> str:
        """Pixels from the top of the months' labels."""
        return str(self.height - 20)

    @property
    def points(self) -> list[tuple[object, Mark]]:
        """Spots or columns with their months."""
        drawn = self.chart.spots if isinstance(self.chart, LineChart) else self.chart.columns
        return [(spot, self.marks[spot.index]) for spot in drawn]

    @property
    def labels(self) -> list[tuple[str, Mark]]:
        """Where each month's label stands; lines know all months, columns their own."""
        if isinstance(self.chart, LineChart):
            return list(zip(self.chart.columns, self.marks, strict=True))
        return [(column.centre, self.marks[column.index]) for column in self.chart.columns]


def months_of(rows: Sequence[Figures]) -> list[int]:
    """The numbers of the months that the figures are about."""
    return [month_number(figures.asked.period.start) for figures in rows]


def is_minor(number: int, months: int) -> bool:
    """Whether the month's label gives way where there is little room: all but each quarter's
    first do, among more than eight."""
    return months > 8 and number % 3 != 0


def years_under(numbers: Sequence[int]) -> set[int]:
    """The months with their year beneath: Januaries, and the first whose label always shows."""
    shown = [number for number in numbers if not is_minor(number, len(numbers))]
    return set(shown[:1]) | {number for number in numbers if number % 12 == 0}


def _marks(rows: Sequence[Figures], asked: Asked, says: Callable[[Figures], str]) -> list[Mark]:
    numbers = months_of(rows)
    years = years_under(numbers)
    marks = []
    for number, figures in zip(numbers, rows, strict=True):
        text = f"{words.month_name(number)}: {says(figures)}"
        still_running = _("still running")
        running = "" if figures.is_complete else f" ({still_running})"
        marks.append(
            Mark(
                href=asked.with_period(month_of(number)).report(),
                says=text + running,
                label=words.short_month(number),
                year=str(number // 12) if number in years else "",
                is_minor=is_minor(number, len(numbers)),
                is_asked=asked.period.month == number,
                is_running=not figures.is_complete,
            )
        )
    return marks


def _running(rows: Sequence[Figures]) -> list[bool]:
    return [not figures.is_complete for figures in rows]


def retention_curve(rows: Sequence[Figures], asked: Asked) -> Curve:
    """Retention by month; months that cannot be measured are gaps."""
    chart = line_chart([row.retention_rate for row in rows], _running(rows), TALL)

    def says(row: Figures) -> str:
        return _("not yet measurable") if row.retention_rate is None else rate(row.retention_rate)

    return Curve(
        key="retention",
        title=_("Retention by month"),
        summary=_("Of the customers at the start of each month, how many stayed to its end."),
        chart=chart,
        marks=_marks(rows, asked, says),
        scale=[(tick.y, rate(tick.value, 0 if tick.value % 1 == 0 else 1)) for tick in chart.ticks],
        height=TALL.height,
    )


def index_curve(rows: Sequence[Figures], asked: Asked) -> Curve:
    """Repurchase index by month."""
    chart = line_chart([row.repurchase_index for row in rows], _running(rows), SMALL)
    return Curve(
        key="index",
        title=_("Repurchase index"),
        summary=_("The share of purchases by people who had bought before."),
        chart=chart,
        marks=_marks(rows, asked, lambda row: rate(row.repurchase_index)),
        scale=[(tick.y, rate(tick.value, 0 if tick.value % 1 == 0 else 1)) for tick in chart.ticks],
        height=SMALL.height,
    )


def purchases_curve(rows: Sequence[Figures], asked: Asked) -> Curve:
    """Purchases by month."""
    chart = column_chart([float(row.purchases) for row in rows], _running(rows), SMALL)
    return Curve(
        key="purchases",
        title=_("Purchases"),
        summary=_("How many purchases were made."),
        chart=chart,
        marks=_marks(rows, asked, lambda row: whole(row.purchases)),
        scale=[(tick.y, words.short_number(tick.value)) for tick in chart.ticks],
        height=SMALL.height,
    )


def revenue_curve(rows: Sequence[Figures], asked: Asked) -> Curve:
    """Net revenue by month."""
    currency = asked.query.currency
    unit = 10 ** minor_digits(currency)
    chart = column_chart([(row.net_minor or 0) / unit for row in rows], _running(rows), SMALL)
    return Curve(
        key="revenue",
        title=_("Revenue, net"),
        summary=_("Sales less refunds."),
        chart=chart,
        marks=_marks(rows, asked, lambda row: money(row.net_minor, currency)),
        scale=[(tick.y, words.short_number(tick.value)) for tick in chart.ticks],
        height=SMALL.height,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A month in the table beneath the charts; each number with its list."""

    name: str
    href: str
    is_running: bool
    retention: str
    cells: list[tuple[str, str]]


def table(rows: Sequence[Figures], asked: Asked) -> list[MonthRow]:
    """The charts' months as a table, newest first: retention, then numbers with their lists."""
    found = []
    for number, figures in zip(months_of(rows), rows, strict=True):
        there = asked.with_period(month_of(number))
        unknown = _("not yet measurable")
        found.append(
            MonthRow(
                name=words.month_name(number),
                href=there.report(),
                is_running=not figures.is_complete,
                retention=rate(figures.retention_rate) if figures.is_measurable else unknown,
                cells=[
                    (whole(figures.customers_at_start), there.list("start")),
                    (whole(figures.kept), there.list("kept")),
                    (whole(figures.lost), there.list("lost")),
                    (whole(figures.new), there.list("new")),
                    (whole(figures.reactivated), there.list("reactivated")),
                    (whole(figures.purchases), there.list("purchases")),
                    (rate(figures.repurchase_index), there.list("repeat_purchases")),
                    (
                        money(figures.net_minor, figures.asked.currency),
                        there.list("currency_purchases"),
                    ),
                ],
            )
        )
    return found[::-1]
