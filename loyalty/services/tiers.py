"""Keeping everybody's tier: derived again when purchases change and when time alone changes it.

A standing may be written any number of times and says the same. What changed is written down once:
under the account's lock, continuing the member's last change, so that a job that is repeated or
killed half-way finds its own steps and writes no second ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from customers.models import Customer, Purchase
from loyalty.locks import lock_account_of
from loyalty.models import Account, News, TierChange, TierGift, TierStanding
from loyalty.rules.tiers import History, Reason, Step
from loyalty.services.programmes import get_programme
from loyalty.services.telling import tell_of_act
from loyalty.tiers import Facts, Ladder, read_facts, read_ladder

BATCH = 200


def look_at_tiers(*, customers: Iterable[int], now: datetime) -> int:
    """Derive the tiers of these customers again; returns how many changed their tier."""
    ladder = read_ladder(get_programme())
    if ladder.is_empty:
        return 0
    facts = read_facts(customers, ladder)
    found = {pk: ladder.history(known, now) for pk, known in facts.items()}
    held = _told(found, ladder)
    changed = [pk for pk, told in found.items() if held.get(pk, "") != (told.standing.key or "")]
    told = [pk for pk in changed if _write_down(pk, facts[pk], found[pk], ladder, now)]
    _store(found, ladder, now)
    return len(told)


def _told(found: dict[int, History], ladder: Ladder) -> dict[int, str]:
    """The tier that each of these customers was last told to hold."""
    rows = TierChange.objects.filter(
        account__customer__any_of=sorted(found), account__programme=ladder.programme
    )
    return dict(rows.order_by("seq").values_list("account__customer_id", "after"))


@transaction.atomic
def _write_down(pk: int, facts: Facts, told: History, ladder: Ladder, now: datetime) -> bool:
    """Append what happened since the member's last change; False where another one did."""
    customer = Customer.objects.filter(pk=pk).first()
    if customer is None:
        return False
    account = lock_account_of(customer=customer, programme=ladder.programme, now=now)
    last = TierChange.objects.filter(account=account).order_by("-seq").first()
    steps = _new_steps(last, facts, told, now)
    rows = [
        _change(account, number, step, ladder, now)
        for number, step in enumerate(steps, start=last.seq + 1 if last else 1)
    ]
    TierChange.objects.bulk_create(rows)
    if rows and rows[-1].went_up and rows[-1].reason == Reason.EARNED:
        _tell(customer, rows[-1], ladder, now)
    return bool(rows)


def _tell(customer: Customer, row: TierChange, ladder: Ladder, now: datetime) -> None:
    """Congratulate on the tier that was reached."""
    tier = ladder.tier(row.after)
    tell_of_act(
        customer=customer,
        programme=ladder.programme,
        kind=News.TIER_UP,
        occasion=f"{row.seq}",
        at=row.at,
        now=now,
        context={"tier": row.after, "tier_perks": tier.perks if tier else ""},
    )


def _new_steps(last: TierChange | None, facts: Facts, told: History, now: datetime) -> list[Step]:
    """The steps after the last one written down, joined to it; what they cannot explain is one step
    of its own: a refund took it, or purchases were put right."""
    held = (last.after or None) if last else None
    steps: list[Step] = []
    for step in told.steps:
        if step.after != held and (last is None or step.at > last.at):
            steps.append(Step(step.at, held, step.after, step.reason))
            held = step.after
    if held != told.standing.key:
        at, reason = _unexplained(last, facts, told, now)
        steps.append(Step(at, held, told.standing.key, reason))
    return steps


def _unexplained(
    last: TierChange | None, facts: Facts, told: History, now: datetime
) -> tuple[datetime, Reason]:
    since = last.at if last else now
    refunds = [low.at for one in facts.bought for low in one.lowered if since < low.at <= now]
    return (max(refunds), Reason.REFUNDED) if refunds else (now, Reason.CORRECTED)


def _change(account: Account, seq: int, step: Step, ladder: Ladder, now: datetime) -> TierChange:
    ranks = [_rank(ladder, key) for key in (step.before, step.after)]
    return TierChange(
        account=account,
        seq=seq,
        before=step.before or "",
        after=step.after or "",
        before_name=ladder.names.get(step.before or "", ""),
        after_name=ladder.names.get(step.after or "", ""),
        went_up=ranks[1] > ranks[0],
        reason=step.reason.value,
        at=step.at,
        recorded_at=now,
    )


def _rank(ladder: Ladder, key: str | None) -> int:
    tier = ladder.tier(key)
    return tier.rank if tier else 0


def _store(found: dict[int, History], ladder: Ladder, now: datetime) -> None:
    there = set(Customer.objects.filter(pk__any_of=sorted(found)).values_list("pk", flat=True))
    rows = [_standing(pk, found[pk], ladder, now) for pk in sorted(there)]
    TierStanding.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=[
            *("key", "rank", "since", "ends_at", "weighed_at", "by_hand"),
            *("value", "needed", "missing", "next_at", "looked_at"),
        ],
    )


def _standing(pk: int, told: History, ladder: Ladder, now: datetime) -> TierStanding:
    standing = told.standing
    return TierStanding(
        customer_id=pk,
        key=standing.key or "",
        rank=_rank(ladder, standing.key),
        since=standing.since,
        ends_at=standing.ends_at,
        weighed_at=standing.weighed_at,
        by_hand=standing.by_hand,
        value=standing.value,
        needed=standing.needed,
        missing=standing.missing,
        next_at=told.next_at,
        looked_at=now,
    )


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Of how many customers the tier was derived again, and how many now hold another one."""

    customers: int
    changed: int


def rebuild_tiers(*, now: datetime) -> Rebuilt:
    """Derive all standings again from purchases, schemes and gifts; killed half-way, the others
    stay as they were. The history of changes stays; who holds another tier than was known gets the
    step that explains it."""
    ids = sorted(_with_facts().values_list("pk", flat=True))
    batches = (ids[begin : begin + BATCH] for begin in range(0, len(ids), BATCH))
    changed = sum(look_at_tiers(customers=some, now=now) for some in batches)
    _drop_unfounded()
    return Rebuilt(len(ids), changed)


def _with_facts() -> QuerySet[Customer]:
    bought = Exists(Purchase.objects.filter(customer=OuterRef("pk")))
    given = Exists(TierGift.objects.filter(customer=OuterRef("pk")))
    return Customer.objects.filter(bought | given)


def _drop_unfounded() -> None:
    """Standings that nothing speaks for: of customers without purchases, or without a ladder."""
    rows = TierStanding.objects.all()
    if not read_ladder(get_programme()).is_empty:
        rows = rows.exclude(customer__in=_with_facts())
    rows.delete()
