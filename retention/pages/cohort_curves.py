"""Cohorts as curves: per cent, customers or money by months since the first purchase."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import ngettext

from core.money import minor_digits
from core.templatetags.ui import rate, whole
from retention.pages import words
from retention.pages.asked import Asked
from retention.pages.heat import about, first_column, mean_list, mean_money
from retention.reports import CohortCell, CohortRow, CohortTable
from retention.rules.charts import LineChart, Plane, Spot, line_chart, scale_of

PLANE = Plane(height=300, top=26, bottom=40)
Values = list[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortLine:
    """One cohort's curve; `age` 0 (oldest) to 4 (newest) sets how strongly it is drawn."""

    chart: LineChart
    says: str
    href: str
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortCurves:
    """All curves on one scale, the weighted mean apart; `labels` are (x, k). `mean_spots` are its
    points, each with words and the list behind it. `about` says what they are curves of."""

    lines: list[CohortLine]
    mean: LineChart
    mean_spots: list[tuple[Spot, str, str]]
    scale: list[tuple[str, str]]
    labels: list[tuple[str, int]]
    about: str
    height: int = PLANE.height


def _value(row: CohortRow, cell: CohortCell, asked: Asked) -> float | None:
    """Per cent, people, or major units per customer."""
    if asked.show == "customers":
        return float(cell.active)
    if asked.show == "percent":
        return cell.rate(row.size)
    unit = 10 ** minor_digits(asked.query.currency)
    return cell.net_so_far_minor / row.size / unit if row.size else None


def _values(row: CohortRow, asked: Asked) -> Values:
    """From the first column on; None for what is still running or to come."""
    return [
        _value(row, cell, asked) if cell is not None and cell.is_complete else None
        for cell in row.cells[first_column(asked.show) :]
    ]


def _mean(table: CohortTable, asked: Asked) -> Values:
    """The mean of all customers; numbers of people have none, since cohorts differ in size."""
    if asked.show == "percent":
        return list(table.mean[1:])
    if asked.show == "customers":
        return [None] * (table.query.months - 1)
    unit = 10 ** minor_digits(asked.query.currency)
    means = [mean_money(table.rows, k) for k in range(table.query.months)]
    return [None if mean is None else mean / unit for mean in means]


def _mark(value: float, asked: Asked) -> str:
    """A round number beside the scale."""
    return rate(value, 0) if asked.show == "percent" else words.short_number(value)


def _mean_words(value: float, asked: Asked) -> str:
    if asked.show == "percent":
        return rate(value)
    return words.money_of(Decimal(repr(value)), asked.query.currency)


def _cohort_words(row: CohortRow) -> str:
    """'March 2026, 12 customers'."""
    text = ngettext("{month}, {size} customer", "{month}, {size} customers", row.size)
    return text.format(month=words.month_name(row.month), size=whole(row.size))


def _lines(table: CohortTable, asked: Asked, marks: tuple[float, ...]) -> list[CohortLine]:
    lines = []
    for index, row in enumerate(table.rows):
        values = _values(row, asked)
        chart = line_chart(values, [False] * len(values), PLANE, scale=marks)
        if chart.spots:
            age = 4 * index // max(1, len(table.rows) - 1)
            href = asked.cell(row.month, None)
            lines.append(CohortLine(chart=chart, says=_cohort_words(row), href=href, age=age))
    return lines


def _mean_spot(table: CohortTable, asked: Asked, spot: Spot, value: float) -> tuple[Spot, str, str]:
    """A point of the mean, what it says, and the list behind it."""
    k = spot.index + first_column(asked.show)
    return spot, f"+{k}: {_mean_words(value, asked)}", mean_list(table, asked, k)


def cohort_curves(table: CohortTable, asked: Asked) -> CohortCurves:
    """What `asked.show` names, by months since; a line stops at its last complete month."""
    mean = _mean(table, asked)
    known = [value for row in table.rows for value in _values(row, asked)]
    marks = scale_of(known + mean, zero=True)
    drawn = line_chart(mean, [False] * len(mean), PLANE, scale=marks)
    begin = first_column(asked.show)
    return CohortCurves(
        lines=_lines(table, asked, marks),
        mean=drawn,
        mean_spots=[_mean_spot(table, asked, spot, mean[spot.index] or 0) for spot in drawn.spots],
        scale=[(tick.y, _mark(tick.value, asked)) for tick in drawn.ticks],
        labels=[(x, index + begin) for index, x in enumerate(drawn.columns)],
        about=about(asked.show),
    )
