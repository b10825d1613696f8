"""Periods of limits: names, first days, free places."""

from datetime import date

import pytest

from loyalty.rules.periods import Period, begins_on, first_free, period_of

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("period", "name", "first"),
    [
        (Period.EVER, "", date.min),
        (Period.YEAR, "2026", date(2026, 1, 1)),
        (Period.MONTH, "2026-11", date(2026, 11, 1)),
        (Period.WEEK, "2026-W47", date(2026, 11, 16)),
        (Period.DAY, "2026-11-22", DAY),
    ],
)
def test_periods_are_those_of_the_calendar(period, name, first):
    assert (period_of(period, DAY), begins_on(period, DAY)) == (name, first)


def test_a_week_belongs_to_the_year_of_its_thursday():
    week = [date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3)]
    assert {period_of(Period.WEEK, day) for day in week} == {"2026-W53"}


def test_so_many_days_in_a_row_are_not_of_the_calendar():
    assert begins_on(Period.DAYS, DAY) == date.min
    with pytest.raises(AssertionError):
        period_of(Period.DAYS, DAY)


@pytest.mark.parametrize(("taken", "free"), [(set(), 1), ({1, 2}, 3), ({2, 3}, 1), ({1, 3}, 2)])
def test_the_lowest_free_number(taken, free):
    assert first_free(taken) == free
