"""Telling members that they are about to lose a tier, some days before: once for the tier and its
last day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q

from core.clock import local_date
from core.jobs import DueJob
from loyalty.models import Account, News, TellingRule, TierStanding
from loyalty.rules.calendar import first_instant
from loyalty.rules.telling import ONE_DAY, nine_of
from loyalty.services.programmes import get_programme
from loyalty.services.telling import Item, tell, told_before
from loyalty.services.telling_rules import rule_of
from loyalty.tiers import Ladder, read_ladder

BATCH = 500


def tell_tier_endings(now: datetime) -> int:
    """Tell whoever loses a tier within the rule's days unless they buy; returns of how many
    something was written. Safe to lose, to repeat and to kill."""
    programme = get_programme()
    rule, ladder = rule_of(programme, News.TIER_ENDING), read_ladder(programme)
    if not rule.is_on or ladder.scheme is None:
        return 0
    return sum(_tell(some, rule, ladder, now) for some in _batches(rule, ladder, now))


def _batches(rule: TellingRule, ladder: Ladder, now: datetime) -> Iterator[list[TierStanding]]:
    """Standings that end within the rule's days, by the customers' ids."""
    assert ladder.scheme is not None
    until = now + timedelta(days=(rule.days or 1) + 2)
    grace = timedelta(days=ladder.scheme.grace_days)
    ends = Q(weighed_at__gt=now, weighed_at__lte=until)
    ends |= Q(weighed_at=None, ends_at__lte=until - grace)
    rows = TierStanding.objects.filter(ends, by_hand=False, needed__gt=0).exclude(key="")
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = some[-1].pk
        yield some


def last_day_held(row: TierStanding, ladder: Ladder) -> date | None:
    """The last day of the tier if nothing is bought: that of its grace."""
    if row.ends_at is None or ladder.scheme is None:
        return None
    if row.weighed_at is not None:
        return local_date(row.weighed_at, ladder.zone) - ONE_DAY
    return local_date(row.ends_at, ladder.zone) + timedelta(days=ladder.scheme.grace_days - 1)


def _tell(rows: list[TierStanding], rule: TellingRule, ladder: Ladder, now: datetime) -> int:
    days: dict[date, list[TierStanding]] = {}
    for row in rows:
        day = last_day_held(row, ladder)
        if day is not None and _is_due(day, rule, ladder, now):
            days.setdefault(day, []).append(row)
    return sum(_tell_day(day, some, ladder, now) for day, some in days.items())


def _is_due(day: date, rule: TellingRule, ladder: Ladder, now: datetime) -> bool:
    begins = nine_of(day - timedelta(days=rule.days or 1), ladder.zone)
    return begins <= now < first_instant(day + ONE_DAY, ladder.zone)


def _tell_day(day: date, rows: list[TierStanding], ladder: Ladder, now: datetime) -> int:
    owners = {row.pk: row for row in rows}
    accounts = Account.objects.filter(programme=ladder.programme, customer__any_of=set(owners))
    before = told_before(News.TIER_ENDING, {_occasion(row, day) for row in rows})
    items = [
        Item(
            account=pk,
            customer=customer,
            occasion=_occasion(owners[customer], day),
            context={
                "tier": owners[customer].key,
                "tier_last_day": day.isoformat(),
                "tier_keeps": "",
            },
        )
        for pk, customer in accounts.values_list("pk", "customer_id")
        if customer is not None and (pk, _occasion(owners[customer], day)) not in before
    ]
    expires_at = first_instant(day + ONE_DAY, ladder.zone)
    return tell(kind=News.TIER_ENDING, items=items, expires_at=expires_at, now=now)


def _occasion(row: TierStanding, day: date) -> str:
    return f"{row.key}:{day}"


TIER_NOTICE_JOB = DueJob(tell_tier_endings, every=timedelta(minutes=15), slow=True)
