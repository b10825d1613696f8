"""Providers' events in our words: what was reported, about which mail, and what to call it."""

import hashlib
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from messaging.models import EventKind
from messaging.rules.bounce_classes import VAGUE_STATUSES, Bounce, bounce_of, status_in
from messaging.services.feedback import Event
from messaging.transports.provider import MAIL_ID

SIMPLE = {
    EventType.DELIVERED: EventKind.DELIVERED,
    EventType.DEFERRED: EventKind.LATE,
    EventType.COMPLAINED: EventKind.COMPLAINED,
    EventType.UNSUBSCRIBED: EventKind.UNSUBSCRIBED,
}
RETURNED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
# Where providers say in a word of their own that an address is dead.
DEAD = {"hardbounce", "hardbounced", "bademailaddress", "invalidemail"}
SAYS_SO = ("Type", "event", "type", "status", "event_name")


def event_of(event: Any, provider: str) -> Event | None:
    """A tracking event of anymail's in our words; None for what says nothing about delivery
    (opened, clicked, queued, answered by a program)."""
    kind = _kind(event) if isinstance(event, AnymailTrackingEvent) else None
    if kind is None:
        return None
    words = _words(event)
    return Event(
        source=provider,
        key=_key(event),
        kind=kind,
        at=event.timestamp if event.timestamp and event.timestamp.tzinfo else None,
        status=status_in(words),
        words=words,
    )


def ids_of(event: Any) -> list[str]:
    """The names that the event has for its mail: ours where the provider kept it, and its own."""
    own = event.metadata.get(MAIL_ID) if isinstance(event.metadata, dict) else None
    names = [str(name) for name in (own, event.message_id) if name]
    return [spelled for name in names for spelled in (name[:255], f"<{name[:253].strip('<>')}>")]


def _kind(event: Any) -> EventKind | None:
    if event.event_type in SIMPLE:
        return SIMPLE[event.event_type]
    if event.event_type not in RETURNED:
        return EventKind.LATE if _told(event, "eventType") == "DeliveryDelay" else None
    if event.reject_reason == RejectReason.UNSUBSCRIBED:
        return EventKind.UNSUBSCRIBED
    return EventKind(_bounce(event).value)


def _bounce(event: Any) -> Bounce:
    """Hard where the other server said so plainly, or where its words are vague and the provider
    itself calls the address dead."""
    words = _words(event)
    if status_in(words) not in VAGUE_STATUSES:
        return bounce_of("", words)
    return Bounce.HARD if _is_dead(event) else bounce_of("", words)


def _is_dead(event: Any) -> bool:
    if event.reject_reason == RejectReason.INVALID:
        return True
    if event.event_type == EventType.REJECTED and event.reject_reason == RejectReason.BOUNCED:
        return True
    if str(event.description or "").startswith("Permanent:"):  # Amazon's class
        return True
    names = {"".join(filter(str.isalpha, str(_told(event, name)).lower())) for name in SAYS_SO}
    return bool(names & DEAD) or _told(event, "hard_bounce") is True


def _told(event: Any, name: str) -> Any:
    """A field of the provider's own event."""
    return event.esp_event.get(name, "") if isinstance(event.esp_event, dict) else ""


def _words(event: Any) -> str:
    """What the other server said, else the provider."""
    return str(event.mta_response or event.description or "")[:2_000]


def _key(event: Any) -> str:
    """The same for each repetition of an event. Providers' own numbers may stand for several
    recipients, and some have none."""
    own = str(event.event_id or "") or f"{event.timestamp}|{event.mta_response}"
    parts = (own, event.event_type, event.message_id, event.recipient)
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
