"""What the reader asked for, and the addresses of pages, lists and files that keep it."""

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.urls import reverse

from core.clock import month_number
from retention.reports import CohortQuery, Query
from retention.rules.month_texts import month_text
from retention.rules.periods import Period

SHOWN = ("percent", "customers", "money")
TABS = ("table", "curves")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of figures, whether to compare, and how the cohorts are shown."""

    query: Query
    compares: bool = True
    show: str = "percent"
    tab: str = "table"

    @property
    def period(self) -> Period:
        """The days that the figures are about."""
        return self.query.period

    @property
    def last_month(self) -> int:
        """The number of the month in which the period's last day lies."""
        return month_number(self.period.end) - (self.period.end.day == 1)

    def params(self) -> dict[str, str]:
        """The query as an address holds it; `to` is the first day after, as in the command."""
        period, filters = self.period, self.query.filters
        if period.month is not None:
            found = {"month": month_text(period.month)}
        else:
            found = {"from": period.start.isoformat(), "to": period.end.isoformat()}
        found["window"] = str(self.query.window_days)
        if filters.branch_id is not None:
            found["branch"] = str(filters.branch_id)
        if filters.source:
            found["source"] = filters.source
        if filters.tag_id is not None:
            found["tag"] = str(filters.tag_id)
        return found

    def looks(self) -> dict[str, str]:
        """What the report remembers beside the query; nothing for what is usual."""
        found = {} if self.compares else {"compare": "off"}
        if self.show != SHOWN[0]:
            found["show"] = self.show
        if self.tab != TABS[0]:
            found["tab"] = self.tab
        return found

    def report(self) -> str:
        """The report's address."""
        return f"{reverse('retention:report')}?{urlencode(self.params() | self.looks())}"

    def list(self, name: str, **more: str) -> str:
        """The address of the list behind a number."""
        return f"{reverse('retention:list', args=[name])}?{urlencode(self.params() | more)}"

    def cell(self, cohort: int, k: int | None) -> str:
        """The address of the list behind a cohort's cell; `k` None: the whole cohort."""
        more = {"cohort": month_text(cohort)} | ({} if k is None else {"k": str(k)})
        return self.list("cohort", **more)

    def cells(self, cohorts: range, k: int | None) -> str:
        """The address of the list behind several cohorts' month `k`; None: all their members."""
        more = {"cohort": month_text(cohorts[0]), "last": month_text(cohorts[-1])}
        return self.list("cohort", **more, **({} if k is None else {"k": str(k)}))

    def file(self, kind: str, **more: str) -> str:
        """The address of a CSV file."""
        return f"{reverse('retention:csv', args=[kind])}?{urlencode(self.params() | more)}"

    def with_period(self, period: Period) -> Self:
        """The same questions about other days."""
        return replace(self, query=replace(self.query, period=period))

    def with_window(self, days: int) -> Self:
        """The same questions with another window."""
        return replace(self, query=replace(self.query, window_days=days))

    def cohort_query(self, months: range | None = None, *, columns: int = 12) -> CohortQuery:
        """The cohorts of these months under the same filters; None: of all months."""
        return CohortQuery(
            first=months[0] if months else None,
            last=months[-1] + 1 if months else None,
            months=columns,
            currency=self.query.currency,
            filters=self.query.filters,
        )


def months_around(asked: Asked, data: range, most: int) -> range:
    """At most `most` months of the data that hold the asked one: the newest, if they do."""
    end = data[-1]
    if asked.last_month <= end - most:
        end = max(asked.last_month, data[0])
    return range(max(data[0], end - most + 1), end + 1)
