"""What the pages of challenges show."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from core.templatetags.ui import day, money, whole
from customers.list_query import list_address
from customers.masking import shown_name
from customers.models import Customer
from customers.rules.segment_language import Condition, Group, Join
from loyalty.challenges import State, amount, course_of, present, state_of, turn_days
from loyalty.models import Badge, Challenge, ChallengeFinish, ChallengeProgress
from loyalty.models.challenge import ChallengeKind, Every, Repeats
from loyalty.rules.repeating import Repetition

SHOWN = 20
WORDS = {
    State.PLANNED: (gettext_lazy("planned"), "info", "calendar-event"),
    State.RUNNING: (gettext_lazy("running"), "good", "play-circle"),
    State.OVER: (gettext_lazy("over"), "plain", "check-circle"),
    State.STOPPED: (gettext_lazy("stopped"), "plain", "stop-circle"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One challenge in words, with how its members get on."""

    challenge: Challenge
    says: str
    days: str
    state: State
    members: int
    done: int

    @property
    def badge(self) -> tuple[Any, str, str]:
        """The state as a word, a tone and an icon."""
        return WORDS[self.state]


def says(challenge: Challenge) -> str:
    """What is to be done: 'three purchases', 'spend 500', 'a purchase in each of four weeks'."""
    number, shown = challenge.target, whole(challenge.target)
    if challenge.kind == ChallengeKind.SUM:
        return _("Spend %(amount)s") % {"amount": money(number, challenge.programme.currency)}
    if challenge.kind == ChallengeKind.COUNT:
        words = ngettext("%(number)s purchase", "%(number)s purchases", number)
    elif challenge.every == Every.MONTH:
        words = ngettext(
            "A purchase in %(number)s month",
            "A purchase in each of %(number)s months running",
            number,
        )
    else:
        words = ngettext(
            "A purchase in %(number)s week",
            "A purchase in each of %(number)s weeks running",
            number,
        )
    return words % {"number": shown}


def days_of(challenge: Challenge) -> str:
    """From when to when, and how often: 'Every month from 1 May 2027'."""
    first, last = day(challenge.first_day), day(challenge.last_day)
    if not challenge.repeats:
        return f"{first} – {last}"
    words = {
        Repeats.WEEK: (
            _("Every week from %(first)s"),
            _("Every week from %(first)s to %(last)s"),
        ),
        Repeats.MONTH: (
            _("Every month from %(first)s"),
            _("Every month from %(first)s to %(last)s"),
        ),
        Repeats.QUARTER: (
            _("Every quarter from %(first)s"),
            _("Every quarter from %(first)s to %(last)s"),
        ),
    }
    said = words[Repeats(challenge.repeats)][challenge.last_day is not None]
    return said % {"first": first, "last": last}


def cards(people: QuerySet[Customer], today: date) -> list[Card]:
    """The challenges, running and planned ones first."""
    rows = Challenge.objects.select_related("programme", "badge").order_by("-first_day", "-pk")
    members, done = _counted(_began(people)), _counted(_won(people))
    found = []
    for row in rows[:100]:
        here = (row.pk, present(row, today).first)
        state = state_of(row, today)
        told = members.get(here, 0), done.get(here, 0)
        found.append(Card(row, says(row), days_of(row), state, *told))
    first = (State.RUNNING, State.PLANNED)
    return sorted(found, key=lambda card: card.state not in first)


def _began(people: QuerySet[Customer]) -> QuerySet[ChallengeProgress]:
    return ChallengeProgress.objects.filter(customer__in=people)


def _won(people: QuerySet[Customer]) -> QuerySet[ChallengeFinish]:
    return ChallengeFinish.objects.filter(account__customer__in=people, taken_back_at=None)


def _counted(rows: QuerySet[Any]) -> dict[tuple[int, date], int]:
    """How many of each challenge and repetition."""
    counted = rows.order_by().values_list("challenge", "period").annotate(number=Count("pk"))
    return {(challenge, period): number for challenge, period, number in counted}


@dataclass(frozen=True, slots=True)
class Runner:
    """A member on the way."""

    customer: Customer
    name: str
    value: int
    words: str


def runners(
    challenge: Challenge, period: date, people: QuerySet[Customer], user: User
) -> list[Runner]:
    """Who is closest in the repetition without having reached it."""
    rows = _began(people).filter(challenge=challenge, period=period, value__lt=challenge.target)
    return [
        Runner(
            row.customer,
            shown_name(user, row.customer),
            row.value,
            amount(challenge, row.value),
        )
        for row in rows.select_related("customer").order_by("-value", "pk")[:SHOWN]
    ]


def finishers(
    challenge: Challenge, period: date, people: QuerySet[Customer], user: User
) -> list[tuple[ChallengeFinish, str]]:
    """Who reached it in the repetition, the newest first."""
    rows = _won(people).filter(challenge=challenge, period=period)
    return [
        (row, shown_name(user, row.account.customer))
        for row in rows.select_related("account__customer").order_by("-at", "-pk")[: 5 * SHOWN]
        if row.account.customer is not None
    ]


@dataclass(frozen=True, slots=True)
class Turn:
    """A repetition in the list of them: its days, how many reached it, whether it is shown."""

    period: date
    days: str
    done: int
    is_shown: bool


def shown_turn(challenge: Challenge, asked: str, today: date) -> Repetition:
    """The repetition that an address asks for; the present one where it asks for none of them."""
    try:
        found = course_of(challenge).at(date.fromisoformat(asked))
    except ValueError:
        found = None
    here = present(challenge, today)
    return found if found and found.first <= here.first else here


def turns(
    challenge: Challenge, people: QuerySet[Customer], shown: Repetition, today: date
) -> list[Turn]:
    """The newest repetitions that have begun, with how many reached each; none of a challenge that
    is there once."""
    if not challenge.repeats:
        return []
    course, one = course_of(challenge), present(challenge, today)
    found: list[Repetition] = [one]
    while len(found) < SHOWN and (before := course.before(found[-1])):
        found.append(before)
    done = _counted(_won(people).filter(challenge=challenge, period__gte=found[-1].first))
    return [
        Turn(
            turn.first,
            turn_days(turn),
            done.get((challenge.pk, turn.first), 0),
            turn.first == shown.first,
        )
        for turn in found
    ]


def challenge_context(
    challenge: Challenge, people: QuerySet[Customer], user: User, asked: str, today: date
) -> dict[str, Any]:
    """What the page of one challenge shows of one repetition."""
    turn, here = shown_turn(challenge, asked, today), present(challenge, today)
    return {
        "challenge": challenge,
        "says": says(challenge),
        "days": days_of(challenge),
        "target": amount(challenge, challenge.target),
        "turn": turn_days(turn) if challenge.repeats else "",
        "is_present": turn == here,
        "turns": turns(challenge, people, turn, today),
        "runners": runners(challenge, turn.first, people, user) if turn == here else [],
        "finishers": finishers(challenge, turn.first, people, user),
    }


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """A badge and how many have it."""

    badge: Badge
    holders: int
    href: str


def badges(people: QuerySet[Customer]) -> list[BadgeRow]:
    """All badges by name, with how many of these people have them."""
    mine = Count("holdings", filter=Q(holdings__customer__in=people))
    rows = Badge.objects.order_by("name").annotate(number=mine)
    return [BadgeRow(row, row.number, _holders_of(row)) for row in rows]


def _holders_of(badge: Badge) -> str:
    tree = Group(Join.ALL, (Condition("badge", "any_of", (str(badge.pk),)),))
    return list_address(tree) or ""
