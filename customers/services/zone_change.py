"""A new time zone of the shop: the civil dates of all purchases and refunds are derived again.

A document of which only the day is known keeps its day; its instant becomes the first of that
day in the new zone. All others keep their instant, and their day follows.
"""

from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from core.clock import start_of_day
from customers.locks import lock_purchase_writing
from customers.models import Purchase, Refund
from customers.observers import PurchasesChanged, announce
from customers.rules.dates import moment_of

BATCH = 2_000
Dated = TypeVar("Dated", Purchase, Refund)


def derive_local_days(zone: ZoneInfo) -> None:
    """The zone observer: runs in the transaction that changes the zone."""
    lock_purchase_writing()
    _derive(Purchase, zone)
    _derive(Refund, zone)
    announce(PurchasesChanged(everything=True))


def _derive(model: type[Dated], zone: ZoneInfo) -> None:
    rows, last = model._default_manager, 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        changed = [row for row in batch if _derive_row(row, zone)]
        fields = ["occurred_at", "local_day", "local_month"]
        rows.bulk_update(changed, fields, batch_size=500)
        last = batch[-1].pk


def _derive_row(row: Purchase | Refund, zone: ZoneInfo) -> bool:
    """Whether anything of the row changed."""
    if row.day_only:
        before = row.occurred_at
        row.occurred_at = start_of_day(date.fromordinal(row.local_day), zone)
        return before != row.occurred_at
    moment = moment_of(row.occurred_at, zone)
    before_day = row.local_day
    row.local_day, row.local_month = moment.local_day, moment.local_month
    return before_day != row.local_day
