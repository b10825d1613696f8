"""The pages of a list, by the last row seen, newest day first.

A cursor is `day-id` of the last row shown; so pages neither repeat nor skip rows, and the
thousandth costs what the first does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import Refused
from customers.models import Customer
from customers.services.summaries import freshen_summaries
from retention import sql

Key = tuple[int, int]
Row = TypeVar("Row", covariant=True)
Record = TypeVar("Record", bound=Model)
CHUNK = 1000
_CURSOR = re.compile(r"([0-9]{1,9})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """Some rows, and the cursor of the page after them; empty at the end."""

    rows: Sequence[Row]
    next: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer on a list, and the purchase day that put them there."""

    customer: Customer
    day: date


def read_cursor(text: str) -> Key | None:
    """The key in a cursor, None for the first page; refuses what is no cursor of ours."""
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise Refused(_("This page of the list does not exist."), field="after")
    return int(found[1]), int(found[2])


class Keys(Protocol):
    """Where the (day, customer id) pairs of a list come from."""

    def count(self) -> int: ...

    def after(self, key: Key | None, size: int) -> list[Key]: ...


@dataclass(frozen=True, slots=True)
class RowKeys:
    """Pairs from a queryset of roll-up rows."""

    rows: QuerySet[Any]
    day: str = "day"

    def count(self) -> int:
        return self.rows.count()

    def after(self, key: Key | None, size: int) -> list[Key]:
        rows = self.rows
        if key is not None:
            rows = rows.filter(before(self.day, "customer_id", key))
        rows = rows.order_by(f"-{self.day}", "-customer_id")
        return list(rows.values_list(self.day, "customer_id")[:size])


@dataclass(frozen=True, slots=True)
class StatementKeys:
    """Pairs from a SELECT with the columns `customer_id` and `day`; `counting` is another one,
    with its values, where reading all of the same pairs is quicker by it."""

    statement: str
    params: Sequence[object]
    counting: tuple[str, Sequence[object]] | None = None

    def count(self) -> int:
        text = "SELECT count(*) FROM ($members) AS members"
        statement, params = self.counting or (self.statement, self.params)
        with sql.roomy():
            return int(sql.fetch(text, params, members=statement)[0][0])

    def after(self, key: Key | None, size: int) -> list[Key]:
        text = "SELECT day, customer_id FROM ($members) AS members $later"
        later, marks = "", list[object]()
        if key is not None:
            later = "WHERE day <= %s AND (day < %s OR customer_id < %s)"
            marks = [key[0], key[0], key[1]]
        text += " ORDER BY day DESC, customer_id DESC LIMIT %s"
        rows = sql.fetch(text, [*self.params, *marks, size], members=self.statement, later=later)
        return [(int(day), int(pk)) for day, pk in rows]


def before(day: str, number: str, key: Key) -> Q:
    """Rows that come after the key in descending order. The first condition says nothing new,
    but lets the index be entered at the right place."""
    return Q(**{f"{day}__lte": key[0]}) & (
        Q(**{f"{day}__lt": key[0]}) | Q(**{f"{number}__lt": key[1]})
    )


@dataclass(frozen=True, slots=True)
class CustomerListing:
    """A list of customers."""

    keys: Keys
    kind: str = "customers"

    def count(self) -> int:
        """How many: the number that the list stands behind."""
        return self.keys.count()

    def page(self, after: str = "", size: int = 50) -> ListPage[Listed]:
        """One page; `after` is the cursor of the page before. Refuses a broken cursor."""
        found = self.keys.after(read_cursor(after), size + 1)
        return ListPage(_customers(found[:size]), _cursor(found, size))

    def everything(self) -> Iterator[Listed]:
        """All rows, some at a time."""
        return _all_pages(self)


@dataclass(frozen=True, slots=True)
class RecordListing(Generic[Record]):
    """A list of purchases or refunds, each with its customer and branch."""

    records: QuerySet[Record]
    kind: str

    def count(self) -> int:
        """How many: the number that the list stands behind."""
        return self.records.count()

    def page(self, after: str = "", size: int = 50) -> ListPage[Record]:
        """One page; `after` is the cursor of the page before. Refuses a broken cursor."""
        key = read_cursor(after)
        rows = self.records.select_related("customer", "branch").order_by("-local_day", "-pk")
        if key is not None:
            rows = rows.filter(before("local_day", "pk", key))
        found: list[Any] = list(rows[: size + 1])
        keys = [(row.local_day, row.pk) for row in found]
        return ListPage(found[:size], _cursor(keys, size))

    def everything(self) -> Iterator[Record]:
        """All rows, some at a time."""
        return _all_pages(self)


Listing = CustomerListing | RecordListing[Any]


def _customers(keys: Sequence[Key]) -> list[Listed]:
    """The customers with sums as up to date as the list itself is."""
    wanted = [pk for _day, pk in keys]
    freshen_summaries(wanted)
    found = Customer.objects.select_related("summary").in_bulk(wanted)
    return [Listed(found[pk], date.fromordinal(day)) for day, pk in keys if pk in found]


def _cursor(keys: Sequence[Key], size: int) -> str:
    return f"{keys[size - 1][0]}-{keys[size - 1][1]}" if len(keys) > size else ""


def _all_pages(listing: Any) -> Iterator[Any]:
    after = ""
    while True:
        page = listing.page(after, CHUNK)
        yield from page.rows
        if not (after := page.next):
            return
