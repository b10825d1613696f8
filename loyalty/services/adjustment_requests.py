"""Corrections above somebody's limit: asked for by one person, done when a second one approves."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.approvals import ApprovalKind, Matter
from accounts.models import Approval, Role, User
from accounts.services.approvals import ask_approval
from core.errors import Refused
from customers.masking import shown_name
from customers.models import Customer
from loyalty.addresses import address_in
from loyalty.models import Programme
from loyalty.services.adjusting import adjust, check_adjustment
from loyalty.words import told

KIND = "adjust_points"


def is_above_limit(*, actor: User, programme: Programme, units: int) -> bool:
    """Whether the person may not do it alone: support above the programme's limit."""
    return actor.role == Role.SUPPORT and abs(units) > programme.adjust_limit


def ask_to_adjust(
    *,
    actor: User,
    customer: Customer,
    programme: Programme,
    units: int,
    reason: str,
    key: str,
    now: datetime,
) -> Approval:
    """Ask a manager to give units (above zero) or take them (below). A key asks once. Raises
    `Refused` for what `adjust` would refuse anybody."""
    check_adjustment(units, reason)
    payload = {"customer": customer.pk, "programme": programme.pk, "units": units}
    return ask_approval(
        actor=actor, kind=KIND, payload=payload, reason=reason, key=f"{KIND}:{key}", now=now
    )


def _describe(approval: Approval, reader: User) -> Matter:
    customer = Customer.objects.filter(pk=approval.payload["customer"]).first()
    programme = Programme.objects.get(pk=approval.payload["programme"])
    number = approval.payload["units"]
    words = _("Give %(points)s to %(name)s") if number > 0 else _("Take %(points)s from %(name)s")
    name = shown_name(reader, customer) if customer else _("a file that is gone")
    href = ""
    if customer:
        href = address_in(programme, reverse("loyalty:points", args=[customer.pk]))
    return Matter(words % {"points": told(programme, abs(number)), "name": name}, href)


def _may_decide(person: User, approval: Approval) -> bool:
    return person.role in policy.MANAGERS


def _carry_out(approval: Approval, actor: User, now: datetime) -> None:
    """Correct the points; the approval's id is the key, so it has one effect for ever."""
    customer = Customer.objects.filter(pk=approval.payload["customer"]).first()
    if customer is None:
        raise Refused(_("This customer is not on file any more."))
    adjust(
        actor=actor,
        customer=customer,
        programme=Programme.objects.get(pk=approval.payload["programme"]),
        units=approval.payload["units"],
        reason=approval.reason,
        now=now,
        key=f"approval:{approval.pk}",
    )


ADJUST_POINTS = ApprovalKind(_describe, _may_decide, _carry_out)
