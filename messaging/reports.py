"""Figures of the outbox, and of what became of mails after they had gone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from messaging.fates import REFUSED, offered_since, with_fate
from messaging.models import EventKind, Message, MessageState, Sender
from messaging.rules.reputation import Shares

DELIVERY_DAYS = 28
MOST_DOMAINS = 50
# One fate for each mail, the gravest one known, as the outbox filters them.
NUMBERS = {
    "sent": Count("pk", filter=Q(state=MessageState.SENT)),
    **{
        name: Count("pk", filter=with_fate(fate))
        for name, fate in {
            "delivered": EventKind.DELIVERED,
            "hard": EventKind.HARD,
            "soft": EventKind.SOFT,
            "complained": EventKind.COMPLAINED,
        }.items()
    },
    "uncertain": Count("pk", filter=Q(state=MessageState.UNCERTAIN)),
    "refused": Count("pk", filter=REFUSED),
}


def outbox_counts() -> list[dict[str, Any]]:
    """How many messages stand where: class, state, reason ("" for none) and count, in this
    order."""
    groups = Message.objects.values_list("message_class", "state", "reason").order_by(
        "message_class", "state", "reason"
    )
    names = ("class", "state", "reason", "count")
    return [dict(zip(names, row, strict=True)) for row in groups.annotate(number=Count("pk"))]


def delivery_by_sender(now: datetime) -> list[tuple[Sender, Shares]]:
    """What became of what each sender sent in the last 28 days, by name; senders that sent nothing
    too, unless they are put away. Mails count by when they went out, or were refused."""
    found = {row[0]: Shares(*row[1:]) for row in _counted(now, "sender")}
    return [
        (sender, found.get(sender.pk, Shares()))
        for sender in Sender.objects.all()
        if sender.pk in found or sender.archived_at is None
    ]


def delivery_by_domain(now: datetime) -> list[tuple[str, Shares]]:
    """The same by the domain of the recipients: the fifty to which most was offered."""
    most = _counted(now, "domain", order=(-(F("sent") + F("refused")), "domain"))[:MOST_DOMAINS]
    return [(row[0], Shares(*row[1:])) for row in most]


def delivery_by_day(now: datetime, zone: ZoneInfo) -> list[tuple[date, Shares]]:
    """The same by the civil day in the zone, oldest first, days without mails too. The first day is
    counted from the hour of `now`, as the others of this report are."""
    day = TruncDate(Coalesce("out_at", "claimed_at"), tzinfo=zone)
    found = {row[0]: Shares(*row[1:]) for row in _counted(now, "day", day=day)}
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DELIVERY_DAYS, -1, -1)]
    return [(one, found.get(one, Shares())) for one in days]


def _counted(
    now: datetime, by: str, *, order: Sequence[Any] = (), **made: Any
) -> QuerySet[Message, Any]:
    """One query; the senders are named so that their index serves it."""
    senders = list(Sender.objects.values_list("pk", flat=True))
    since = now - timedelta(days=DELIVERY_DAYS)
    rows = Message.objects.filter(offered_since(since), sender__in=senders).annotate(**made)
    counted = rows.values(by).annotate(**NUMBERS).order_by(*(order or (by,)))
    found: QuerySet[Message, Any] = counted.values_list(by, *NUMBERS)
    return found
