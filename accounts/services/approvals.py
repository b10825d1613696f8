"""What one person asks for and a second one decides: asked, approved, refused, withdrawn, or run
out of time. Who approves carries it out in the same transaction, so there is no approval without
its effect, and the row's lock lets one of two people decide."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.approvals import approval_kinds, may_decide
from accounts.models import Approval, ApprovalState, User
from core.errors import Gone, Refused, too_long
from core.jobs import DueJob
from core.services import audit

OPEN_FOR = timedelta(days=14)
LONGEST_TEXT = 255


@transaction.atomic
def ask_approval(
    *,
    actor: User,
    kind: str,
    payload: Mapping[str, Any],
    reason: str,
    key: str,
    now: datetime,
) -> Approval:
    """Ask for something of a registered kind; a key asks once. Open for 14 days. Audited. Refuses
    to ask without a reason."""
    approval_kinds.get(kind)
    _check_text(reason, "reason")
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    approval, is_new = Approval.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": dict(payload),
            "reason": reason,
            "asked_by": actor,
            "asked_at": now,
            "expires_at": now + OPEN_FOR,
        },
    )
    if is_new:
        audit.record(actor=actor, action="approval.asked", target=approval, details={"kind": kind})
    return approval


@transaction.atomic
def approve(*, actor: User, approval: Approval, now: datetime) -> None:
    """Do what was asked for, once. Audited. Locks the row, then what the kind locks. Refuses who
    asked for it, who may not decide, and what is not open any more; what the kind refuses leaves
    it open."""
    row = _to_decide(actor, approval, now)
    _end(row, ApprovalState.APPROVED, now, by=actor)
    approval_kinds.get(row.kind).carry_out(row, actor, now)
    _record(actor, "approved", row)


@transaction.atomic
def refuse(*, actor: User, approval: Approval, answer: str, now: datetime) -> None:
    """Decide that it is not done; a word about why is kept. Audited. Locks the row. Refuses as
    `approve` does."""
    _check_text(answer, "answer")
    row = _to_decide(actor, approval, now)
    _end(row, ApprovalState.REFUSED, now, by=actor, answer=answer)
    _record(actor, "refused", row)


@transaction.atomic
def withdraw(*, actor: User, approval: Approval, now: datetime) -> None:
    """Take back what one asked for. Audited. Locks the row. Refuses another's wish, and what is not
    open any more."""
    row = _open_row(approval, now)
    if row.asked_by_id != actor.pk:
        raise Refused(_("Only who asked for it can withdraw it."))
    _end(row, ApprovalState.WITHDRAWN, now)
    _record(actor, "withdrawn", row)


def expire_approvals(now: datetime) -> int:
    """End what nobody decided in time; returns how many. Safe to repeat and to kill."""
    late = Approval.objects.filter(state=ApprovalState.OPEN, expires_at__lte=now)
    return late.update(state=ApprovalState.EXPIRED, ended_at=now)


def _open_row(approval: Approval, now: datetime) -> Approval:
    row = Approval.objects.select_for_update().get(pk=approval.pk)
    if row.state != ApprovalState.OPEN or row.expires_at <= now:
        raise Gone(_("This has been decided, or its time is over."))
    return row


def _to_decide(actor: User, approval: Approval, now: datetime) -> Approval:
    row = _open_row(approval, now)
    if row.asked_by_id == actor.pk:
        raise Refused(_("Somebody else has to decide what you asked for."))
    if not may_decide(actor, row):
        raise Refused(_("This is not yours to decide."))
    return row


def _end(
    row: Approval, state: ApprovalState, now: datetime, by: User | None = None, answer: str = ""
) -> None:
    row.state, row.ended_at, row.decided_by, row.answer = state, now, by, answer
    row.save(update_fields=["state", "ended_at", "decided_by", "answer"])


def _record(actor: User, verb: str, row: Approval) -> None:
    details = {"kind": row.kind, "asked_by": row.asked_by_id}
    audit.record(actor=actor, action=f"approval.{verb}", target=row, details=details)


def _check_text(text: str, field: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Refused(too_long(LONGEST_TEXT), field=field)


EXPIRE_JOB = DueJob(expire_approvals, every=timedelta(minutes=10))
