"""The lists of cases: mine, nobody's, all that are open, those that wait, those that are done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.navigation import Waiting
from customers.keyset import Page, Sort, read_cursor, read_page
from customers.masking import shown_name
from customers.models import Customer
from support.due import OPEN, Due, due_of, is_late
from support.models import Case, CaseState

SIZE = 50
WORKED_ON = (CaseState.NEW, CaseState.IN_PROGRESS)
DONE = (CaseState.RESOLVED, CaseState.CLOSED, CaseState.MERGED)


class View(StrEnum):
    """Which cases are shown."""

    MINE = ""
    NOBODYS = "nobody"
    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


VIEWS: dict[View, str | Promise] = {
    View.MINE: _("Mine"),
    View.NOBODYS: _("Nobody's"),
    View.OPEN: _("All open"),
    View.WAITING: _("Waiting"),
    View.DONE: _("Resolved and closed"),
}
# What waits for the customer has nothing due, and comes last.
BY_DUE = Sort("due", _("Due"), "due_next", datetime, lambda row: row.due_next, related="due_next")
NEWEST = Sort("received", _("Received"), "received_at", datetime, lambda row: row.received_at)


@dataclass(frozen=True, slots=True)
class Line:
    """A case of the list, with its customer's name as the reader may see it."""

    case: Case
    name: str
    due: Due


@dataclass(frozen=True, slots=True)
class CaseList:
    """Some cases; `after` and `before` are the tokens of the pages around them, or ""."""

    lines: list[Line]
    after: str
    before: str


def read_list(view: View, user: User, after: str, before: str) -> CaseList:
    """A page of the list: what is due soonest first, of the done ones the newest."""
    sort, falls = (NEWEST, True) if view == View.DONE else (BY_DUE, False)
    cursor = read_cursor(before, sort, backward=True) or read_cursor(after, sort, backward=False)
    rows = _visible(user).filter(_condition(view, user)).select_related("customer", "owner")
    page: Page[Case] = read_page(rows, sort, falling=falls, cursor=cursor, size=SIZE)
    now = clock.now()
    lines = [Line(row, shown_name(user, row.customer), due_of(row, now)) for row in page.rows]
    return CaseList(lines, page.after, page.before)


def _visible(user: User) -> QuerySet[Case]:
    return Case.objects.filter(customer__in=Customer.objects.visible_to(user))


def _condition(view: View, user: User) -> Q:
    return {
        View.MINE: Q(owner=user, state__in=OPEN),
        View.NOBODYS: Q(owner=None, state__in=OPEN),
        View.OPEN: Q(state__in=OPEN),
        View.WAITING: Q(state=CaseState.WAITING),
        View.DONE: Q(state__in=DONE),
    }[view]


def cases_of(user: User) -> QuerySet[Case]:
    """Open cases that are the person's, or nobody's."""
    return _visible(user).filter(Q(owner=user) | Q(owner=None), state__in=OPEN)


def waiting_cases(user: User) -> Waiting:
    """How many of those are to be worked on, and how many are late."""
    found = cases_of(user).aggregate(
        number=Count("pk", filter=Q(state__in=WORKED_ON)),
        late=Count("pk", filter=is_late(clock.now())),
    )
    return Waiting(found["number"], found["late"])
