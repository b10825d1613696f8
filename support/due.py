"""What is due next, as lists and panels say it: an instant to come, or how late it is."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from support.durations import wall_words
from support.models import Case, CaseState


@dataclass(frozen=True, slots=True)
class Due:
    """Words, or the instant that comes (`at`); `tone` is "", "bad" or "muted"."""

    words: str = ""
    at: datetime | None = None
    tone: str = ""


def due_of(case: Case, now: datetime) -> Due:
    """What the desk owes the customer next. Asks the database nothing."""
    if not case.is_open:
        return Due(str(case.get_state_display()), tone="muted")
    if case.legal_due_on and case.legal_due_on < timezone.localdate(now):
        return Due(_("late by law"), tone="bad")
    if case.due_next is None:
        return Due(_("waits"), tone="muted")
    if case.due_next < now:
        return Due(_("%(time)s late") % {"time": wall_words(now - case.due_next)}, tone="bad")
    return Due(at=case.due_next)


def is_late(now: datetime) -> Q:
    """Open cases with anything that should have been done by now, the law's day with it."""
    today = timezone.localdate(now)
    return Q(state__in=OPEN) & (Q(due_next__lt=now) | Q(legal_due_on__lt=today))


OPEN = (CaseState.NEW, CaseState.IN_PROGRESS, CaseState.WAITING)
