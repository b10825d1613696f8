"""Reading all mailboxes at once because somebody asks, whatever pause they are in."""

from dataclasses import dataclass

from core import clock
from core.jobs import stopping
from messaging.models import Mailbox, MailboxState
from messaging.services.fetching import read_mailbox

BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one mailbox: how many mails were looked at, and how it stands now: a
    `MailboxState`, or `BUSY` where another process is reading it; with its trouble, if any."""

    name: str
    mails: int
    state: str
    trouble: str
    error: str

    @property
    def is_fine(self) -> bool:
        """Whether it is read, by whomever."""
        return self.state in {MailboxState.FINE, BUSY}


def fetch_all() -> list[Fetched]:
    """Read every mailbox that is on to its end, one after the other, by name; what came of each.

    One that stands still is left alone: a password that was refused is not tried again and again.
    """
    return [_fetched(mailbox) for mailbox in Mailbox.objects.filter(is_on=True).order_by("name")]


def _fetched(mailbox: Mailbox) -> Fetched:
    mails = 0
    if mailbox.state != MailboxState.STOPPED:
        mails = read_mailbox(mailbox_pk=mailbox.pk, now=clock.now, goes_on=_goes_on)
    row = Mailbox.objects.filter(pk=mailbox.pk).first() or mailbox
    state = BUSY if row.lease_until else row.state
    return Fetched(row.name, mails, state, row.trouble, row.error_text)


def _goes_on() -> bool:
    return not stopping.is_set()
