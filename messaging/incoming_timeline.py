"""Mails that came in, on the customer's timeline: behind conversations, and automatic ones."""

from collections.abc import Iterable

from accounts import policy
from accounts.models import User
from customers.masking import sees_internal
from customers.models import Customer, Interaction
from customers.timeline import Cursor, Entry, Opened, before
from messaging.inbox_page import page_of
from messaging.models import IncomingMail


def mail_of(interaction: Interaction, user: User) -> dict[str, object] | None:
    """The mail behind the conversation; None where there is none, or for whom it is not meant."""
    if not policy.may(user.role, "messaging:incoming"):
        return None
    found = IncomingMail.objects.filter(interaction=interaction).only("pk")
    mail = found.first()
    return {"mail": mail, "files": mail.attachments.count()} if mail else None


def automatic_mails(
    customer: Customer, cursor: Cursor | None, limit: int, user: User
) -> Iterable[Entry]:
    """Answers of the customer's own machines: they are no conversation, but nothing is hidden."""
    found = IncomingMail.objects.filter(
        before(cursor, "automatic_mails", "received_at"), customer=customer, interaction=None
    )
    rows = found.only("received_at", "subject", "kind").order_by("-received_at", "-pk")
    in_full = sees_internal(user)
    return (_automatic_entry(row, in_full) for row in rows[:limit])


def _automatic_entry(row: IncomingMail, in_full: bool) -> Entry:
    return Entry(
        at=row.received_at,
        pk=row.pk,
        icon="robot",
        tone="plain",
        title=str(row.get_kind_display()),
        text=row.subject if in_full else "",
        opens=in_full,
    )


def open_automatic(customer: Customer, pk: int, user: User) -> Opened | None:
    """What the machine wrote."""
    mail = IncomingMail.objects.filter(customer=customer, interaction=None, pk=pk).first()
    if mail is None or not sees_internal(user):
        return None
    return "messaging/_opened_incoming.html", {"page": page_of(mail)}
