"""Reservations whose time is over give their places back. Safe to lose, to repeat, to run twice at
once: a use ends under its code's lock, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from core.jobs import DueJob
from loyalty.coupon_errors import Reason
from loyalty.models import CouponCampaign, CouponUse, UseState
from loyalty.rules.coupon_code import normal
from loyalty.services.coupon_ending import end_uses, locked_uses
from loyalty.services.coupon_places import RELEASE

BATCH = 200
# Refusals that a reservation which has run out may be the reason of.
FULL = {Reason.USED_UP, Reason.LIMIT_REACHED, Reason.CUSTOMER_LIMIT, Reason.BUDGET}


def expire_due(now: datetime) -> int:
    """End reservations whose time is over by now; returns how many."""
    due = CouponUse.objects.filter(state=UseState.RESERVED, expires_at__lte=now)
    return sum(_expire(use, now) for use in due.order_by("expires_at", "pk")[:BATCH])


def expire_for(typed: Sequence[str], now: datetime) -> int:
    """The same for the campaigns of the codes, so that nobody waits for the job."""
    campaigns = CouponCampaign.objects.filter(codes__code__in={normal(text) for text in typed})
    due = CouponUse.objects.filter(
        state=UseState.RESERVED, expires_at__lte=now, campaign__in=campaigns.values("pk")
    )
    return sum(_expire(use, now) for use in due.order_by("expires_at", "pk")[:BATCH])


@transaction.atomic
def _expire(use: CouponUse, now: datetime) -> bool:
    waiting = [one for one in locked_uses([use], skip=True) if one.state == UseState.RESERVED]
    if not waiting or waiting[0].expires_at > now:
        return False
    end_uses(waiting, UseState.EXPIRED, RELEASE, now)
    return True


EXPIRE_JOB = DueJob(expire_due, every=timedelta(minutes=1))
