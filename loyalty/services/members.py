"""The job that looks at members whose purchases changed, and at those whose time has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.jobs import DueJob
from loyalty.models import AwardMark, MemberMark, TierStanding
from loyalty.rules.tiers import Basis
from loyalty.services.finishing import look_at_challenges
from loyalty.services.leaderboard import look_at_scores
from loyalty.services.programmes import get_programme
from loyalty.services.tiers import BATCH, look_at_tiers
from loyalty.tiers import read_ladder


@dataclass(frozen=True, slots=True)
class _Marked:
    pk: int
    customer: int
    number: int


def look_at_marked(now: datetime) -> int:
    """Look at the customers whose purchases changed, and whose time has come; returns how many.

    A mark goes only if nothing changed meanwhile. Where tiers count points, those come first whose
    points have been awarded."""
    marks = _marks()
    customers = [mark.customer for mark in marks]
    look_at_tiers(customers=customers, now=now)
    look_at_challenges(customers=customers, now=now)
    look_at_scores(customers=customers, now=now)
    for mark in marks:
        MemberMark.objects.filter(pk=mark.pk, number=mark.number).delete()
    due = _due(now)
    look_at_tiers(customers=due, now=now)
    return len(marks) + len(due)


def _marks() -> Sequence[_Marked]:
    ladder = read_ladder(get_programme())
    rows = MemberMark.objects.order_by("pk")
    if ladder.scheme and ladder.scheme.basis == Basis.POINTS:
        rows = rows.exclude(customer__in=AwardMark.objects.values("customer"))
    return [_Marked(*row) for row in rows.values_list("pk", "customer_id", "number")[:BATCH]]


def _due(now: datetime) -> list[int]:
    rows = TierStanding.objects.filter(next_at__lte=now).order_by("next_at")
    return list(rows.values_list("pk", flat=True)[:BATCH])


MEMBER_JOB = DueJob(look_at_marked, every=timedelta(minutes=1), slow=True)
