"""Paying a part with units: what goes back depends on all the money, never on how it was split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.tender import due_back, last_spent, still_spent, units_for


@pytest.mark.parametrize(
    ("minor", "worth", "units"),
    [(3_000, 100, 3_000), (500, 300, 167), (501, 300, 167), (502, 300, 168), (1, 1_000, 1)],
)
def test_units_are_worth_at_least_what_they_pay(minor, worth, units):
    assert units_for(minor, worth) == units


def test_half_of_the_money_gives_half_of_the_units_back():
    assert due_back(3_000, 10_000, 5_000) == 1_500
    assert due_back(3_000, 10_000, 10_000) == 0
    assert due_back(3_000, 10_000, 0) == 3_000
    assert due_back(1, 3, 1) == 0
    assert due_back(3_000, 10_000, 12_000) == 0, "more money later gives nothing back"


@st.composite
def _partitions(draw):
    gross = draw(st.integers(1, 10**9))
    parts, left = [], gross
    for _number in range(draw(st.integers(0, 8))):
        parts.append(draw(st.integers(0, left)))
        left -= parts[-1]
    return draw(st.integers(1, gross)), gross, parts


@given(_partitions())
def test_any_partition_of_the_refunds_ends_the_same(case):
    units, gross, refunds = case
    kept, returned = gross, 0
    for refund in refunds:
        kept -= refund
        due = due_back(units, gross, kept) - returned
        assert due >= 0
        returned += due

    assert returned == due_back(units, gross, gross - sum(refunds)) <= units
    assert (returned == units) or kept


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 50)), min_size=1), st.data())
def test_what_was_spent_last_comes_back_first(spent, data):
    total = sum(units for _lot, units in spent)
    backs = data.draw(st.lists(st.integers(1, 20), max_size=5))
    backs = [back for place, back in enumerate(backs) if sum(backs[: place + 1]) <= total]

    stack = still_spent([*spent, *(("?", -back) for back in backs)])

    assert sum(units for _lot, units in stack) == total - sum(backs)
    at_once = still_spent(spent)
    last_spent(at_once, sum(backs))
    assert stack == at_once


def test_lots_come_back_in_slices():
    stack = [("a", 10), ("b", 5)]

    assert last_spent(stack, 7) == [("b", 5), ("a", 2)]
    assert stack == [("a", 8)]
