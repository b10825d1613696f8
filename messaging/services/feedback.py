"""What servers and providers report about mails that have gone: each event once, its step and what
follows from it in one transaction.

Nothing is taken for granted: a report counts for a message only if it came to the message's signed
return path, or names its Message-ID, which nobody else knows; and what is suppressed is the
message's own address, never one that the report names. Reports may come late, twice and in any
order.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from customers.models import ChoiceSource, Customer
from customers.services.subscriptions import unsubscribe
from customers.services.suppressions import record_bounce, record_complaint
from customers.suppressions import key_of
from messaging.locks import lock_message
from messaging.models import (
    Attempt,
    DeliveryEvent,
    EventKind,
    Message,
    MessageState,
    MessageStep,
)
from messaging.return_paths import message_of
from messaging.rules.delivery_reports import DeliveryReport
from messaging.rules.feedback import Facts, Kind, kind_of_report, with_event
from messaging.rules.server_words import tidy_words
from messaging.services.entering import enter_ended
from messaging.services.evidence import settle_reported

MOST_IDS = 50
REPORT = "report"
PHASE = "report"
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
GONE = (MessageState.SENT, MessageState.UNCERTAIN, MessageState.ATTEMPTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing reported about one mail. `source` and `key` name it for good; `at` is when it
    happened, None where nobody says."""

    source: str
    key: str
    kind: str
    at: datetime | None = None
    status: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of an event: the message it is about (None: none that we know, so nothing
    changed), and whether it was new."""

    message_pk: int | None
    is_new: bool


def record_report(*, report: DeliveryReport, now: datetime) -> Recorded:
    """Record what `read_report` found in a mail; copies of one report count once, wherever they
    were found. For mails that a person wrote there is no report, so nothing to record."""
    message = _message_of_report(report)
    kind, told = kind_of_report(report, message.address if message else "")
    event = Event(
        source=REPORT,
        key=report.digest,
        kind=kind,
        at=report.at,
        status=told.status if told else "",
        words=told.words if told else report.words,
    )
    return record_event(event=event, message_pk=message.pk if message else None, now=now)


def _message_of_report(report: DeliveryReport) -> Message | None:
    """The one message that a report is proven to be about."""
    signed = [pk for address in report.arrived_at if (pk := message_of(address)) is not None]
    if signed:
        return Message.objects.filter(pk=signed[0]).first()
    found = list(Message.objects.filter(message_id__in=report.message_ids[:MOST_IDS])[:2])
    return found[0] if len(found) == 1 else None


@transaction.atomic
def record_event(*, event: Event, message_pk: int | None, now: datetime) -> Recorded:
    """Record one event; a second time it changes nothing. An event about a message that has never
    left is kept like one about no message.

    Locks the message, then its address.
    """
    message = lock_message(message_pk) if message_pk is not None else None
    if message is not None and message.state == MessageState.CLAIMED:
        enter_ended([message.pk])
        message.refresh_from_db()
    if message is not None and not _has_left(message):
        message = None
    before = DeliveryEvent.objects.filter(source=event.source, key=event.key)
    known = before.values_list("message_id", flat=True)[:1]
    if found := list(known):
        return Recorded(found[0], is_new=False)
    at = _instant(event, message, now)
    if message is None:
        return Recorded(None, is_new=_keep(event, None, None, at, now))
    _write(event, message, at, now)
    return Recorded(message.pk, is_new=True)


def _has_left(message: Message) -> bool:
    if message.attempts > 0 or message.state in GONE:
        return True
    return Attempt.objects.filter(message=message).exists()


def _instant(event: Event, message: Message | None, now: datetime) -> datetime:
    """When it happened: not in the future, not before there was a message, and not in a year in
    which there was no mail: nobody's calendar goes back to year 1 in every time zone."""
    at = min(event.at, now) if event.at and event.at >= EARLIEST else now
    return max(at, message.created_at) if message else at


def _keep(
    event: Event, message: Message | None, step: MessageStep | None, at: datetime, now: datetime
) -> bool:
    values = {
        "message": message,
        "step": step,
        "kind": event.kind,
        "status": event.status[:12],
        "words": tidy_words(event.words),
        "at": at,
        "recorded_at": now,
    }
    _row, is_new = DeliveryEvent.objects.get_or_create(
        source=event.source, key=event.key, defaults=values
    )
    return is_new


def _write(event: Event, message: Message, at: datetime, now: datetime) -> None:
    """The event with its step, the message's facts, and what follows for its address."""
    step = MessageStep.objects.create(
        message=message, at=now, state=message.state, reason=event.kind, phase=PHASE
    )
    _keep(event, message, step, at, now)
    settle_reported(message_pk=message.pk, now=now)
    before = Facts(message.delivered_at, message.bounced_at, message.bounce, message.complained_at)
    after = with_event(before, Kind(event.kind), at)
    if after != before:
        Message.objects.filter(pk=message.pk).update(**after.as_dict())
    if message.address:
        _follow_up(event, message, at, now)


def _follow_up(event: Event, message: Message, at: datetime, now: datetime) -> None:
    """Suppress the address where that follows; each message counts once in each way."""
    reference = f"message:{message.pk}:{event.kind}"
    if event.kind in {EventKind.HARD, EventKind.SOFT}:
        is_hard = event.kind == EventKind.HARD
        record_bounce(address=message.address, is_hard=is_hard, reference=reference, at=at, now=now)
    elif event.kind == EventKind.COMPLAINED:
        record_complaint(address=message.address, reference=reference, at=at, now=now)
    elif event.kind == EventKind.UNSUBSCRIBED and message.customer_id:
        unsubscribe(
            customer=Customer.objects.filter(pk=message.customer_id).first(),
            key=message.address_key,
            message_class=message.message_class,
            topic=message.topic,
            source=ChoiceSource.PROVIDER,
            now=now,
        )


def recorded_keys(*, source: str, keys: Collection[str]) -> set[str]:
    """Those of a source's events that were recorded before."""
    rows = DeliveryEvent.objects.filter(source=source, key__any_of=list(keys))
    return set(rows.values_list("key", flat=True))


def find_message(*, ids: Sequence[str], address: str) -> int | None:
    """The message that a provider means: it carries one of these ids as its own Message-ID or as
    the provider's. None where there is none, more than one, or it went to another address ("" is
    not compared)."""
    own = Message.objects.filter(message_id__in=ids)
    theirs = Message.objects.filter(provider_id__in=ids).exclude(provider_id="")
    found = {message.pk: message for message in [*own[:2], *theirs[:2]]}
    if len(found) != 1:
        return None
    [message] = found.values()
    goes_elsewhere = address and message.address and key_of(address) != message.address_key
    return None if goes_elsewhere else message.pk
