"""Claiming: which messages a connection sends next, under a token that fences and a lease.

One transaction finds what is due, asks the gate, charges the rate limits, and takes the rest by a
conditional UPDATE. Whoever loses the lease loses the token, and can write nothing more.
"""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from messaging.locks import lock_claiming
from messaging.models import (
    ON_THE_WAY,
    WAITS,
    Attempt,
    DomainLimit,
    Message,
    MessageState,
    Send,
    Sender,
    SenderPace,
    SendState,
)
from messaging.rules.rates import Limit, Window, earliest, raised, reserve, slowed
from messaging.services.gate import GO, Decision, decide
from messaging.services.lateness import stop_what_is_late
from messaging.services.steps import write_steps_of

BATCH = 200
# What the gate, the writer and the verdict read of a message; reading more takes time.
WORKED_WITH = (
    "message_id",
    "send",
    "customer",
    "template_version",
    "message_class",
    "topic",
    "context",
    "address",
    "address_key",
    "domain",
    "expires_at",
    "reason",
    "attempts",
    "out_at",
)
# How far ahead of its instant a message may be claimed.
HORIZON = timedelta(seconds=2)
ACTIVE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in a worker's hands, and the instant before which it must not go."""

    message: Message
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """What a claim brought: messages to send under `token`, and how many it settled without
    sending. `idle`: there was nothing to do at all."""

    token: str = ""
    claimed: list[Claimed] = field(default_factory=list)
    settled: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing was due, or nothing may go yet."""
        return not self.claimed and not self.settled


def lease() -> timedelta:
    """How long a worker may be silent before its messages are taken from it."""
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


@transaction.atomic
def claim(*, sender_id: int, now: datetime, wanted: int = BATCH) -> Batch:
    """The next messages of a sender, at most `wanted`; settles on the way those that must wait
    or end. Empty for a sender that stands still, waits for its server or has used its limits."""
    lock_claiming()
    pace = SenderPace.objects.select_related("sender").filter(sender=sender_id).first()
    if pace is None or pace.sender.paused_for or (pace.wait_until and pace.wait_until > now):
        return Batch()
    limits = slowed(pace.sender.limits(), _factor(pace, now))
    slots, _paid = reserve(limits, _paid_of(pace), now, wanted=wanted, horizon=HORIZON)
    stop_what_is_late(pace.sender, now)
    if not slots:
        _note_activity(Send.objects.filter(sender=sender_id, state=SendState.RUNNING), now)
        return Batch()
    candidates = _candidates(pace.sender, now, len(slots))
    if not candidates:
        return Batch()
    going = _settle(candidates, decide(candidates, now), now)
    token = secrets.token_hex(16)
    _take([message.pk for message in going], token, now)
    slots, paid = reserve(limits, _paid_of(pace), now, wanted=len(going), horizon=HORIZON)
    _charge(pace, paid, now)
    _note_activity(Send.objects.filter(pk__in={m.send_id for m in going if m.send_id}), now)
    claimed = [Claimed(m, slot) for m, slot in zip(going, slots, strict=True)]
    return Batch(token, claimed, len(candidates) - len(going))


def _factor(pace: SenderPace, now: datetime) -> float:
    return raised(pace.factor, now - pace.factor_at) if pace.factor_at else pace.factor


def _paid_of(row: SenderPace | DomainLimit) -> dict[Window, datetime]:
    return {Window(name): datetime.fromtimestamp(at, UTC) for name, at in row.paid.items()}


def _stored(paid: dict[Window, datetime]) -> dict[str, float]:
    return {window.value: instant.timestamp() for window, instant in paid.items()}


def _charge(pace: SenderPace, paid: dict[Window, datetime], now: datetime) -> None:
    factor = _factor(pace, now)
    values = {"paid": _stored(paid)}
    if factor != pace.factor:
        SenderPace.objects.filter(pk=pace.pk).update(factor=factor, factor_at=now, **values)
    elif paid:
        SenderPace.objects.filter(pk=pace.pk).update(**values)


def _candidates(sender: Sender, now: datetime, wanted: int) -> list[Message]:
    """What is due, most urgent first, as many of each domain as its limits let through."""
    running = Send.objects.filter(sender=sender, state=SendState.RUNNING)
    due = Message.objects.filter(
        Q(send=None) | Q(send__in=list(running.values_list("pk", flat=True))),
        sender=sender,
        state__in=WAITS,
        next_at__lte=now,
    )
    quotas = _DomainQuotas(sender, now)
    due = due.exclude(domain__in=quotas.full()).order_by("priority", "next_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    found = list(due.only(*WORKED_WITH)[:wanted])
    return quotas.take(found)


class _DomainQuotas:
    """How many messages each limited domain takes now; charged when the batch is chosen."""

    def __init__(self, sender: Sender, now: datetime) -> None:
        self._now = now
        rows = DomainLimit.objects.kept().filter(Q(sender=None) | Q(sender=sender))
        self._rows: dict[str, list[DomainLimit]] = defaultdict(list)
        for row in rows:
            self._rows[row.domain].append(row)

    def full(self) -> list[str]:
        """Domains that take nothing now."""
        return [domain for domain, rows in self._rows.items() if any(map(self._is_full, rows))]

    def _is_full(self, row: DomainLimit) -> bool:
        return earliest(row.limits(), _paid_of(row), self._now) > self._now

    def take(self, messages: Sequence[Message]) -> list[Message]:
        """The messages, without those that their domain has no room for."""
        if not self._rows:
            return list(messages)
        taken = [message for message in messages if self._let_through(message.domain)]
        for row in (row for rows in self._rows.values() for row in rows):
            DomainLimit.objects.filter(pk=row.pk).update(paid=row.paid)
        return taken

    def _let_through(self, domain: str) -> bool:
        rows = self._rows.get(domain, [])
        if any(map(self._is_full, rows)):
            return False
        for row in rows:
            limits: list[Limit] = row.limits()
            _slots, paid = reserve(limits, _paid_of(row), self._now, wanted=1, horizon=timedelta(0))
            row.paid = _stored(paid)
        return True


def _settle(
    messages: Sequence[Message], decisions: dict[int, Decision], now: datetime
) -> list[Message]:
    """Write what waits or ends; returns what goes."""
    groups: dict[Decision, list[int]] = defaultdict(list)
    for message in messages:
        if decisions[message.pk] is not GO:
            groups[decisions[message.pk]].append(message.pk)
    for decision, ids in groups.items():
        rows = Message.objects.filter(pk__any_of=ids, state__in=WAITS)
        if decision.until:
            rows.update(reason=decision.reason, next_at=decision.until)
        else:
            rows.update(state=decision.state, reason=decision.reason)
    write_steps_of([pk for ids in groups.values() for pk in ids], now)
    return [message for message in messages if decisions[message.pk] is GO]


def _take(ids: Sequence[int], token: str, now: datetime) -> None:
    # What waits is not being attempted, whatever a mark of long ago says.
    if ids:
        Attempt.objects.filter(message__any_of=ids).delete()
    rows = Message.objects.filter(pk__any_of=ids, state__in=WAITS)
    rows.update(
        state=MessageState.CLAIMED,
        reason="",
        claim_token=token,
        claimed_at=now,
        lease_until=now + lease(),
        out_at=now,
    )
    write_steps_of(ids, now)


def _note_activity(sends: QuerySet[Send], now: datetime) -> None:
    """Somebody is at work on these sends, though the limits may let nothing go: they are slow,
    not late. Written once a minute."""
    stale = Q(active_at=None) | Q(active_at__lt=now - ACTIVE_EVERY)
    sends.filter(stale).update(active_at=now)


def renew(token: str, now: datetime) -> int:
    """A sign of life: what is still claimed under the token is kept for another lease."""
    mine = Message.objects.filter(
        claim_token=token, state=MessageState.CLAIMED, lease_until__gt=now
    )
    return mine.update(lease_until=now + lease())


@transaction.atomic
def give_back(token: str, *, reason: str, now: datetime) -> int:
    """Put back what is claimed under the token and was not attempted; returns how many."""
    mine = Message.objects.filter(claim_token=token, state=MessageState.CLAIMED, attempt=None)
    ids = list(mine.values_list("pk", flat=True))
    put_back(ids, token, reason=reason)
    write_steps_of(ids, now)
    return len(ids)


def put_back(ids: Sequence[int], token: str, *, reason: str) -> None:
    """Make messages wait again as if they had not been claimed."""
    rows = Message.objects.filter(pk__any_of=ids, claim_token=token, state__in=ON_THE_WAY)
    rows.update(
        state=MessageState.QUEUED, reason=reason, claim_token="", lease_until=None, out_at=None
    )
