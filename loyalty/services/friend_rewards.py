"""Friends who were brought, as an event: rules may reward it on top of the referral's own."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.jobs import DueJob
from core.services.shop import get_shop
from loyalty.models import Referral, ReferralState
from loyalty.rules.calendar import matures_at
from loyalty.services.programmes import get_programme
from loyalty.services.rewarding import is_rewarded, reward_event, rewarded_before

FRIEND = "referral"
# A job that was down for some days forgets nobody.
LATE_DAYS = 3


def reward_friends(now: datetime) -> int:
    """Reward who brought a friend, once the time to bring the friend's order back is over: points
    for events can be spent at once. Returns how many."""
    if not is_rewarded(FRIEND):
        return 0
    kept = {str(row.pk): row for row in _kept(now)}
    before = rewarded_before(FRIEND, kept)
    given = [
        reward_event(customer=row.referrer, event=FRIEND, key=key, now=now)
        for key, row in kept.items()
        if key not in before and row.referrer
    ]
    return sum(1 for done in given if done)


def _kept(now: datetime) -> Iterable[Referral]:
    lifetime, zone = get_programme().lifetime, get_shop().zone
    since = now - timedelta(days=lifetime.pending_days + 1 + LATE_DAYS)
    rows = Referral.objects.filter(state=ReferralState.REWARDED, ended_at__gte=since)
    for row in rows.select_related("referrer", "purchase").order_by("pk"):
        if row.purchase and matures_at(row.purchase.occurred_at, lifetime, zone) <= now:
            yield row


FRIEND_JOB = DueJob(reward_friends, every=timedelta(minutes=15))
