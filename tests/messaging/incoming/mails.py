"""Mails as they come in, made by hand."""

from datetime import timedelta

from messaging.services.incoming import Found, receive_mail
from tests.factories.outbox import NOON

ANNA = "anna@example.pl"


def letter(
    text: str = "When do you open?",
    *,
    sender: str = f"Anna Nowak <{ANNA}>",
    number: int = 1,
    subject: str = "Opening hours",
    answers: str = "",
    more: str = "",
    date: str = "Fri, 20 Nov 2026 11:30:00 +0100",
) -> bytes:
    """A plain letter; `number` makes its Message-ID, `more` are further headers."""
    lines = [
        f"From: {sender}",
        "To: shop@example.com",
        f"Subject: {subject}",
        f"Date: {date}",
        f"Message-ID: <letter{number}@example.pl>",
        *([f"In-Reply-To: {answers}"] if answers else []),
        *more.splitlines(),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + text + "\r\n").encode()


def taken_in(raw: bytes, *, key: str = "test:1", found: Found | None = None, now=NOON):
    """The row of a mail that came in."""
    found = found or Found(arrived_at=NOON - timedelta(minutes=5))
    return receive_mail(raw=raw, source="test", key=key, now=now, found=found)
