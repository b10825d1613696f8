"""The customer's coupons at the side of their page."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.crypto import get_random_string

from accounts import policy
from core.clock import local_date
from customers.panels import Scene
from loyalty.coupon_checks import end_of
from loyalty.coupon_words import gives
from loyalty.models import CampaignState, CouponCampaign, CouponCode

SHOWN = 4


def coupons(scene: Scene) -> dict[str, object] | None:
    """Codes that wait to be used, and campaigns to give one of. None where there are neither."""
    codes = CouponCode.objects.filter(customer=scene.customer, withdrawn_at=None, used=0)
    rows = codes.select_related("campaign").order_by("-given_at", "-pk")[:20]
    waiting = [row for row in rows if (end := end_of(row)) is None or end > scene.now]
    campaigns = open_campaigns(scene.now)
    if not waiting and not campaigns:
        return None
    return {
        "waiting": [(row, gives(row.campaign), _last_day(row, scene)) for row in waiting[:SHOWN]],
        "campaigns": campaigns,
        "key": get_random_string(32),
        "may_use": policy.may(scene.user.role, "loyalty:coupon_till", "POST"),
    }


def open_campaigns(now: datetime) -> list[CouponCampaign]:
    """Campaigns of which a code can be given now."""
    running = Q(ends_at=None) | Q(ends_at__gt=now)
    rows = CouponCampaign.objects.filter(running, state=CampaignState.OPEN)
    return list(rows.order_by("name", "pk")[:50])


def _last_day(code: CouponCode, scene: Scene) -> date | None:
    end = end_of(code)
    return local_date(end - timedelta(microseconds=1), scene.shop.zone) if end else None
