"""The end of a case, and taking it back: resolved, closed, reopened, only thanked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core.errors import Refused
from customers.models import Direction, Outcome
from support.errors import needs, not_from_here
from support.models import Case, CaseContact, CaseEntry, CaseKind, CaseState, Category, Decision
from support.rules.states import Step
from support.services.case_log import lock_case, take_step

# So long a word of the customer's reopens a case by itself; later it is a new one.
GRACE = timedelta(days=14)
# So long after its resolution a case is closed where nobody says anything.
QUIET = timedelta(days=7)
# So many calls in vain are enough to decide without having reached the customer.
ATTEMPTS = 3
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided, why, and what was behind it."""

    decision: str
    reason: str = ""
    root_cause: Category | None = None
    corrective_action: str = ""


@transaction.atomic
def resolve_case(
    *, actor: User, now: datetime, case: Case, verdict: Verdict, version: int | None = None
) -> Case:
    """Decide it. A complaint needs a root cause and a reason; every case a word to the customer in
    this cycle, or three calls in vain. Locks the row; refuses a version that is not the newest."""
    row = lock_case(case, version)
    _check(row, verdict)
    row.decision, row.decision_reason = verdict.decision, verdict.reason.strip()
    row.root_cause, row.corrective_action = verdict.root_cause, verdict.corrective_action.strip()
    row.promised_at = row.waiting_until = None
    take_step(row, Step.RESOLVED, actor=actor, now=now, details={"decision": verdict.decision})
    return row


def _check(case: Case, verdict: Verdict) -> None:
    if verdict.decision not in Decision.values:
        raise needs("decision")
    if case.kind == CaseKind.COMPLAINT and verdict.root_cause is None:
        raise needs("root_cause")
    reasoned = case.kind == CaseKind.COMPLAINT or verdict.decision == Decision.REJECTED
    if reasoned and not verdict.reason.strip():
        raise needs("reason")
    if not _has_reached(case) and verdict.decision != Decision.WITHDRAWN:
        raise Refused(_("Tell the customer first, or try to reach them three times."))


def _has_reached(case: Case) -> bool:
    """Whether somebody told the customer in this cycle, or tried often enough."""
    began = cycle_began(case)
    told = case.entries.filter(step=Step.RESPONDED, at__gte=began).exists()
    return told or attempts_in_vain(case, began) >= ATTEMPTS


def cycle_began(case: Case) -> datetime:
    """When the stretch of work began that goes on, or was the last."""
    begins = case.entries.filter(step__in=[Step.RECEIVED, Step.REOPENED], reversed_by=None)
    return begins.latest("at", "id").at


def attempts_in_vain(case: Case, since: datetime) -> int:
    """How often nobody answered since the instant."""
    rows = CaseContact.objects.filter(case=case, interaction__occurred_at__gte=since)
    in_vain = {
        "interaction__direction": Direction.OUTBOUND,
        "interaction__outcome": Outcome.NO_ANSWER,
    }
    return rows.filter(**in_vain).count()


@transaction.atomic
def close_case(*, actor: User | None, now: datetime, case: Case) -> Case:
    """The customer is content, or says no more. Closed already, nothing changes. Locks the row."""
    row = lock_case(case)
    if row.state != CaseState.CLOSED:
        take_step(row, Step.CLOSED, actor=actor, now=now)
    return row


def close_quiet(now: datetime) -> int:
    """Close what was resolved seven days ago; returns how many. Safe to repeat and to kill."""
    rows = Case.objects.filter(state=CaseState.RESOLVED, resolved_at__lte=now - QUIET)
    found = list(rows.order_by("resolved_at", "id")[:BATCH])
    for case in found:
        _close_if_quiet(case, now)
    return len(found)


@transaction.atomic
def _close_if_quiet(case: Case, now: datetime) -> None:
    row = lock_case(case)
    if row.state == CaseState.RESOLVED and row.resolved_at and row.resolved_at <= now - QUIET:
        take_step(row, Step.CLOSED, actor=None, now=now)


@transaction.atomic
def reopen_case(
    *, actor: User | None, now: datetime, case: Case, by_customer: bool = False
) -> Case:
    """It is not solved: a new cycle begins, with a fresh time to resolve. The customer's word does
    it within fourteen days of the resolution, a manager at any time. Locks the row."""
    row = lock_case(case)
    late = row.resolved_at is None or now > row.resolved_at + GRACE
    is_manager = actor is not None and actor.role in {Role.MANAGER, Role.ADMIN}
    if late and not by_customer and not is_manager:
        raise Refused(_("It is too late for that. Open a new case, or ask a manager."))
    row.reopened_count += 1
    details = {"by_customer": by_customer}
    take_step(row, Step.REOPENED, actor=actor, now=now, details=details)
    return row


@transaction.atomic
def only_thanks(*, actor: User, now: datetime, case: Case) -> Case:
    """The word that reopened it was no complaint: it is resolved as it was. Only while nothing else
    has been done since. Locks the row."""
    row = lock_case(case)
    last = row.entries.order_by("-id").first()
    if last is None or last.step != Step.REOPENED:
        raise not_from_here()
    take_step(row, Step.THANKED, actor=actor, now=now, reverses=last)
    return row


@transaction.atomic
def merge_cases(*, actor: User, now: datetime, case: Case, into: Case) -> Case:
    """Join a case to another of the same customer: its clocks stop, and what is said to its number
    reaches the other. Those joined to it go along. Locks both, the older first."""
    first, second = sorted((case, into), key=lambda one: one.pk)
    locked = {row.pk: row for row in (lock_case(first), lock_case(second))}
    row, other = locked[case.pk], locked[into.pk]
    if row.pk == other.pk or other.state == CaseState.MERGED:
        raise Refused(_("Choose another case."), field="into")
    if row.customer_id != other.customer_id:
        raise Refused(_("This is somebody else's case."), field="into")
    row.merged_into = other
    take_step(row, Step.MERGED, actor=actor, now=now, details={"into": other.pk})
    Case.objects.filter(merged_into=row).update(merged_into=other)
    return row


@transaction.atomic
def unmerge_case(*, actor: User, now: datetime, case: Case) -> Case:
    """Take it out of the other: it stands as if it had never been joined, its clocks too. Locks the
    row."""
    row = lock_case(case)
    last = _merging(row)
    if row.state != CaseState.MERGED or last is None:
        raise not_from_here()
    row.merged_into = None
    take_step(row, Step.UNMERGED, actor=actor, now=now, reverses=last)
    return row


def _merging(case: Case) -> CaseEntry | None:
    rows = case.entries.filter(step=Step.MERGED, reversed_by=None)
    return rows.order_by("-id").first()
