"""Coupons that a customer got, and those that they used, on the timeline."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from core.templatetags.ui import money
from customers.models import Customer
from customers.timeline import Cursor, Entry, Fetch, before
from loyalty.coupon_words import gives
from loyalty.models import CouponCode, CouponUse, UseState

GIVEN, USED = "coupon-given", "coupon-used"


def given(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Codes given to the customer."""
    rows = CouponCode.objects.filter(
        before(cursor, GIVEN, "given_at"), customer=customer, given_at__isnull=False
    )
    found = rows.select_related("campaign", "given_by").order_by("-given_at", "-pk")[:limit]
    return (_given(row) for row in found)


def _given(row: CouponCode) -> Entry:
    assert row.given_at is not None
    return Entry(
        at=row.given_at,
        pk=row.pk,
        icon="ticket-perforated",
        title=_("Coupon given: %(campaign)s") % {"campaign": row.campaign.name},
        text=gives(row.campaign),
        meta=str(row),
    )


def used(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Codes that the customer used."""
    rows = CouponUse.objects.filter(
        before(cursor, USED, "ended_at"), customer=customer, state=UseState.CAPTURED
    )
    found = rows.select_related("campaign", "code").order_by("-ended_at", "-pk")[:limit]
    return (_used(row) for row in found)


def _used(row: CouponUse) -> Entry:
    assert row.ended_at is not None
    words = _("%(off)s off, %(paid)s paid") % {
        "off": money(row.discount_minor, row.currency),
        "paid": money(row.paid_minor, row.currency),
    }
    return Entry(
        at=row.ended_at,
        pk=row.pk,
        icon="ticket-perforated-fill",
        tone="accent",
        title=_("Coupon used: %(campaign)s") % {"campaign": row.campaign.name},
        text=words,
        meta=str(row.code),
    )


FETCH: dict[str, Fetch] = {GIVEN: given, USED: used}
