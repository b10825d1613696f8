"""When members are told that units lapse, and when a month is summed up: whole days of the shop.

Units can be used through a civil day, and that day is what people are told. A notice goes from nine
in the morning so many days before it. Where nothing could go then, it may still go until the end of
the second day after; later it would only confuse, and a nearer notice takes its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from loyalty.rules.calendar import add_months, first_instant

NINE = time(9)
GRACE_DAYS = 2
# A statement is as true some days later.
STATEMENT_GRACE_DAYS = 7
ONE_DAY = timedelta(days=1)


class Verdict(StrEnum):
    """What becomes of a notice at an instant."""

    NOT_YET = "not_yet"
    GOES = "goes"
    OVERTAKEN = "overtaken"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Notice:
    """One of the notices of a programme: so many days before the last day."""

    kind: str
    days: int


def last_day_of(expires_at: datetime, zone: ZoneInfo) -> date:
    """The civil day through which units can be used that lapse at the (exclusive) instant."""
    return (expires_at - datetime.resolution).astimezone(zone).date()


def span_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What lapses after the first instant and up to the second can be used through the day."""
    return first_instant(day, zone), first_instant(day + ONE_DAY, zone)


def nine_of(day: date, zone: ZoneInfo) -> datetime:
    """Nine in the morning of the civil day."""
    return datetime.combine(day, NINE, zone).astimezone(UTC)


def goes_from(notice: Notice, last_day: date, zone: ZoneInfo) -> datetime:
    """The instant from which the notice may go."""
    return nine_of(last_day - timedelta(days=notice.days), zone)


def too_late_at(notice: Notice, last_day: date, zone: ZoneInfo) -> datetime:
    """The instant from which the notice goes no more; at the latest that at which units lapse."""
    end = last_day - timedelta(days=notice.days) + timedelta(days=GRACE_DAYS + 1)
    return first_instant(min(end, last_day + ONE_DAY), zone)


def verdict(
    notice: Notice, others: Iterable[Notice], last_day: date, now: datetime, zone: ZoneInfo
) -> Verdict:
    """What becomes of the notice now. Of two that could go at once only the nearer one does."""
    if now < goes_from(notice, last_day, zone):
        return Verdict.NOT_YET
    if now >= too_late_at(notice, last_day, zone):
        return Verdict.TOO_LATE
    nearer = (other for other in others if other.days < notice.days)
    if any(goes_from(other, last_day, zone) <= now for other in nearer):
        return Verdict.OVERTAKEN
    return Verdict.GOES


def newest_begun(notice: Notice, now: datetime, zone: ZoneInfo) -> date:
    """The farthest last day of which the notice may have gone by now."""
    today = now.astimezone(zone).date()
    begun = today if now >= nine_of(today, zone) else today - ONE_DAY
    return begun + timedelta(days=notice.days)


def days_begun(notice: Notice, done_through: date, now: datetime, zone: ZoneInfo) -> list[date]:
    """The last days after `done_through` of which the notice has begun, in order; those that are
    over are left out: there is nothing to be said of them any more."""
    today = now.astimezone(zone).date()
    first = max(done_through + ONE_DAY, today)
    count = (newest_begun(notice, now, zone) - first).days + 1
    return [first + timedelta(days=number) for number in range(max(0, count))]


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month that is summed up, and when its statement may go."""

    first: date
    begins: datetime
    ends: datetime
    goes_from: datetime
    too_late_at: datetime


def statement_month(day_of_month: int, now: datetime, zone: ZoneInfo) -> Month:
    """The month before the present one, told from nine in the morning of the day of this one."""
    this = now.astimezone(zone).date().replace(day=1)
    first = add_months(this, -1)
    told = this.replace(day=day_of_month)
    end = told + timedelta(days=STATEMENT_GRACE_DAYS + 1)
    return Month(
        first=first,
        begins=first_instant(first, zone),
        ends=first_instant(this, zone),
        goes_from=nine_of(told, zone),
        too_late_at=first_instant(end, zone),
    )
