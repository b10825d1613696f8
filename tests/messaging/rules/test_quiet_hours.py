"""Worked cases of the research page: gaps, folds, and quiet hours in winter and summer."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from messaging.rules.quiet_hours import QuietHours, first_allowed, instant_of

WARSAW, BUCHAREST = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/Bucharest")
NIGHT = QuietHours(time(21), time(8))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        (date(2027, 1, 1), time(0, 30), WARSAW, utc(2026, 12, 31, 23, 30)),
        (date(2027, 1, 1), time(0, 30), BUCHAREST, utc(2026, 12, 31, 22, 30)),
        (date(2027, 3, 28), time(2, 30), WARSAW, utc(2027, 3, 28, 1, 30)),
        (date(2027, 10, 31), time(2, 30), WARSAW, utc(2027, 10, 31, 0, 30)),
        (date(2027, 10, 31), time(2, 30, fold=1), WARSAW, utc(2027, 10, 31, 0, 30)),
        (date(2027, 3, 28), time(3, 30), BUCHAREST, utc(2027, 3, 28, 1, 30)),
        (date(2027, 10, 31), time(3, 30), BUCHAREST, utc(2027, 10, 31, 0, 30)),
    ],
)
def test_wall_times_that_miss_or_repeat_happen_once(day, wall, zone, expected):
    assert instant_of(day, wall, zone) == expected


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (utc(2027, 1, 15, 21, 10), utc(2027, 1, 16, 7)),
        (utc(2027, 7, 15, 20, 10), utc(2027, 7, 16, 6)),
        (utc(2027, 1, 16, 3, 0), utc(2027, 1, 16, 7)),
        (utc(2027, 1, 16, 7, 0), utc(2027, 1, 16, 7)),
        (utc(2027, 1, 15, 19, 59, 59), utc(2027, 1, 15, 19, 59, 59)),
        (utc(2027, 1, 15, 20, 0), utc(2027, 1, 16, 7)),
        # The night in which the clocks go forward: 8 o'clock comes an hour sooner.
        (utc(2027, 3, 27, 22, 0), utc(2027, 3, 28, 6)),
    ],
)
def test_what_falls_into_the_night_waits_for_eight_in_warsaw(instant, expected):
    assert first_allowed(instant, WARSAW, NIGHT) == expected


def test_quiet_hours_within_a_day_and_none_at_all():
    siesta = QuietHours(time(13), time(15))

    assert first_allowed(utc(2027, 1, 15, 12, 30), WARSAW, siesta) == utc(2027, 1, 15, 14)
    assert first_allowed(utc(2027, 1, 15, 23), WARSAW, QuietHours(time(8), time(8))) == utc(
        2027, 1, 15, 23
    )
    assert first_allowed(utc(2027, 1, 15, 23), WARSAW, None) == utc(2027, 1, 15, 23)


def test_a_quiet_time_that_ends_in_a_gap_ends_once():
    until_gap = QuietHours(time(22), time(2, 30))

    assert first_allowed(utc(2027, 3, 28, 0, 30), WARSAW, until_gap) == utc(2027, 3, 28, 1, 30)
    assert first_allowed(utc(2027, 3, 28, 1, 30), WARSAW, until_gap) == utc(2027, 3, 28, 1, 30)
