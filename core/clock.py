"""The one clock. Callers that decide something pass the time on; only edges read it here."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

CLOCK_SLACK = timedelta(minutes=5)


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The civil date of an aware instant in the zone."""
    return instant.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the civil day in the zone, in UTC.

    Where midnight does not exist (clocks go forward at 00:00) this is the first instant after
    the gap: fold 0 maps the missing wall time to the instant an hour later on the clock.
    """
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def is_to_come(instant: datetime, now: datetime) -> bool:
    """Whether the instant is still to come; a clock that is a little ahead is forgiven."""
    return instant > now + CLOCK_SLACK


def month_number(day: date) -> int:
    """Months since year 0, so that months can be compared and subtracted as integers."""
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    """The first day of a month number."""
    return date(number // 12, number % 12 + 1, 1)


def add_years(day: date, years: int) -> date:
    """The same day in another year; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def days_between(earlier: date, later: date) -> int:
    """Whole civil days from the earlier to the later date; negative when swapped."""
    return (later - earlier) // timedelta(days=1)


@cache
def zone_names() -> tuple[str, ...]:
    """Area/City names of all zones known here, sorted; read from the disk once."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))
