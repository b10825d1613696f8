"""Relative dates: whole days, today counts, 29 February has its place every year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.segment_dates import Days, MonthDays, born_until, coming_days, day_range

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("operator", "value", "first", "last"),
    [
        ("in_last", 0, TODAY, TODAY),
        ("in_last", 30, date(2026, 10, 23), TODAY),
        ("more_than_ago", 30, None, date(2026, 10, 22)),
        ("in_next", 10, TODAY, date(2026, 12, 2)),
        ("this_month", None, date(2026, 11, 1), date(2026, 11, 30)),
        ("between", (date(2026, 1, 1), date(2026, 1, 2)), date(2026, 1, 1), date(2026, 1, 2)),
        ("before", date(2026, 1, 1), None, date(2025, 12, 31)),
        ("after", date(2026, 1, 1), date(2026, 1, 2), None),
        ("on", date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1)),
        ("before", date.min, None, date.min),
        ("after", date.max, date.max, None),
    ],
)
def test_operators_name_days(operator: str, value: object, first: date, last: date) -> None:
    assert day_range(operator, value, TODAY) == Days(first, last)


@given(st.dates(), st.integers(0, 36_500))
def test_the_last_days_and_more_than_those_ago_share_no_day_and_leave_none(today, days) -> None:
    recent = day_range("in_last", days, today)
    older = day_range("more_than_ago", days, today)

    assert recent.last == today
    if recent.first > date.min:
        assert older.last == recent.first - timedelta(days=1)


@given(st.dates(), st.integers(0, 36_500))
def test_the_calendar_has_ends(today: date, days: int) -> None:
    assert day_range("in_next", days, today).last >= today
    assert coming_days(today, days)


@pytest.mark.parametrize(
    ("today", "days", "expected"),
    [
        (date(2026, 11, 22), 0, [MonthDays(11, 22, 22)]),
        (date(2026, 11, 22), 8, [MonthDays(11, 22, 30)]),
        (date(2026, 11, 22), 9, [MonthDays(11, 22, 30), MonthDays(12, 1, 1)]),
        (date(2026, 12, 30), 3, [MonthDays(12, 30, 31), MonthDays(1, 1, 2)]),
        (date(2026, 2, 27), 1, [MonthDays(2, 27, 29)]),
        (date(2026, 2, 27), 0, [MonthDays(2, 27, 27)]),
        (date(2026, 2, 28), 0, [MonthDays(2, 28, 29)]),
        (date(2026, 2, 27), 2, [MonthDays(2, 27, 29), MonthDays(3, 1, 1)]),
        (date(2028, 2, 27), 1, [MonthDays(2, 27, 28)]),
        (date(2028, 2, 27), 2, [MonthDays(2, 27, 29)]),
        (date(2026, 3, 1), 0, [MonthDays(3, 1, 1)]),
    ],
)
def test_coming_days_go_month_by_month(today: date, days: int, expected: list) -> None:
    assert coming_days(today, days) == expected


def kept_on(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28)


@given(
    st.dates(date(1999, 1, 1), date(2050, 1, 1)),
    st.integers(0, 364),
    st.dates(date(2000, 1, 1), date(2000, 12, 31)),
)
def test_a_day_comes_as_the_calendar_says(today: date, days: int, born: date) -> None:
    until = today + timedelta(days=days)
    expected = any(
        today <= kept_on(year, born.month, born.day) <= until
        for year in range(today.year, until.year + 1)
    )

    found = any(
        part.month == born.month and part.first <= born.day <= part.last
        for part in coming_days(today, days)
    )

    assert found == expected


def test_from_a_year_on_all_days_come() -> None:
    assert coming_days(TODAY, 365) == [MonthDays(month, 1, 31) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("today", "age", "expected"),
    [
        (date(2026, 11, 22), 18, 20081122),
        (date(2026, 11, 22), 0, 20261122),
        (date(2026, 2, 28), 18, 20080229),
        (date(2028, 2, 28), 20, 20080228),
    ],
)
def test_who_is_old_enough_was_born_until(today: date, age: int, expected: int) -> None:
    assert born_until(today, age) == expected
