"""Places that are shared, names that say little, periods: worked by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.leaderboard import ALWAYS, Span, places, public_name, span_start


def test_equal_values_share_a_place():
    assert places([9, 7, 7, 7, 3, 3, 1]) == [1, 2, 2, 2, 5, 5, 7]
    assert places([]) == []


@given(st.lists(st.integers(1, 20)))
def test_a_place_is_one_more_than_how_many_have_more(values):
    values.sort(reverse=True)
    assert places(values) == [1 + sum(other > value for other in values) for value in values]


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("Anna", "Nowak", "Anna N."),
        ("Anna Maria", "Nowak-Lis", "Anna N."),
        ("Łucja", "świątek", "Łucja Ś."),
        (" ", "Nowak", "N."),
        ("Anna", "", "Anna"),
        ("", "", ""),
        ("anna@example.com", "", ""),
        ("Anna", "555 123", "Anna"),
    ],
)
def test_a_name_says_little(first, last, shown):
    assert public_name(first, last) == shown


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_name_never_shows_more_of_the_last_one_than_its_initial(first, last):
    shown = public_name(first, last)
    one, _space, rest = shown.partition(" ")
    assert "@" not in shown
    assert len(rest) <= 4
    assert one == "" or one in first.split() or len(one) <= 4


@pytest.mark.parametrize(
    ("span", "day", "first"),
    [
        (Span.MONTH, date(2028, 2, 29), date(2028, 2, 1)),
        (Span.QUARTER, date(2027, 12, 31), date(2027, 10, 1)),
        (Span.QUARTER, date(2027, 1, 1), date(2027, 1, 1)),
        (Span.ALL, date(2027, 5, 5), ALWAYS),
    ],
)
def test_the_period_of_a_day(span, day, first):
    assert span_start(span, day) == first
