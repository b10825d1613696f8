"""What is asked: which period, window, currency, and of which purchases."""

from dataclasses import dataclass, field, replace

from django.db.models import Q

from retention.rules.periods import Period

SHORTEST_WINDOW, LONGEST_WINDOW, USUAL_WINDOW = 1, 730, 365


@dataclass(frozen=True, slots=True)
class Filters:
    """Which purchases (branch, source) of which customers (tag) count; empty is all.

    A filter never moves a first purchase or a cohort: these stay the earliest ever.
    """

    branch_id: int | None = None
    source: str = ""
    tag_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.branch_id is not None or self.source or self.tag_id is not None)

    def on_rows(self) -> Q:
        """The condition on purchases, and on refunds alike."""
        wanted = Q()
        if self.branch_id is not None:
            wanted &= Q(branch_id=self.branch_id)
        if self.source:
            wanted &= Q(source=self.source)
        if self.tag_id is not None:
            wanted &= Q(customer__customer_tags__tag_id=self.tag_id)
        return wanted

    def in_sql(self, alias: str) -> tuple[str, list[object]]:
        """The same condition as SQL to be appended after a WHERE, with its values."""
        parts, values = [], list[object]()
        if self.branch_id is not None:
            parts.append(f"AND {alias}.branch_id = %s")
            values.append(self.branch_id)
        if self.source:
            parts.append(f"AND {alias}.source = %s")
            values.append(self.source)
        if self.tag_id is not None:
            tagged = "(SELECT customer_id FROM customers_customertag WHERE tag_id = %s)"
            parts.append(f"AND {alias}.customer_id IN {tagged}")
            values.append(self.tag_id)
        return " ".join(parts), values


@dataclass(frozen=True, slots=True)
class Query:
    """A period's figures: sets by an activity window of days, money in one currency."""

    period: Period
    window_days: int = USUAL_WINDOW
    currency: str = "PLN"
    filters: Filters = field(default_factory=Filters)

    def __post_init__(self) -> None:
        if not SHORTEST_WINDOW <= self.window_days <= LONGEST_WINDOW:
            raise ValueError("a window has 1 to 730 days")

    @property
    def opens(self) -> int:
        """The first day of the window before the period."""
        return self.period.first - self.window_days

    @property
    def closes(self) -> int:
        """The first day of the window before the period's end."""
        return self.period.after - self.window_days

    @property
    def is_long(self) -> bool:
        """Whether the period is longer than the window: then lapse and return fit into it."""
        return self.period.days > self.window_days

    def before(self) -> "Query | None":
        """The same question about the period before."""
        period = self.period.previous()
        return replace(self, period=period) if period else None


@dataclass(frozen=True, slots=True)
class CohortQuery:
    """Cohorts whose month is in [first, last), month numbers, None without a bound; `months`
    columns from k = 0."""

    first: int | None = None
    last: int | None = None
    months: int = 12
    currency: str = "PLN"
    filters: Filters = field(default_factory=Filters)
