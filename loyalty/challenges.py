"""What challenges are judged by, and where they stand; reads."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction

from django.db.models import Sum

from core.templatetags.ui import money, whole
from customers.models import Purchase
from loyalty.models import Challenge
from loyalty.rules.challenges import Buy, Every, Kind, Task


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
    return State.RUNNING if today <= challenge.last_day else State.OVER


def task_of(challenge: Challenge) -> Task:
    """What is to be done."""
    return Task(
        kind=Kind(challenge.kind),
        target=challenge.target,
        first=challenge.first_day,
        last=challenge.last_day,
        every=Every(challenge.every),
    )


def amount(challenge: Challenge, value: int) -> str:
    """A progress or target as it is written: a sum or a number."""
    if challenge.kind == Kind.SUM:
        return money(value, challenge.programme.currency)
    return whole(value)


def read_buys(challenge: Challenge, customers: Sequence[int]) -> dict[int, list[Buy]]:
    """What these customers bought in the programme's currency within the challenge's days, before
    it was stopped, less what was given back; of its category only, if it has one."""
    days = (challenge.first_day.toordinal(), challenge.last_day.toordinal())
    rows = Purchase.objects.filter(
        customer__any_of=list(customers),
        counts=True,
        currency=challenge.programme.currency,
        local_day__range=days,
    )
    if challenge.stopped_at:
        rows = rows.filter(occurred_at__lte=challenge.stopped_at)
    if challenge.category:
        rows = rows.filter(lines__category=challenge.category)
        rows = rows.annotate(part=Sum("lines__amount_minor"))
    found: dict[int, list[Buy]] = defaultdict(list)
    for row in rows.order_by("occurred_at", "pk"):
        kept = row.gross_minor - row.refunded_minor
        if challenge.category:
            # Nobody says of which lines money went back: of each its share.
            kept = int(Fraction(kept, row.gross_minor) * row.part)  # type: ignore[attr-defined]
        if row.customer_id is not None:
            day = date.fromordinal(row.local_day)
            found[row.customer_id].append(Buy(row.occurred_at, row.pk, day, kept))
    return found
