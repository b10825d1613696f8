"""Hours in which nobody wants mail, by the clock on the customer's wall.

A wall time that does not exist (clocks go forward) is read with the offset from before the
change, so 02:30 in Warsaw on 2027-03-28 is 01:30Z, which the wall shows as 03:30. One that
exists twice (clocks go back) is the first: 02:30 on 2027-10-31 is 00:30Z. Each happens once.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` until `end` on the wall; over midnight where `begin` is later. Where both are
    the same there are none."""

    begin: time
    end: time

    def holds(self, wall: time) -> bool:
        """Whether this wall time is quiet; `end` itself is not."""
        if self.begin <= self.end:
            return self.begin <= wall < self.end
        return wall >= self.begin or wall < self.end


def instant_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall time on a civil day, in UTC; the rules for gaps and folds above."""
    return datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)


def first_allowed(instant: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    """The instant itself where the customer's wall clock allows it, else the end of the quiet
    hours. 22:10 in Warsaw on 2027-01-15 with quiet hours from 21 to 8 gives 2027-01-16T07:00Z."""
    if quiet is None:
        return instant
    wall = instant.astimezone(zone)
    if not quiet.holds(wall.time()):
        return instant
    day = wall.date()
    if wall.time() >= quiet.end:
        day += timedelta(days=1)
    return max(instant, instant_of(day, quiet.end, zone))
