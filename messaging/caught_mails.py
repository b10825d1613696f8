"""What the mail catcher kept, for people to look at."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from messaging.models import CaughtMail

MOST = 100
SHOWN_HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
LONGEST_TEXT = 50_000


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A caught mail as its reader would get it, without its HTML."""

    subject: str
    at: datetime
    message: int | None
    headers: list[tuple[str, str]]
    text: str


def newest_caught() -> list[CaughtMail]:
    """The newest mails, without their contents."""
    return list(CaughtMail.objects.defer("content")[:MOST])


def shown_mail(mail: CaughtMail) -> ShownMail:
    """The mail taken apart; one that is broken shows what can be read of it."""
    parsed = message_from_bytes(bytes(mail.content), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    headers = [(name, str(parsed[name])) for name in SHOWN_HEADERS if parsed[name]]
    body = parsed.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return ShownMail(mail.subject, mail.at, mail.message_id, headers, text[:LONGEST_TEXT])
