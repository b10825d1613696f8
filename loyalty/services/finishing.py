"""Progress in challenges, and what is won: each repetition once for each member.

Progress is derived and may be written any number of times. A finish is unique for member, challenge
and period, and its points are an operation of the ledger with a key made of the same: a job that is
repeated, killed half-way or run twice at once gives nothing twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from core.clock import local_date
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.books import to_lot
from loyalty.challenges import present, reached, read_buys
from loyalty.locks import lock_account_of
from loyalty.models import (
    Account,
    BadgeHolding,
    Challenge,
    ChallengeFinish,
    ChallengeProgress,
    News,
    Operation,
)
from loyalty.rules.book import Book
from loyalty.rules.calendar import expires_at, matures_at
from loyalty.rules.challenges import Progress
from loyalty.rules.clawback import claw_back
from loyalty.rules.lots import Bucket, Lot, LotState
from loyalty.services.acts import Order, Result, Work, perform
from loyalty.services.telling import tell_of_act

NOTHING = Progress(0)
BY_CHALLENGE = "challenge:"


def look_at_challenges(*, customers: Iterable[int], now: datetime) -> None:
    """Derive these customers' progress in every challenge that has begun, and give or take back
    what that changes, in the repetition that the purchases belong to."""
    ids = sorted(set(customers))
    today = local_date(now, get_shop().zone)
    for challenge in Challenge.objects.filter(first_day__lte=today).select_related("programme"):
        _look(challenge, ids, present(challenge, today).first, now)


def _look(challenge: Challenge, ids: list[int], here: date, now: datetime) -> None:
    buys, kept = read_buys(challenge, ids), _kept(challenge, ids)
    for pk in ids:
        found = reached(challenge, buys.get(pk, ()))
        _store(challenge, pk, here, found.get(here, NOTHING).value)
        for period in sorted({*found, *kept[pk]}):
            progress = found.get(period, NOTHING)
            if (progress.done_at is not None) != (period in kept[pk]):
                _settle(challenge, pk, period, progress.done_at, now)


def _kept(challenge: Challenge, ids: list[int]) -> dict[int, set[date]]:
    """The periods that these customers reached and that were not taken back."""
    rows = ChallengeFinish.objects.filter(
        challenge=challenge, account__customer__any_of=ids, taken_back_at=None
    )
    found: dict[int, set[date]] = defaultdict(set)
    for pk, period in rows.values_list("account__customer_id", "period"):
        found[pk].add(period)
    return found


def _store(challenge: Challenge, pk: int, period: date, value: int) -> None:
    """Of each customer the present period's progress only: the older ones' is told by purchases."""
    rows = ChallengeProgress.objects.filter(challenge=challenge, customer_id=pk)
    told = {"period": period, "value": value}
    if not value:
        rows.delete()
    elif not rows.update(**told) and Customer.objects.filter(pk=pk).exists():
        ChallengeProgress.objects.get_or_create(challenge=challenge, customer_id=pk, defaults=told)


@transaction.atomic
def _settle(
    challenge: Challenge, pk: int, period: date, done_at: datetime | None, now: datetime
) -> None:
    """Give what was reached, once; take back what refunds undid while it still waits."""
    customer = Customer.objects.filter(pk=pk).first()
    if customer is None:
        return
    account = lock_account_of(customer=customer, programme=challenge.programme, now=now)
    finish = ChallengeFinish.objects.filter(
        account=account, challenge=challenge, period=period
    ).first()
    if done_at and (finish is None or finish.taken_back_at):
        times = finish.times + 1 if finish else 1
        _give(account, challenge, _Reward(challenge, period, times, done_at), now)
    elif finish and not done_at and not finish.taken_back_at:
        _take_back(account, challenge, finish, now)


class _Reward:
    """The points of one finish; they wait as long as those of the purchase that reached it."""

    def __init__(self, challenge: Challenge, period: date, times: int, at: datetime) -> None:
        lifetime, zone = challenge.programme.lifetime, get_shop().zone
        self.period, self.times, self.at = period, times, at
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


def _give(account: Account, challenge: Challenge, reward: _Reward, now: datetime) -> None:
    operation = None
    if challenge.points:
        order = Order(
            kind="challenge",
            key=_key(account, challenge, reward.period, reward.times),
            content={"challenge": challenge.pk, "points": challenge.points},
            actor=None,
            now=now,
            reason=challenge.name,
        )
        operation = perform(account, order, Work(reward.decide)).operation
    finish, _made = ChallengeFinish.objects.update_or_create(
        account=account,
        challenge=challenge,
        period=reward.period,
        defaults={
            "at": reward.at,
            "times": reward.times,
            "operation": operation,
            "lot_id": reward.lot.pk if operation else None,
            "taken_back_at": None,
        },
    )
    if challenge.badge and account.customer:
        BadgeHolding.objects.get_or_create(
            badge=challenge.badge,
            customer=account.customer,
            defaults={"at": reward.at, "actor": f"{BY_CHALLENGE}{challenge.pk}"},
        )
    if account.customer:
        _tell(account.customer, finish, challenge, now)


def _tell(customer: Customer, finish: ChallengeFinish, challenge: Challenge, now: datetime) -> None:
    """Tell what was won, the first time."""
    tell_of_act(
        customer=customer,
        programme=challenge.programme,
        kind=News.CHALLENGE_WON,
        occasion=f"{challenge.pk}:{finish.period}",
        at=finish.at,
        now=now,
        context={
            "finish": finish.pk,
            "challenge_name": challenge.name,
            "challenge_points": challenge.points,
            "badge_name": challenge.badge.name if challenge.badge else "",
        },
    )


def _key(account: Account, challenge: Challenge, period: date, times: int) -> str:
    return f"challenge:{challenge.pk}:{account.pk}:{period}:{times}"


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
    won = ChallengeFinish.objects.filter(
        account=account, challenge__badge=challenge.badge_id, taken_back_at=None
    )
    if challenge.badge_id and not won.exists():
        BadgeHolding.objects.filter(
            badge=challenge.badge_id, customer=account.customer, actor__startswith=BY_CHALLENGE
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
        key=_key(account, challenge, finish.period, finish.times) + ":back",
        content={"challenge": challenge.pk},
        actor=None,
        now=now,
        reason=challenge.name,
    )
    return perform(account, order, Work(decide)).operation
