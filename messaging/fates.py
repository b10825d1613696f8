"""What became of mails after they had gone, in words: one fate for each, the gravest one known."""

from datetime import datetime

from django.db.models import Q

from messaging.models import BounceKind, EventKind, Message, MessageState, Reason

TONES = {
    EventKind.DELIVERED: "good",
    EventKind.LATE: "warn",
    EventKind.SOFT: "warn",
    EventKind.HARD: "bad",
    EventKind.COMPLAINED: "bad",
}
ICONS = {
    EventKind.DELIVERED: "envelope-check",
    EventKind.LATE: "hourglass-split",
    EventKind.SOFT: "reply",
    EventKind.HARD: "envelope-x",
    EventKind.COMPLAINED: "hand-thumbs-down",
    EventKind.UNSUBSCRIBED: "box-arrow-right",
}
FATES = (EventKind.COMPLAINED, EventKind.HARD, EventKind.SOFT, EventKind.DELIVERED)
_CONDITIONS = {
    EventKind.COMPLAINED: Q(complained_at__isnull=False),
    EventKind.HARD: Q(complained_at=None, bounce=BounceKind.HARD),
    EventKind.SOFT: Q(complained_at=None, bounce=BounceKind.SOFT),
    EventKind.DELIVERED: Q(complained_at=None, bounced_at=None, delivered_at__isnull=False),
}
# What the other side's server would not take; it has no `out_at`, since it is not on its way.
REFUSED = Q(state=MessageState.FAILED, reason=Reason.REFUSED)


def offered_since(since: datetime) -> Q:
    """The messages that were offered to a mail server after the instant: those that went out, and
    those that were refused."""
    return Q(out_at__gt=since) | REFUSED & Q(claimed_at__gt=since)


def fate_of(row: Message) -> EventKind | None:
    """The gravest of what was reported; None where nobody has said anything."""
    if row.complained_at:
        return EventKind.COMPLAINED
    if row.bounce:
        return EventKind(row.bounce)
    return EventKind.DELIVERED if row.delivered_at else None


def with_fate(fate: str) -> Q:
    """The messages of which `fate_of` says this."""
    return _CONDITIONS[EventKind(fate)]


def fate_tone(kind: str) -> str:
    """The tone of its badge."""
    return TONES.get(EventKind(kind), "plain")


def fate_icon(kind: str) -> str:
    """Its icon."""
    return ICONS.get(EventKind(kind), "arrow-right")
