"""Dates and times as files have them, read only where they can mean one thing.

Read: ISO 8601 ('2010-12-01', '2010-12-01T08:26:00+01:00', also with '/' and '.'), '20101201',
day-month-year with points ('1.12.2010', '1. 12. 2010'), and day and month around '/' or '-'
where the file shows which comes first: by a number above 12 in one of the values of the
column. '03/04/2011' in a file that shows nothing, or both, is refused. Two-digit years are
refused.

A naive time is a wall-clock time in the given zone. A time that the clocks skip in spring is
moved forward by the gap; of a time that they show twice in autumn the first is meant. A bare
date is that whole day in the shop's zone: its instant is the day's first.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from core.clock import month_number, start_of_day
from customers.rules.flaws import Flaw

EARLIEST_YEAR = 1900
LATEST_YEAR = 2200
CACHED = 20_000

_PATTERN = re.compile(
    r"""
    (?: (?P<year>[0-9]{4})(?P<iso>[-/.])(?P<month>[0-9]{1,2})(?P=iso)(?P<day>[0-9]{1,2})
      | (?P<first>[0-9]{1,2})(?P<mark>[-/.])\s?(?P<second>[0-9]{1,2})(?P=mark)\s?(?P<last>[0-9]{4})
      | (?P<packed>[0-9]{8}) )
    (?: (?:T|,?\s+) (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})
        (?: :(?P<second_of_minute>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))? )?
        (?: \s?(?P<half>[AP])\.?M\.? )?
        (?: \s?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?) )? )?
    """,
    # Not re.ASCII: browsers write '8:26\u202fAM' and '1.\u00a012.\u00a02010'.
    re.VERBOSE | re.IGNORECASE,
)

# '01.02.26', with or without a time: which century, and often which part is the year, is a guess.
_SHORT_YEAR = re.compile(
    r"[0-9]{1,2}(?P<mark>[-/.])\s?[0-9]{1,2}(?P=mark)\s?[0-9]{2}(?:[T,\s]\s*[0-9]{1,2}:.{1,40})?"
)
# The marks of '2010-12-01 08:26:00', as most files have it: read the quick way.
_PLAIN = {"-- ::", "--T::"}


class Order(StrEnum):
    """Which comes first where day and month are written around '/' or '-'."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def proof(text: str) -> Order | None:
    """Which order the value proves by itself; None where it proves nothing."""
    if text[4:5] == "-":
        return None
    match = _PATTERN.fullmatch(text.strip())
    if match is None or match["first"] is None or match["mark"] == ".":
        return None
    first, second = int(match["first"]), int(match["second"])
    if first > 12 >= second:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if second > 12 >= first else None


def _civil(match: re.Match[str], order: Order | None) -> date:
    if match["packed"]:
        packed = match["packed"]
        return date(int(packed[:4]), int(packed[4:6]), int(packed[6:]))
    if match["year"]:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    first, second = int(match["first"]), int(match["second"])
    if match["mark"] == ".":
        order = Order.DAY_FIRST
    elif order is None:
        order = proof(match.string) or (Order.DAY_FIRST if first == second else None)
    if order is None:
        raise Flaw("ambiguous_date")
    day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
    return date(int(match["last"]), month, day)


def _zone(text: str) -> timezone:
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _hour(match: re.Match[str]) -> int:
    hour = int(match["hour"])
    if match["half"] is None:
        return hour
    if not 1 <= hour <= 12:
        raise Flaw("not_a_date")
    return hour % 12 + (12 if match["half"] in "Pp" else 0)


def _read(text: str, order: Order | None) -> date | datetime:
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise Flaw("short_year" if _SHORT_YEAR.fullmatch(text.strip()) else "not_a_date")
    day = _civil(match, order)
    if match["hour"] is None:
        return day
    moment = datetime(  # noqa: DTZ001 (naive when the file names no zone)
        day.year,
        day.month,
        day.day,
        _hour(match),
        int(match["minute"]),
        int(match["second_of_minute"] or 0),
        int((match["fraction"] or "0").ljust(6, "0")[:6]),
    )
    return moment.replace(tzinfo=_zone(match["zone"])) if match["zone"] else moment


def parse_moment(text: str, order: Order | None = None) -> date | datetime:
    """A date for a bare date, else a datetime: naive, or aware where the text names its zone.

    Raises `Flaw` `not_a_date`, `short_year`, `ambiguous_date` or `date_out_of_range`.
    """
    try:
        if len(text) == 19 and text[4::3] in _PLAIN:
            moment: date | datetime = datetime.fromisoformat(text)
        else:
            moment = _read(text, order)
    except ValueError as error:
        raise Flaw("not_a_date") from error
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise Flaw("date_out_of_range", earliest=EARLIEST_YEAR, latest=LATEST_YEAR)
    return moment


def parse_day(text: str, order: Order | None = None) -> date:
    """A civil date; a time beside it is left out."""
    moment = parse_moment(text, order)
    return moment.date() if isinstance(moment, datetime) else moment


class Moment(NamedTuple):
    """An instant with the shop's civil date of it, as integers (`Purchase.local_day`).

    `day_only`: the file had a bare date, so the civil date is what is known.
    """

    at: datetime
    local_day: int
    local_month: int
    day_only: bool = False


def moment_of(at: datetime, shop_zone: ZoneInfo) -> Moment:
    """An aware instant with its civil date in the shop's zone."""
    day = at.astimezone(shop_zone).date()
    return Moment(at.astimezone(UTC), day.toordinal(), month_number(day))


def moment_of_day(day: date, shop_zone: ZoneInfo) -> Moment:
    """A bare date: that day in the shop's zone."""
    return Moment(start_of_day(day, shop_zone), day.toordinal(), month_number(day), day_only=True)


def moved(moment: Moment, shop_zone: ZoneInfo) -> Moment:
    """The moment in a shop that has another zone by now: a bare date stays the date it is, an
    instant stays the instant."""
    if moment.day_only:
        return moment_of_day(date.fromordinal(moment.local_day), shop_zone)
    return moment_of(moment.at, shop_zone)


def moment_reader(
    *, zone: ZoneInfo, shop_zone: ZoneInfo, order: Order | None
) -> Callable[[str], Moment]:
    """A function from a cell's text to its `Moment`; naive times are in `zone`.

    It remembers what it read last, as lines of one document repeat their time.
    """
    known: dict[str, Moment] = {}

    def read(text: str) -> Moment:
        moment = known.get(text)
        if moment is None:
            if len(known) >= CACHED:
                known.clear()
            moment = known[text] = _moment(parse_moment(text, order), zone, shop_zone)
        return moment

    return read


def _moment(read: date | datetime, zone: ZoneInfo, shop_zone: ZoneInfo) -> Moment:
    if not isinstance(read, datetime):
        return moment_of_day(read, shop_zone)
    return moment_of(read if read.tzinfo else read.replace(tzinfo=zone), shop_zone)
