"""What hinders a customer from having a reward, read from the database; see `rules.offers`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core import clock
from core.services.shop import get_shop
from customers.models import Customer, Segment
from customers.rules.segment_language import SegmentError
from customers.segments import Context, context_of, parse, people_in
from loyalty.models import ClaimState, Reward, RewardClaim
from loyalty.rules.offers import Hindrance, Offer, hindrance
from loyalty.rules.periods import Period, period_of


def hindrances(
    rewards: Iterable[Reward], customer: Customer, now: datetime
) -> dict[int, Hindrance | None]:
    """For each reward, by id, what hinders the customer; None where nothing but points can. One
    query for claims, one for each segment that a reward is for."""
    some, shop = list(rewards), get_shop()
    today = clock.local_date(now, shop.zone)
    taken = _taken(some, customer, now, shop.zone)
    segments = {reward.segment for reward in some if reward.segment}
    fits = {row.pk for row in segments if _is_in(row, customer, context_of(shop, now))}
    return {
        reward.pk: hindrance(
            offer_of(reward),
            today=today,
            fits=not reward.segment_only or reward.segment_id in fits,
            taken=taken.get(reward.pk, 0),
        )
        for reward in some
    }


def offer_of(reward: Reward) -> Offer:
    """The reward as the rules know it."""
    return Offer(
        is_put_away=reward.archived_at is not None,
        starts_on=reward.starts_on,
        ends_on=reward.ends_on,
        limit_each=reward.limit_each,
        stock=reward.stock,
    )


def _taken(
    rewards: list[Reward], customer: Customer, now: datetime, zone: ZoneInfo
) -> dict[int, int]:
    """How many the customer has of each reward in its present period."""
    limited = [reward for reward in rewards if reward.limit_each is not None]
    if not limited:
        return {}
    rows = RewardClaim.objects.filter(account__customer=customer, reward__in=limited)
    if all(reward.limit_period != Period.EVER for reward in limited):
        rows = rows.filter(claimed_at__gt=now - timedelta(days=367))
    live = rows.exclude(state=ClaimState.CANCELLED)
    periods = {reward.pk: Period(reward.limit_period) for reward in limited}
    today, found = clock.local_date(now, zone), dict.fromkeys(periods, 0)
    for reward_id, at in live.values_list("reward_id", "claimed_at"):
        period = periods[reward_id]
        same = period_of(period, clock.local_date(at, zone)) == period_of(period, today)
        found[reward_id] += same
    return found


def _is_in(segment: Segment, customer: Customer, context: Context) -> bool:
    """One that is deleted or cannot be read holds nobody."""
    if segment.deleted_at is not None:
        return False
    try:
        tree = parse(segment.definition)
    except SegmentError:
        return False
    return people_in(tree, context).filter(pk=customer.pk).exists()
