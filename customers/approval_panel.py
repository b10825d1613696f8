"""Approvals on the day page: what a manager is to decide, and what became of one's own wishes."""

from datetime import datetime, timedelta

from accounts import policy
from accounts.approvals import asked_by, to_decide, waiting
from accounts.models import ApprovalState
from customers.panels import DayScene

SHOWN, NEWS_FOR = 3, timedelta(days=3)


def to_decide_today(scene: DayScene) -> dict[str, object] | None:
    """The first of what waits for the person; None for whom nothing waits."""
    if not policy.may(scene.user.role, "accounts:approvals"):
        return None
    lines = to_decide(scene.user, SHOWN)
    return {"lines": lines, "number": waiting(scene.user).number} if lines else None


def asked_lately(scene: DayScene) -> dict[str, object] | None:
    """What the person asked for and waits, or was decided within three days; None where there is
    no such thing."""
    since = scene.now - NEWS_FOR
    lines = [
        line
        for line in asked_by(scene.user, SHOWN)
        if line.approval.state == ApprovalState.OPEN
        or (line.approval.decided_by_id and _is_after(line.approval.ended_at, since))
    ]
    return {"lines": lines} if lines else None


def _is_after(ended_at: datetime | None, since: datetime) -> bool:
    return ended_at is not None and ended_at >= since
