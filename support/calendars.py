"""Calendars as they are stored, read for `support.rules.business_time`."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.clock import local_date
from support.models import BusinessCalendar, CalendarWindow
from support.rules.business_time import Calendar, Hours, Window


def calendar_of(row: BusinessCalendar, since: datetime) -> Calendar:
    """The calendar with the days of its own from the instant on. Two queries."""
    zone = ZoneInfo(row.timezone)
    windows = list(row.windows.select_related("day"))
    days: dict[date, Hours] = dict.fromkeys(
        row.days.filter(day__gte=local_date(since, zone)).values_list("day", flat=True), ()
    )
    for window in windows:
        if window.day:
            days[window.day.day] = _hours(one for one in windows if one.day == window.day)
    return Calendar(zone, _week(windows), days)


def _week(windows: list[CalendarWindow]) -> tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        _hours(window for window in windows if window.weekday == weekday) for weekday in range(7)
    )
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _hours(windows: Iterable[CalendarWindow]) -> Hours:
    return tuple(sorted(Window(window.opens, window.closes) for window in windows))
