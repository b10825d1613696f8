"""When units mature and lapse: whole local days, kept as the exclusive instant of their end."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class ExpiryKind(StrEnum):
    """Never; so many months after the order; with the end of the year in which those months end."""

    NEVER = "never"
    MONTHS = "months"
    YEAR_END = "year_end"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long units of a programme wait and live."""

    pending_days: int
    expiry: ExpiryKind
    months: int


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def matures_at(ordered_at: datetime, lifetime: Lifetime, zone: ZoneInfo) -> datetime:
    """The first instant after so many full local days, which begin with the day after the order's;
    at once where there is nothing to wait for."""
    if not lifetime.pending_days:
        return ordered_at
    return first_instant(_local(ordered_at, zone) + timedelta(days=lifetime.pending_days + 1), zone)


def expires_at(ordered_at: datetime, lifetime: Lifetime, zone: ZoneInfo) -> datetime | None:
    """The instant at which units lapse, counted from the order's local date; None: never. They are
    valid through their last local day, whole."""
    if lifetime.expiry is ExpiryKind.NEVER:
        return None
    last = add_months(_local(ordered_at, zone), lifetime.months)
    if lifetime.expiry is ExpiryKind.YEAR_END:
        last = date(last.year, 12, 31)
    return first_instant(last + timedelta(days=1), zone)


def lives_through(now: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end of the local day that comes so many days after today's."""
    return first_instant(_local(now, zone) + timedelta(days=days + 1), zone)


def _local(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the civil day begins in the zone."""
    return datetime.combine(day, time.min, zone).astimezone(ZoneInfo("UTC"))
