"""What every figure of retention is, by its definition, in plain sets of plain rows.

Nothing here knows the product: purchases and refunds go in, figures, cohorts, repeat rates and
lists come out. People are named by a word, purchases by (source, number).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

NOT_SOLD = frozenset({"cancelled", "failed", "pending", "draft"})
DIGITS = {"PLN": 2, "EUR": 2, "GBP": 2, "CLP": 0, "JPY": 0, "KWD": 3}
HORIZONS = (30, 60, 90, 365, None)
Key = tuple[str, str]


@dataclass(frozen=True)
class Bought:
    """A receipt; `who` None is a guest."""

    number: str
    who: str | None
    at: datetime
    minor: int = 1000
    currency: str = "PLN"
    source: str = "till"
    branch: str = ""
    status: str = ""

    @property
    def key(self) -> Key:
        return self.source, self.number


@dataclass(frozen=True)
class Returned:
    """Money given back; `of` is the number of the purchase of the same source, "" of none."""

    number: str
    who: str | None
    at: datetime
    minor: int = 100
    of: str = ""
    currency: str = "PLN"
    source: str = "till"
    branch: str = ""
    status: str = ""

    @property
    def key(self) -> Key:
        return self.source, self.number


@dataclass(frozen=True)
class Fact:
    """A purchase or refund that counts, on its civil day."""

    key: Key
    who: str | None
    at: datetime
    day: date
    minor: int
    currency: str
    source: str
    branch: str


@dataclass(frozen=True)
class Only:
    """A filter: purchases of a branch or source, of people with a tag; empty is all."""

    branch: str = ""
    source: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Question:
    """The days [start, end), the window in days, the currency of money, the filter."""

    start: date
    end: date
    window: int = 365
    currency: str = "PLN"
    only: Only = field(default_factory=Only)


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def opening(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def per_cent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole > 0 else None


def average(minor: int, count: int, currency: str) -> str | None:
    """Major units with four decimals, half up."""
    if not count:
        return None
    exact = Fraction(minor, count * 10 ** DIGITS[currency])
    units = floor(exact * 10_000 + Fraction(1, 2))
    whole, rest = divmod(abs(units), 10_000)
    return f"{'-' if units < 0 else ''}{whole}.{rest:04}"


@dataclass
class Naive:
    """A shop's purchases and refunds, and what follows from them."""

    zone: ZoneInfo
    bought: Iterable[Bought]
    returned: Iterable[Returned] = ()
    tags: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        receipts = {row.key: row for row in self.bought}
        back: dict[Key, int] = defaultdict(int)
        for row in self.returned:
            receipt = receipts.get((row.source, row.of))
            if receipt and row.status not in NOT_SOLD and row.currency == receipt.currency:
                back[receipt.key] += row.minor
        valid = {
            key
            for key, row in receipts.items()
            if row.status not in NOT_SOLD and row.minor > 0 and row.minor > back[key]
        }
        self.sales = [self._fact(row, row.who) for key, row in receipts.items() if key in valid]
        self.backs = []
        for row in self.returned:
            receipt = receipts.get((row.source, row.of))
            if row.status in NOT_SOLD or (receipt and receipt.key not in valid):
                continue
            who = row.who if row.who or receipt is None else receipt.who
            self.backs.append(self._fact(row, who))
        self.firsts: dict[str, Fact] = {}
        for fact in self.sales:
            known = self.firsts.get(fact.who) if fact.who else None
            if fact.who and (known is None or fact.at < known.at):
                self.firsts[fact.who] = fact

    def _fact(self, row: Bought | Returned, who: str | None) -> Fact:
        day = row.at.astimezone(self.zone).date()
        return Fact(row.key, who, row.at, day, row.minor, row.currency, row.source, row.branch)

    @property
    def data_from(self) -> date | None:
        return min((fact.day for fact in self.sales), default=None)

    @property
    def data_until(self) -> date | None:
        return max((fact.day for fact in self.sales), default=None)

    def passing(self, facts: Iterable[Fact], only: Only) -> list[Fact]:
        tagged = self.tags.get(only.tag, frozenset())
        return [
            fact
            for fact in facts
            if (not only.branch or fact.branch == only.branch)
            and (not only.source or fact.source == only.source)
            and (not only.tag or fact.who in tagged)
        ]

    def between(self, low: date, high: date, only: Only) -> list[Fact]:
        return [fact for fact in self.passing(self.sales, only) if low <= fact.day < high]

    def active(self, at: date, asked: Question) -> set[str]:
        """Who bought in the window before the day."""
        low = at - timedelta(days=asked.window)
        return {fact.who for fact in self.between(low, at, asked.only) if fact.who}

    def new_since(self, people: set[str], day: date) -> set[str]:
        return {who for who in people if self.firsts[who].day >= day}

    def people(self, asked: Question) -> dict[str, set[str]]:
        """Every list of people, by its name."""
        start, end = self.active(asked.start, asked), self.active(asked.end, asked)
        sold = self.between(asked.start, asked.end, asked.only)
        buyers = {fact.who for fact in sold if fact.who}
        new = self.new_since(end, asked.start)
        return {
            "start": start,
            "kept": start & end,
            "lost": start - end,
            "new": new,
            "reactivated": end - start - new,
            "end": end,
            "buyers": buyers,
            "new_buyers": self.new_since(buyers, asked.start),
            "returning_buyers": buyers - self.new_since(buyers, asked.start),
        }

    def receipts(self, asked: Question) -> dict[str, set[Key]]:
        """Every list of purchases, by its name; and the refunds."""
        sold = self.between(asked.start, asked.end, asked.only)
        known = [fact for fact in sold if fact.who]
        backs = self.passing(self.backs, asked.only)
        return {
            "purchases": {fact.key for fact in sold},
            "guest_purchases": {fact.key for fact in sold if not fact.who},
            "identified_purchases": {fact.key for fact in known},
            "repeat_purchases": {f.key for f in known if f.at > self.firsts[f.who].at},
            "repeat_purchases_by_period": {
                fact.key for fact in known if self.firsts[fact.who].day < asked.start
            },
            "currency_purchases": {f.key for f in sold if f.currency == asked.currency},
            "refunds": {
                fact.key
                for fact in backs
                if asked.start <= fact.day < asked.end and fact.currency == asked.currency
            },
        }

    def net(self, people: set[str], low: date, high: date, asked: Question) -> int:
        """Paid less given back by these people in the days, in the currency."""

        def total(facts: Iterable[Fact]) -> int:
            return sum(
                fact.minor
                for fact in self.passing(facts, asked.only)
                if fact.who in people and fact.currency == asked.currency and low <= fact.day < high
            )

        return total(self.sales) - total(self.backs)

    def money(self, asked: Question) -> dict[str, int]:
        keys = self.receipts(asked)
        opens = asked.start - timedelta(days=asked.window)
        people = self.people(asked)
        gross = sum(fact.minor for fact in self.sales if fact.key in keys["currency_purchases"])
        back = sum(fact.minor for fact in self.backs if fact.key in keys["refunds"])
        return {
            "gross_minor": gross,
            "refunds_minor": back,
            "net_minor": gross - back,
            "start_net_minor": self.net(people["start"], opens, asked.start, asked),
            "lost_net_minor": self.net(people["lost"], opens, asked.start, asked),
        }

    def counts(self, asked: Question) -> dict[str, int]:
        """All whole numbers, under the names that reports give them."""
        people = {name: len(found) for name, found in self.people(asked).items()}
        people["customers_at_start"] = people.pop("start")
        people["customers_at_end"] = people.pop("end")
        receipts = {name: len(found) for name, found in self.receipts(asked).items()}
        del receipts["refunds"]
        return {**people, **receipts, **self.money(asked)}

    def measurable(self, asked: Question) -> bool:
        since = self.data_from
        return since is not None and (asked.start - since).days >= asked.window

    def rates(self, asked: Question) -> dict[str, float | None]:
        """All rates, per cent; None where there is none."""
        n = self.counts(asked)
        start = n["customers_at_start"] if self.measurable(asked) else 0
        brought = n["start_net_minor"] if self.measurable(asked) else 0
        known, all_sold = n["identified_purchases"], n["purchases"]
        again, older = n["repeat_purchases"], n["repeat_purchases_by_period"]
        return {
            "retention_rate": per_cent(n["kept"], start),
            "churn_rate": per_cent(n["lost"], start),
            "revenue_churn_rate": per_cent(n["lost_net_minor"], brought),
            "repurchase_index": per_cent(again, all_sold),
            "repurchase_index_identified": per_cent(again, known),
            "repurchase_index_by_period": per_cent(older, all_sold),
            "repurchase_index_by_period_identified": per_cent(older, known),
            "guest_share": per_cent(n["guest_purchases"], all_sold),
            "returning_rate": per_cent(n["returning_buyers"], n["buyers"]),
            "frequency": known / n["buyers"] if n["buyers"] else None,
        }

    def averages(self, asked: Question) -> dict[str, str | None]:
        n = self.counts(asked)
        count = n["currency_purchases"]
        return {
            "average_order": average(n["gross_minor"], count, asked.currency),
            "average_order_net": average(n["net_minor"], count, asked.currency),
        }
