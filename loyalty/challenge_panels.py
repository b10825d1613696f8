"""Challenges and badges on the customer's page, the timeline, and as something segments ask."""

from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from core.clock import local_date
from core.templatetags.ui import day, whole
from customers import segment_conditions as build
from customers.models import Customer
from customers.panels import Scene
from customers.rules.segment_language import Kind
from customers.segments import Choice, Conditions, Context, SegmentField, denied, register
from customers.timeline import Cursor, Entry, before
from loyalty.challenges import amount, course_of, present, turn_days
from loyalty.leaderboard import standing_of, title
from loyalty.models import Badge, BadgeHolding, Challenge, ChallengeFinish, ChallengeProgress
from loyalty.rules.repeating import Repetition, running
from loyalty.segments import GROUP
from loyalty.services.leaderboard import get_board

FINISHES, BADGES = "challenges", "badges"
SHOWN = 5


def panel(scene: Scene) -> dict[str, object] | None:
    """Running challenges with how far the customer is, and their badges; None without either."""
    today = local_date(scene.now, scene.shop.zone)
    held = Badge.objects.filter(holdings__customer=scene.customer).order_by("name")
    rows = _rows(challenges_at(today)[:SHOWN], scene.customer, today)
    badges = list(held[: 4 * SHOWN])
    place = _place(scene)
    return {"rows": rows, "badges": badges, "place": place} if rows or badges or place else None


def _place(scene: Scene) -> str:
    """The place on the leaderboard; "" without one."""
    board = get_board()
    found = standing_of(board, scene.customer, scene.now) if board.is_open else None
    if found is None or found.place is None:
        return ""
    words = {"place": whole(found.place), "board": title(board), "score": found.words}
    return _("Place %(place)s: %(board)s, %(score)s") % words


def challenges_at(today: date) -> QuerySet[Challenge]:
    """The challenges that run today, those that end soonest first."""
    lasting = Q(last_day__gte=today) | Q(last_day=None)
    rows = Challenge.objects.filter(lasting, first_day__lte=today, stopped_at=None)
    return rows.select_related("programme").order_by(F("last_day").asc(nulls_last=True), "pk")


def _rows(rows: Iterable[Challenge], customer: Customer, today: date) -> list[dict[str, object]]:
    """Each challenge with how far the customer is; two queries for all of them."""
    challenges = list(rows)
    made = ChallengeProgress.objects.filter(challenge__in=challenges, customer=customer)
    done = ChallengeFinish.objects.filter(
        challenge__in=challenges, account__customer=customer, taken_back_at=None
    )
    values = {(row.challenge_id, row.period): row.value for row in made}
    won: dict[int, set[date]] = defaultdict(set)
    for pk, period in done.values_list("challenge_id", "period"):
        won[pk].add(period)
    found = []
    for challenge in challenges:
        here = present(challenge, today)
        value = values.get((challenge.pk, here.first), 0)
        streak = _streak(challenge, won[challenge.pk], today)
        found.append(_row(challenge, value, here, streak))
    return found


def _row(challenge: Challenge, value: int, here: Repetition, streak: str) -> dict[str, object]:
    words = {"value": amount(challenge, value), "target": amount(challenge, challenge.target)}
    return {
        "challenge": challenge,
        "value": min(value, challenge.target),
        "note": _("%(value)s of %(target)s") % words,
        "until": _("until %(day)s") % {"day": day(here.last)},
        "streak": streak,
    }


def _streak(challenge: Challenge, won: Set[date], today: date) -> str:
    """How often running it was reached; "" below twice, or where it is there once."""
    times = running(course_of(challenge), won, today) if challenge.repeats else 0
    words = ngettext("reached %(number)s time running", "reached %(number)s times running", times)
    return words % {"number": whole(times)} if times > 1 else ""


def finishes(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Challenges that the customer reached."""
    rows = ChallengeFinish.objects.filter(
        before(cursor, FINISHES, "at"), account__customer=customer, taken_back_at=None
    ).select_related("challenge")
    return (
        Entry(
            at=row.at,
            pk=row.pk,
            icon="trophy",
            title=_("Reached: %(challenge)s") % {"challenge": row.challenge.name},
            meta=_turn(row),
        )
        for row in rows.order_by("-at", "-pk")[:limit]
    )


def _turn(row: ChallengeFinish) -> str:
    """The days of the repetition; "" where it is there once."""
    turn = course_of(row.challenge).at(row.period)
    return turn_days(turn) if turn and row.challenge.repeats else ""


def badges(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Badges that the customer got."""
    rows = BadgeHolding.objects.filter(before(cursor, BADGES, "at"), customer=customer)
    return (
        Entry(
            at=row.at,
            pk=row.pk,
            icon=row.badge.icon,
            title=_("Badge: %(badge)s") % {"badge": row.badge.name},
        )
        for row in rows.select_related("badge").order_by("-at", "-pk")[:limit]
    )


def _one_of(path: str, rows: Any) -> Conditions:
    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            return build.has(rows()) if operator == "filled" else ~build.has(rows())
        known = [key for key in map(build.row_id, value) if key is not None]
        chosen = build.has(rows().filter(**{f"{path}__in": known}))
        return denied(chosen) if operator == "none_of" else chosen

    return condition


def _badges() -> list[Choice]:
    return [
        (str(pk), name) for pk, name in Badge.objects.order_by("name").values_list("pk", "name")
    ]


def _challenges() -> list[Choice]:
    rows = Challenge.objects.order_by("-first_day").values_list("pk", "name")[:100]
    return [(str(pk), name) for pk, name in rows]


def _finished() -> Any:
    return build.rows_of(ChallengeFinish, "account__customer", taken_back_at=None)


_HELD = _one_of("badge", lambda: build.rows_of(BadgeHolding))
register(SegmentField("badge", gettext_lazy("Badge"), GROUP, Kind.CHOICE, _HELD, offers=_badges))
register(
    SegmentField(
        *("challenge", gettext_lazy("Challenge reached"), GROUP, Kind.CHOICE),
        _one_of("challenge", _finished),
        offers=_challenges,
    )
)
