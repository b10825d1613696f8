"""Days of maturing and lapsing: local midnights, through February and both changes of the clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from loyalty.rules.calendar import (
    ExpiryKind,
    Lifetime,
    add_months,
    expires_at,
    lives_through,
    matures_at,
)

WARSAW = ZoneInfo("Europe/Warsaw")


def months(number, pending=14):
    return Lifetime(pending, ExpiryKind.MONTHS, number)


def local(text, zone=WARSAW):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("ordered", "number", "expected"),
    [
        ("2028-02-29T12:00", 12, "2029-02-28T23:00"),
        ("2027-02-28T12:00", 12, "2028-02-28T23:00"),
        ("2027-03-01T12:00", 12, "2028-03-01T23:00"),
        ("2027-01-31T12:00", 1, "2027-02-28T23:00"),
        ("2026-08-31T12:00", 6, "2027-02-28T23:00"),
        ("2026-12-31T23:59", 12, "2027-12-31T23:00"),
        ("2027-03-20T10:00", 12, "2028-03-20T23:00"),
        ("2027-03-27T10:00", 12, "2028-03-27T22:00"),  # the clock has changed the day before
        ("2026-03-27T10:00", 12, "2027-03-27T23:00"),  # the night in which the clock changes
        ("2026-10-30T10:00", 12, "2027-10-30T22:00"),
        ("2026-10-31T10:00", 12, "2027-10-31T23:00"),  # the day has 25 hours
    ],
)
def test_units_are_valid_through_their_last_local_day(ordered, number, expected):
    assert expires_at(local(ordered), months(number), WARSAW) == utc(expected)


@pytest.mark.parametrize(
    ("ordered", "days", "expected"),
    [
        ("2027-03-20T10:00", 14, "2027-04-03T22:00"),
        ("2027-03-20T00:00", 14, "2027-04-03T22:00"),
        ("2027-03-20T23:59:59.999999", 14, "2027-04-03T22:00"),
        ("2027-10-20T10:00", 14, "2027-11-03T23:00"),
        ("2027-03-27T10:00", 1, "2027-03-28T22:00"),
        ("2027-10-30T10:00", 1, "2027-10-31T23:00"),
        ("2028-02-28T10:00", 1, "2028-02-29T23:00"),
        ("2027-06-01T10:00", 1, "2027-06-02T22:00"),
    ],
)
def test_units_wait_whole_local_days(ordered, days, expected):
    assert matures_at(local(ordered), months(12, days), WARSAW) == utc(expected)


def test_what_waits_no_day_is_there_at_once():
    instant = utc("2027-03-20T09:30")

    assert matures_at(instant, months(12, 0), WARSAW) == instant


def test_the_local_day_counts_not_that_of_utc():
    late = utc("2027-06-30T22:30")  # the first of July in Warsaw

    assert matures_at(late, months(1), WARSAW) == utc("2027-07-15T22:00")
    assert expires_at(late, months(1), WARSAW) == utc("2027-08-01T22:00")
    assert expires_at(late, months(1), ZoneInfo("America/New_York")) == utc("2027-07-31T04:00")


def test_the_year_ends_in_the_shops_zone():
    year_end = Lifetime(14, ExpiryKind.YEAR_END, 12)

    assert expires_at(local("2026-11-21T10:00"), year_end, WARSAW) == utc("2027-12-31T23:00")
    assert expires_at(local("2027-01-01T00:00"), year_end, WARSAW) == utc("2028-12-31T23:00")


def test_some_never_lapse():
    assert expires_at(utc("2027-01-01T00:00"), Lifetime(0, ExpiryKind.NEVER, 12), WARSAW) is None


def test_a_midnight_that_is_missing_is_the_first_instant_after_it():
    """In Cairo the clock goes from 00:00 to 01:00 on 30 April 2027."""
    cairo = ZoneInfo("Africa/Cairo")

    assert matures_at(local("2027-04-28T10:00", cairo), months(1, 1), cairo) == utc(
        "2027-04-29T22:00"
    )


def test_thirty_days_are_the_rest_of_today_and_thirty_whole_ones():
    assert lives_through(local("2027-03-01T15:00"), 30, WARSAW) == utc("2027-03-31T22:00")


def test_months_are_clamped_to_their_ends():
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert add_months(date(2026, 11, 30), 1) == date(2026, 12, 30)
