"""What rewards and coupons cost in a period, and what was paid in the purchases with them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import get_language

from loyalty.cost_sources import Cost
from loyalty.models import (
    ClaimState,
    CouponCampaign,
    CouponUse,
    Programme,
    Reward,
    RewardClaim,
    UseState,
)


def coupons(programme: Programme, since: datetime, until: datetime) -> Sequence[Cost]:
    """Campaigns whose codes were used: what their uses took off, and what was paid in those orders;
    those in the programme's currency."""
    uses = CouponUse.objects.filter(
        state=UseState.CAPTURED,
        currency=programme.currency,
        ended_at__gte=since,
        ended_at__lte=until,
    )
    sums = uses.values("campaign").annotate(
        times=Count("pk"), cost=Sum("cost_minor"), paid=Sum("paid_minor")
    )
    names = CouponCampaign.objects.in_bulk([row["campaign"] for row in sums])
    rows = [
        Cost(
            label=names[row["campaign"]].name,
            href=reverse("loyalty:coupon", args=[row["campaign"]]),
            times=row["times"],
            cost_minor=row["cost"],
            brought_minor=row["paid"],
        )
        for row in sums
    ]
    return _dearest_first(rows)


def rewards(programme: Programme, since: datetime, until: datetime) -> Sequence[Cost]:
    """Rewards that were claimed and not cancelled: the worth of the points spent on them."""
    claims = RewardClaim.objects.filter(
        reward__programme=programme, claimed_at__gte=since, claimed_at__lte=until
    ).exclude(state=ClaimState.CANCELLED)
    sums = claims.values("reward").annotate(times=Count("pk"), units=Sum("cost"))
    names = Reward.objects.in_bulk([row["reward"] for row in sums])
    rows = [
        Cost(
            label=names[row["reward"]].name_in(get_language() or "en"),
            href=reverse("loyalty:reward_edit", args=[row["reward"]]),
            times=row["times"],
            cost_minor=programme.worth_minor(row["units"]),
        )
        for row in sums
    ]
    return _dearest_first(rows)


def _dearest_first(rows: Sequence[Cost]) -> list[Cost]:
    return sorted(rows, key=lambda row: (-row.cost_minor, row.label))
