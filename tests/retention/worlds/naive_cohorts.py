"""Cohorts and repeat rates by their definitions, in plain sets."""

from dataclasses import dataclass
from datetime import date

from tests.retention.worlds.naive import Fact, Naive, Only, month_of, opening


@dataclass(frozen=True)
class Cell:
    """A month of a cohort: who bought, and the money of its members."""

    who: frozenset[str]
    gross: int
    net: int
    gross_so_far: int
    net_so_far: int
    is_complete: bool


@dataclass(frozen=True)
class Cohort:
    """The people who first bought in a month, and what they did since; None has not begun."""

    month: int
    who: frozenset[str]
    cells: tuple[Cell | None, ...]


def birth(shop: Naive, who: str) -> int:
    """The month of the first purchase ever: no filter moves it."""
    return month_of(shop.firsts[who].day)


def cohorts(shop: Naive, *, months: int, currency: str, only: Only) -> list[Cohort]:
    """All cohorts with a member whose purchase passes."""
    members = {fact.who for fact in shop.passing(shop.sales, only) if fact.who}
    births = {birth(shop, who) for who in members}
    return [
        Cohort(
            month,
            frozenset(who for who in members if birth(shop, who) == month),
            tuple(cell(shop, month, k, currency, only) for k in range(months)),
        )
        for month in sorted(births)
    ]


def cell(shop: Naive, cohort: int, k: int, currency: str, only: Only) -> Cell | None:
    last = shop.data_until
    assert last is not None
    if opening(cohort + k) > last:
        return None
    sales = [f for f in shop.passing(shop.sales, only) if born_in(shop, f, cohort)]
    backs = [f for f in shop.passing(shop.backs, only) if born_in(shop, f, cohort)]

    def total(facts: list[Fact], low: int) -> int:
        wanted = range(cohort + low, cohort + k + 1)
        return sum(f.minor for f in facts if f.currency == currency and month_of(f.day) in wanted)

    return Cell(
        who=frozenset(str(f.who) for f in sales if month_of(f.day) == cohort + k),
        gross=total(sales, k),
        net=total(sales, k) - total(backs, k),
        gross_so_far=total(sales, 0),
        net_so_far=total(sales, 0) - total(backs, 0),
        is_complete=date.toordinal(opening(cohort + k + 1)) - 1 <= last.toordinal(),
    )


def born_in(shop: Naive, fact: Fact, cohort: int) -> bool:
    return fact.who in shop.firsts and birth(shop, str(fact.who)) == cohort


def means(rows: list[Cohort], months: int) -> list[float | None]:
    """Members who bought / members over the cohorts whose month is over, per cent."""
    found: list[float | None] = []
    for k in range(months):
        done = [(row, row.cells[k]) for row in rows]
        over = [(row, cell) for row, cell in done if cell is not None and cell.is_complete]
        size = sum(len(row.who) for row, _cell in over)
        found.append(100 * sum(len(c.who) for _row, c in over) / size if size else None)
    return found


def returners(shop: Naive, horizon: int | None, only: Only) -> tuple[set[str], set[str]]:
    """Those whose horizon has passed by the data's end, and those of them who came back in it."""
    passing = [fact for fact in shop.passing(shop.sales, only) if fact.who]
    asked, came = set(), set()
    for who in {str(fact.who) for fact in passing}:
        first = shop.firsts[who]
        assert shop.data_until is not None
        if horizon is not None and (shop.data_until - first.day).days < horizon:
            continue
        asked.add(who)
        later = [(f.day - first.day).days for f in passing if f.who == who and f.at > first.at]
        if later and (horizon is None or min(later) <= horizon):
            came.add(who)
    return asked, came
