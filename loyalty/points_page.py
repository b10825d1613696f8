"""What the page of a customer's points shows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from core.clock import local_date
from core.services.shop import get_shop
from customers.models import Customer
from customers.panels import Figure
from loyalty.balances import book_of
from loyalty.history import Page, movements
from loyalty.models import Account, Programme
from loyalty.programme_tabs import programme_tabs
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket, Lot, LotState, soonest_first
from loyalty.words import number_of, order_shown, programme_name


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot as people read it: `from_day` None: can be spent now; `last_day` None: never lapses."""

    order: str
    remaining: int
    reserved: int
    from_day: date | None
    last_day: date | None


def points_page(
    customer: Customer, programme: Programme, now: datetime, before: str
) -> dict[str, Any]:
    """Balances as they stand now, lots that hold something, and a page of movements. `key` makes a
    form that is sent twice count once."""
    account = (
        Account.objects.select_related("programme")
        .filter(customer=customer, programme=programme)
        .first()
    )
    book = book_of(customer=customer, programme=programme, now=now)
    below = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    zone = get_shop().zone
    held = [lot for lot in soonest_first(book.lots) if lot.remaining or lot.reserved]
    return {
        "customer": customer,
        "programme": programme,
        "title": programme_name(programme),
        "tabs": programme_tabs(programme, reverse("loyalty:points", args=[customer.pk])),
        "available": book[Bucket.AVAILABLE],
        "figures": _figures(book, programme),
        "lots": [_row(lot, zone) for lot in held],
        "page": movements(account, below) if account else Page([], None),
        "key": get_random_string(32),
    }


def _figures(book: Book, programme: Programme) -> list[Figure]:
    figures = [
        Figure(label=_("Can be spent"), value=number_of(programme, book[Bucket.AVAILABLE])),
        Figure(label=_("Waiting for returns"), value=number_of(programme, book[Bucket.PENDING])),
        Figure(label=_("Reserved"), value=number_of(programme, book[Bucket.RESERVED])),
    ]
    if book[Bucket.DEBT]:
        owed = number_of(programme, book[Bucket.DEBT])
        figures.append(Figure(label=_("Owed to the shop"), value=owed, tone="bad"))
    return figures


def _row(lot: Lot, zone: ZoneInfo) -> LotRow:
    waits = lot.state is LotState.PENDING
    ends = lot.expires_at
    return LotRow(
        order=order_shown(lot.order),
        remaining=lot.remaining,
        reserved=lot.reserved,
        from_day=local_date(lot.matures_at, zone) if waits else None,
        last_day=local_date(ends, zone) - timedelta(days=1) if ends else None,
    )
