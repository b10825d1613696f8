"""Rewards: claimed for points, got ready, handed over; or cancelled, which gives the points back.

Locks: the account, then the reward's stock by a guarded update; so a reward of which three are left
is claimed by three, however many try.
"""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import F

from core import clock
from core.services import audit
from core.services.audit import Actor
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.locks import lock_account_of
from loyalty.models import OPEN_STATES, ClaimState, News, Operation, Reward, RewardClaim
from loyalty.offers import hindrances
from loyalty.reward_errors import claim_moved_on, cost_changed, hindered
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket
from loyalty.rules.offers import Hindrance
from loyalty.rules.periods import Period, first_free, period_of
from loyalty.services.acts import Done, Order, Result, Work, again_if_outrun, perform
from loyalty.services.redeeming import spend
from loyalty.services.reversing import reverse_redemption
from loyalty.services.telling import tell_of_act


@again_if_outrun
@transaction.atomic
def claim_reward(
    *,
    actor: Actor | None,
    customer: Customer,
    reward: Reward,
    now: datetime,
    key: str = "",
    seen_cost: int | None = None,
) -> Done:
    """Give the customer the reward for its cost in units; the claim is the operation's. Result:
    `redeemed, available, reward`. Audited.

    Without a key each call claims anew. `seen_cost` is what the person saw: another one is refused.
    Raises `LoyaltyRefused`: `not_offered`, `not_for_customer`, `limit_reached`, `out_of_stock`,
    `cost_changed`, `insufficient`, `in_debt`.
    """
    account = lock_account_of(customer=customer, programme=reward.programme, now=now)
    claiming = _Claiming(customer, reward.pk, seen_cost)
    act = Order(
        kind="redeem",
        key=key or f"reward:{uuid4()}",
        content={"reward": reward.pk},
        actor=actor,
        now=now,
        reason=reward.name_in(get_shop().language),
        terms={"reward": reward.pk},
    )
    done = perform(account, act, Work(claiming.decide, claiming.keep))
    if not done.replayed:
        details = {"reward": reward.pk, "units": done.result["redeemed"]}
        audit.record(actor=actor, action="reward.claimed", target=account, details=details)
    return done


class _Claiming:
    """One claim, from the book to its row. The reward is read while the account is locked."""

    def __init__(self, customer: Customer, reward_id: int, seen_cost: int | None) -> None:
        self._customer, self._seen_cost = customer, seen_cost
        self._reward = Reward.objects.select_related("segment").get(pk=reward_id)

    def decide(self, book: Book) -> Result:
        """Take the units and one of the stock, or refuse."""
        reward = self._reward
        reason = hindrances([reward], self._customer, book.at)[reward.pk]
        if reason is not None:
            raise hindered(reason)
        if self._seen_cost not in (None, reward.cost):
            raise cost_changed(reward.cost)
        spend(book, reward.cost, Bucket.REDEEMED)
        self._take_of_stock()
        available = book[Bucket.AVAILABLE]
        return {"redeemed": reward.cost, "available": available, "reward": reward.pk}

    def _take_of_stock(self) -> None:
        if self._reward.stock is None:
            return
        left = Reward.objects.filter(pk=self._reward.pk, stock__gt=0)
        if not left.update(stock=F("stock") - 1):
            raise hindered(Hindrance.SOLD_OUT)

    def keep(self, operation: Operation, book: Book) -> None:
        """Write the claim, in the lowest slot of its period that is free."""
        day = clock.local_date(book.at, get_shop().zone)
        words = {
            "reward": self._reward,
            "account_id": operation.account_id,
            "period": period_of(Period(self._reward.limit_period), day),
        }
        live = RewardClaim.objects.filter(**words).exclude(state=ClaimState.CANCELLED)
        RewardClaim.objects.create(
            **words,
            operation=operation,
            cost=self._reward.cost,
            slot=first_free(set(live.values_list("slot", flat=True))),
            claimed_at=book.at,
            changed_at=book.at,
        )


@transaction.atomic
def make_ready(*, actor: Actor, claim: RewardClaim, now: datetime) -> None:
    """It lies ready for the customer, who is told. Refuses one that is not to be got ready.
    Audited."""
    _move(actor, claim, "ready", (ClaimState.CLAIMED,), ClaimState.READY, now)
    account = claim.account
    if account.customer is not None:
        tell_of_act(
            customer=account.customer,
            programme=account.programme,
            kind=News.REWARD_READY,
            occasion=f"{claim.pk}",
            at=now,
            now=now,
            context={"reward_name": claim.reward.name_in(get_shop().language)},
        )


def hand_over(*, actor: Actor, claim: RewardClaim, now: datetime) -> None:
    """The customer has it. Refuses one that was handed over or cancelled before. Audited."""
    _move(actor, claim, "handed_over", OPEN_STATES, ClaimState.HANDED_OVER, now)


def take_back(*, actor: Actor, claim: RewardClaim, now: datetime) -> None:
    """The customer has it not, or not any more: it is ready to hand over again. Audited."""
    _move(actor, claim, "taken_back", (ClaimState.HANDED_OVER,), ClaimState.READY, now)


@transaction.atomic
def _move(
    actor: Actor,
    claim: RewardClaim,
    verb: str,
    before: tuple[ClaimState, ...],
    after: ClaimState,
    now: datetime,
) -> None:
    standing = RewardClaim.objects.filter(pk=claim.pk, state__in=before)
    if not standing.update(state=after, changed_at=now):
        raise claim_moved_on()
    audit.record(actor=actor, action=f"reward.{verb}", target=claim)


def cancel_claim(*, actor: Actor, claim: RewardClaim, now: datetime, reason: str = "") -> Done:
    """Cancel what is not handed over: the units return to the lots they were of, the reward into
    stock. Result: `returned, available`. Raises `LoyaltyRefused`: `already_reversed`,
    `claim_ended`."""
    return reverse_redemption(actor=actor, operation=claim.operation, now=now, reason=reason)
