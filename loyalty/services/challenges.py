"""Challenges: set up, stopped, and finished by members, each once.

Progress is derived and may be written any number of times. A finish is unique for member, challenge
and period, and its points are an operation of the ledger with a key made of the same: a job that is
repeated or killed half-way gives nothing twice.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.clock import local_date
from core.errors import Refused
from core.services import audit
from core.services.audit import Actor
from core.services.shop import get_shop
from customers.models import Customer, Purchase
from loyalty.books import to_lot
from loyalty.challenges import read_buys, task_of
from loyalty.locks import lock_account_of
from loyalty.models import (
    Account,
    Badge,
    BadgeHolding,
    Challenge,
    ChallengeFinish,
    ChallengeProgress,
    Operation,
    Programme,
)
from loyalty.rules.book import Book
from loyalty.rules.calendar import expires_at, matures_at
from loyalty.rules.challenges import Progress, progress
from loyalty.rules.clawback import claw_back
from loyalty.rules.lots import Bucket, Lot, LotState
from loyalty.services.acts import Order, Result, Work, perform
from loyalty.services.marking import mark_customers


@transaction.atomic
def add_challenge(
    *, actor: Actor | None, programme: Programme, values: Mapping[str, Any], now: datetime
) -> Challenge:
    """Set a challenge up; it may begin today. Whose purchases of its days are on file already are
    looked at. Audited. Raises `Refused`."""
    _check_days(values, now)
    challenge = Challenge.objects.create(programme=programme, **values)
    audit.record(actor=actor, action="challenge.added", target=challenge)
    mark_buyers(challenge)
    return challenge


@transaction.atomic
def change_challenge(
    *,
    actor: Actor | None,
    challenge: Challenge,
    values: Mapping[str, Any],
    version: int,
    now: datetime,
) -> Challenge:
    """Change a challenge that has not begun. Audited. Locks it. Raises `Refused`."""
    locked = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if locked.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    if locked.stopped_at or locked.first_day <= local_date(now, get_shop().zone):
        raise Refused(_("This challenge has begun: it can only be stopped."))
    _check_days(values, now)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    audit.record(actor=actor, action="challenge.changed", target=locked)
    mark_buyers(locked)
    return locked


def _check_days(values: Mapping[str, Any], now: datetime) -> None:
    today: date = local_date(now, get_shop().zone)
    if values["first_day"] < today:
        raise Refused(_("Choose a first day from today on."), field="first_day")
    if values["last_day"] < values["first_day"]:
        raise Refused(_("The last day is before the first one."), field="last_day")
    if not values["points"] and not values["badge"]:
        raise Refused(_("Say what is won: points, a badge or both."), field="points")


@transaction.atomic
def stop_challenge(*, actor: Actor | None, challenge: Challenge, now: datetime) -> None:
    """Nothing more is won from now on; what was won stays. Audited. Refuses one that is over."""
    locked = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if locked.stopped_at or locked.last_day < local_date(now, get_shop().zone):
        raise Refused(_("This challenge is over already."))
    locked.stopped_at = now
    locked.save(update_fields=["stopped_at"])
    audit.record(actor=actor, action="challenge.stopped", target=locked)


def mark_buyers(challenge: Challenge) -> None:
    """Have those looked at who have bought within the challenge's days."""
    days = (challenge.first_day.toordinal(), challenge.last_day.toordinal())
    bought = Purchase.objects.filter(local_day__range=days, customer__isnull=False)
    mark_customers(pk for pk in bought.values_list("customer_id", flat=True) if pk is not None)


def look_at_challenges(*, customers: Iterable[int], now: datetime) -> None:
    """Derive these customers' progress in every challenge that has begun, and give or take back
    what that changes."""
    ids = sorted(set(customers))
    today = local_date(now, get_shop().zone)
    for challenge in Challenge.objects.filter(first_day__lte=today).select_related("programme"):
        buys = read_buys(challenge, ids)
        done = _finished(challenge, ids)
        for pk in ids:
            found = progress(task_of(challenge), buys.get(pk, ()))
            _store(challenge, pk, found)
            if pk in done or found.done_at:
                _settle(challenge, pk, found, now)


def _finished(challenge: Challenge, ids: list[int]) -> set[int]:
    rows = ChallengeFinish.objects.filter(
        challenge=challenge, account__customer__any_of=ids, taken_back_at=None
    )
    return set(rows.values_list("account__customer_id", flat=True))


def _store(challenge: Challenge, pk: int, found: Progress) -> None:
    rows = ChallengeProgress.objects.filter(challenge=challenge, customer_id=pk)
    if not found.value:
        rows.delete()
    elif not rows.update(value=found.value) and Customer.objects.filter(pk=pk).exists():
        ChallengeProgress.objects.get_or_create(
            challenge=challenge, customer_id=pk, defaults={"value": found.value}
        )


@transaction.atomic
def _settle(challenge: Challenge, pk: int, found: Progress, now: datetime) -> None:
    """Give what was reached, once; take back what refunds undid while it still waits."""
    customer = Customer.objects.filter(pk=pk).first()
    if customer is None:
        return
    account = lock_account_of(customer=customer, programme=challenge.programme, now=now)
    finish = ChallengeFinish.objects.filter(
        account=account, challenge=challenge, period=challenge.first_day
    ).first()
    if found.done_at and (finish is None or finish.taken_back_at):
        _give(account, challenge, finish, found.done_at, now)
    elif finish and not found.done_at and not finish.taken_back_at:
        _take_back(account, challenge, finish, now)


def _give(
    account: Account,
    challenge: Challenge,
    finish: ChallengeFinish | None,
    at: datetime,
    now: datetime,
) -> None:
    times = finish.times + 1 if finish else 1
    reward = _Reward(challenge, at)
    operation = None
    if challenge.points:
        order = Order(
            kind="challenge",
            key=_key(account, challenge, times),
            content={"challenge": challenge.pk, "points": challenge.points},
            actor=None,
            now=now,
            reason=challenge.name,
        )
        operation = perform(account, order, Work(reward.decide)).operation
    ChallengeFinish.objects.update_or_create(
        account=account,
        challenge=challenge,
        period=challenge.first_day,
        defaults={
            "at": at,
            "times": times,
            "operation": operation,
            "lot_id": reward.lot.pk if operation else None,
            "taken_back_at": None,
        },
    )
    if challenge.badge and account.customer:
        BadgeHolding.objects.get_or_create(
            badge=challenge.badge,
            customer=account.customer,
            defaults={"at": at, "actor": _actor(challenge)},
        )


def _key(account: Account, challenge: Challenge, times: int) -> str:
    return f"challenge:{challenge.pk}:{account.pk}:{challenge.first_day}:{times}"


def _actor(challenge: Challenge) -> str:
    return f"challenge:{challenge.pk}"


class _Reward:
    """The points of one finish; they wait as long as those of the purchase that reached it."""

    def __init__(self, challenge: Challenge, at: datetime) -> None:
        lifetime, zone = challenge.programme.lifetime, get_shop().zone
        self.lot = Lot(
            pk=None,
            order=challenge.name,
            earned=challenge.points,
            remaining=challenge.points,
            reserved=0,
            expired=0,
            state=LotState.PENDING,
            matures_at=matures_at(at, lifetime, zone),
            expires_at=expires_at(at, lifetime, zone),
        )

    def decide(self, book: Book) -> Result:
        """Add the lot."""
        book.add(self.lot, Bucket.ISSUED)
        return {"points": self.lot.earned}


def _take_back(
    account: Account, challenge: Challenge, finish: ChallengeFinish, now: datetime
) -> None:
    """Undo a finish; nothing happens once its points can be spent, or without points once the time
    to bring purchases back is over."""
    if now >= matures_at(finish.at, challenge.programme.lifetime, get_shop().zone):
        return
    if finish.lot is not None:
        _claw(account, challenge, finish, now)
    ChallengeFinish.objects.filter(pk=finish.pk).update(taken_back_at=now)
    BadgeHolding.objects.filter(
        badge=challenge.badge, customer=account.customer, actor=_actor(challenge)
    ).delete()


def _claw(
    account: Account, challenge: Challenge, finish: ChallengeFinish, now: datetime
) -> Operation:
    lot_row = finish.lot
    assert lot_row is not None

    def decide(book: Book) -> Result:
        lot = next((lot for lot in book.lots if lot.pk == lot_row.pk), None) or to_lot(lot_row)
        claw = claw_back(book, lot=lot, due=lot.remaining, lapsed_before=0, most_debt=None)
        return {"clawed": claw.clawed}

    order = Order(
        kind="challenge_back",
        key=_key(account, challenge, finish.times) + ":back",
        content={"challenge": challenge.pk},
        actor=None,
        now=now,
        reason=challenge.name,
    )
    return perform(account, order, Work(decide)).operation


@transaction.atomic
def add_badge(*, actor: Actor | None, name: str, icon: str) -> Badge:
    """A new badge. Audited. Refuses a name that is there already."""
    if name.casefold() in {badge.name.casefold() for badge in Badge.objects.all()}:
        raise Refused(_("There is a badge of this name."), field="name")
    badge = Badge.objects.create(name=name, icon=icon)
    audit.record(actor=actor, action="badge.added", target=badge)
    return badge


@transaction.atomic
def give_badge(*, actor: Actor, badge: Badge, customer: Customer, now: datetime) -> None:
    """Give the badge by hand; who has it keeps it as it was. Audited."""
    _holding, made = BadgeHolding.objects.get_or_create(
        badge=badge, customer=customer, defaults={"at": now, "actor": actor.label}
    )
    if made:
        audit.record(
            actor=actor, action="badge.given", target=customer, details={"badge": badge.pk}
        )
