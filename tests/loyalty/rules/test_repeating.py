"""Repetitions of challenges: worked days, and what holds for any days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.challenges import Every, period_of
from loyalty.rules.repeating import (
    DAY,
    Course,
    Repeats,
    Repetition,
    longest_streak,
    running,
)

D = date.fromisoformat


@pytest.mark.parametrize(
    ("repeats", "day", "first", "last"),
    [
        (Repeats.MONTH, "2027-05-10", "2027-05-10", "2027-05-31"),  # shorter: it began there
        (Repeats.MONTH, "2028-02-29", "2028-02-01", "2028-02-29"),
        (Repeats.MONTH, "2028-12-24", "2028-12-01", "2028-12-24"),  # its last day
        (Repeats.WEEK, "2027-05-16", "2027-05-10", "2027-05-16"),
        (Repeats.WEEK, "2027-05-17", "2027-05-17", "2027-05-23"),
        (Repeats.QUARTER, "2027-06-30", "2027-05-10", "2027-06-30"),
        (Repeats.QUARTER, "2027-12-31", "2027-10-01", "2027-12-31"),
        (Repeats.NEVER, "2027-08-01", "2027-05-10", "2028-12-24"),
    ],
)
def test_the_repetition_of_a_day(repeats, day, first, last):
    course = Course(D("2027-05-10"), D("2028-12-24"), repeats)
    assert course.at(D(day)) == Repetition(D(first), D(last))


def test_outside_of_its_days_there_is_none():
    course = Course(D("2027-05-10"), D("2027-07-05"), Repeats.MONTH)
    assert course.at(D("2027-05-09")) is course.at(D("2027-07-06")) is None
    assert course.near(D("2027-01-01")) == Repetition(D("2027-05-10"), D("2027-05-31"))
    assert course.near(D("2029-01-01")) == Repetition(D("2027-07-01"), D("2027-07-05"))
    assert course.before(Repetition(D("2027-05-10"), D("2027-05-31"))) is None


@pytest.mark.parametrize(
    ("reached", "today", "count"),
    [
        (["2027-05-10", "2027-06-01"], "2027-06-20", 2),
        (["2027-05-10", "2027-06-01"], "2027-07-20", 2),  # July is still open
        (["2027-05-10", "2027-06-01"], "2027-08-01", 0),  # July was missed
        (["2027-05-10", "2027-07-01"], "2027-07-20", 1),
        ([], "2027-07-20", 0),
    ],
)
def test_how_many_months_running(reached, today, count):
    course = Course(D("2027-05-10"), None, Repeats.MONTH)
    assert running(course, {D(day) for day in reached}, D(today)) == count


def test_of_a_challenge_that_is_over_the_last_repetition_is_no_longer_open():
    course = Course(D("2027-05-01"), D("2027-06-30"), Repeats.MONTH)
    assert running(course, {D("2027-05-01")}, D("2027-06-30")) == 1
    assert running(course, {D("2027-05-01")}, D("2027-07-01")) == 0


DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
COURSES = st.builds(
    lambda first, length, repeats: Course(
        first, None if length is None and repeats else first + DAY * (length or 0), repeats
    ),
    DAYS,
    st.none() | st.integers(0, 900),
    st.sampled_from(Repeats),
)


@given(COURSES, DAYS)
def test_repetitions_hold_their_days_and_leave_none_out(course, day):
    found = course.at(day)
    inside = course.first <= day and (course.last is None or day <= course.last)
    assert (found is not None) == inside
    if found is None:
        return
    assert found.first <= day
    assert found.last is None or day <= found.last
    assert course.at(found.first) == found
    if found.last and found.last != course.last:
        after = course.at(found.last + DAY)
        assert after
        assert course.before(after) == found


@given(DAYS, st.sampled_from([one for one in Repeats if one]), st.sampled_from(Every))
def test_every_whole_repetition_has_room_for_the_longest_streak(day, repeats, every):
    course = Course(date(2020, 1, 1), None, repeats)
    whole = course.at(day)
    room = period_of(whole.last, every) - period_of(whole.first, every) + 1
    assert room >= longest_streak(course, every)


def test_some_repetition_has_room_for_no_more():
    february = Course(D("2027-02-01"), D("2027-02-28"))
    assert longest_streak(february, Every.WEEK) == 4  # it begins on a Monday
    assert longest_streak(Course(D("2026-11-30"), D("2027-02-01")), Every.MONTH) == 4
    assert longest_streak(Course(D("2026-11-30"), None, Repeats.QUARTER), Every.WEEK) == 13
    assert longest_streak(Course(D("2026-11-30"), None), Every.WEEK) is None


@given(COURSES, DAYS, st.sets(st.integers(0, 8)))
def test_running_is_what_one_counts_backwards(course, today, some):
    here = course.near(today)
    back = []
    while here and len(back) < 9:
        back.append(here.first)
        here = course.before(here)
    reached = {first for place, first in enumerate(back) if place in some}
    is_open = bool(course.near(today).last and today <= course.near(today).last)
    listed = back[1:] if is_open and back[0] not in reached else back
    count = next((place for place, first in enumerate(listed) if first not in reached), len(listed))
    assert running(course, reached, today) == count
