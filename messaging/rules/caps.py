"""How often one person may be written to, and when something planned is too late to fire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `amount` messages to one person in any `window`; an amount of 0 caps nothing."""

    amount: int
    window: timedelta


def allowed_from(sent: Sequence[datetime], cap: Cap, now: datetime) -> datetime:
    """When the cap lets the next message to this person go: `now`, or later.

    `sent` are the instants of earlier ones, in any order. With one in 24 hours and one sent at
    07:00 it is 07:00 the next day, to the second.
    """
    if not cap.amount:
        return now
    counted = sorted(instant for instant in sent if instant > now - cap.window)
    if len(counted) < cap.amount:
        return now
    return max(now, counted[-cap.amount] + cap.window)


def is_late(
    now: datetime, *, newest_due: datetime, last_sent: datetime | None, late_after: timedelta
) -> bool:
    """Whether a send has stood still for longer than `late_after` though something was due.

    Slow is not late: what counts is the time since the last message went out or, where that is
    newer, since its newest message fell due. A campaign due at 10:00 that nobody released, or
    that no worker touched, asks a person from 12:00 on where `late_after` is two hours.
    """
    still_since = max(newest_due, last_sent) if last_sent else newest_due
    return now - still_since > late_after
