"""Trying a mailbox: connects as the reader of mails does, looks, changes nothing, and says in
plain words what is there or what is wrong and what to do about it."""

from dataclasses import dataclass
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.encryption import Unreadable
from core.templatetags.ui import whole
from messaging.imap import ImapTrouble, opened
from messaging.models import Mailbox, MailboxTrouble
from messaging.services.fetching import place_of

# Nobody waits for a million mails to be counted.
MOST_COUNTED = 10_000
ADVICE: dict[str, str | Promise] = {
    MailboxTrouble.AUTH: gettext_lazy(
        "Check user name and password. Gmail, Outlook and others want a password for apps, and "
        "IMAP switched on."
    ),
    MailboxTrouble.FOLDER: gettext_lazy(
        "Signed in, but the folder is not there. Write it as your mail program shows it; the main "
        "one is INBOX."
    ),
    MailboxTrouble.CONNECT: gettext_lazy(
        "Check the server's name, the port and the security: usual are 993 with TLS from the "
        "start, and 143 with STARTTLS."
    ),
    MailboxTrouble.TLS: gettext_lazy(
        "Use the exact name from your provider, to which the certificate belongs; port 993 wants "
        "TLS from the start, 143 STARTTLS."
    ),
    MailboxTrouble.ANSWER: gettext_lazy("Check that the port is the one for IMAP."),
    MailboxTrouble.SECRET: gettext_lazy(
        "This installation's key has changed since. Enter the password again, and save."
    ),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found, or what is wrong, what the server said to it, and what to do."""

    tone: str
    text: str | Promise
    said: str = ""
    advice: str | Promise = ""


def try_mailbox(mailbox: Mailbox) -> Trial:
    """Connect, sign in, look into the folder. Takes as long as the server lets us wait."""
    try:
        with opened(place_of(mailbox), mailbox.folder, read_only=True) as server:
            numbers = server.numbers(mailbox.last_uid, mailbox.read_since)
            waiting = len(list(islice(numbers, MOST_COUNTED)))
    except Unreadable:
        return _trouble(MailboxTrouble.SECRET)
    except ImapTrouble as trouble:
        return _trouble(trouble.kind, trouble.text)
    return Trial("success", _("It works."), advice=_waiting(waiting))


def _trouble(kind: MailboxTrouble, said: str = "") -> Trial:
    return Trial("danger", kind.label, said, ADVICE[kind])


def _waiting(number: int) -> str:
    if not number:
        return _("Nothing new waits in the folder.")
    words = ngettext(
        "%(number)s mail waits to be fetched.", "%(number)s mails wait to be fetched.", number
    )
    if number >= MOST_COUNTED:
        words = _("More than %(number)s mails wait to be fetched.")
    return words % {"number": whole(number)}
