"""How fast a sender may send: limits per second, minute, hour and day that hold in every window.

Each limit is a token bucket kept as one instant, the time by which all that was let through has
been paid for (the generic cell rate algorithm). With burst b and interval I, messages that all
fall into one window W (its end not counted) number less than b + W/I. So W/I = limit - b + 1 is
the quickest refill at which no window of that length ever holds more than the limit; b is a tenth
of the limit. The refill stays one message below that, or at 98 % of it where that is quicker, so
that small delays on the way do not crowd a window. Per second there is no burst.

Two a minute: b = 1, W/I = 1.96, one mail each 30.6 s, two in any minute. Ten an hour: b = 1, one
each 367 s, ten in any hour. Sixty a minute: b = 6, W/I = 54, six at once and then one each 1.1 s.

**Source:** ITU-T I.371, annex A (GCRA); RFC 2697 for the buckets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Window(StrEnum):
    """The lengths of time that limits are given for."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


LENGTH = {
    Window.SECOND: timedelta(seconds=1),
    Window.MINUTE: timedelta(minutes=1),
    Window.HOUR: timedelta(hours=1),
    Window.DAY: timedelta(days=1),
}
EVEN_SHARE, BURST_SHARE = 0.98, 0.1
# What a sender without a limit per second is slowed down from.
ASSUMED_PER_SECOND = 20.0
LOWEST_FACTOR, LOWERED_BY, RAISED_BY = 0.05, 0.5, 0.05
BETWEEN_LOWERINGS, BETWEEN_RAISINGS = timedelta(seconds=10), timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` messages in any `window`; the amount may be a fraction when slowed."""

    window: Window
    amount: float

    @property
    def burst(self) -> float:
        """How many may go at once."""
        if self.window is Window.SECOND:
            return 1.0
        return max(1.0, self.amount * BURST_SHARE)

    @property
    def interval(self) -> timedelta:
        """The time that one message takes up."""
        return LENGTH[self.window] / self.refill

    @property
    def refill(self) -> float:
        """How many are paid off in one window."""
        quickest = self.amount - self.burst + 1
        return max(quickest - 1, quickest * EVEN_SHARE)


Paid = Mapping[Window, datetime]


def earliest(limits: Sequence[Limit], paid: Paid, now: datetime) -> datetime:
    """When the next message may go: `now` where nothing holds it back."""
    instants = [now]
    for limit in limits:
        tolerance = limit.interval * (limit.burst - 1)
        instants.append(paid.get(limit.window, now) - tolerance)
    return max(instants)


def reserve(
    limits: Sequence[Limit], paid: Paid, now: datetime, *, wanted: int, horizon: timedelta
) -> tuple[list[datetime], dict[Window, datetime]]:
    """The instants at which the next messages may go, at most `wanted` and none later than
    `now + horizon`, and what is paid for afterwards."""
    slots: list[datetime] = []
    after = dict(paid)
    while len(slots) < wanted:
        slot = earliest(limits, after, now)
        if slot > now + horizon:
            break
        slots.append(slot)
        for limit in limits:
            after[limit.window] = max(after.get(limit.window, slot), slot) + limit.interval
    return slots, after


def lowered(factor: float) -> float:
    """The share of the rate after the server said that it is too fast."""
    return max(LOWEST_FACTOR, factor * LOWERED_BY)


def raised(factor: float, unchanged_for: timedelta) -> float:
    """The share of the rate after some quiet time: a twentieth more every half minute."""
    steps = unchanged_for // BETWEEN_RAISINGS
    return min(1.0, factor + RAISED_BY * max(0, steps))


def slowed(limits: Sequence[Limit], factor: float) -> list[Limit]:
    """The limits with the one per second at the given share; a sender without one gets one."""
    if factor >= 1.0:
        return list(limits)
    others = [limit for limit in limits if limit.window is not Window.SECOND]
    full = next((limit.amount for limit in limits if limit.window is Window.SECOND), None)
    return [Limit(Window.SECOND, (full or ASSUMED_PER_SECOND) * factor), *others]
