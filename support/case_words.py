"""What a case's log says, in people's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from core.templatetags.ui import day
from support.models import Case, CaseEntry, CaseKind, Decision, Severity
from support.rules.states import Step

STEPS: dict[str, str | Promise] = {
    Step.RECEIVED: gettext_lazy("Came in"),
    Step.TAKEN: gettext_lazy("Work began"),
    Step.ASKED: gettext_lazy("Waits for the customer"),
    Step.RESUMED: gettext_lazy("Went on"),
    Step.RESOLVED: pgettext_lazy("of a case", "Resolved"),
    Step.CLOSED: pgettext_lazy("of a case", "Closed"),
    Step.REOPENED: gettext_lazy("Reopened"),
    Step.THANKED: gettext_lazy("Only thanks: the reopening did not count"),
    Step.MERGED: gettext_lazy("Joined to another"),
    Step.UNMERGED: gettext_lazy("Taken out of the other"),
    Step.ACKNOWLEDGED: gettext_lazy("Told that it came in"),
    Step.RESPONDED: gettext_lazy("The customer got an answer"),
    Step.PROMISED: gettext_lazy("A word was promised"),
    Step.CHANGED: gettext_lazy("Changed"),
}
FIELDS: dict[str, str | Promise] = {
    "subject": gettext_lazy("What it is about"),
    "description": gettext_lazy("What happened"),
    "category": gettext_lazy("Cause"),
    "severity": gettext_lazy("Severity"),
    "order": gettext_lazy("order number"),
    "product": gettext_lazy("Product"),
    "remedy": gettext_lazy("What they ask for"),
    "purchase": gettext_lazy("Purchase"),
    "kind": gettext_lazy("Kind"),
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One step: what, with more about it, when, and by whom ("" for the product itself)."""

    words: str
    more: str
    at: datetime
    actor: str
    undone: bool


def log_of(case: Case) -> list[LogLine]:
    """The steps, oldest first. Three queries, however many there are."""
    rows = list(case.entries.select_related("actor", "reversed_by").order_by("at", "id"))
    people = _people(rows)
    numbers = _numbers(rows)
    return [_line(row, people, numbers) for row in rows]


def _people(rows: list[CaseEntry]) -> dict[int, str]:
    wanted: set[int] = set()
    for row in rows:
        owner = row.details.get("owner")
        wanted |= {pk for pk in (owner if isinstance(owner, list) else [owner]) if pk}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}


def _numbers(rows: list[CaseEntry]) -> dict[int, str]:
    wanted = [row.details["into"] for row in rows if "into" in row.details]
    return dict(Case.objects.filter(pk__in=wanted).values_list("pk", "number"))


def _line(row: CaseEntry, people: dict[int, str], numbers: dict[int, str]) -> LogLine:
    return LogLine(
        words=str(STEPS[row.step]),
        more=_more(row.details, people, numbers),
        at=row.at,
        actor=str(row.actor) if row.actor else "",
        undone=hasattr(row, "reversed_by"),
    )


def _more(details: Mapping[str, Any], people: dict[int, str], numbers: dict[int, str]) -> str:
    parts: list[str] = []
    if "owner" in details:
        owner = details["owner"]
        last = owner[1] if isinstance(owner, list) else owner
        parts.append(people.get(last, "") if last else _("nobody's"))
    if "fields" in details:
        parts += [_changed(name, details) for name in details["fields"]]
    if "decision" in details:
        parts.append(str(Decision(details["decision"]).label))
    if details.get("by_customer"):
        parts.append(_("by the customer's word"))
    if "by" in details:
        parts.append(
            _("by %(day)s") % {"day": day(datetime.fromisoformat(details["by"]), "medium")}
        )
    if "into" in details:
        parts.append(numbers.get(details["into"], ""))
    return ", ".join(part for part in parts if part)


def _changed(name: str, details: Mapping[str, Any]) -> str:
    label = str(FIELDS.get(name, name))
    if name not in details:
        return label
    words = {"severity": Severity, "kind": CaseKind}[name]
    before, after = (str(words(value).label) for value in details[name])
    return f"{label}: {before} → {after}"
