"""Segment fields about coupons: who has one of a campaign left, who used one."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers import segment_conditions as build
from customers.rules.segment_language import Kind
from customers.segments import Choice, Conditions, Context, SegmentField, denied, register
from loyalty.models import CouponCampaign, CouponCode, CouponUse, UseState
from loyalty.segments import GROUP


def _campaigns() -> list[Choice]:
    return [(str(row.pk), row.name) for row in CouponCampaign.objects.order_by("name", "pk")]


def _unused(context: Context) -> QuerySet[CouponCode]:
    """Codes that the customer in question could use now, as far as the code itself goes."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=context.now)
    running = Q(campaign__ends_at=None) | Q(campaign__ends_at__gt=context.now)
    rows = build.rows_of(CouponCode, withdrawn_at=None, campaign__state="open")
    free = Q(limit=None) | Q(limit__gt=F("used"))
    return rows.filter(lasting, running, free)


def _used(context: Context) -> QuerySet[CouponUse]:
    return build.rows_of(CouponUse, state=UseState.CAPTURED)


def _of_campaigns(rows: Any) -> Conditions:
    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            some = build.has(rows(context))
            return ~some if operator == "empty" else some
        known = [key for key in map(build.row_id, value) if key is not None]
        chosen = build.has(rows(context).filter(campaign__in=known))
        return denied(chosen) if operator == "none_of" else chosen

    return condition


for key, label, rows in [
    ("coupon_unused", _("Has an unused coupon of"), _unused),
    ("coupon_used", _("Used a coupon of"), _used),
]:
    field = SegmentField(key, label, GROUP, Kind.CHOICE, _of_campaigns(rows), offers=_campaigns)
    register(field)
