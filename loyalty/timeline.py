"""What happens to a customer's points, on the timeline."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from customers.models import Customer
from customers.timeline import Cursor, Entry, before
from loyalty.events import rewarded_events
from loyalty.history import note_of
from loyalty.models import Operation
from loyalty.words import REFERRAL, order_shown, told

SOURCE = "points"
SHOWN = (
    *("earn", "redeem", "capture", "refund", "reverse", "adjust", "event"),
    *("pay", "pay_back", "pay_again"),
)


def operations(
    customer: Customer, cursor: Cursor | None, limit: int, user: User
) -> Iterable[Entry]:
    """Acts on the customer's points which change what they may spend."""
    rows = Operation.objects.filter(
        before(cursor, SOURCE, "at"), account__customer=customer, kind__in=SHOWN
    )
    return map(_entry, rows.select_related("programme", "note").order_by("-at", "-pk")[:limit])


def _entry(row: Operation) -> Entry:
    title, number = _said(row)
    return Entry(
        at=row.at,
        pk=row.pk,
        icon="gift",
        title=title % {"points": told(row.programme, number)},
        text=note_of(row),
        meta=_meta(row.order),
    )


def _meta(order: str) -> str:
    shown = order_shown(order)
    return (
        shown
        if not order or order.startswith(REFERRAL)
        else _("Order %(number)s") % {"number": shown}
    )


def _said(row: Operation) -> tuple[str, int]:
    result = row.result
    if row.kind == "event":
        return _event(result), result["units"]
    if row.kind == "earn":
        return _("Earned %(points)s"), result["points"]
    if row.kind == "refund":
        return _("%(points)s taken back for a refund"), result["clawed"]
    if row.kind == "reverse":
        return _("%(points)s given back"), result["returned"]
    if row.kind == "pay_back":
        return _("%(points)s given back for a refund"), result["returned"]
    if row.kind in ("pay", "pay_again"):
        return _("Paid with %(points)s"), result["paid"]
    if row.kind == "adjust":
        given = result["adjusted"]
        words = _("%(points)s given by hand") if given > 0 else _("%(points)s taken by hand")
        return words, abs(given)
    return _("Redeemed %(points)s"), result["redeemed"]


def _event(result: Mapping[str, Any]) -> str:
    """What an event brought; its points are said by the caller."""
    key = result["event"]
    label = str(rewarded_events.get(key).label) if key in rewarded_events else key
    # A label may hold what stands for something in the words it is put into.
    label = label.replace("%", "%%")
    if result["capped"]:
        return _("No points for %(event)s: the limit is reached") % {"event": label}
    return _("%(points)s for %(event)s") % {"points": "%(points)s", "event": label}
