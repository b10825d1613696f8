"""Figures of the outbox, and of what became of mails after they had gone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from messaging.fates import with_fate
from messaging.models import BounceKind, EventKind, Message, MessageState, Reason, Sender
from messaging.rules.delivery_figures import DeliveryFigures
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
}


def outbox_counts() -> list[dict[str, Any]]:
    """How many messages stand where: class, state, reason ("" for none) and count, in this
    order."""
    groups = Message.objects.values_list("message_class", "state", "reason").order_by(
        "message_class", "state", "reason"
    )
    names = ("class", "state", "reason", "count")
    return [dict(zip(names, row, strict=True)) for row in groups.annotate(number=Count("pk"))]


def delivery_figures(*, now: datetime, days: int = DELIVERY_DAYS) -> list[DeliveryFigures]:
    """How the mails of the last days fared, per sender and domain of the recipients.

    Counted are mails that left within `days` times 24 hours before `now`, whenever something was
    reported about them, and those that were refused at the door. One query; mails of people who
    were erased meanwhile stand under the domain "".
    """
    since = now - timedelta(days=days)
    left = Q(state=MessageState.SENT, sent_at__gt=since, sent_at__lte=now)
    refused = Q(state=MessageState.FAILED, reason=Reason.REFUSED)
    offered = refused & Q(claimed_at__gt=since, claimed_at__lte=now)
    counts = {
        "sent": Count("pk", filter=left),
        "delivered": Count("pk", filter=left & Q(delivered_at__isnull=False)),
        "soft": Count("pk", filter=left & Q(bounce=BounceKind.SOFT)),
        "hard": Count("pk", filter=left & Q(bounce=BounceKind.HARD)),
        "complained": Count("pk", filter=left & Q(complained_at__isnull=False)),
        "refused": Count("pk", filter=offered),
    }
    groups = Message.objects.filter(left | offered).values("sender_id", "domain")
    return [DeliveryFigures(**row) for row in groups.annotate(**counts).order_by("sender_id")]


def delivery_by_sender(now: datetime) -> list[tuple[Sender, Shares]]:
    """What became of what each sender sent in the last 28 days, by name; senders that sent nothing
    too, unless they are put away. Mails count by when they went out."""
    found = {row[0]: Shares(*row[1:]) for row in _counted(now, "sender")}
    return [
        (sender, found.get(sender.pk, Shares()))
        for sender in Sender.objects.all()
        if sender.pk in found or sender.archived_at is None
    ]


def delivery_by_domain(now: datetime) -> list[tuple[str, Shares]]:
    """The same by the domain of the recipients: the fifty that got most."""
    most = _counted(now, "domain", order=("-sent", "domain"))[:MOST_DOMAINS]
    return [(row[0], Shares(*row[1:])) for row in most]


def delivery_by_day(now: datetime, zone: ZoneInfo) -> list[tuple[date, Shares]]:
    """The same by the civil day in the zone, oldest first, days without mails too. The first day is
    counted from the hour of `now`, as the others of this report are."""
    day = TruncDate("out_at", tzinfo=zone)
    found = {row[0]: Shares(*row[1:]) for row in _counted(now, "day", day=day)}
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DELIVERY_DAYS, -1, -1)]
    return [(one, found.get(one, Shares())) for one in days]


def _counted(
    now: datetime, by: str, *, order: Sequence[str] = (), **made: Any
) -> QuerySet[Message, Any]:
    """One query; the senders are named so that their index serves it."""
    senders = list(Sender.objects.values_list("pk", flat=True))
    since = now - timedelta(days=DELIVERY_DAYS)
    rows = Message.objects.filter(sender__in=senders, out_at__gt=since).annotate(**made)
    counted = rows.values(by).annotate(**NUMBERS).order_by(*(order or (by,)))
    found: QuerySet[Message, Any] = counted.values_list(by, *NUMBERS)
    return found
