"""What can be asked for and decided by a second person: each kind is one entry of a registry.

An app registers a kind and asks by `services.approvals.ask_approval`; pages, counts, the day page
and the audit follow by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Approval, ApprovalState, User
from core.navigation import Waiting
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Matter:
    """What an approval is about, in the reader's words: one line, and where to look."""

    title: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """`describe` says to a reader what is asked; `may_decide` whether a person decides on it, who
    asked apart; `carry_out` does it, within the transaction in which the person approves, and
    refuses by `Refused`, which leaves it open. What it does has the approval's id as its key."""

    describe: Callable[[Approval, User], Matter]
    may_decide: Callable[[User, Approval], bool]
    carry_out: Callable[[Approval, User, datetime], None]


approval_kinds: Registry[ApprovalKind] = Registry("approval kinds")


@dataclass(frozen=True, slots=True)
class Line:
    """An approval as a list shows it."""

    approval: Approval
    matter: Matter
    may_decide: bool


def may_decide(person: User, approval: Approval) -> bool:
    """Whether the person may approve or refuse it; nobody decides on what they asked for."""
    kind = approval_kinds.get(approval.kind)
    return person.pk != approval.asked_by_id and kind.may_decide(person, approval)


def line_of(approval: Approval, reader: User) -> Line:
    """The approval for this reader."""
    matter = approval_kinds.get(approval.kind).describe(approval, reader)
    is_open = approval.state == ApprovalState.OPEN
    return Line(approval, matter, is_open and may_decide(reader, approval))


def to_decide(reader: User, limit: int) -> list[Line]:
    """What waits for this person's decision, oldest first."""
    rows = Approval.objects.filter(state=ApprovalState.OPEN).exclude(asked_by=reader)
    known = rows.select_related("asked_by").order_by("pk")[: 2 * limit]
    lines = [line_of(row, reader) for row in known if row.kind in approval_kinds]
    return [line for line in lines if line.may_decide][:limit]


def waiting(reader: User) -> Waiting:
    """How much waits for a decision that is not the reader's own wish, for the rail."""
    rows = Approval.objects.filter(state=ApprovalState.OPEN).exclude(asked_by=reader)
    return Waiting(rows.count())


def asked_by(person: User, limit: int) -> list[Line]:
    """What the person asked for, newest first."""
    rows = Approval.objects.filter(asked_by=person).select_related("asked_by", "decided_by")
    return _lines(rows.order_by("-pk")[:limit], person)


def ended(reader: User, limit: int) -> list[Line]:
    """What was decided, withdrawn or ran out of time, newest first."""
    rows = Approval.objects.exclude(state=ApprovalState.OPEN)
    return _lines(
        rows.select_related("asked_by", "decided_by").order_by("-ended_at")[:limit], reader
    )


def _lines(rows: QuerySet[Approval], reader: User) -> list[Line]:
    return [line_of(row, reader) for row in rows if row.kind in approval_kinds]
