"""Telling members that units lapse: the job that finds whom, and the look again as the mail goes.

The job goes through the last days whose notice has begun, in order, and through the accounts of
each by their id. An account that has its row is not found again, so nothing but the rows themselves
says how far it came.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, Sum

from core.jobs import DueJob, stopping
from core.services.shop import get_shop
from loyalty.models import Account, Lot, Programme, ProgrammeKind, TellingRule, Told, Unsaid
from loyalty.rules.lots import LotState
from loyalty.rules.telling import Notice, Verdict, days_begun, span_of, too_late_at, verdict
from loyalty.services.telling import Item, tell
from loyalty.services.telling_rules import EXPIRY, begun_rule
from messaging.checks import Stop

BATCH = 500
ROUNDS = 20
UNSAID = {Verdict.OVERTAKEN: Unsaid.OVERTAKEN, Verdict.TOO_LATE: Unsaid.TOO_LATE}


def tell_expiring(now: datetime) -> int:
    """Tell members of what lapses, as far as notices have begun by now; returns of how many
    accounts something was written. Safe to lose, to repeat and to kill."""
    programmes = Programme.objects.filter(kind=ProgrammeKind.POINTS).order_by("pk")
    return sum(_tell_programme(programme, now) for programme in programmes)


def _tell_programme(programme: Programme, now: datetime) -> int:
    rules = [begun_rule(programme, kind, now) for kind in EXPIRY]
    notices = [Notice(rule.kind, rule.days) for rule in rules if rule.is_on and rule.days]
    on = [rule for rule in rules if rule.is_on and rule.days]
    return sum(
        _tell_notice(programme, rule, notice, notices, now)
        for rule, notice in zip(on, notices, strict=True)
    )


def _tell_notice(
    programme: Programme, rule: TellingRule, notice: Notice, notices: list[Notice], now: datetime
) -> int:
    zone, done = get_shop().zone, 0
    assert rule.done_through is not None
    for day in days_begun(notice, rule.done_through, now, zone):
        found = verdict(notice, notices, day, now, zone)
        done += _tell_day(programme, notice, day, found, now)
        if found is Verdict.TOO_LATE and not _left(programme, notice.kind, day, zone):
            rows = TellingRule.objects.filter(pk=rule.pk, days=notice.days, done_through__lt=day)
            rows.update(done_through=day)
    return done


def _tell_day(
    programme: Programme, notice: Notice, day: date, found: Verdict, now: datetime
) -> int:
    zone, done = get_shop().zone, 0
    for _round in range(ROUNDS):
        accounts = list(_left(programme, notice.kind, day, zone)[:BATCH])
        if not accounts or stopping.is_set():
            break
        amounts = lapsing({pk: day for pk, _customer in accounts}, zone, now)
        items = [
            _item(programme, pk, customer, day, amounts[pk], UNSAID.get(found, ""))
            for pk, customer in accounts
        ]
        expires_at = too_late_at(notice, day, zone)
        done += tell(kind=notice.kind, items=items, expires_at=expires_at, now=now)
    return done


def _item(
    programme: Programme, account: int, customer: int, day: date, units: int, unsaid: str
) -> Item:
    if units < max(1, programme.notice_least):
        unsaid = unsaid or Unsaid.TOO_LITTLE
    return Item(
        account=account,
        customer=customer,
        occasion=day.isoformat(),
        units=units,
        context={"points_expiring": units, "points_expire_on": day.isoformat()},
        unsaid=unsaid,
    )


def _left(
    programme: Programme, kind: str, day: date, zone: ZoneInfo
) -> QuerySet[Account, tuple[int, int]]:
    """Accounts of customers and these, of which something lapses with the day and nothing of the
    kind is written yet."""
    after, until = span_of(day, zone)
    lots = Lot.objects.filter(
        state=LotState.OPEN, remaining__gt=0, expires_at__gt=after, expires_at__lte=until
    )
    told = Told.objects.filter(account=OuterRef("pk"), kind=kind, occasion=day.isoformat())
    rows = Account.objects.filter(
        ~Exists(told), pk__in=lots.values("account"), programme=programme, customer__isnull=False
    )
    return rows.order_by("pk").values_list("pk", "customer_id")


def lapsing(days: Mapping[int, date], zone: ZoneInfo, now: datetime) -> dict[int, int]:
    """How many units of each account lapse with its day, that can still be spent now."""
    accounts: dict[date, set[int]] = defaultdict(set)
    for pk, day in days.items():
        accounts[day].add(pk)
    found = dict.fromkeys(days, 0)
    for day, some in accounts.items():
        after, until = span_of(day, zone)
        lots = Lot.objects.filter(
            account__any_of=some,
            state=LotState.OPEN,
            expires_at__gt=max(after, now),
            expires_at__lte=until,
        )
        sums = lots.order_by().values_list("account").annotate(units=Sum("remaining"))
        found |= dict(sums)
    return found


def _units_now(contexts: Mapping[int, Mapping[str, Any]], now: datetime) -> dict[int, int]:
    """By message, how many units lapse with its day."""
    zone, found = get_shop().zone, dict[int, int]()
    days = {pk: date.fromisoformat(context["subject"]) for pk, context in contexts.items()}
    for wave in _waves(contexts):
        amounts = lapsing({contexts[pk]["account"]: days[pk] for pk in wave}, zone, now)
        found |= {pk: amounts[contexts[pk]["account"]] for pk in wave}
    return found


def _waves(contexts: Mapping[int, Mapping[str, Any]]) -> Iterable[list[int]]:
    """The messages in groups in which each account stands once."""
    left = list(contexts)
    while left:
        wave = {contexts[pk]["account"]: pk for pk in reversed(left)}
        yield list(wave.values())
        taken = set(wave.values())
        left = [pk for pk in left if pk not in taken]


def stops(contexts: Mapping[int, Mapping[str, Any]], now: datetime) -> dict[int, Stop]:
    """The notices of which nothing, or too little, is left as they are about to go."""
    units = _units_now(contexts, now)
    accounts = {context["account"] for context in contexts.values()}
    least = Account.objects.filter(pk__any_of=accounts).values_list("pk", "programme__notice_least")
    known, found = dict(least), dict[int, Stop]()
    for pk, amount in units.items():
        if not amount:
            found[pk] = Stop(Unsaid.NOTHING_LEFT)
        elif amount < known.get(contexts[pk]["account"], 0):
            found[pk] = Stop(Unsaid.TOO_LITTLE)
    return found


def fresh(
    contexts: Mapping[int, Mapping[str, Any]], language: str, now: datetime
) -> dict[int, dict[str, object]]:
    """What lapses, as it is now."""
    return {pk: {"points_expiring": units} for pk, units in _units_now(contexts, now).items()}


EXPIRY_NOTICE_JOB = DueJob(tell_expiring, every=timedelta(minutes=5))
