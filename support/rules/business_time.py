"""Business time: when so many minutes of opening hours have passed, and how many lie between two
instants. Pauses do not count.

A calendar says which minutes of a civil day are open, by the clock on the wall; everything is added
and subtracted in UTC. An hour that the clock skips is not there to be counted; of one that it
repeats the first is meant.

**Source:** the definition is ours (docs/algorithms/business_time.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAY_MINUTES = 24 * 60
# Whoever is closed for so long has no opening hours at all.
LONGEST_CLOSED_DAYS = 3 * 366


class NeverOpen(ValueError):
    """The calendar has no opening hours for years."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Open from one minute of the day up to, without, another; 1440 is midnight at the end."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= DAY_MINUTES:
            raise ValueError("a window closes after it opens, on the same day")


Hours = tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours by weekday, Monday first, and the days that have hours of their own: holidays
    have none. Windows of a day do not overlap."""

    zone: ZoneInfo
    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    days: Mapping[date, Hours] = field(default_factory=dict)

    def hours(self, day: date) -> Hours:
        """When it is open on the civil day."""
        return self.days.get(day, self.week[day.weekday()])


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time that counts, from one instant up to another, in UTC."""

    begins: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        """How much time it is."""
        return self.ends - self.begins


@dataclass(frozen=True, slots=True)
class Due:
    """The first instant by which the time has passed, and the stretches that were counted."""

    at: datetime
    stretches: tuple[Stretch, ...]


def due_after(
    calendar: Calendar, since: datetime, time: timedelta, pauses: Iterable[Stretch] = ()
) -> Due:
    """When so much business time has passed since the instant, pauses left out. No time at all has
    passed at once, also when it is closed. Raises NeverOpen."""
    left, counted = time, list[Stretch]()
    at = since.astimezone(UTC)
    if not left:
        return Due(at, ())
    for stretch in _counted(calendar, since, pauses):
        part = Stretch(stretch.begins, min(stretch.ends, stretch.begins + left))
        counted.append(part)
        left -= part.length
        if not left:
            return Due(part.ends, tuple(counted))
    raise NeverOpen


def time_between(
    calendar: Calendar, since: datetime, until: datetime, pauses: Iterable[Stretch] = ()
) -> timedelta:
    """How much business time lies between the instants, pauses left out; none where the second is
    not later."""
    found = timedelta()
    for day in _days(calendar, since, until):
        for stretch in _without(_cut(_open_on(calendar, day), since, until), _merged(pauses)):
            found += stretch.length
    return found


def next_open(calendar: Calendar, since: datetime) -> datetime:
    """The instant itself where it is open, else when it opens next. Raises NeverOpen."""
    return next(_counted(calendar, since, ())).begins


def _counted(calendar: Calendar, since: datetime, pauses: Iterable[Stretch]) -> Iterator[Stretch]:
    """What counts from the instant on, in order; without an end, or NeverOpen."""
    breaks, closed = _merged(pauses), 0
    since, day = since.astimezone(UTC), _local(since, calendar.zone).date()
    last = max((pause.ends for pause in breaks), default=since)
    while closed <= LONGEST_CLOSED_DAYS:
        found = list(_without(_cut(_open_on(calendar, day), since, None), breaks))
        yield from found
        # Days within a long pause are no sign that the calendar is never open.
        closed = 0 if found or start_of(day, calendar.zone) < last else closed + 1
        day += DAY
    raise NeverOpen


def _open_on(calendar: Calendar, day: date) -> Iterator[Stretch]:
    for window in sorted(calendar.hours(day)):
        begins = instant_of(day, window.opens, calendar.zone)
        ends = instant_of(day, window.closes, calendar.zone)
        if begins < ends:
            yield Stretch(begins, ends)


def _days(calendar: Calendar, since: datetime, until: datetime) -> Iterator[date]:
    day, last = (_local(instant, calendar.zone).date() for instant in (since, until))
    while day <= last:
        yield day
        day += DAY


def _cut(
    stretches: Iterable[Stretch], since: datetime, until: datetime | None
) -> Iterator[Stretch]:
    for stretch in stretches:
        begins = max(stretch.begins, since)
        ends = stretch.ends if until is None else min(stretch.ends, until)
        if begins < ends:
            yield Stretch(begins.astimezone(UTC), ends.astimezone(UTC))


def _without(stretches: Iterable[Stretch], pauses: Sequence[Stretch]) -> Iterator[Stretch]:
    for stretch in stretches:
        begins = stretch.begins
        for pause in pauses:
            if begins < pause.begins < stretch.ends:
                yield Stretch(begins, pause.begins)
            if pause.begins < stretch.ends:
                begins = max(begins, min(pause.ends, stretch.ends))
        if begins < stretch.ends:
            yield Stretch(begins, stretch.ends)


def _merged(pauses: Iterable[Stretch]) -> list[Stretch]:
    """Pauses in order; those that touch are one."""
    found: list[Stretch] = []
    for pause in sorted(pauses, key=lambda pause: pause.begins):
        if found and pause.begins <= found[-1].ends:
            found[-1] = Stretch(found[-1].begins, max(found[-1].ends, pause.ends))
        elif pause.length > timedelta():
            found.append(Stretch(pause.begins.astimezone(UTC), pause.ends.astimezone(UTC)))
    return found


def instant_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant at which the wall shows so many minutes of the day, in UTC: the first of two, or
    the end of a gap that swallows it."""
    wall = datetime.combine(day, time.min) + minute * MINUTE
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    return instant if _local(instant, zone) == wall else _after_gap(wall, zone)


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock jumps over the time: between what it would be by the later offset and by the
    earlier one."""
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if _local(middle, zone) < wall:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the civil day, in UTC."""
    return instant_of(day, 0, zone)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def overlapping(windows: Iterable[Window]) -> bool:
    """Whether two of a day's windows share a minute."""
    return any(one.closes > other.opens for one, other in pairwise(sorted(windows)))
