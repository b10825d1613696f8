"""The one way in which a case is written: locked, its step put into the log, its state and clocks
worked out again from the whole log, and stored with the audit row, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from core.errors import still_there
from core.services import audit
from support.calendars import calendar_of
from support.errors import moved_on, not_from_here
from support.models import Case, CaseEntry, CaseState
from support.rules.clocks import Clocks, Targets, clocks_of
from support.rules.states import DONE_STATES, Entry, State, Step, may_step, state_after

MINUTE = timedelta(minutes=1)
# Stands for the row that is about to be written: later than all.
NEXT = 2**62


def lock_case(case: Case, version: int | None = None) -> Case:
    """The row, locked. Raises `Gone`, and refuses a version that is not the newest (None: any)."""
    assert transaction.get_connection().in_atomic_block
    row = still_there(Case.objects.select_for_update().filter(pk=case.pk))
    if version is not None and row.version != version:
        raise moved_on()
    return row


def take_step(
    case: Case,
    step: Step,
    *,
    actor: User | None,
    now: datetime,
    at: datetime | None = None,
    details: Mapping[str, Any] | None = None,
    reverses: CaseEntry | None = None,
) -> CaseEntry:
    """Take a step of a locked case, which happened `at` (None: now), and store the case with what
    else was set on it: state and clocks are brought up to date. Refuses a step that does not follow
    from the state."""
    if reverses is None and not may_step(State(case.state), step):
        raise not_from_here()
    entries, before = entries_of(case), case.state
    entries.append(Entry(NEXT, at or now, step, reverses.pk if reverses else None))
    settle(case, entries)
    case.version += 1
    case.save()
    entry = CaseEntry.objects.create(
        case=case,
        step=step,
        at=at or now,
        recorded_at=now,
        actor=actor,
        before=before,
        after=case.state,
        details=dict(details or {}),
        reverses=reverses,
    )
    said = {"customer": case.customer_id, "from": before, "to": case.state}
    audit.record(actor=actor, action=f"case.{step}", target=case, details=said)
    return entry


def entries_of(case: Case) -> list[Entry]:
    """The case's log as the rules know it; none where it is not stored yet."""
    if case.pk is None:
        return []
    return [entry_from(row) for row in case.entries.order_by("at", "id")]


def entry_from(row: CaseEntry) -> Entry:
    """One row of a log as the rules know it."""
    return Entry(row.pk, row.at, Step(row.step), row.reverses_id)


def settle(case: Case, entries: Sequence[Entry]) -> None:
    """Derive state, due times and counts from the log, onto the instance. Two queries."""
    case.state = CaseState(state_after(entries))
    clocks = clocks_of(entries, calendar_of(case.calendar, case.received_at), targets_of(case))
    case.acknowledged_at, case.responded_at = clocks.acknowledged_at, clocks.responded_at
    is_done = State(case.state) in DONE_STATES
    case.resolved_at = clocks.resolved_at if is_done else None
    case.closed_at = _closed_at(entries) if case.state == CaseState.CLOSED else None
    case.waiting_since, case.cycles = clocks.waiting_since, clocks.cycles
    case.due_acknowledge, case.due_respond = clocks.due_acknowledge, clocks.due_respond
    case.due_resolve = clocks.due_resolve
    case.due_next = _next(case, clocks)


def _next(case: Case, clocks: Clocks) -> datetime | None:
    promised = case.promised_at if case.is_open else None
    due = [clocks.due_acknowledge, clocks.due_respond, clocks.due_resolve, promised]
    return min((instant for instant in due if instant), default=None)


def _closed_at(entries: Sequence[Entry]) -> datetime:
    return max(entry.at for entry in entries if entry.step is Step.CLOSED)


def targets_of(case: Case) -> Targets:
    """How long this case may take, as it was when it came in or was weighed last."""
    return Targets(
        case.target_acknowledge * MINUTE,
        case.target_respond * MINUTE,
        case.target_resolve * MINUTE,
    )
