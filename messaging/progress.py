"""How far a mailing is, and how much of its limits a sender has used: read from the messages
themselves, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Min, Q

from core.services.shop import get_shop
from messaging.models import (
    ON_THE_WAY,
    WAITS,
    MailingRules,
    Message,
    MessageClass,
    MessageState,
    Send,
    Sender,
    SenderPace,
    SendState,
)
from messaging.rules.progress import finished_at, last_slot
from messaging.rules.rates import LENGTH, Limit, Window, raised, slowed

MINUTE = timedelta(minutes=1)
FIRST = timedelta(seconds=5)
# As they stand in the bar.
PLACES = ("sent", "failed", "suppressed", "expired", "uncertain", "deferred", "left")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mails of a mailing stand where; `planned` is their sum. `deferred` wait for a
    reason, `left` for their turn; `suppressed` were stopped, `expired` came too late."""

    sent: int = 0
    failed: int = 0
    suppressed: int = 0
    expired: int = 0
    deferred: int = 0
    uncertain: int = 0
    left: int = 0

    @property
    def planned(self) -> int:
        """The whole audience."""
        return sum(getattr(self, place) for place in PLACES)

    @property
    def to_go(self) -> int:
        """What may still be sent."""
        return self.deferred + self.left

    @property
    def stopped(self) -> int:
        """What was not sent, for whatever reason that is known."""
        return self.failed + self.suppressed + self.expired

    @property
    def settled(self) -> int:
        """What is over."""
        return self.planned - self.to_go

    def shares(self) -> list[tuple[str, float, float]]:
        """Where each piece of the bar begins and how wide it is, in per cent of the whole."""
        found, begin, whole = [], 0.0, self.planned or 1
        for place in PLACES:
            width = 100 * getattr(self, place) / whole
            found.append((place, round(begin, 3), round(width, 3)))
            begin += width
        return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a mailing is at `now`. `done_at` None: nobody can know. `next_at` is when the first
    of those that wait may go."""

    tally: Tally
    now: datetime
    a_minute: int = 0
    done_at: datetime | None = None
    next_at: datetime | None = None

    @property
    def is_moving(self) -> bool:
        """Whether something went in the last minute, or may go at any moment."""
        due = self.next_at is not None and self.next_at <= self.now
        return bool(self.tally.to_go) and (self.a_minute > 0 or due)


def tallies(sends: Iterable[Send]) -> dict[int, Tally]:
    """The tally of each mailing, in one query over one index."""
    pks = [send.pk for send in sends]
    counts: dict[int, dict[str, int]] = {pk: defaultdict(int) for pk in pks}
    rows = Message.objects.filter(send__in=pks).values_list("send", "state", "reason")
    for send, state, reason, number in rows.annotate(number=Count("pk")).order_by():
        counts[send or 0][place_of(state, reason)] += number
    return {pk: Tally(**found) for pk, found in counts.items()}


def place_of(state: str, reason: str) -> str:
    """In which number of a tally a message counts."""
    if state in ON_THE_WAY:
        return "left"
    if state in WAITS:
        return "deferred" if reason or state == MessageState.RETRY else "left"
    return state


def in_place(place: str) -> Q:
    """The condition on messages that `place_of` answers."""
    queued = Q(state=MessageState.QUEUED)
    if place == "deferred":
        return queued & ~Q(reason="") | Q(state=MessageState.RETRY)
    if place == "left":
        return queued & Q(reason="") | Q(state__in=ON_THE_WAY)
    return Q(state=place)


def progress_of(send: Send, now: datetime) -> Progress:
    """How far a mailing is, in at most five queries."""
    tally = tallies([send])[send.pk]
    if send.state != SendState.RUNNING or not tally.to_go:
        return Progress(tally, now)
    a_minute, rate = _rates(send, now)
    waiting = Message.objects.filter(send=send, state__in=WAITS)
    next_at = waiting.aggregate(first=Min("next_at"))["first"]
    return Progress(tally, now, a_minute, _done_at(send, tally, rate, now), next_at)


def _rates(send: Send, now: datetime) -> tuple[int, int]:
    """How many went in the last minute; and how many go in a minute, where the mailing was let go
    less than a minute ago. Nobody can know that in its first seconds: 0."""
    running = now - (send.released_at or now - MINUTE)
    span = min(max(running, FIRST), MINUTE)
    went = Message.objects.filter(sender=send.sender_id, out_at__gt=now - MINUTE, send=send)
    found = went.filter(state=MessageState.SENT).aggregate(
        minute=Count("pk"), span=Count("pk", filter=Q(out_at__gt=now - span))
    )
    known = running >= FIRST
    return found["minute"], round(found["span"] * (MINUTE / span)) if known else 0


def _done_at(send: Send, tally: Tally, a_minute: int, now: datetime) -> datetime | None:
    """None too where the sender stands still, or all that is left waits for a reason."""
    pace = SenderPace.objects.select_related("sender").filter(sender=send.sender_id).first()
    if pace is None or pace.sender.paused_for or not tally.left:
        return None
    rules = MailingRules.objects.filter(pk=1).first() or MailingRules(pk=1)
    asked = send.message_class == MessageClass.SERVICE
    return finished_at(
        now=now,
        left=tally.left,
        a_minute=a_minute,
        limits=limits_now(pace, now),
        paid=paid_of(pace),
        quiet=None if asked else rules.quiet_hours(),
        zone=get_shop().zone,
    )


@dataclass(frozen=True, slots=True)
class Gauge:
    """One window: what went in it, and the limit (None: there is none)."""

    window: Window
    used: int
    limit: int | None

    @property
    def share(self) -> int:
        """How full it is, in per cent; 0 without a limit."""
        return min(100, round(100 * self.used / self.limit)) if self.limit else 0


@dataclass(frozen=True, slots=True)
class Meter:
    """What a sender sent up to `now`, and when the next mail may go."""

    gauges: list[Gauge]
    waiting: int
    next_at: datetime | None
    factor: float
    is_moving: bool

    @property
    def percent(self) -> int:
        """The share of its rate at which it runs, in per cent."""
        return round(100 * self.factor)


def meter_of(sender: Sender, now: datetime) -> Meter:
    """What went in the last second, minute, hour and day, in three queries."""
    pace = SenderPace.objects.filter(sender=sender).first() or SenderPace(sender=sender)
    since = {window: Count("pk", filter=Q(out_at__gt=now - LENGTH[window])) for window in Window}
    out = Message.objects.filter(sender=sender, out_at__gt=now - LENGTH[Window.DAY])
    used = out.filter(out_at__lte=now + MINUTE).aggregate(**{w.value: c for w, c in since.items()})
    goes = Q(send=None) | Q(send__state=SendState.RUNNING)
    waiting = Message.objects.filter(goes, sender=sender, state__in=WAITS)
    found = waiting.aggregate(number=Count("pk"), first=Min("next_at"))
    limits = {limit.window: int(limit.amount) for limit in sender.limits()}
    gauges = [Gauge(window, used[window.value], limits.get(window)) for window in Window]
    next_at = _next_at(sender, pace, found["first"], now)
    due = next_at is not None and next_at <= now + MINUTE
    moving = due or bool(used[Window.MINUTE.value])
    return Meter(gauges, found["number"], next_at, factor_now(pace, now), moving)


def _next_at(
    sender: Sender, pace: SenderPace, first: datetime | None, now: datetime
) -> datetime | None:
    """When the next mail may go; None where none waits or the sender stands still."""
    if first is None or sender.paused_for:
        return None
    free = last_slot(limits_now(pace, now), paid_of(pace), now, 1)
    return max(now, first, free, pace.wait_until or now)


def factor_now(pace: SenderPace, now: datetime) -> float:
    """The share of its limits at which a sender runs."""
    return raised(pace.factor, now - pace.factor_at) if pace.factor_at else pace.factor


def limits_now(pace: SenderPace, now: datetime) -> list[Limit]:
    """The limits that hold now: a server that asked for patience gets it."""
    return slowed(pace.sender.limits(), factor_now(pace, now))


def paid_of(pace: SenderPace) -> dict[Window, datetime]:
    """By when what went through each limit is paid for."""
    return {Window(name): datetime.fromtimestamp(at, UTC) for name, at in pace.paid.items()}
