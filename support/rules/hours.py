"""Opening hours as people write them: "09:00-13:00, 14:00-18:00"."""

import re

from support.rules.business_time import DAY_MINUTES, Hours, Window, overlapping

_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_SPAN = re.compile(r"\s*(\d{1,2}:\d{2})\s*[-\u2013]\s*(\d{1,2}:\d{2})\s*")


class BadHours(ValueError):
    """The text is no opening hours."""


def hours_of(text: str) -> Hours:
    """The windows in order; none where the text is empty. Raises BadHours."""
    windows = [_window(part) for part in text.split(",")] if text.strip() else []
    if overlapping(windows):
        raise BadHours("windows of a day overlap")
    return tuple(sorted(windows))


def text_of_hours(hours: Hours) -> str:
    """The windows as `hours_of` reads them."""
    return ", ".join(f"{_clock(window.opens)}-{_clock(window.closes)}" for window in hours)


def _window(part: str) -> Window:
    span = _SPAN.fullmatch(part)
    if span is None:
        raise BadHours(f"{part.strip()!r} is no time from-to")
    try:
        return Window(_minute(span[1]), _minute(span[2]))
    except ValueError as error:
        raise BadHours(str(error)) from None


def _minute(text: str) -> int:
    found = _TIME.fullmatch(text)
    assert found is not None, "the span has been matched"
    hour, minute = int(found[1]), int(found[2])
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise BadHours(f"{text} is no time of a day")
    return hour * 60 + minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
