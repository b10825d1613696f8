"""What the pages of challenges show."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from core.templatetags.ui import money, whole
from customers.list_query import list_address
from customers.masking import shown_name
from customers.models import Customer
from customers.rules.segment_language import Condition, Group, Join
from loyalty.challenges import State, amount, state_of
from loyalty.models import Badge, Challenge, ChallengeFinish, ChallengeProgress
from loyalty.models.challenge import ChallengeKind, Every

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


def cards(people: QuerySet[Customer], today: date) -> list[Card]:
    """The challenges, running and planned ones first."""
    rows = Challenge.objects.select_related("programme", "badge").order_by("-first_day", "-pk")
    mine = Q(progress__customer__in=people)
    members = dict(rows.values_list("pk").annotate(number=Count("progress", filter=mine)))
    done = _done(people)
    found = [
        Card(row, says(row), state_of(row, today), members.get(row.pk, 0), done.get(row.pk, 0))
        for row in rows[:100]
    ]
    first = (State.RUNNING, State.PLANNED)
    return sorted(found, key=lambda card: card.state not in first)


def _done(people: QuerySet[Customer]) -> dict[int, int]:
    rows = ChallengeFinish.objects.filter(account__customer__in=people, taken_back_at=None)
    counted = rows.order_by().values_list("challenge").annotate(number=Count("pk"))
    return dict(counted)


@dataclass(frozen=True, slots=True)
class Runner:
    """A member on the way."""

    customer: Customer
    name: str
    value: int
    words: str


def runners(challenge: Challenge, people: QuerySet[Customer], user: User) -> list[Runner]:
    """Who is closest without having reached it."""
    rows = ChallengeProgress.objects.filter(
        challenge=challenge, customer__in=people, value__lt=challenge.target
    )
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
    challenge: Challenge, people: QuerySet[Customer], user: User
) -> list[tuple[ChallengeFinish, str]]:
    """Who reached it, the newest first."""
    rows = ChallengeFinish.objects.filter(
        challenge=challenge, account__customer__in=people, taken_back_at=None
    ).select_related("account__customer")
    return [
        (row, shown_name(user, row.account.customer))
        for row in rows.order_by("-at", "-pk")[: 5 * SHOWN]
        if row.account.customer is not None
    ]


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
