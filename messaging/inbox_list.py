"""The tray of mails that match nobody, and what was set aside: by filter, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.navigation import Waiting
from core.text import squeeze
from customers.masking import shown_name
from customers.models import Customer, Identity, IdentityKind
from messaging.models import (
    IncomingAttachment,
    IncomingCopy,
    IncomingMail,
    Mailbox,
    MailKind,
    MailPlace,
)

PAGE = 50
SNIPPET = 160
# A mail that nobody sorted for so long is late.
LATE = timedelta(days=1)
HEAVY = ("text", "shown_text", "html", "references", "recipients")


class Tray(StrEnum):
    """Which mails are shown."""

    UNSORTED = ""
    ASIDE = "aside"
    AUTOMATIC = "automatic"


TRAYS: dict[Tray, str | Promise] = {
    Tray.UNSORTED: _("Unsorted"),
    Tray.ASIDE: _("Set aside"),
    Tray.AUTOMATIC: _("Automatic"),
}
CONDITIONS = {
    Tray.UNSORTED: Q(place=MailPlace.UNSORTED),
    Tray.ASIDE: Q(place=MailPlace.SET_ASIDE, kind=MailKind.PERSON),
    Tray.AUTOMATIC: Q(place=MailPlace.SET_ASIDE) & ~Q(kind=MailKind.PERSON),
}


class Place(NamedTuple):
    """Where a page of the list ends: later mails begin behind it."""

    at: datetime
    pk: int


@dataclass(frozen=True, slots=True)
class ShownIncoming:
    """A mail of the list. `likely` is who it probably comes from, with the name as shown; "" where
    nobody is likely."""

    row: IncomingMail
    sender: str
    snippet: str
    files: int
    mailboxes: list[str]
    likely: Customer | None
    likely_name: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some mails; `rest` is where the others begin, None at the end."""

    rows: list[ShownIncoming]
    rest: Place | None


def read_tray(tray: Tray, mailbox: Mailbox | None, after: Place | None, user: User) -> InboxPage:
    """Unsorted mails from the one that has waited longest, the others from the newest; five
    queries however many there are."""
    found = IncomingMail.objects.filter(CONDITIONS[tray])
    if mailbox is not None:
        found = found.filter(
            Exists(IncomingCopy.objects.filter(mail=OuterRef("pk"), mailbox=mailbox))
        )
    rows = list(_in_order(found, after, falls=tray != Tray.UNSORTED)[: PAGE + 1])
    shown, last = rows[:PAGE], rows[PAGE - 1] if len(rows) > PAGE else None
    return InboxPage(_shown(shown, user), Place(last.received_at, last.pk) if last else None)


def _in_order(
    found: QuerySet[IncomingMail], after: Place | None, *, falls: bool
) -> QuerySet[IncomingMail]:
    step, sign = ("lt", "-") if falls else ("gt", "")
    if after is not None:
        same = Q(received_at=after.at, **{f"pk__{step}": after.pk})
        found = found.filter(
            Q(**{f"received_at__{step}e": after.at})
            & (Q(**{f"received_at__{step}": after.at}) | same)
        )
    rows = found.annotate(beginning=Left("shown_text", SNIPPET * 2)).defer(*HEAVY)
    return rows.select_related("answers__customer", "sorted_by").order_by(
        f"{sign}received_at", f"{sign}pk"
    )


def _shown(rows: list[IncomingMail], user: User) -> list[ShownIncoming]:
    owners, files, boxes = _owners(rows), _files(rows), _mailboxes(rows)
    return [
        _one(row, owners.get(row.from_key), files.get(row.pk, 0), boxes.get(row.pk, []), user)
        for row in rows
    ]


def _one(
    row: IncomingMail, owner: Customer | None, files: int, boxes: list[str], user: User
) -> ShownIncoming:
    likely = owner or (row.answers.customer if row.answers else None)
    name = shown_name(user, likely, row.from_address) if likely else ""
    snippet = squeeze(getattr(row, "beginning", ""))[:SNIPPET]
    return ShownIncoming(row, sender_of(row), snippet, files, boxes, likely, name)


def sender_of(row: IncomingMail) -> str:
    """The name that the mail gives, else its address; "" where it gives neither. A name that is an
    address itself is no name: it would stand there as if that one had written."""
    name = squeeze(row.from_name)
    return row.from_address if "@" in name and row.from_address else name or row.from_address


def _owners(rows: Iterable[IncomingMail]) -> dict[str, Customer]:
    """Who has the addresses of the mails on file."""
    keys = {row.from_key for row in rows if row.from_key}
    found = Identity.objects.filter(kind=IdentityKind.EMAIL, key__in=keys)
    return {one.key: one.customer for one in found.select_related("customer")}


def _files(rows: Iterable[IncomingMail]) -> dict[int, int]:
    found = IncomingAttachment.objects.filter(mail__in=[row.pk for row in rows])
    counted = found.order_by().values_list("mail").annotate(number=Count("pk"))
    return dict(counted)


def _mailboxes(rows: Iterable[IncomingMail]) -> dict[int, list[str]]:
    found = IncomingCopy.objects.filter(mail__in=[row.pk for row in rows], mailbox__isnull=False)
    names: dict[int, list[str]] = {}
    for mail, name in found.order_by("pk").values_list("mail", "mailbox__name"):
        kept = names.setdefault(mail, [])
        if name not in kept:
            kept.append(name)
    return names


def write_place(place: Place) -> str:
    """The place as a word for an address."""
    micros = (place.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return f"{micros}-{place.pk}"


def read_place(text: str) -> Place | None:
    """The place behind the word; None for an empty one and for what is none."""
    micros, _dash, pk = text.partition("-")
    if not (text.isascii() and micros.isdigit() and pk.isdigit() and len(text) < 36):
        return None
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))
    except OverflowError:
        return None
    return Place(at, int(pk)) if int(pk) < 2**63 else None


def waiting_mails(user: User) -> Waiting:
    """How many mails wait to be sorted, and how many of them for more than a day."""
    waiting = IncomingMail.objects.filter(CONDITIONS[Tray.UNSORTED]).aggregate(
        number=Count("pk"), late=Count("pk", filter=Q(received_at__lt=clock.now() - LATE))
    )
    return Waiting(waiting["number"], waiting["late"])
