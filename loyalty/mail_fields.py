"""What loyalty can say of customers in any mail: points, tier, card, rewards.

Whoever has nothing is no special case for who writes: numbers are 0, words empty, so that a
sentence can stand under a condition. Everything is as it stands when the mail goes.
"""

from collections.abc import Mapping, Sequence

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.balances import books_of
from loyalty.card_links import card_url
from loyalty.models import MemberCard, Programme, TierStanding
from loyalty.rules.book import Book
from loyalty.rules.cards import written
from loyalty.rules.lots import Bucket, LotState
from loyalty.rules.telling import last_day_of
from loyalty.services.programmes import get_programme
from loyalty.shelf import Shelf, shelf_of
from loyalty.tier_words import amount
from loyalty.tiers import Ladder, present_ladder
from messaging.fields import MailField, Values, mail_fields

POINTS = gettext_lazy("Points")
TIER = gettext_lazy("Tier")
CARD = gettext_lazy("Card")
REWARDS = gettext_lazy("Rewards")
STEPS = 10
IN_REACH = 4


def _books(ids: Sequence[int]) -> tuple[Programme, dict[int, Book]]:
    programme = get_programme()
    return programme, books_of(customers=ids, programme=programme, now=clock.now())


def balances(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """What can be spent; 0 without an account."""
    _programme, books = _books(ids)
    return dict.fromkeys(ids, 0) | {pk: book[Bucket.AVAILABLE] for pk, book in books.items()}


def pending(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """What waits for returns."""
    _programme, books = _books(ids)
    return dict.fromkeys(ids, 0) | {pk: book[Bucket.PENDING] for pk, book in books.items()}


def worths(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """What can be spent in money; nothing where the programme names no worth."""
    programme, books = _books(ids)
    if not programme.worth_per_hundred:
        return {}
    return {
        pk: programme.money(
            programme.worth_minor(books[pk][Bucket.AVAILABLE] if pk in books else 0)
        )
        for pk in ids
    }


def _next_to_lapse(book: Book) -> tuple[str, int] | None:
    """The last day of what lapses next, and how much it is."""
    zone, days = get_shop().zone, dict[str, int]()
    for lot in book.lots:
        if lot.state is LotState.OPEN and lot.remaining and lot.expires_at:
            day = last_day_of(lot.expires_at, zone).isoformat()
            days[day] = days.get(day, 0) + lot.remaining
    return min(days.items()) if days else None


def lapsing_next(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """How many units lapse next; 0 where none do."""
    _programme, books = _books(ids)
    found = {pk: _next_to_lapse(book) for pk, book in books.items()}
    return dict.fromkeys(ids, 0) | {pk: lot[1] for pk, lot in found.items() if lot}


def lapsing_on(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The last day on which those can be used."""
    _programme, books = _books(ids)
    found = {pk: _next_to_lapse(book) for pk, book in books.items()}
    return {pk: lot[0] for pk, lot in found.items() if lot}


def _standings(ids: Sequence[int]) -> tuple[Ladder | None, dict[int, TierStanding]]:
    rows = TierStanding.objects.filter(pk__any_of=set(ids))
    return present_ladder(), {row.pk: row for row in rows}


def tier_names(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The tier's name, "" without one."""
    ladder, standings = _standings(ids)
    names = ladder.names if ladder else {}
    return dict.fromkeys(ids, "") | {pk: names.get(row.key, "") for pk, row in standings.items()}


def next_tiers(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The name of the next tier, "" for who is at the top."""
    ladder, standings = _standings(ids)
    return {pk: _above(ladder, standings.get(pk)) for pk in ids}


def _above(ladder: Ladder | None, row: TierStanding | None) -> str:
    rank = row.rank if row else 0
    tiers = ladder.tiers if ladder else []
    return next((tier.name for tier in tiers if tier.rank == rank + 1), "")


def missing_to_next(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """What the next tier still takes, in words: "120,00 zł", "2 purchases"; "" at the top."""
    ladder, standings = _standings(ids)
    with translation.override(language):
        lacking = {
            pk: amount(ladder, row.missing)
            for pk, row in standings.items()
            if ladder and row.missing
        }
    return dict.fromkeys(ids, "") | lacking


def _cards(ids: Sequence[int]) -> dict[int, MemberCard]:
    rows = MemberCard.objects.filter(customer__any_of=set(ids), ended_at=None).order_by("pk")
    return {card.customer_id: card for card in rows}


def card_numbers(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The card's number as it is printed, "" without a card."""
    return dict.fromkeys(ids, "") | {pk: written(c.number) for pk, c in _cards(ids).items()}


def card_links(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The address of the card for the phone, "" without a card."""
    return dict.fromkeys(ids, "") | {pk: card_url(card) for pk, card in _cards(ids).items()}


def _shelves(ids: Sequence[int], language: str) -> dict[int, Shelf]:
    programme, now = get_programme(), clock.now()
    with translation.override(language):
        people = Customer.objects.filter(pk__any_of=set(ids))
        return {row.pk: shelf_of(row, programme, now) for row in people}


def rewards_in_reach(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The dearest rewards that can be had now, each with its name and cost."""
    return {
        pk: [{"name": place.name, "cost": place.cost} for place in shelf.within_reach[:IN_REACH]]
        for pk, shelf in _shelves(ids, language).items()
    }


def goals(ids: Sequence[int], language: str) -> Mapping[int, object]:
    """The reward that is saved for; nothing where none is."""
    shelves = _shelves(ids, language)
    return {pk: _goal(shelf) for pk, shelf in shelves.items() if shelf.goal}


def _goal(shelf: Shelf) -> dict[str, object]:
    place = shelf.goal
    assert place is not None
    return goal_of(place.name, place.cost, place.has)


def goal_of(name: str, cost: int, has: int) -> dict[str, object]:
    """What is saved for, and the way as ten steps, those that are gone marked."""
    gone = has * STEPS // cost if cost else STEPS
    steps = [{"gone": number < gone} for number in range(STEPS)]
    missing = max(0, cost - has)
    return {"name": name, "cost": cost, "has": has, "missing": missing, "steps": steps}


GOAL_PARTS = ("name", "cost", "has", "missing", "steps")


def said(text: Promise, language: str) -> str:
    """A text in a language, for examples."""
    with translation.override(language):
        return str(text)


def _money_sample(language: str) -> object:
    programme = Programme(currency=get_shop().currency)
    return programme.money(340)


def register_fields() -> None:
    """Put loyalty's fields into the registry."""
    for name, field in {**_of_points(), **_of_tiers(), **_of_cards_and_rewards()}.items():
        mail_fields.register(name, field)


def _field(
    label: object, group: object, sample: object, values: Values | None, **more: object
) -> MailField:
    example = sample if callable(sample) else lambda language: sample
    return MailField(label, group, example, values, **more)  # type: ignore[arg-type]


def _of_points() -> dict[str, MailField]:
    return {
        "points_balance": _field(gettext_lazy("Points to spend"), POINTS, 340, balances),
        "points_pending": _field(gettext_lazy("Points that wait for returns"), POINTS, 45, pending),
        "points_worth": _field(
            gettext_lazy("What the points are worth"), POINTS, _money_sample, worths
        ),
        "points_expiring": _field(
            gettext_lazy("Points that expire next"), POINTS, 120, lapsing_next
        ),
        "points_expire_on": _field(
            gettext_lazy("Last day on which those can be used"), POINTS, "2026-12-31", lapsing_on
        ),
    }


def _of_tiers() -> dict[str, MailField]:
    silver = pgettext_lazy("example of a tier", "Evergreen")
    gold = pgettext_lazy("example of a tier", "Evergreen Plus")
    return {
        "tier_name": _field(
            gettext_lazy("Tier"), TIER, lambda language: said(silver, language), tier_names
        ),
        "tier_next": _field(
            gettext_lazy("The next tier"), TIER, lambda language: said(gold, language), next_tiers
        ),
        "tier_missing": _field(
            gettext_lazy("What the next tier still takes"), TIER, _missing_sample, missing_to_next
        ),
    }


def _missing_sample(language: str) -> str:
    ladder = present_ladder()
    with translation.override(language):
        return amount(ladder, 12_000) if ladder else "120"


def _of_cards_and_rewards() -> dict[str, MailField]:
    mug = pgettext_lazy("example of a reward", "A mug of your choice")
    return {
        "card_number": _field(
            gettext_lazy("Number of the card"), CARD, "12345 67890 3", card_numbers
        ),
        "card_url": _field(
            gettext_lazy("Link to the card"), CARD, "https://example.com/card", card_links
        ),
        "rewards_in_reach": _field(
            gettext_lazy("Rewards within reach"),
            REWARDS,
            lambda language: [{"name": said(mug, language), "cost": 150}],
            rewards_in_reach,
            is_offered=False,
        ),
        "reward_goal": _field(
            gettext_lazy("The reward that is saved for"),
            REWARDS,
            lambda language: goal_of(said(mug, language), 500, 340),
            goals,
            parts=GOAL_PARTS,
            is_offered=False,
        ),
    }
