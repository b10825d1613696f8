"""Follow-ups: what was promised to a customer, who does it, and when; done, and taken back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused, still_there, too_long
from core.services import audit
from core.text import squeeze
from customers.models import Customer, FollowUp

LONGEST_WHAT = 255
# Further ahead than this is a slip of the keyboard, not a promise.
FURTHEST = timedelta(days=366 * 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is to be done, on which civil day in the shop's zone, before what wall time (None:
    any), by whom (None: whoever comes first)."""

    what: str
    due_on: date
    due_time: time | None = None
    assignee: User | None = None


def _check(promise: Promise, today: date) -> None:
    if not squeeze(promise.what):
        raise Refused(_("Say what is to be done."), field="what")
    if len(promise.what) > LONGEST_WHAT:
        raise Refused(too_long(LONGEST_WHAT), field="what")
    if abs(promise.due_on - today) > FURTHEST:
        raise Refused(_("Choose a day nearer to today."), field="due_on")
    if promise.assignee and not promise.assignee.is_active:
        raise Refused(_("This person does not work here any more."), field="assignee")


@transaction.atomic
def add_follow_up(
    *,
    actor: User | None,
    now: datetime,
    customer: Customer,
    promise: Promise,
    source_kind: str = "",
    source_id: int | None = None,
) -> FollowUp:
    """Promise something, audited. `source_kind` and `source_id` say what asked for it."""
    _check(promise, now.date())
    follow_up = FollowUp.objects.create(
        customer=customer,
        what=squeeze(promise.what),
        due_on=promise.due_on,
        due_time=promise.due_time,
        assignee=promise.assignee,
        source_kind=source_kind,
        source_id=source_id,
        created_by=actor,
        created_at=now,
    )
    _record(actor, "added", follow_up)
    return follow_up


def _locked(follow_up: FollowUp) -> FollowUp:
    """The row; raises `Gone` where it went with the talk that it came from."""
    return still_there(FollowUp.objects.select_for_update().filter(pk=follow_up.pk))


def _record(actor: User | None, verb: str, follow_up: FollowUp) -> None:
    details = {"customer": follow_up.customer_id, "due_on": follow_up.due_on.isoformat()}
    audit.record(actor=actor, action=f"follow_up.{verb}", target=follow_up, details=details)


@transaction.atomic
def change_follow_up(
    *, actor: User | None, now: datetime, follow_up: FollowUp, promise: Promise
) -> FollowUp:
    """Say it anew: what, when, who. Refuses one that is done. Locks the row."""
    _check(promise, now.date())
    row = _locked(follow_up)
    if row.done_at:
        raise Refused(_("This is done already. Take that back first."))
    row.what, row.due_on, row.due_time = squeeze(promise.what), promise.due_on, promise.due_time
    row.assignee = promise.assignee
    row.save(update_fields=["what", "due_on", "due_time", "assignee"])
    _record(actor, "changed", row)
    return row


@transaction.atomic
def snooze_follow_up(
    *, actor: User | None, today: date, follow_up: FollowUp, days: int
) -> FollowUp:
    """Move it to `days` after today, so that a late one does not stay late. Locks the row."""
    row = _locked(follow_up)
    if row.done_at:
        raise Refused(_("This is done already. Take that back first."))
    if not 1 <= days <= 90:
        raise Refused(_("Choose between 1 and 90 days."))
    row.due_on = today + timedelta(days=days)
    row.save(update_fields=["due_on"])
    _record(actor, "snoozed", row)
    return row


@transaction.atomic
def assign_follow_up(*, actor: User | None, follow_up: FollowUp, assignee: User | None) -> FollowUp:
    """Give it to somebody, or to nobody. Locks the row."""
    if assignee and not assignee.is_active:
        raise Refused(_("This person does not work here any more."), field="assignee")
    row = _locked(follow_up)
    row.assignee = assignee
    row.save(update_fields=["assignee"])
    _record(actor, "assigned", row)
    return row


@transaction.atomic
def finish_follow_up(
    *, actor: User | None, now: datetime, follow_up: FollowUp, note: str = ""
) -> FollowUp:
    """It is done; a second time changes nothing. Locks the row."""
    row = _locked(follow_up)
    if row.done_at is None:
        row.done_at, row.done_by, row.done_note = now, actor, squeeze(note)[:LONGEST_WHAT]
        row.save(update_fields=["done_at", "done_by", "done_note"])
        _record(actor, "done", row)
    return row


@transaction.atomic
def reopen_follow_up(*, actor: User | None, follow_up: FollowUp) -> FollowUp:
    """It is not done after all; on an open one changes nothing. Locks the row."""
    row = _locked(follow_up)
    if row.done_at is not None:
        row.done_at, row.done_by, row.done_note = None, None, ""
        row.save(update_fields=["done_at", "done_by", "done_note"])
        _record(actor, "reopened", row)
    return row
