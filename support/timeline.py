"""Cases on the customer's timeline: opened, resolved, reopened."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from customers.models import Customer
from customers.timeline import Cursor, Entry, Opened, before
from support.models import CaseEntry
from support.rules.states import Step

SOURCE = "cases"
SHOWN: dict[str, tuple[str | Promise, str, str]] = {
    Step.RECEIVED: (_("Case opened"), "exclamation-circle", "accent"),
    Step.RESOLVED: (_("Case resolved"), "check2-circle", "good"),
    Step.REOPENED: (_("Case reopened"), "arrow-counterclockwise", "bad"),
}


def cases(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """The steps that matter to the customer; what did not happen after all is left out."""
    found = CaseEntry.objects.filter(
        before(cursor, SOURCE, "at"), case__customer=customer, step__in=SHOWN, reversed_by=None
    )
    rows = found.select_related("case", "actor").order_by("-at", "-pk")[:limit]
    in_full = policy.may(user.role, "support:case")
    return (_entry(row, in_full) for row in rows)


def _entry(row: CaseEntry, in_full: bool) -> Entry:
    title, icon, tone = SHOWN[row.step]
    return Entry(
        at=row.at,
        pk=row.pk,
        icon=icon,
        tone=tone,
        title=str(title),
        text=row.case.subject if in_full else "",
        meta=row.case.number,
        opens=in_full,
    )


def open_case(customer: Customer, pk: int, user: User) -> Opened | None:
    """The way to the case."""
    row = CaseEntry.objects.filter(case__customer=customer, step__in=SHOWN, pk=pk).first()
    if row is None or not policy.may(user.role, "support:case"):
        return None
    return "support/_opened_case.html", {"case": row.case}
