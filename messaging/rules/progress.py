"""How much longer something takes that is being sent: only what can be known is said."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from messaging.rules.quiet_hours import QuietHours, first_allowed
from messaging.rules.rates import Limit, Paid


def last_slot(limits: Sequence[Limit], paid: Paid, now: datetime, number: int) -> datetime:
    """When the limits let the last of `number` mails go, if they go one after the other.

    Of 120 mails under a fresh limit of 60 a minute (six at once, then one each 1.11 s) the last
    goes after 126.7 s.
    """
    instants = [now]
    for limit in limits:
        begin = max(now, paid.get(limit.window, now))
        instants.append(begin + limit.interval * (number - limit.burst))
    return max(instants)


def finished_at(
    *,
    now: datetime,
    left: int,
    a_minute: int,
    limits: Sequence[Limit],
    paid: Paid,
    quiet: QuietHours | None,
    zone: ZoneInfo,
) -> datetime | None:
    """When the last of `left` mails has probably gone, at the rate of the last minute and within
    the limits; what would fall into the quiet hours goes on after them. None where nobody can
    know: nothing went in the last minute, though the limits would have let it.
    """
    if left <= 0:
        return now
    by_limits = last_slot(limits, paid, now, left)
    held = last_slot(limits, paid, now, 1) > now
    if a_minute <= 0 and not held:
        return None
    by_rate = now + timedelta(minutes=left / a_minute) if a_minute > 0 else now
    return _past_quiet_hours(now, max(by_limits, by_rate), quiet, zone)


def _past_quiet_hours(
    now: datetime, end: datetime, quiet: QuietHours | None, zone: ZoneInfo
) -> datetime:
    """The end, moved by the nights in which nothing goes; looked at hour by hour, for a week."""
    if quiet is None:
        return end
    at, work = now, end - now
    for _hour in range(24 * 7):
        at = first_allowed(at, zone, quiet)
        if work <= timedelta(hours=1):
            return first_allowed(at + work, zone, quiet)
        at, work = at + timedelta(hours=1), work - timedelta(hours=1)
    return at + work
