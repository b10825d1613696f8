"""The gate before sending: for each message that is due, whether it goes, waits or ends, and why.

Asks for a whole batch: permission (consent, suppression, topics, pauses), the sending checks,
frequency caps and quiet hours. What is true at planning may be wrong an hour later, so nothing
that planning found out is trusted here. Called inside the claim's transaction, one claim at a
time, so that two mails to one person cannot both slip under a cap.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.services.shop import get_shop
from customers.models import Customer
from customers.permission import stops_for, wanted_from
from messaging.checks import Stop, stops_by_checks
from messaging.models import (
    MailingRules,
    Message,
    MessageClass,
    MessageState,
    Reason,
    TopicCap,
)
from messaging.occasions import stops_by_occasions
from messaging.rules.caps import Cap, allowed_from
from messaging.rules.quiet_hours import first_allowed
from messaging.rules.zones import ZONE_OF_COUNTRY

# Nobody asks for fewer mails than one in two months.
LOOK_BACK = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Decision:
    """The state a message gets: claimed, queued again (`until`), suppressed or expired."""

    state: MessageState
    reason: str = ""
    until: datetime | None = None


# What a message counts for: its class or its topic.
Kind = tuple[str, str]
MARKETING: Kind = ("class", str(MessageClass.MARKETING))
GO = Decision(MessageState.CLAIMED)


def mailing_rules() -> MailingRules:
    """The shop's rules for mails; until somebody changes them those of the house, not stored."""
    return MailingRules.objects.filter(pk=1).first() or MailingRules(pk=1)


def decide(messages: Sequence[Message], now: datetime) -> dict[int, Decision]:
    """A decision for each message, by id. Of one person's messages the first in the given order
    goes first, and counts for the caps of the others."""
    stops = _stops(messages, now)
    pace = _Pace(messages, now)
    found = {}
    for message in messages:
        decision = _decide(message, stops.get(message.pk), pace, now)
        if decision is GO:
            pace.count(message)
        found[message.pk] = decision
    return found


def _decide(message: Message, stop: Stop | None, pace: "_Pace", now: datetime) -> Decision:
    if message.expires_at and message.expires_at <= now:
        return Decision(MessageState.EXPIRED, message.reason or Reason.EXPIRY)
    if stop and stop.until is None:
        return Decision(MessageState.SUPPRESSED, str(stop.reason))
    reason, until = ("", now) if stop is None else (str(stop.reason), stop.until or now)
    capped = pace.allowed_from(message)
    if capped > until:
        reason, until = Reason.CAP, capped
    loud = pace.first_loud(message, until)
    if loud > until:
        reason, until = reason or Reason.QUIET_HOURS, loud
    if until <= now:
        return GO
    if message.expires_at and message.expires_at <= until:
        return Decision(MessageState.EXPIRED, reason)
    return Decision(MessageState.QUEUED, reason, until)


def _stops(messages: Sequence[Message], now: datetime) -> dict[int, Stop]:
    """Who is stopped by permission, a check or because the occasion is over, by message; one set of
    queries per kind of mail."""
    kinds: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for message in messages:
        if message.customer_id is not None:
            kinds[message.message_class, message.topic].append(message)
    found = stops_by_occasions(messages, now)
    for (message_class, topic), some in kinds.items():
        found |= _stops_of_kind(some, message_class, topic, now)
    return found


def _stops_of_kind(
    messages: Sequence[Message], message_class: str, topic: str, now: datetime
) -> dict[int, Stop]:
    pairs = {(m.customer_id, m.address) for m in messages if m.customer_id is not None}
    gate = stops_for(pairs, message_class=message_class, topic=topic, now=now)
    customers = sorted({customer for customer, _address in pairs})
    checks = stops_by_checks(customers, message_class, topic, now)
    found: dict[int, Stop] = {}
    for message in messages:
        assert message.customer_id is not None
        by_gate = gate.get((message.customer_id, message.address))
        if by_gate:
            found[message.pk] = Stop(by_gate.reason, by_gate.until)
        elif message.customer_id in checks:
            found[message.pk] = checks[message.customer_id]
    return found


class _Pace:
    """How often and at what hours these messages' customers may be written to."""

    def __init__(self, messages: Sequence[Message], now: datetime) -> None:
        self._now, rules = now, mailing_rules()
        self._caps, self._quiet = _caps_of(rules), rules.quiet_hours()
        unasked = [m for m in messages if m.message_class != MessageClass.SERVICE]
        self._out = _went_out(_customers(unasked), self._caps.values(), now)
        newest = {pk: out[-1] for (pk, kind), out in self._out.items() if out and kind == MARKETING}
        self._wanted = wanted_from(newest)
        self._zones = zones_of(_customers(unasked)) if self._quiet else {}
        self._shop_zone = get_shop().zone

    def count(self, message: Message) -> None:
        """The message goes now."""
        if message.customer_id:
            for kind in _kinds(message.message_class, message.topic):
                self._out[message.customer_id, kind].append(self._now)

    def allowed_from(self, message: Message) -> datetime:
        """When the caps, and the frequency that the customer chose, let the message go."""
        customer = message.customer_id
        if message.message_class == MessageClass.SERVICE or customer is None:
            return self._now
        caps = [
            (kind, self._caps[kind])
            for kind in _kinds(message.message_class, message.topic)
            if kind in self._caps
        ]
        instants = [allowed_from(self._out[customer, kind], cap, self._now) for kind, cap in caps]
        if message.message_class == MessageClass.MARKETING:
            instants.append(self._wanted.get(customer, self._now))
        return max([self._now, *instants])

    def first_loud(self, message: Message, instant: datetime) -> datetime:
        """The first instant from the given one on that is not in the customer's quiet hours."""
        if message.message_class == MessageClass.SERVICE:
            return instant
        zone = self._zones.get(message.customer_id or 0, self._shop_zone)
        return first_allowed(instant, zone, self._quiet)


def _customers(messages: Iterable[Message]) -> list[int]:
    return sorted({m.customer_id for m in messages if m.customer_id is not None})


def _kinds(message_class: str, topic: str) -> tuple[Kind, ...]:
    """What a message counts for: its class, and its topic where it has one."""
    if message_class == MessageClass.SERVICE:
        return ()
    own = ("class", message_class)
    return (own, ("topic", topic)) if topic else (own,)


def _caps_of(rules: MailingRules) -> dict[Kind, Cap]:
    topics = {("topic", row.topic): row.cap() for row in TopicCap.objects.all()}
    classes = {MARKETING: rules.cap(), ("class", str(MessageClass.SURVEY)): rules.survey_cap()}
    return {**topics, **classes}


def _went_out(
    customers: Sequence[int], caps: Iterable[Cap], now: datetime
) -> dict[tuple[int, Kind], list[datetime]]:
    """When mails that nobody asked for went out to these customers, or are about to, in the time
    that matters; oldest first, by customer and by what they count for."""
    since = now - max([LOOK_BACK, *(cap.window for cap in caps)])
    rows = Message.objects.filter(customer__any_of=customers, out_at__gt=since)
    rows = rows.exclude(message_class=MessageClass.SERVICE).order_by("out_at")
    found: dict[tuple[int, Kind], list[datetime]] = defaultdict(list)
    columns = ("customer_id", "message_class", "topic", "out_at")
    for customer, message_class, topic, out_at in rows.values_list(*columns):
        for kind in _kinds(message_class, topic):
            found[customer or 0, kind].append(out_at or now)
    return found


def zones_of(customers: Sequence[int]) -> Mapping[int, ZoneInfo]:
    """The time zones of customers where they or their country are known; the others are left
    out and live by the shop's."""
    rows = Customer.objects.filter(pk__any_of=customers)
    found = {}
    for pk, name, country in rows.values_list("pk", "timezone", "country"):
        zone = _zone(name) or _zone(ZONE_OF_COUNTRY.get(country, ""))
        if zone:
            found[pk] = zone
    return found


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
