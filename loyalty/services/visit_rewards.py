"""Visits to the shop that staff log, rewarded once for each customer and day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from core.clock import local_date
from core.jobs import DueJob
from core.services.shop import get_shop
from customers.models import Channel, Interaction
from customers.services.interactions import UNDO_WITHIN
from loyalty.services.rewarding import is_rewarded, reward_event, rewarded_before

VISIT = "visit"
# A visit may be written down some days late; an older one is history, and no news.
LATE_DAYS = 3


def reward_visits(now: datetime) -> int:
    """Reward the visits of the last three days that can no longer be taken back: one for each
    customer and local day, however many were logged. Returns how many."""
    if not is_rewarded(VISIT):
        return 0
    visits = {_key(row): row for row in _logged(now)}
    before = rewarded_before(VISIT, visits)
    new = [(key, row) for key, row in visits.items() if key not in before]
    given = [
        reward_event(customer=row.customer, event=VISIT, key=key, now=now, on=_day(row))
        for key, row in new
    ]
    return sum(1 for done in given if done)


def _logged(now: datetime) -> Iterable[Interaction]:
    since = now - timedelta(days=LATE_DAYS)
    rows = Interaction.objects.filter(
        channel=Channel.VISIT, occurred_at__range=(since, now), created_at__lte=now - UNDO_WITHIN
    )
    return rows.select_related("customer").order_by("-occurred_at", "-pk")


def _day(row: Interaction) -> date:
    return local_date(row.occurred_at, get_shop().zone)


def _key(row: Interaction) -> str:
    return f"{row.customer_id}:{_day(row)}"


VISIT_JOB = DueJob(reward_visits, every=timedelta(minutes=5))
