"""The mailboxes of the shop with how reading them goes."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Mailbox, MailboxState

TONES = {
    MailboxState.NEW: "plain",
    MailboxState.FINE: "good",
    MailboxState.WAITING: "warn",
    MailboxState.STOPPED: "bad",
}
ICONS = {
    MailboxState.NEW: "hourglass-split",
    MailboxState.FINE: "check2",
    MailboxState.WAITING: "arrow-repeat",
    MailboxState.STOPPED: "exclamation-triangle",
}


@dataclass(frozen=True, slots=True)
class ShownMailbox:
    """A mailbox, how many mails came in by it, and its state in words."""

    row: Mailbox
    mails: int
    state: str | Promise
    trouble: str | Promise
    tone: str
    icon: str


def all_mailboxes() -> list[ShownMailbox]:
    """By name; one query."""
    rows = Mailbox.objects.annotate(mails=Count("copies")).order_by("name")
    return [shown_mailbox(row) for row in rows]


def shown_mailbox(row: Mailbox) -> ShownMailbox:
    """One of them; counts its mails where nobody has."""
    mails = getattr(row, "mails", None)
    if mails is None:
        mails = row.copies.count()
    if not row.is_on:
        return ShownMailbox(row, mails, _("Not read: somebody stopped it"), "", "plain", "pause")
    state = MailboxState(row.state)
    trouble = row.get_trouble_display() if row.trouble else ""
    return ShownMailbox(row, mails, row.get_state_display(), trouble, TONES[state], ICONS[state])
