"""Cohorts: of those who first bought in a month, how many buy in the months after, for how much.

Filtered, the members are those with any purchase that passes; the month of the first purchase
stays the earliest ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from string import Template

from retention import sql
from retention.models import CohortCell as CellRow
from retention.models import CohortMoney
from retention.reports.query import CohortQuery
from retention.reports.slices import passing
from retention.rules import rates
from retention.rules.cohorts import has_begun, is_complete, weighted_mean
from retention.rules.periods import month_of_day
from retention.rules.spans import MOST_SPANS
from retention.services.months import data_span

Sums = dict[tuple[int, int], tuple[int, ...]]

# The months that each passing customer bought in, as bits, counted by kind.
KINDS = """
    SELECT cohort, months, count(*) AS people
    FROM (
        SELECT m.customer_id, min(m.cohort) AS cohort, $together AS months
        FROM retention_customermoney AS m
        WHERE m.purchases > 0 AND m.month >= $low AND m.month < $high $filters
        GROUP BY m.customer_id
    ) AS people GROUP BY cohort, months
"""
CELLS = "SELECT cohort, $sums FROM ($kinds) AS kinds GROUP BY cohort"
SIZES = """
    SELECT cohort, count(*) FROM (
        SELECT m.customer_id, min(m.cohort) AS cohort FROM retention_customermoney AS m
        WHERE m.purchases > 0 $filters GROUP BY m.customer_id
    ) AS people GROUP BY cohort
"""
MONEY = """
    SELECT m.cohort, m.month, sum(m.gross_minor), sum(m.refunds_minor)
    FROM $table AS m
    WHERE m.cohort > 0 AND m.currency = %s $filters GROUP BY m.cohort, m.month
"""


@dataclass(frozen=True, slots=True)
class CohortCell:
    """Month `month` of a cohort, `k` months after its own. Money in minor units of the query's
    currency; `..._so_far_minor` sums from the cohort's month to this one."""

    k: int
    month: int
    active: int
    gross_minor: int
    net_minor: int
    gross_so_far_minor: int
    net_so_far_minor: int
    is_complete: bool

    def rate(self, size: int) -> float | None:
        """Members who bought in the month / members, per cent."""
        return rates.per_cent(self.active, size)


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort; `cells[k]` is None where the month has not begun by the data's end."""

    month: int
    size: int
    cells: tuple[CohortCell | None, ...]


@dataclass(frozen=True, slots=True)
class CohortTable:
    """All cohorts asked for. `mean[k]`: members who bought / members over the cohorts whose
    month k is complete, per cent; None without any."""

    query: CohortQuery
    rows: tuple[CohortRow, ...]
    mean: tuple[float | None, ...]

    @property
    def months(self) -> int:
        """How many columns there are, from k = 0."""
        return self.query.months


def cohorts(query: CohortQuery) -> CohortTable:
    """The cohorts with at least one member, oldest first."""
    span = data_span()
    if span is None:
        return CohortTable(query, (), (None,) * query.months)
    sizes, active, money = _filtered(query, span) if query.filters else _kept_ready(query)
    rows = tuple(
        _row(query, cohort, size, active, money, span[1])
        for cohort, size in sorted(sizes.items())
        if _within(query, cohort)
    )
    return CohortTable(query, rows, tuple(_mean(rows, k) for k in range(query.months)))


def _within(query: CohortQuery, cohort: int) -> bool:
    return (query.first is None or cohort >= query.first) and (
        query.last is None or cohort < query.last
    )


def _kept_ready(query: CohortQuery) -> tuple[dict[int, int], Sums, Sums]:
    cells = CellRow.objects.values_list("cohort", "month", "customers")
    money = CohortMoney.objects.filter(currency=query.currency)
    active = _sums(cells)
    sizes = {cohort: n[0] for (cohort, month), n in active.items() if cohort == month and n[0]}
    return (
        sizes,
        active,
        _sums(money.values_list("cohort", "month", "gross_minor", "refunds_minor")),
    )


def _filtered(query: CohortQuery, span: tuple[int, int]) -> tuple[dict[int, int], Sums, Sums]:
    passes, values = passing(query.filters)
    months = range(month_of_day(span[0]), month_of_day(span[1]) + 1)
    active: Sums = {}
    with sql.roomy():
        for begin in range(0, len(months), MOST_SPANS):
            active |= _cells(query, months[begin : begin + MOST_SPANS])
        sizes = _sizes(query, active, whole=len(months) <= MOST_SPANS)
        table = "customermoney" if query.filters.tag_id is not None else "slicemonth"
        money = sql.fetch(
            MONEY, [query.currency, *values], table=f"retention_{table}", filters=passes
        )
    return sizes, {key: n for key, n in active.items() if key[1]}, _sums(money)


def _cells(query: CohortQuery, months: range) -> Sums:
    """Active members by cohort and month; under month 0 all who bought in any of the months."""
    condition, values = passing(query.filters)
    counted = [
        f"coalesce(sum(people) FILTER (WHERE months & {1 << n} <> 0), 0)"
        for n in range(len(months))
    ]
    kinds = Template(KINDS).substitute(
        together=sql.bits_together(f"CAST(1 AS bigint) << (m.month - {months[0]})"),
        low=months[0],
        high=months.stop,
        filters=condition,
    )
    rows = sql.fetch(CELLS, values, sums=", ".join(["sum(people)", *counted]), kinds=kinds)
    return {
        (int(cohort), month): (int(number),)
        for cohort, *numbers in rows
        for month, number in zip((0, *months), numbers, strict=True)
    }


def _sizes(query: CohortQuery, active: Sums, *, whole: bool) -> dict[int, int]:
    """Members by cohort: known already where the months fitted into one number."""
    if whole:
        return {cohort: n[0] for (cohort, month), n in active.items() if month == 0}
    condition, values = passing(query.filters)
    return {int(row[0]): int(row[1]) for row in sql.fetch(SIZES, values, filters=condition)}


def _sums(rows: Iterable[tuple[int, ...]]) -> Sums:
    return {(int(row[0]), int(row[1])): tuple(int(n) for n in row[2:]) for row in rows}


def _row(
    query: CohortQuery, cohort: int, size: int, active: Sums, money: Sums, last_day: int
) -> CohortRow:
    cells: list[CohortCell | None] = []
    gross_so_far = net_so_far = 0
    for k in range(query.months):
        month = cohort + k
        if not has_begun(month=month, last_day=last_day):
            cells.append(None)
            continue
        gross, refunds = money.get((cohort, month), (0, 0))
        gross_so_far, net_so_far = gross_so_far + gross, net_so_far + gross - refunds
        cells.append(
            CohortCell(
                k=k,
                month=month,
                active=active.get((cohort, month), (0,))[0],
                gross_minor=gross,
                net_minor=gross - refunds,
                gross_so_far_minor=gross_so_far,
                net_so_far_minor=net_so_far,
                is_complete=is_complete(month=month, last_day=last_day),
            )
        )
    return CohortRow(cohort, size, tuple(cells))


def _mean(rows: Iterable[CohortRow], k: int) -> float | None:
    cells = [(row.cells[k], row.size) for row in rows]
    return weighted_mean((cell.active, size) for cell, size in cells if cell and cell.is_complete)
