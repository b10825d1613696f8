"""What rules, rewards and coupons cost in a period, and what was paid with them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, F, Sum
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language

from loyalty.cost_sources import Cost
from loyalty.coupon_money import with_brought
from loyalty.models import (
    ClaimState,
    CouponCampaign,
    CouponUse,
    EventReward,
    Programme,
    Reward,
    RewardClaim,
    RuleUse,
    RuleVersion,
    UseState,
)
from loyalty.rule_words import names_for, sentence


def rules(programme: Programme, since: datetime, until: datetime) -> Sequence[Cost]:
    """Rules by the worth of what they added to orders, below zero where they took, and what was
    paid for those orders less refunds; and of what events were rewarded with. A rule is told as it
    reads now."""
    sums = {**_by_orders(programme, since, until), **_by_events(programme, since, until)}
    versions = RuleVersion.objects.filter(rule__in=sums, number=F("rule__version"))
    texts = {row.rule_id: row.content for row in versions.select_related("rule")}
    names = names_for(texts.values())
    rows = [
        Cost(
            label=strip_tags(sentence(texts[rule], programme, names)),
            href=reverse("loyalty:rule_edit", args=[rule]),
            times=times,
            cost_minor=programme.worth_minor(units),
            brought_minor=paid,
        )
        for rule, (times, units, paid) in sums.items()
    ]
    return _dearest_first(rows)


Sums = dict[int, tuple[int, int, int | None]]


def _by_orders(programme: Programme, since: datetime, until: datetime) -> Sums:
    uses = RuleUse.objects.filter(rule__programme=programme, operation__at__range=(since, until))
    paid = F("operation__award__amount_minor") - F("operation__award__refunded_minor")
    sums = uses.values("rule").annotate(times=Count("pk"), added=Sum("units"), paid=Sum(paid))
    return {row["rule"]: (row["times"], row["added"], row["paid"]) for row in sums}


def _by_events(programme: Programme, since: datetime, until: datetime) -> Sums:
    given = EventReward.objects.filter(rule__programme=programme, at__range=(since, until))
    sums = given.values("rule").annotate(times=Count("pk"), given=Sum("operation__lots__earned"))
    return {row["rule"]: (row["times"], row["given"] or 0, None) for row in sums}


def coupons(programme: Programme, since: datetime, until: datetime) -> Sequence[Cost]:
    """Campaigns whose codes were used: what their uses took off, and what was paid in those orders
    less refunds; those in the programme's currency. They stand with the points only."""
    if programme.is_money:
        return []
    uses = CouponUse.objects.filter(
        state=UseState.CAPTURED,
        currency=programme.currency,
        ended_at__gte=since,
        ended_at__lte=until,
    )
    sums = (
        with_brought(uses)
        .values("campaign")
        .annotate(times=Count("pk"), cost=Sum("cost_minor"), paid=Sum("brought_minor"))
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
