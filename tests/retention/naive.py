"""What the figures should be, worked out the slow and plain way from the definitions."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.clock import month_number
from retention.reports import Query
from tests.retention.world import Back, Sale, World

Row = Sale | Back


@dataclass
class Naive:
    """A world and a question."""

    world: World
    query: Query
    tagged: frozenset[int] = frozenset()

    def passes(self, row: Row) -> bool:
        wanted = self.query.filters
        return (
            row.counts
            and (wanted.branch_id is None or row.branch == wanted.branch_id)
            and (not wanted.source or row.source == wanted.source)
            and (wanted.tag_id is None or row.customer in self.tagged)
        )

    def sales(self, low: date, high: date) -> list[Sale]:
        return [s for s in self.world.sales if self.passes(s) and low <= s.day < high]

    def backs(self, low: date, high: date) -> list[Back]:
        return [b for b in self.world.backs if self.passes(b) and low <= b.day < high]

    def people(self, low: date, high: date) -> set[int]:
        return {s.customer for s in self.sales(low, high) if s.customer is not None}

    def history(self, customer: int | None) -> list[Sale]:
        mine = [s for s in self.world.sales if s.customer == customer and s.counts]
        return sorted(mine, key=lambda sale: sale.at)

    def first_day(self, customer: int) -> date:
        return self.history(customer)[0].day

    def sets(self) -> dict[str, set[int]]:
        period, window = self.query.period, timedelta(days=self.query.window_days)
        start = self.people(period.start - window, period.start)
        end = self.people(period.end - window, period.end)
        buyers = self.people(period.start, period.end)
        first_now = {c for c in end | buyers if self.first_day(c) >= period.start}
        return {
            "start": start,
            "end": end,
            "kept": start & end,
            "lost": start - end,
            "new": end & first_now,
            "reactivated": end - start - first_now,
            "buyers": buyers,
            "new_buyers": buyers & first_now,
            "returning_buyers": buyers - first_now,
        }

    def purchases(self) -> dict[str, set[int]]:
        period, currency = self.query.period, self.query.currency
        sold = self.sales(period.start, period.end)
        known = [s for s in sold if s.customer is not None]
        return {
            "purchases": {s.id for s in sold},
            "guest_purchases": {s.id for s in sold if s.customer is None},
            "identified_purchases": {s.id for s in known},
            "repeat_purchases": {s.id for s in known if s.at > self.history(s.customer)[0].at},
            "repeat_purchases_by_period": {
                s.id for s in known if self.first_day(s.customer) < period.start
            },
            "currency_purchases": {s.id for s in sold if s.currency == currency},
        }

    def money(self) -> dict[str, int]:
        period, currency = self.query.period, self.query.currency
        opens = period.start - timedelta(days=self.query.window_days)
        sets = self.sets()
        sold = self.sales(period.start, period.end)
        backs = self.backs(period.start, period.end)
        return {
            "gross_minor": sum(s.amount for s in sold if s.currency == currency),
            "refunds_minor": sum(b.amount for b in backs if b.currency == currency),
            "start_net_minor": self.net(sets["start"], opens, period.start),
            "lost_net_minor": self.net(sets["lost"], opens, period.start),
        }

    def net(self, people: set[int], low: date, high: date) -> int:
        currency = self.query.currency
        gross = [s for s in self.sales(low, high) if s.customer in people]
        backs = [b for b in self.backs(low, high) if b.customer in people]
        return sum(s.amount for s in gross if s.currency == currency) - sum(
            b.amount for b in backs if b.currency == currency
        )

    def counts(self) -> dict[str, int]:
        """Everything under the names of `Figures`."""
        sets = {name: len(people) for name, people in self.sets().items()}
        sets["customers_at_start"] = sets.pop("start")
        sets["customers_at_end"] = sets.pop("end")
        sales = {name: len(rows) for name, rows in self.purchases().items()}
        return {**sets, **sales, **self.money()}


def cohort_members(naive: Naive, cohort: int, k: int | None) -> set[int]:
    """Members with a passing purchase, in month k or at all."""
    found = set()
    for sale in naive.world.sales:
        if not naive.passes(sale) or sale.customer is None:
            continue
        born = month_number(naive.first_day(sale.customer))
        if born == cohort and (k is None or month_number(sale.day) == cohort + k):
            found.add(sale.customer)
    return found


def repeat_members(naive: Naive, horizon: int | None, last_day: date) -> tuple[set[int], set[int]]:
    """Those whose horizon has passed, and those of them who came back in it."""
    asked, returned = set(), set()
    for customer in {s.customer for s in naive.world.sales if naive.passes(s) and s.customer}:
        history = naive.history(customer)
        first = history[0]
        later = [s.day for s in history if s.at > first.at and naive.passes(s)]
        if horizon is None or first.day + timedelta(days=horizon) <= last_day:
            asked.add(customer)
            if later and (horizon is None or (later[0] - first.day).days <= horizon):
                returned.add(customer)
    return asked, returned
