"""Cases from the first word to the work on them: opened, taken, weighed, promised, asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from core.clock import is_to_come, local_date
from core.errors import Refused, too_long
from core.services.shop import get_shop
from core.text import squeeze
from customers.models import Customer, FollowUp, Interaction, Purchase
from customers.services.follow_ups import Promise, add_follow_up
from support.errors import needs
from support.models import (
    Case,
    CaseContact,
    CaseKind,
    CaseNumber,
    CaseState,
    Category,
    Severity,
)
from support.rules.states import Step
from support.services.case_log import lock_case, take_step
from support.services.targets import copy_targets, get_shop_calendar, legal_deadline

SOURCE_KIND = "case"
LONGEST_SUBJECT, LONGEST_TEXT = 160, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the customer wants. `received_at` is when they told us (UTC)."""

    kind: str
    subject: str
    received_at: datetime
    description: str = ""
    category: Category | None = None
    severity: int = Severity.NORMAL
    purchase: Purchase | None = None
    order: str = ""
    product: str = ""
    remedy: str = ""
    branch: Branch | None = None


def open_case(
    *,
    actor: User | None,
    now: datetime,
    customer: Customer,
    asked: Asked,
    owner: User | None = None,
    interaction: Interaction | None = None,
    follow_up_of: Case | None = None,
    key: str = "",
) -> Case:
    """Open a case with its number, owner (None: the category's) and deadlines; audited. All clocks
    begin when the customer told us. `interaction` is the talk that it came from.

    `key` names what opens it: the same key again answers the case that it opened. Refuses an
    instant still to come, an empty subject, a purchase or talk of somebody else.
    """
    _check(asked, customer, interaction, now)
    before = Case.objects.filter(key=key).first() if key else None
    if before:
        return before
    try:
        return _open(actor, now, customer, asked, owner, interaction, follow_up_of, key)
    except IntegrityError:
        if not key:
            raise
        return Case.objects.get(key=key)


@transaction.atomic
def _open(
    actor: User | None,
    now: datetime,
    customer: Customer,
    asked: Asked,
    owner: User | None,
    interaction: Interaction | None,
    follow_up_of: Case | None,
    key: str,
) -> Case:
    calendar = get_shop_calendar()
    category_owner = asked.category.default_owner if asked.category else None
    case = Case(
        number=_next_number(now),
        key=key or None,
        kind=asked.kind,
        customer=customer,
        subject=squeeze(asked.subject),
        description=asked.description.strip(),
        category=asked.category,
        severity=asked.severity,
        purchase=asked.purchase,
        order=asked.purchase.number if asked.purchase else asked.order.strip(),
        product=asked.product.strip(),
        remedy=asked.remedy,
        owner=owner or category_owner,
        branch=asked.branch or customer.branch,
        received_at=asked.received_at,
        created_at=now,
        calendar=calendar,
        follow_up_of=follow_up_of,
    )
    copy_targets(case)
    if legal := legal_deadline(asked.kind, calendar, asked.received_at):
        case.legal_rule, case.legal_due_on = legal.rule.code, legal.due_on
    take_step(case, Step.RECEIVED, actor=actor, now=now, at=asked.received_at)
    if interaction:
        CaseContact.objects.create(case=case, interaction=interaction)
    return case


def _check(
    asked: Asked, customer: Customer, interaction: Interaction | None, now: datetime
) -> None:
    if asked.kind not in CaseKind.values:
        raise needs("kind")
    if not squeeze(asked.subject):
        raise Refused(_("Say in a few words what it is about."), field="subject")
    if len(asked.subject) > LONGEST_SUBJECT:
        raise Refused(too_long(LONGEST_SUBJECT), field="subject")
    if len(asked.description) > LONGEST_TEXT:
        raise Refused(too_long(LONGEST_TEXT), field="description")
    if is_to_come(asked.received_at, now):
        raise Refused(_("This moment is still to come."), field="received_at")
    if asked.purchase and asked.purchase.customer_id != customer.pk:
        raise Refused(_("This is somebody else's purchase."), field="purchase")
    if interaction and interaction.customer_id != customer.pk:
        raise Refused(_("This is somebody else's talk."))
    if interaction and CaseContact.objects.filter(interaction=interaction).exists():
        raise Refused(_("This talk belongs to a case already."))


def _next_number(now: datetime) -> str:
    """The year's next number: "2026-00123", in the shop's year."""
    year = local_date(now, get_shop().zone).year
    CaseNumber.objects.get_or_create(year=year)
    row = CaseNumber.objects.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{year}-{row.last:05}"


@transaction.atomic
def take_case(*, actor: User, now: datetime, case: Case, owner: User | None = None) -> Case:
    """Begin work on it, as its owner (None: the actor). Refuses without a cause. Locks the row."""
    row = lock_case(case)
    row.owner = _working(owner or actor)
    if row.category is None and row.kind == CaseKind.COMPLAINT:
        raise needs("category")
    take_step(row, Step.TAKEN, actor=actor, now=now, details={"owner": row.owner.pk})
    return row


@transaction.atomic
def assign_case(*, actor: User, now: datetime, case: Case, owner: User | None) -> Case:
    """Give it to somebody, or to nobody; changes nothing where it is theirs. Locks the row."""
    row = lock_case(case)
    if row.owner_id == (owner.pk if owner else None):
        return row
    before = row.owner_id
    row.owner = _working(owner) if owner else None
    details = {"owner": [before, row.owner_id]}
    take_step(row, Step.CHANGED, actor=actor, now=now, details=details)
    return row


def _working(owner: User) -> User:
    if not owner.is_active:
        raise Refused(_("This person does not work here any more."), field="owner")
    return owner


WEIGHED = ("kind", "severity")
CHANGEABLE = (
    *("subject", "description", "category", "severity", "order", "product", "remedy"),
    *("purchase", "kind"),
)


@transaction.atomic
def change_case(
    *, actor: User, now: datetime, case: Case, values: Mapping[str, Any], version: int
) -> Case:
    """Say it anew; another kind or severity brings its own targets, and the due times with them: by
    the time that was used. The log names the fields, and values of severity and kind only. Locks
    the row; refuses a version that is not the newest."""
    row = lock_case(case, version)
    changed = sorted(name for name in CHANGEABLE if _differs(row, name, values))
    if not changed:
        return row
    weighed: dict[str, Any] = {
        name: [getattr(row, name), values[name]] for name in WEIGHED if name in changed
    }
    for name in changed:
        setattr(row, name, values[name])
    if weighed:
        copy_targets(row)
    take_step(row, Step.CHANGED, actor=actor, now=now, details={"fields": changed, **weighed})
    return row


def _differs(row: Case, name: str, values: Mapping[str, Any]) -> bool:
    return name in values and getattr(row, name) != values[name]


@transaction.atomic
def ask_customer(*, actor: User, now: datetime, case: Case, until: date | None = None) -> Case:
    """Wait for the customer, until a civil day of the shop at most: the time to resolve stands
    still, the law's does not. Only after somebody has responded. Locks the row."""
    row = lock_case(case)
    if row.responded_at is None:
        raise Refused(_("Respond to the customer first."))
    if until and until <= local_date(now, get_shop().zone):
        raise Refused(_("Choose a day to come."), field="until")
    row.waiting_until = until
    take_step(row, Step.ASKED, actor=actor, now=now)
    return row


@transaction.atomic
def resume_case(*, actor: User | None, now: datetime, case: Case) -> Case:
    """The customer answered, or it is time to go on. Locks the row."""
    row = lock_case(case)
    row.waiting_until = None
    take_step(row, Step.RESUMED, actor=actor, now=now)
    return row


def resume_waiting(now: datetime) -> int:
    """Go on with what waited until today; returns how many. Safe to repeat."""
    today = local_date(now, get_shop().zone)
    rows = Case.objects.filter(state=CaseState.WAITING, waiting_until__lte=today)[:500]
    for case in rows:
        resume_case(actor=None, now=now, case=case)
    return len(rows)


@transaction.atomic
def promise_update(
    *, actor: User, now: datetime, case: Case, at: datetime, what: str = ""
) -> FollowUp:
    """Promise the customer a word by an instant; it is a deadline of the case, and a follow-up for
    its owner on that day. Locks the row."""
    row = lock_case(case)
    if not row.is_open:
        raise Refused(_("This cannot be done in the state in which the case is now."))
    if at <= now:
        raise Refused(_("Choose a moment to come."), field="at")
    row.promised_at = at
    take_step(row, Step.PROMISED, actor=actor, now=now, details={"by": at.isoformat()})
    local = at.astimezone(get_shop().zone)
    words = _("Tell the customer how it stands with %(number)s") % {"number": row.number}
    promise = Promise(
        what=what or words,
        due_on=local.date(),
        due_time=local.time().replace(microsecond=0),
        assignee=row.owner,
    )
    return add_follow_up(
        actor=actor,
        now=now,
        customer=row.customer,
        promise=promise,
        source_kind=SOURCE_KIND,
        source_id=row.pk,
    )
