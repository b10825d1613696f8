"""The only way from an address to a mail that came in, its files or a mailbox; what a person may
not see is a 404."""

from typing import TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.requests import StaffRequest
from customers.models import Customer
from messaging.models import AddressRule, IncomingAttachment, IncomingMail, Mailbox

Row = TypeVar("Row", IncomingAttachment, IncomingMail, Mailbox)


def mails_visible_to(user: User) -> QuerySet[IncomingMail]:
    """Mails of customers whom the person may see, and those that are nobody's."""
    mine = Q(customer=None) | Q(customer__in=Customer.objects.visible_to(user))
    return IncomingMail.objects.filter(mine)


def visible_mails(request: StaffRequest) -> QuerySet[IncomingMail]:
    """The same for whoever asks."""
    return mails_visible_to(request.user)


def get_incoming(request: StaffRequest, pk: int) -> IncomingMail:
    """A mail with what its page names."""
    found = visible_mails(request).select_related(
        "customer", "sorted_by", "answers__template_version__template", "answers__customer"
    )
    heavy = ("html", "text", "mjml")
    mail = found.defer(*(f"answers__template_version__{name}" for name in heavy))
    return _or_404(mail.filter(pk=pk).first())


def get_attachment(request: StaffRequest, pk: int, position: int) -> IncomingAttachment:
    """A file of a mail that was kept."""
    kept = IncomingAttachment.objects.filter(mail__in=mails_visible_to(request.user)).exclude(
        path=""
    )
    return _or_404(kept.filter(mail_id=pk, position=position).first())


def rules_of(mail: IncomingMail) -> list[AddressRule]:
    """What somebody said of all mails from this one's address, if they go to its customer; at most
    one."""
    if not mail.from_key or mail.customer_id is None:
        return []
    return list(AddressRule.objects.filter(key=mail.from_key, customer=mail.customer_id))


def get_mailbox(request: StaffRequest, pk: int) -> Mailbox:
    """A mailbox of the shop; the policy lets only admins come here."""
    return _or_404(Mailbox.objects.filter(pk=pk).first())


def _or_404(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row
