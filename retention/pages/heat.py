"""Cohorts as a heat map, and the ways to look at them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import money, rate, whole
from retention.pages import words
from retention.pages.asked import SHOWN, TABS, Asked
from retention.reports import CohortCell, CohortRow, CohortTable
from retention.rules.cohorts import weighted_mean

# Fixed, so that two pages compare: the colour of a cell says the per cent of the cohort.
STEPS = (5, 15, 25, 35, 45, 60)


def step_of(per_cent: float) -> int:
    """The colour, 0-6, of a share of the cohort: 4 -> 0, 5 -> 1, 60 and more -> 6."""
    return sum(per_cent >= edge for edge in STEPS)


def key() -> list[tuple[str, int]]:
    """The seven colours, each with the per cent from which it is used."""
    return [(str(edge), step) for step, edge in enumerate((0, *STEPS))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """One cell: what it shows, its colour, its list, and all it knows in words."""

    step: int
    value: str
    says: str
    href: str
    is_running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """A cohort: `cells` are None where nothing has happened yet."""

    label: str
    size: str
    href: str
    cells: list[Shade | None]


@dataclass(frozen=True, slots=True)
class Mean:
    """One number of the mean row, and the list of the people it is the mean of; empty without."""

    value: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """The table: column heads (k), rows, and the mean row of the same shape; `about` says what
    its numbers are."""

    heads: list[int]
    rows: list[HeatRow]
    mean: list[Mean]
    mean_label: str
    show: str
    about: str


def first_column(show: str) -> int:
    """Money begins with the month of the first purchase, people with the one after: in the first
    month all of them bought."""
    return 0 if show == "money" else 1


def about(show: str) -> str:
    """What the numbers of the cohorts are."""
    if show == "money":
        return _("What each cohort brought up to that month, less refunds, per customer")
    if show == "customers":
        return _("How many of each cohort bought, by months since their first purchase")
    return _("Per cent of each cohort who bought, by months since their first purchase")


def newest(table: CohortTable, most: int) -> CohortTable:
    """The newest cohorts of the table, with the mean of these alone."""
    rows = table.rows[-most:]
    mean = [
        weighted_mean(
            (cell.active, row.size)
            for row in rows
            if (cell := row.cells[k]) is not None and cell.is_complete
        )
        for k in range(table.query.months)
    ]
    return CohortTable(table.query, rows, tuple(mean))


def _says(row: CohortRow, cell: CohortCell, currency: str) -> str:
    size = row.size
    people = ngettext(
        "{active} of {size} customer bought in {month} ({rate})",
        "{active} of {size} customers bought in {month} ({rate})",
        size,
    ).format(
        active=whole(cell.active),
        size=whole(size),
        month=words.month_name(cell.month),
        rate=rate(cell.rate(size)),
    )
    brought = _("{month_money} that month, {so_far} per customer so far").format(
        month_money=money(cell.net_minor, currency),
        so_far=money(round(cell.net_so_far_minor / size), currency) if size else "–",
    )
    if cell.is_complete:
        return f"{people} · {brought}"
    running = _("still running")
    return f"{people} · {brought} · {running}"


def _value(row: CohortRow, cell: CohortCell, show: str, currency: str) -> str:
    if show == "customers":
        return whole(cell.active)
    if show == "money":
        return words.whole_money(cell.net_so_far_minor / row.size, currency) if row.size else "–"
    return "–" if cell.rate(row.size) is None else words.number(cell.rate(row.size) or 0, 0)


def _largest(table: CohortTable) -> float:
    each = [
        cell.net_so_far_minor / row.size
        for row in table.rows
        for cell in row.cells
        if cell is not None and row.size
    ]
    return max([*each, 1])


def _step(row: CohortRow, cell: CohortCell, show: str, largest: float) -> int:
    """Per cent for people; for money the share of the largest cell in seven equal steps."""
    if show == "money":
        each = cell.net_so_far_minor / row.size if row.size else 0
        return max(0, min(6, int(7 * each / largest)))
    return step_of(cell.rate(row.size) or 0)


def heat_map(table: CohortTable, asked: Asked) -> HeatMap:
    """Newest cohort last."""
    show, currency, begin = asked.show, asked.query.currency, first_column(asked.show)
    largest = _largest(table)

    def shade(row: CohortRow, cell: CohortCell | None) -> Shade | None:
        if cell is None:
            return None
        return Shade(
            step=_step(row, cell, show, largest),
            value=_value(row, cell, show, currency),
            says=_says(row, cell, currency),
            href=asked.cell(row.month, cell.k),
            is_running=not cell.is_complete,
        )

    rows = [
        HeatRow(
            label=words.month_with_year(row.month),
            size=whole(row.size),
            href=asked.cell(row.month, None),
            cells=[shade(row, cell) for cell in row.cells[begin:]],
        )
        for row in table.rows
    ]
    return HeatMap(
        heads=list(range(begin, table.query.months)),
        rows=rows,
        mean=_mean(table, asked, begin),
        mean_label=_("Mean per customer") if show == "money" else _("Mean, %"),
        show=show,
        about=about(show),
    )


def mean_money(rows: Sequence[CohortRow], k: int) -> float | None:
    """Net money so far per member over the cohorts whose month k is complete; None without."""
    done = [
        (cell.net_so_far_minor, row.size)
        for row in rows
        if (cell := row.cells[k]) is not None and cell.is_complete
    ]
    size = sum(size for _money, size in done)
    return sum(minor for minor, _size in done) / size if size else None


def _mean(table: CohortTable, asked: Asked, begin: int) -> list[Mean]:
    columns = range(begin, table.query.months)
    if asked.show == "money":
        means = {k: mean_money(table.rows, k) for k in columns}
    else:
        means = {k: table.mean[k] for k in columns}
    return [_mean_cell(table, asked, k, mean) for k, mean in means.items()]


def _mean_cell(table: CohortTable, asked: Asked, k: int, mean: float | None) -> Mean:
    if mean is None:
        return Mean("")
    if asked.show == "money":
        text = words.whole_money(mean, asked.query.currency)
    else:
        text = words.number(mean, 0)
    return Mean(text, mean_list(table, asked, k))


def mean_list(table: CohortTable, asked: Asked, k: int) -> str:
    """The address of the people whom a mean is about: who bought in month k of the cohorts in
    which it is complete, or, for money, all members of these."""
    done = [row.month for row in table.rows if (cell := row.cells[k]) and cell.is_complete]
    cohorts = range(min(done), max(done) + 1)
    return asked.cells(cohorts, None if asked.show == "money" else k)


@dataclass(frozen=True, slots=True)
class Switch:
    """A way to look at the cohorts, as `components/segmented.html` takes it."""

    label: str
    href: str
    current: bool


def switches(asked: Asked) -> list[Switch]:
    """Per cent, customers, or money."""
    names = {"percent": _("per cent"), "customers": _("customers"), "money": _("money")}
    return [
        Switch(names[show], f"{replace(asked, show=show).report()}#cohorts", asked.show == show)
        for show in SHOWN
    ]


def tabs(asked: Asked) -> list[Switch]:
    """As a table, or as curves."""
    names = {"table": _("Table"), "curves": _("Curves")}
    return [
        Switch(names[tab], f"{replace(asked, tab=tab).report()}#cohorts", asked.tab == tab)
        for tab in TABS
    ]
