"""The legal deadline of a complaint: calendar days of the country, never paused."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def legal_due_on(received: datetime, days: int, zone: ZoneInfo) -> date:
    """The last civil day on which an answer is in time: the day of receipt is not counted. It does
    not move for a holiday: the earlier day is the safe one."""
    return received.astimezone(zone).date() + timedelta(days=days)
