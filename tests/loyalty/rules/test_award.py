"""What orders earn: the worked examples of docs/algorithms/points.md, and what always holds."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.award import Bonus, LineTerms, Rounding, Terms, allocate, earned, spread

POINT = Fraction(1, 100)


def one_line(basis_minor, rate=POINT, **more):
    return Terms((LineTerms(basis_minor, rate),), **more)


def clawed(terms, paid, *refunds):
    """What each of the refunds takes, in their order."""
    before, taken, gone = earned(terms), [], 0
    for refund in refunds:
        gone += refund
        after = earned(terms, Fraction(paid - gone, paid))
        taken.append(before - after)
        before = after
    return taken


def test_lines_earn_by_what_counts_of_them():
    terms = Terms((LineTerms(4_999, POINT), LineTerms(3_000, POINT)))

    assert earned(terms) == 79
    assert spread(terms, 79) == [49, 30]


def test_a_tier_multiplies_before_the_one_rounding():
    terms = Terms((LineTerms(999, POINT * Fraction(3, 2)),) * 3)

    assert earned(terms) == 44
    assert spread(terms, 44) == [15, 15, 14]


def test_partial_refunds_take_what_one_of_their_sum_takes():
    terms = one_line(2_335, Fraction(1, 1_000))

    assert earned(terms) == 2
    assert clawed(terms, 2_335, 500, 500, 1_335) == [1, 0, 1]
    assert clawed(terms, 2_335, 2_335) == [2]


def test_a_bonus_goes_when_its_threshold_does():
    terms = one_line(21_000, bonuses=(Bonus(20_000, 50),))

    assert earned(terms) == 260
    assert clawed(terms, 21_000, 1_000) == [10]
    assert clawed(terms, 21_000, 1_001, 999) == [61, 9]
    assert clawed(terms, 21_000, 2_000) == [70]


@pytest.mark.parametrize(
    ("rate", "basis", "expected"),
    [
        (Fraction(3, 100), 1_250, (37, 38, 38)),
        (Fraction(1, 100), 2_450, (24, 25, 24)),
        (Fraction(3, 100), 850, (25, 26, 26)),
        (Fraction(1, 100), 99, (0, 1, 1)),
        (Fraction(1, 100), 0, (0, 0, 0)),
    ],
)
def test_half_a_unit_is_rounded_as_the_programme_says(rate, basis, expected):
    assert tuple(earned(one_line(basis, rate, rounding=mode)) for mode in Rounding) == expected


def test_a_cap_holds_until_less_than_it_was_earned():
    terms = one_line(10_000, most=60)

    assert earned(terms) == 60
    assert clawed(terms, 10_000, 3_000, 2_000, 5_000) == [0, 10, 50]


def test_money_paid_otherwise_earns_nothing_and_is_given_back_in_proportion():
    terms = one_line(7_000)  # of a basket of 100.00, of which 30.00 were paid with cashback

    assert earned(terms) == 70
    assert clawed(terms, 10_000, 5_000, 5_000) == [35, 35]


def test_the_first_of_equal_remainders_comes_first():
    assert allocate(1, [Fraction(1)] * 3) == [1, 0, 0]
    assert allocate(100, [Fraction(333)] * 3) == [34, 33, 33]
    assert allocate(7, [Fraction(0), Fraction(0)]) == [0, 0]
    assert allocate(5, []) == []


rates = st.fractions(min_value=0, max_value=3, max_denominator=1_000)
some_terms = st.builds(
    Terms,
    lines=st.lists(st.builds(LineTerms, st.integers(0, 50_000), rates), min_size=1, max_size=5).map(
        tuple
    ),
    rounding=st.sampled_from(Rounding),
    bonuses=st.lists(st.builds(Bonus, st.integers(1, 60_000), st.integers(1, 99)), max_size=2).map(
        tuple
    ),
    most=st.none() | st.integers(0, 5_000),
)


@given(some_terms)
def test_lines_add_up_to_the_order(terms):
    units = earned(terms)
    weights = [line.basis_minor * line.rate for line in terms.lines]

    parts = spread(terms, units)

    if any(weights):
        assert sum(parts) == units
        fair = [units * weight / sum(weights) for weight in weights]
        assert all(abs(part - share) < 1 for part, share in zip(parts, fair, strict=True))
    assert all(part >= 0 for part in parts)
    assert not any(part for part, weight in zip(parts, weights, strict=True) if not weight)


@given(some_terms, st.lists(st.integers(0, 20_000), max_size=6))
def test_refunds_take_the_same_however_they_are_split(terms, refunds):
    paid = sum(refunds) + 1_000

    parts = clawed(terms, paid, *refunds)

    assert all(part >= 0 for part in parts)
    assert parts == [] or sum(parts) == sum(clawed(terms, paid, sum(refunds)))
    assert sum(clawed(terms, paid, *refunds, 1_000)) == earned(terms)


def test_more_given_back_never_leaves_more():
    """Whole parts by line would: the largest remainder leaps from line to line."""
    terms = Terms((LineTerms(3, Fraction(9)), LineTerms(3, Fraction(9)), LineTerms(1, Fraction(0))))

    left = [earned(terms, Fraction(kept, 7)) for kept in range(8)]

    assert left == [0, 7, 15, 23, 30, 38, 46, 54]
