"""What challenges are judged by, and where they stand; reads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from babel.dates import format_skeleton
from django.db.models import Q, QuerySet, Sum

from core.clock import local_date
from core.services.shop import get_shop
from core.templatetags.ui import day, locale, money, whole
from customers.models import Purchase
from loyalty.models import Challenge
from loyalty.rules.challenges import Buy, Every, Kind, Progress, Task, progress
from loyalty.rules.repeating import Course, Repeats, Repetition, month_end


class State(StrEnum):
    """Where a challenge stands on a day."""

    PLANNED = "planned"
    RUNNING = "running"
    OVER = "over"
    STOPPED = "stopped"


def state_of(challenge: Challenge, today: date) -> State:
    """Where the challenge stands."""
    if challenge.stopped_at:
        return State.STOPPED
    if today < challenge.first_day:
        return State.PLANNED
    has_ended = challenge.last_day is not None and challenge.last_day < today
    return State.OVER if has_ended else State.RUNNING


def course_of(challenge: Challenge) -> Course:
    """The challenge's days, and how often it comes again."""
    return Course(challenge.first_day, challenge.last_day, Repeats(challenge.repeats))


def present(challenge: Challenge, today: date) -> Repetition:
    """The repetition that today belongs to; the first one of a challenge to come, the last one of
    one that is over or was stopped."""
    if challenge.stopped_at:
        today = min(today, local_date(challenge.stopped_at, get_shop().zone))
    return course_of(challenge).near(today)


def turn_days(turn: Repetition) -> str:
    """'May 2027' for a whole month, else '10 May 2027 – 31 May 2027'."""
    last = turn.last or date.max
    if turn.first.day == 1 and last == month_end(turn.first):
        return str(format_skeleton("yMMMM", turn.first, locale=locale()))
    return f"{day(turn.first, 'medium')} – {day(turn.last, 'medium')}"


def task_of(challenge: Challenge, repetition: Repetition) -> Task:
    """What is to be done in one repetition."""
    return Task(
        kind=Kind(challenge.kind),
        target=challenge.target,
        first=repetition.first,
        last=repetition.last or date.max,
        every=Every(challenge.every),
    )


def reached(challenge: Challenge, bought: Iterable[Buy]) -> dict[date, Progress]:
    """How far these purchases of one customer come in each repetition that has any of them."""
    course, parts = course_of(challenge), defaultdict[Repetition, list[Buy]](list)
    for one in bought:
        if repetition := course.at(one.day):
            parts[repetition].append(one)
    return {part.first: progress(task_of(challenge, part), some) for part, some in parts.items()}


def amount(challenge: Challenge, value: int) -> str:
    """A progress or target as it is written: a sum or a number."""
    if challenge.kind == Kind.SUM:
        return money(value, challenge.programme.currency)
    return whole(value)


def ordinals(challenge: Challenge) -> tuple[int, int]:
    """Its first and its last day, as purchases keep theirs."""
    return challenge.first_day.toordinal(), (challenge.last_day or date.max).toordinal()


def read_buys(challenge: Challenge, customers: Sequence[int]) -> dict[int, list[Buy]]:
    """What these customers bought in the programme's currency within the challenge's days, before
    it was stopped, less what was given back; of its category only, if it has one."""
    rows = Purchase.objects.filter(
        customer__any_of=list(customers),
        counts=True,
        currency=challenge.programme.currency,
        local_day__range=ordinals(challenge),
    )
    if challenge.stopped_at:
        rows = rows.filter(occurred_at__lte=challenge.stopped_at)
    if challenge.category:
        rows = _of_category(rows, challenge.category)
    found: dict[int, list[Buy]] = defaultdict(list)
    for row in rows.order_by("occurred_at", "pk"):
        kept = row.gross_minor - row.refunded_minor
        if challenge.category:
            kept = _share(kept, row)
        if row.customer_id is not None:
            on = date.fromordinal(row.local_day)
            found[row.customer_id].append(Buy(row.occurred_at, row.pk, on, kept))
    return found


def _of_category(rows: QuerySet[Purchase], category: str) -> QuerySet[Purchase]:
    """Purchases with the category: `part` is what its lines say, `whole` what all lines say."""
    charged = Q(lines__amount_minor__gt=0)
    amount = "lines__amount_minor"
    parts = rows.annotate(
        part=Sum(amount, filter=charged & Q(lines__category=category)),
        whole=Sum(amount, filter=charged),
    )
    return parts.filter(part__gt=0)


def _share(kept: int, row: Any) -> int:
    """What of the money that was kept belongs to the category: nobody says for which lines it was
    paid or of which it went back, so of each its share. Less paid than the lines say (a discount)
    lowers all; more is of no category, as in `rules.earning.paid_lines`."""
    return int(Fraction(kept * row.part, max(row.whole, row.gross_minor)))
