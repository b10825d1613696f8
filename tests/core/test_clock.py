from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock

WARSAW = ZoneInfo("Europe/Warsaw")


def test_now_is_an_instant_in_utc() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 1, 1, 22, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 23, 0, tzinfo=UTC), date(2026, 1, 2)),
    ],
)
def test_local_date_follows_summer_time(instant: datetime, day: date) -> None:
    assert clock.local_date(instant, WARSAW) == day


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2026, 3, 29), "Europe/Warsaw", datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 30), "Europe/Warsaw", datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 26), "Europe/Warsaw", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        # Clocks in Chile go forward at midnight: the day begins at 01:00.
        (date(2026, 9, 6), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ],
)
def test_start_of_day(day: date, zone: str, instant: datetime) -> None:
    assert clock.start_of_day(day, ZoneInfo(zone)) == instant


@given(st.dates(min_value=date(1, 1, 1)))
def test_month_numbers_round_trip(day: date) -> None:
    assert clock.month_start(clock.month_number(day)) == day.replace(day=1)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_the_start_of_a_day_lies_on_that_day(day: date) -> None:
    assert clock.local_date(clock.start_of_day(day, WARSAW), WARSAW) == day


@pytest.mark.parametrize(
    ("day", "years", "result"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 5, 31), 1, date(2025, 5, 31)),
    ],
)
def test_add_years(day: date, years: int, result: date) -> None:
    assert clock.add_years(day, years) == result


def test_days_between_counts_civil_days() -> None:
    assert clock.days_between(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert clock.days_between(date(2026, 3, 1), date(2026, 2, 28)) == -1


def test_zone_names_are_area_and_city() -> None:
    names = clock.zone_names()

    assert "Europe/Warsaw" in names
    assert "UTC" in names
    assert "posixrules" not in names
    assert list(names) == sorted(names)
