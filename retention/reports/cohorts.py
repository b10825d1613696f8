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
from retention.rules import rates
from retention.rules.cohorts import has_begun, is_complete, weighted_mean
from retention.rules.periods import first_day, month_of_day
from retention.rules.spans import MOST_SPANS, Spans
from retention.services.months import data_span

Sums = dict[tuple[int, int], tuple[int, ...]]

# The months that each passing customer bought in, as bits (`rules.spans`), counted by kind.
KINDS = """
    SELECT f.cohort, m.months, count(*) AS people
    FROM (
        SELECT p.customer_id, $together AS months FROM customers_purchase AS p
        WHERE p.counts AND p.customer_id IS NOT NULL
            AND p.local_day >= $low AND p.local_day < $high $filters
        GROUP BY p.customer_id
    ) AS m JOIN retention_customerfirst AS f ON f.customer_id = m.customer_id
    GROUP BY f.cohort, m.months
"""
CELLS = "SELECT cohort, $sums FROM ($kinds) AS kinds GROUP BY cohort"
SIZES = """
    SELECT cohort, count(*) FROM retention_customerfirst AS f
    WHERE EXISTS (
        SELECT 1 FROM customers_purchase AS p
        WHERE p.customer_id = f.customer_id AND p.counts $filters
    ) GROUP BY cohort
"""
# Each of the two is summed by itself: so PostgreSQL shares the work among processes.
MONEY = """
    SELECT cohort, month, sum(gross_minor), sum(refunds_minor) FROM (
        SELECT f.cohort, p.local_month AS month, sum(p.gross_minor) AS gross_minor,
            0 AS refunds_minor
        FROM customers_purchase AS p
        JOIN retention_customerfirst AS f ON f.customer_id = p.customer_id
        WHERE p.counts AND p.currency = %s $purchases GROUP BY f.cohort, p.local_month
        UNION ALL
        SELECT f.cohort, r.local_month, 0, sum(r.amount_minor)
        FROM customers_refund AS r
        JOIN retention_customerfirst AS f ON f.customer_id = r.customer_id
        WHERE r.counts AND r.currency = %s $refunds GROUP BY f.cohort, r.local_month
    ) AS facts GROUP BY cohort, month
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
    bought, values = query.filters.in_sql("p")
    returned, more = query.filters.in_sql("r")
    params = [query.currency, *values, query.currency, *more]
    months = range(month_of_day(span[0]), month_of_day(span[1]) + 1)
    active: Sums = {}
    with sql.roomy():
        for begin in range(0, len(months), MOST_SPANS):
            active |= _cells(query, months[begin : begin + MOST_SPANS])
        sizes = _sizes(query, active, whole=len(months) <= MOST_SPANS)
        money = sql.fetch(MONEY, params, purchases=bought, refunds=returned)
    return sizes, {key: n for key, n in active.items() if key[1]}, _sums(money)


def _cells(query: CohortQuery, months: range) -> Sums:
    """Active members by cohort and month; under month 0 all who bought in any of the months."""
    spans = Spans.between(first_day(month) for month in range(months[0], months.stop + 1))
    condition, values = query.filters.in_sql("p")
    counted = [
        f"coalesce(sum(people) FILTER (WHERE months & {1 << n} <> 0), 0)"
        for n in range(len(months))
    ]
    kinds = Template(KINDS).substitute(
        together=sql.bits_together(spans.bit_of("p.local_day")),
        low=spans.low,
        high=spans.high,
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
    condition, values = query.filters.in_sql("p")
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
