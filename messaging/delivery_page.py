"""What the deliverability page shows: each number with its share and the list behind it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.models import MessageState, Reason, Sender
from messaging.reports import (
    DELIVERY_DAYS,
    delivery_by_day,
    delivery_by_domain,
    delivery_by_sender,
)
from messaging.rules.reputation import Shares, Standing

COLUMNS: dict[str, str | Promise] = {
    "sent": pgettext_lazy("mails", "Sent"),
    "delivered": pgettext_lazy("mails", "Delivered"),
    "hard": _("No such address"),
    "soft": _("Not deliverable"),
    "complained": pgettext_lazy("mails", "Marked as unwanted"),
    "uncertain": pgettext_lazy("mails", "Uncertain"),
    "refused": pgettext_lazy("mails", "Refused"),
}
# The filters of the outbox that list each number; the others are delivery reports.
LISTS = {
    "sent": {"state": MessageState.SENT.value},
    "uncertain": {"state": MessageState.UNCERTAIN.value},
    "refused": {"state": MessageState.FAILED.value, "reason": Reason.REFUSED.value},
}
STANDINGS: dict[Standing, tuple[str, str | Promise]] = {
    Standing.COMPLAINTS: ("bad", _("Too many complaints")),
    Standing.WATCH: ("warn", _("Complaints to watch")),
    Standing.DEAD: ("bad", _("Many addresses do not exist")),
    Standing.REFUSED: ("bad", _("Many mails are refused")),
    Standing.BOUNCES: ("warn", _("Many mails come back")),
    Standing.FEW: ("plain", _("Too few to judge")),
    Standing.GOOD: ("good", _("Good")),
}
ADVICE: dict[Standing, str | Promise] = {
    Standing.COMPLAINTS: _(
        "At 0.3 % and more, big mailbox providers put mails into spam or refuse them. Stop "
        "newsletters to people who have not bought or clicked for long, write less often, and make "
        "leaving easy; then wait until, for some weeks, the share stays below 0.1 %."
    ),
    Standing.WATCH: _(
        "The aim is below 0.1 %. Look at the mailings that were complained about: who got them, "
        "and what had they agreed to?"
    ),
    Standing.DEAD: _(
        "Addresses that do not exist are suppressed by themselves. Look where they came from: an "
        "old import, a form without confirmation?"
    ),
    Standing.REFUSED: _(
        "Open the refused mails and read what the server said: a code that begins with 5.7 means "
        "that it does not trust the sender. Look at SPF, DKIM and DMARC first."
    ),
    Standing.BOUNCES: _(
        "Look at the reasons in the list. One provider that refuses you may want fewer mails a "
        "minute: give it a limit."
    ),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, its share in per cent as `Shares` says (None: of nothing), and its list."""

    name: str
    label: str | Promise
    number: int
    share: float | None
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A sender or a domain with its numbers and how it stands."""

    name: str
    shares: Shares
    cells: list[Cell]
    sender: Sender | None = None

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return STANDINGS[self.shares.standing][0]

    @property
    def standing(self) -> str | Promise:
        """How it stands, in words."""
        return STANDINGS[self.shares.standing][1]


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the trend; heights in per cent of the fullest day."""

    day: date
    shares: Shares
    x: float
    width: float
    sent: float
    bounced: float

    @property
    def numbers(self) -> list[int]:
        """The numbers of its row in the table."""
        return _numbers(self.shares)


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """The whole page."""

    senders: list[Row]
    domains: list[Row]
    bars: list[Bar]

    @property
    def is_empty(self) -> bool:
        """Whether nothing went out at all."""
        return not self.domains

    @property
    def advice(self) -> list[tuple[str, str | Promise]]:
        """What to do: for each sender and domain that does not stand well."""
        rows = [*self.senders, *self.domains]
        kinds = [(row.name, row.shares.standing) for row in rows]
        return [(name, ADVICE[kind]) for name, kind in kinds if kind in ADVICE]


def delivery_page(now: datetime, zone: ZoneInfo) -> DeliveryPage:
    """The last 28 days, in four queries."""
    senders = [
        Row(one.name, shares, list(_cells(shares, sender=one.pk)), one)
        for one, shares in delivery_by_sender(now)
    ]
    domains = [
        Row(name or "–", shares, list(_cells(shares, domain=name)))
        for name, shares in delivery_by_domain(now)
    ]
    return DeliveryPage(senders, domains, _bars(delivery_by_day(now, zone)))


def _cells(shares: Shares, **about: object) -> Iterator[Cell]:
    for name, label in COLUMNS.items():
        filters = LISTS.get(name, {"fate": name})
        query = urlencode({**about, "days": DELIVERY_DAYS, **filters})
        share = None if name == "sent" else shares.share(name)
        href = f"{reverse('messaging:outbox')}?{query}"
        yield Cell(name, label, getattr(shares, name), share, href)


def _bars(days: list[tuple[date, Shares]]) -> list[Bar]:
    most = max([1, *(shares.sent for _day, shares in days)])
    step = 100 / len(days)
    return [
        Bar(
            day,
            shares,
            round(place * step, 3),
            round(step * 0.8, 3),
            round(100 * shares.sent / most, 2),
            round(100 * (shares.hard + shares.soft) / most, 2),
        )
        for place, (day, shares) in enumerate(days)
    ]


def csv_rows(now: datetime, zone: ZoneInfo) -> Iterable[list[str | int]]:
    """Every number of the page: kind, name, and the numbers in order."""
    for sender, shares in delivery_by_sender(now):
        yield ["sender", sender.name, *_numbers(shares)]
    for domain, shares in delivery_by_domain(now):
        yield ["domain", domain, *_numbers(shares)]
    for day, shares in delivery_by_day(now, zone):
        yield ["day", day.isoformat(), *_numbers(shares)]


def _numbers(shares: Shares) -> list[int]:
    return [getattr(shares, name) for name in COLUMNS]
