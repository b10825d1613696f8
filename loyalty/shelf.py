"""The rewards as they stand before one customer: what is within reach, what they save for, and
what waits to be handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import get_random_string

from customers.models import Customer
from loyalty.balances import book_of
from loyalty.catalogue import (
    Shot,
    description_of,
    name_of,
    offered,
    readers_languages,
    shot_of,
)
from loyalty.models import OPEN_STATES, Programme, Reward, RewardClaim, SavingGoal
from loyalty.offers import hindrances
from loyalty.reward_errors import hindrance_words
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket
from loyalty.rules.offers import Hindrance

CLAIMS = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A reward on the shelf. `missing` is how many units are lacking; `hindrance` why it is not to
    be had whatever is there, "" where only units decide. `key` makes a second click harmless."""

    reward: Reward
    name: str
    description: str
    shot: Shot | None
    cost: int
    has: int
    missing: int
    hindrance: str
    is_goal: bool
    key: str

    @property
    def is_within_reach(self) -> bool:
        """Whether it can be redeemed now."""
        return not self.missing and not self.hindrance


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim with the words for its reward."""

    claim: RewardClaim
    name: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """What there is for one customer; `goal` None: they save for nothing."""

    available: int
    places: list[Place]
    goal: Place | None

    @property
    def within_reach(self) -> list[Place]:
        """What can be redeemed now, dearest first."""
        return [place for place in reversed(self.places) if place.is_within_reach]


def shelf_of(customer: Customer, programme: Programme, now: datetime) -> Shelf:
    """The rewards that are offered, cheapest first. One that is for others, or not yet or no longer
    to be had, is left out, unless the customer saves for it."""
    book = book_of(customer=customer, programme=programme, now=now)
    return shelf_before(customer, programme, book, now)


def shelf_before(customer: Customer, programme: Programme, book: Book, now: datetime) -> Shelf:
    """The same where the customer's points are at hand."""
    has = 0 if book[Bucket.DEBT] else book[Bucket.AVAILABLE]
    rewards = list(offered(programme))
    if not rewards:
        return Shelf(has, [], None)
    goal = SavingGoal.objects.filter(customer=customer).values_list("reward_id", flat=True).first()
    reasons = hindrances(rewards, customer, now)
    languages = readers_languages()
    places = [_place(reward, has, reasons[reward.pk], goal, languages) for reward in rewards]
    hidden = {Hindrance.NOT_FOR, Hindrance.NOT_YET, Hindrance.OVER}
    shown = [place for place in places if reasons[place.reward.pk] not in hidden or place.is_goal]
    return Shelf(has, shown, next((place for place in shown if place.is_goal), None))


def _place(
    reward: Reward,
    has: int,
    reason: Hindrance | None,
    goal: int | None,
    languages: Sequence[str],
) -> Place:
    return Place(
        reward=reward,
        name=name_of(reward, languages),
        description=description_of(reward, languages),
        shot=shot_of(reward),
        cost=reward.cost,
        has=min(has, reward.cost),
        missing=max(0, reward.cost - has),
        hindrance=hindrance_words(reason) if reason else "",
        is_goal=reward.pk == goal,
        key=get_random_string(32),
    )


def claims_of(customer: Customer, *, only_open: bool = False) -> list[ClaimLine]:
    """The customer's newest claims."""
    rows = RewardClaim.objects.filter(account__customer=customer).select_related("reward")
    if only_open:
        rows = rows.filter(state__in=OPEN_STATES)
    found = list(rows.order_by("-pk")[:CLAIMS])
    languages = readers_languages() if found else ()
    return [ClaimLine(row, name_of(row.reward, languages)) for row in found]
