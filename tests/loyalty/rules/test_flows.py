"""Moves between buckets as flows."""

from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.flows import Flow, change, flow_of, flows, months_back, pairs_of
from loyalty.rules.lots import OWN_BUCKETS, Bucket
from loyalty.words import MOVES

# What goes to another account of the programme comes in there: no flow of the programme.
pairs = st.sampled_from(sorted(pair for pair in MOVES if Bucket.MOVED not in pair))
moves = st.dictionaries(pairs, st.integers(1, 10**9))


def held_by(pair, units):
    """What a move does to what is held, from the buckets alone."""
    source, target = pair
    sign = {Bucket.DEBT: -1}
    gained = sign.get(target, 1) * units if target in OWN_BUCKETS else 0
    lost = sign.get(source, 1) * units if source in OWN_BUCKETS else 0
    # Debt is held the other way round: what leaves it raises it.
    if source == Bucket.DEBT:
        return gained - units
    if target == Bucket.DEBT:
        return units - lost
    return gained - lost


@given(moves)
def test_flows_change_what_is_held_by_what_the_moves_do(found):
    # Repaying: available units go, and so does as much debt.
    expected = sum(held_by(pair, units) for pair, units in found.items())

    assert change(flows(found)) == expected


def test_what_is_given_back_lowers_what_was_spent():
    there_and_back = {("available", "redeemed"): 100, ("redeemed", "available"): 30}

    assert flows(there_and_back)[Flow.SPENT] == 70


def test_each_move_belongs_to_the_flow_that_lists_it():
    for flow in Flow:
        for pair in pairs_of(flow):
            assert flow_of(*pair)[0] is flow
    inside = [pair for pair in MOVES if flow_of(*pair) is None]
    assert all({*pair} <= {*OWN_BUCKETS, Bucket.MOVED} for pair in inside)


def test_months_are_walked_back_from_what_is_held_now():
    moved = {
        24_310: {("issued", "pending"): 500, ("available", "redeemed"): 40},
        24_312: {("available", "expired"): 60},
    }

    found = months_back(400, moved, range(24_309, 24_313))

    assert [(month.number, month.held) for month in found] == [
        (24_309, 0),
        (24_310, 460),
        (24_311, 460),
        (24_312, 400),
    ]
    assert found[1].flows[Flow.EARNED] == 500
