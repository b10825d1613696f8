"""The customer list: its columns, its rows as a reader may see them, and how many there are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.keyset import Page, Sort
from customers.masking import shown_identity, shown_name
from customers.models import Customer, Identity
from customers.reports import tag_names

PAGE_SIZE = 50
# Counting further than this takes longer than a reader waits; beyond it a page asks later.
COUNTED_AT_ONCE = 10_000
NET = ExpressionWrapper(
    F("summary__gross_minor") - F("summary__refunds_minor"), output_field=BigIntegerField()
)


def _figure(name: str) -> Callable[[Customer], Any]:
    def value(customer: Customer) -> Any:
        summary = getattr(customer, "summary", None)
        return None if summary is None else getattr(summary, name)

    return value


SORTS = {
    sort.key: sort
    for sort in [
        Sort("name", _("Name"), "name_key", str, lambda row: row.name_key),
        Sort(
            "last",
            _("Last purchase"),
            "summary__last_day",
            int,
            _figure("last_day"),
            related="summary",
            falls=True,
        ),
        Sort(
            "purchases",
            _("Purchases"),
            "summary__purchases",
            int,
            _figure("purchases"),
            related="summary",
            falls=True,
        ),
        Sort("value", _("Value"), NET, int, _figure("net_minor"), related="summary", falls=True),
        Sort("created", _("Added"), "created_at", datetime, lambda row: row.created_at, falls=True),
    ]
}


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line of the list. Money in minor units of the shop's currency; None: no purchase."""

    pk: int
    name: str
    contact: str
    city: str
    tags: list[str]
    last_on: date | None
    purchases: int
    net_minor: int
    owner: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many; `exact` False: at least so many."""

    number: int
    exact: bool


def count_up_to(people: QuerySet[Customer], most: int = COUNTED_AT_ONCE) -> Count:
    """How many there are, counting no further than `most`."""
    number = people.order_by().values("pk")[: most + 1].count()
    return Count(min(number, most), number <= most)


def count_all(people: QuerySet[Customer]) -> Count:
    """How many there are, however long it takes."""
    return Count(people.order_by().count(), True)


def for_list(people: QuerySet[Customer]) -> QuerySet[Customer]:
    """With all that a line shows, in three queries for a page, and without long texts."""
    return (
        people.select_related("summary", "owner")
        .prefetch_related("identities", "customer_tags")
        .defer("notes")
    )


def lines(page: Page[Customer], user: User) -> list[ListRow]:
    """The page's rows as the reader may see them."""
    return [_line(customer, user) for customer in page.rows]


def _line(customer: Customer, user: User) -> ListRow:
    summary = getattr(customer, "summary", None)
    contact = best_contact(customer.identities.all())
    return ListRow(
        pk=customer.pk,
        name=shown_name(user, customer, contact or ""),
        contact=shown_identity(user, contact) if contact else "",
        city=customer.city,
        tags=tag_names(customer),
        last_on=date.fromordinal(summary.last_day) if summary else None,
        purchases=summary.purchases if summary else 0,
        net_minor=summary.net_minor if summary else 0,
        owner=str(customer.owner or ""),
        created_at=customer.created_at,
    )


def best_contact(identities: Iterable[Identity]) -> Identity | None:
    """The contact to show: the main e-mail, else the main phone, else whatever there is."""
    kinds = {"email": 0, "phone": 1}
    ordered = sorted(
        identities, key=lambda one: (kinds.get(one.kind, 2), not one.is_primary, one.pk)
    )
    return ordered[0] if ordered else None


def contacts_of(customer: Customer, kind: str) -> Sequence[str]:
    """All contacts of a kind, the main one first."""
    mine = [one for one in customer.identities.all() if one.kind == kind]
    return [one.value for one in sorted(mine, key=lambda one: (not one.is_primary, one.pk))]
