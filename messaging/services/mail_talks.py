"""Mails on the customer's timeline: one interaction each."""

from datetime import datetime, timedelta

from customers.models import Channel, Customer, Direction, Interaction
from customers.services.interactions import LONGEST_TEXT, Said, log_interaction
from messaging.models import IncomingMail

# A clock that is further off than this is not believed: the mail happened when it arrived.
CLOCKS_DIFFER = timedelta(days=7)


def log_mail(*, mail: IncomingMail, customer: Customer, now: datetime) -> Interaction:
    """The interaction of a mail: what was written, when it happened; audited. In the caller's
    transaction."""
    said = Said(
        channel=Channel.EMAIL,
        direction=Direction.INBOUND,
        occurred_at=happened_at(mail, now),
        text=_words(mail),
    )
    return log_interaction(actor=None, now=now, customer=customer, said=said)


def happened_at(row: IncomingMail, now: datetime) -> datetime:
    """When it was written, or when it arrived where the writer's clock cannot be believed."""
    sent = row.sent_at
    if sent is None or abs(row.received_at - sent) > CLOCKS_DIFFER:
        return row.received_at
    return min(sent, now)


def _words(row: IncomingMail) -> str:
    words = "\n\n".join(part for part in (row.subject, row.shown_text) if part.strip()) or "…"
    return words if len(words) <= LONGEST_TEXT else f"{words[: LONGEST_TEXT - 2]} …"
