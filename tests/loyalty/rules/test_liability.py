"""Worked example 16: liability and the revenue that waits (IFRS 15)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.liability import allocated, breakage, expected_cost, half_up, recognised

amounts = st.integers(0, 10**12)


def test_revenue_follows_what_is_redeemed_of_what_is_expected_to_be():
    second_year = half_up(recognised(Fraction(9_000), 4_500, 9_700))
    by_the_third = half_up(recognised(Fraction(9_000), 8_500, 9_900))

    assert (second_year, by_the_third - second_year) == (4_175, 3_552)
    assert recognised(Fraction(9_200), 4_500, 10_000) == 4_140


@pytest.mark.parametrize(
    ("paid", "price", "share"),
    [
        (100_000, Fraction(9_700), Fraction("8842.30")),
        # 2,000 points at 0.10, of which 85 % will be spent.
        (2_000, 2_000 * Fraction(10, 100) * Fraction(85, 100), Fraction("156.68")),
        (0, Fraction(0), Fraction(0)),
        (0, Fraction(5), Fraction(0)),
    ],
)
def test_a_sale_is_shared_exactly_not_by_rounded_per_cent(paid, price, share):
    assert round(allocated(paid, price), 2) == share


def test_breakage_is_unknown_until_something_has_ended():
    assert breakage(0, 0) is None
    assert breakage(400, 100) == Fraction(1, 4)
    assert expected_cost(1_001, None) == 1_001
    # 750.75 is 751.
    assert expected_cost(1_001, Fraction(1, 4)) == 751


@given(paid=amounts, price=st.fractions(0, 10**12), redeemed=amounts, expected=amounts)
def test_never_more_becomes_revenue_than_was_paid(paid, price, redeemed, expected):
    share = allocated(paid, price)

    assert 0 <= recognised(share, redeemed, expected) <= share <= paid
