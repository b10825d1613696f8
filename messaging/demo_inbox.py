"""The demo shop's inbox: a mailbox, answers of customers on their files, a few mails to sort."""

import random
import struct
import zlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from core.demo import DemoPart
from customers.models import Customer, Identity, IdentityKind
from messaging.demo_letters import LETTERS, Letter
from messaging.models import Mailbox
from messaging.services.incoming import Found, receive_mail
from messaging.services.mailboxes import save_mailbox, switch_mailbox

TRUSTED = "mx.demo.example"
SHOP = "shop@example.com"


def make_inbox(chance: random.Random, now: datetime) -> None:
    """A mailbox that stands still, since nothing is behind it, and the mails of the last days."""
    mailbox = Mailbox(
        name="Shop",
        host="imap.example.com",
        username=SHOP,
        trusted_server=TRUSTED,
        read_since=now.date(),
    )
    save_mailbox(actor=None, mailbox=mailbox, password="demo", now=now)  # noqa: S106 (nobody's)
    switch_mailbox(actor=None, mailbox=mailbox, is_on=False, now=now)
    for number, letter in enumerate(LETTERS, 1):
        at = now - timedelta(hours=letter.hours_ago, minutes=chance.randint(0, 59))
        name, address = _writer(letter, chance)
        found = Found(
            mailbox_pk=mailbox.pk, uid_validity=1, uid=number, arrived_at=at, trusted_server=TRUSTED
        )
        raw = _written(letter, name, address, at, number)
        receive_mail(raw=raw, source=mailbox.name, key=f"demo:{number}", now=now, found=found)


def _writer(letter: Letter, chance: random.Random) -> tuple[str, str]:
    """Who writes: a customer who speaks the language, or the stranger of the letter."""
    if not letter.language:
        return letter.name, letter.address
    speak = Customer.objects.filter(language=letter.language)
    found = Identity.objects.filter(kind=IdentityKind.EMAIL, customer__in=speak)
    rows = list(found.select_related("customer").order_by("pk")[:200])
    chosen = chance.choice(rows) if rows else None
    return (str(chosen.customer), chosen.value) if chosen else ("Jan", "jan@example.com")


def _written(letter: Letter, name: str, address: str, at: datetime, number: int) -> bytes:
    mail = EmailMessage()
    if letter.proved:
        domain = address.rpartition("@")[2]
        mail["Authentication-Results"] = f"{TRUSTED}; dmarc=pass header.from={domain}"
    mail["From"] = f'"{name}" <{address}>'
    mail["To"] = SHOP
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<letter{number}@demo.example>"
    if letter.automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(letter.text)
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    if letter.picture:
        mail.add_attachment(_picture(), maintype="image", subtype="png", filename="hrnek.png")
    return mail.as_bytes()


def _picture(size: int = 240) -> bytes:
    """A small PNG of a warm brown: enough to be saved and opened."""
    row = b"\x00" + bytes((154, 91, 15)) * size
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(row * size),
        b"IEND": b"",
    }
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts.items()
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PART = DemoPart(
    make_inbox,
    frozenset(
        f"messaging.{name}"
        for name in ("Mailbox", "IncomingMail", "IncomingCopy", "IncomingAttachment")
    ),
    order=70,
)
