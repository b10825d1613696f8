"""Days that come again each year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.birthdays import YearlyDay, exists, in_year, is_past, next_on, years_on

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("month", "day", "year", "expected"),
    [
        (2, 29, None, True),
        (2, 29, 2000, True),
        (2, 29, 2001, False),
        (2, 29, 1900, False),
        (4, 31, None, False),
        (4, 30, 1985, True),
        (13, 1, None, False),
        (0, 1, None, False),
        (1, 0, None, False),
        (2, 30, None, False),
        (1, 1, 0, False),
        (1, 1, 10**30, False),
    ],
)
def test_a_day_exists_or_not(month: int, day: int, year: int | None, expected: bool) -> None:
    assert exists(YearlyDay(month, day, year)) is expected


@pytest.mark.parametrize(
    ("year", "today", "expected"),
    [
        (None, date(2026, 1, 1), True),
        (2026, date(2026, 5, 3), True),
        (2026, date(2026, 5, 2), False),
    ],
)
def test_nobody_is_born_in_the_future(year: int | None, today: date, expected: bool) -> None:
    assert is_past(YearlyDay(5, 3, year), today) is expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 5, 3), date(2026, 5, 3)),
        (date(2026, 5, 4), date(2027, 5, 3)),
        (date(2026, 1, 1), date(2026, 5, 3)),
    ],
)
def test_the_next_time_counts_today(today: date, expected: date) -> None:
    assert next_on(YearlyDay(5, 3), today) == expected


def test_the_29th_of_february_is_kept_on_the_28th() -> None:
    leap = YearlyDay(2, 29)

    assert in_year(leap, 2027) == date(2027, 2, 28)
    assert in_year(leap, 2028) == date(2028, 2, 29)
    assert next_on(leap, date(2027, 3, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 5, 2), 40), (date(2026, 5, 3), 41), (date(1985, 5, 3), 0)],
)
def test_years_are_whole(day: date, expected: int) -> None:
    assert years_on(YearlyDay(5, 3, 1985), day) == expected


def test_years_without_a_year_are_unknown() -> None:
    assert years_on(YearlyDay(5, 3), date(2026, 5, 3)) is None


@given(born=DAYS, today=DAYS)
def test_the_next_birthday_is_within_a_year_and_kept_on_its_day(born: date, today: date) -> None:
    found = next_on(YearlyDay(born.month, born.day, born.year), today)

    assert 0 <= (found - today).days <= 366
    assert (found.month, found.day) in {(born.month, born.day), (2, 28)}
