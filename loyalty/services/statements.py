"""Monthly statements: once for account and month, to whoever holds something or had a movement."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from core.jobs import DueJob, stopping
from core.services import audit
from core.services.shop import get_shop
from loyalty.models import (
    Account,
    News,
    Operation,
    Programme,
    ProgrammeKind,
    TellingRule,
    Told,
    Transfer,
)
from loyalty.rules.lots import Bucket
from loyalty.rules.telling import Month, statement_month
from loyalty.services.telling import Item, tell
from loyalty.services.telling_rules import begun_rule

BATCH = 500
ROUNDS = 20


def tell_statements(now: datetime) -> int:
    """Send the statements of last month from their day on, for a week; returns how many were new.
    A month of which nothing could go in that week is left out; audited."""
    programmes = Programme.objects.filter(kind=ProgrammeKind.POINTS).order_by("pk")
    return sum(_tell_programme(programme, now) for programme in programmes)


def _tell_programme(programme: Programme, now: datetime) -> int:
    rule = begun_rule(programme, News.STATEMENT, now)
    if not rule.is_on or not rule.days:
        return 0
    month = statement_month(rule.days, now, get_shop().zone)
    if now < month.goes_from or (rule.done_through and rule.done_through >= month.first):
        return 0
    if now >= month.too_late_at:
        _leave_out(rule, month)
        return 0
    done = 0
    for _round in range(ROUNDS):
        accounts = list(_left(programme, month)[:BATCH])
        if not accounts or stopping.is_set():
            break
        items = _items(dict(accounts), month)
        done += tell(kind=News.STATEMENT, items=items, expires_at=month.too_late_at, now=now)
    if not _left(programme, month).exists():
        TellingRule.objects.filter(pk=rule.pk).update(done_through=month.first)
    return done


def _leave_out(rule: TellingRule, month: Month) -> None:
    TellingRule.objects.filter(pk=rule.pk).update(done_through=month.first)
    details = {"kind": rule.kind, "month": month.first.isoformat()}
    audit.record(actor=None, action="telling.left_out", target=rule, details=details)


def _left(programme: Programme, month: Month) -> QuerySet[Account, tuple[int, int]]:
    """Accounts and their customers, with something to tell and no statement of the month yet."""
    moved = Operation.objects.filter(
        account=OuterRef("pk"), at__gte=month.begins, at__lt=month.ends
    )
    told = Told.objects.filter(
        account=OuterRef("pk"), kind=News.STATEMENT, occasion=month.first.isoformat()
    )
    holds = Q(available__gt=0) | Q(pending__gt=0) | Q(debt__gt=0) | Q(reserved__gt=0)
    rows = Account.objects.filter(
        holds | Exists(moved), ~Exists(told), programme=programme, customer__isnull=False
    )
    return rows.order_by("pk").values_list("pk", "customer_id")


def _items(accounts: dict[int, int], month: Month) -> list[Item]:
    earned = _moved(accounts, month, {Bucket.ISSUED, Bucket.ADJUSTED}, {Bucket.CLAWED})
    spent = _moved(accounts, month, {Bucket.REDEEMED}, set(), outwards=True)
    return [
        Item(
            account=pk,
            customer=customer,
            occasion=month.first.isoformat(),
            context={
                "points_earned": max(0, earned.get(pk, 0)),
                "points_spent": max(0, spent.get(pk, 0)),
            },
        )
        for pk, customer in accounts.items()
    ]


def _moved(
    accounts: Collection[int],
    month: Month,
    buckets: Collection[Bucket],
    less: Collection[Bucket],
    *,
    outwards: bool = False,
) -> dict[int, int]:
    """Units that came out of these buckets in the month (`outwards`: went into them), without what
    went back, and without what went into the others, by account."""
    rows = Transfer.objects.filter(
        account__any_of=set(accounts), at__gte=month.begins, at__lt=month.ends
    )
    there, back = ("target", "source") if outwards else ("source", "target")
    plus = rows.filter(**{f"{there}__in": list(buckets)})
    minus = rows.filter(**{f"{back}__in": [*buckets, *less]})
    found: dict[int, int] = {}
    for sign, some in ((1, plus), (-1, minus)):
        for pk, units in some.order_by().values_list("account").annotate(units=Sum("amount")):
            found[pk] = found.get(pk, 0) + sign * units
    return found


STATEMENT_JOB = DueJob(tell_statements, every=timedelta(minutes=15), slow=True)
