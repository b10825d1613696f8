"""Stacking: worked examples, and what holds for any basket and any codes."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.discounts import Basket, Effect, Line, Offer, price

TEN = Offer("ten", Effect.ORDER_PERCENT, rate=1_000, together=2)
FIFTEEN = Offer("fifteen", Effect.ORDER_VALUE, value_minor=1_500, together=2)


def basket(*amounts, delivery=0):
    return Basket(tuple(Line(amount) for amount in amounts), delivery)


@pytest.mark.parametrize("typed", permutations([TEN, FIFTEEN]))
def test_worked_example_14(typed):
    priced = price(basket(6_000, 4_000), typed)

    assert [(one.key, one.minor) for one in priced.taken] == [("ten", 1_000), ("fifteen", 1_500)]
    assert (priced.total_minor, priced.line_discounts) == (7_500, (900 + 600, 600 + 400))


def test_three_equal_lines_share_by_largest_remainder():
    priced = price(basket(333, 333, 333), [TEN])

    assert (priced.discount_minor, priced.line_discounts) == (100, (34, 33, 33))


def test_nothing_falls_below_zero():
    priced = price(basket(1_000, delivery=1_299), [FIFTEEN])

    assert (priced.line_discounts, priced.total_minor) == ((1_000,), 1_299)


def test_the_fixed_order_of_effects():
    cups = frozenset({"cups"})
    whole = Basket((Line(10_000, cups), Line(10_000)), 1_500)
    offers = [
        Offer("d", Effect.DELIVERY, together=9),
        Offer("ov", Effect.ORDER_VALUE, value_minor=1_000, together=9),
        Offer("op", Effect.ORDER_PERCENT, rate=1_000, together=9),
        Offer("iv", Effect.ITEM_VALUE, value_minor=1_000, item="cups", together=9),
        Offer("ip", Effect.ITEM_PERCENT, rate=5_000, item="cups", together=9),
    ]

    taken = {one.key: one.minor for one in price(whole, offers).taken}

    # 10,000 -> 5,000 -> 4,000 of the cups; then 10 % of 14,000, and 10.00 of 12,600.
    assert taken == {"ip": 5_000, "iv": 1_000, "op": 1_400, "ov": 1_000, "d": 1_500}
    assert list(taken) == ["ip", "iv", "op", "ov", "d"]


def test_a_percentage_has_a_cap():
    capped = Offer("c", Effect.ORDER_PERCENT, rate=5_000, most_minor=2_000)

    assert price(basket(10_000), [capped]).discount_minor == 2_000


def test_one_of_a_group_the_one_that_takes_more():
    spring = [
        Offer("5", Effect.ORDER_PERCENT, rate=500, group="spring", together=3),
        Offer("8", Effect.ORDER_VALUE, value_minor=800, group="spring", together=3),
    ]
    small, large = price(basket(10_000), spring), price(basket(20_000), spring)

    assert ([one.key for one in small.taken], small.left_out) == (["8"], {"5"})
    assert ([one.key for one in large.taken], large.left_out) == (["5"], {"8"})


def test_a_code_that_stands_alone_is_used_alone_where_it_takes_more():
    alone = Offer("alone", Effect.ORDER_PERCENT, rate=3_000)

    assert [one.key for one in price(basket(10_000), [TEN, alone, FIFTEEN]).taken] == ["alone"]
    assert price(basket(5_000), [TEN, alone, FIFTEEN]).left_out == {"alone"}


def test_a_code_that_would_do_nothing_is_kept():
    all_of_it = Offer("all", Effect.ORDER_VALUE, value_minor=9_999, together=2)
    free = Offer("free", Effect.DELIVERY, together=2)

    assert price(basket(1_000), [all_of_it, free]).left_out == {"free"}
    assert price(basket(), [TEN]).taken == ()


def test_a_gift_is_a_use_though_it_takes_nothing():
    gift = Offer("mug", Effect.GIFT, together=2)
    priced = price(basket(10_000), [gift, TEN])

    assert [one.key for one in priced.taken] == ["ten", "mug"]
    assert priced.discount_minor == 1_000


LINES = st.builds(Line, st.integers(0, 100_000), st.sampled_from([frozenset(), frozenset({"a"})]))
BASKETS = st.builds(Basket, st.lists(LINES, max_size=6).map(tuple), st.integers(0, 3_000))
OFFERS = st.lists(
    st.builds(
        Offer,
        key=st.uuids().map(str),
        effect=st.sampled_from(Effect),
        rate=st.integers(0, 10_000),
        value_minor=st.integers(0, 50_000),
        most_minor=st.none() | st.integers(0, 5_000),
        item=st.just("a"),
        group=st.sampled_from(["", "g", "h"]),
        together=st.integers(1, 4),
    ),
    max_size=4,
    unique_by=lambda offer: offer.key,
)


@given(BASKETS, OFFERS, st.randoms())
def test_the_order_of_typing_plays_no_part(some, offers, chance):
    other = list(offers)
    chance.shuffle(other)

    assert price(some, other) == price(some, offers)


@given(BASKETS, OFFERS)
def test_parts_add_up_and_stay_within_their_lines(some, offers):
    priced = price(some, offers)

    off = priced.line_discounts
    assert all(0 <= part <= line.amount_minor for part, line in zip(off, some.lines, strict=True))
    assert sum(off) + sum(one.delivery_minor for one in priced.taken) == priced.discount_minor
    assert 0 <= priced.total_minor <= some.sum_minor + some.delivery_minor
    assert priced.left_out | {one.key for one in priced.taken} == {offer.key for offer in offers}


@given(BASKETS, OFFERS)
def test_a_code_that_fits_nothing_changes_nothing(some, offers):
    idle = Offer("idle", Effect.ITEM_PERCENT, rate=10_000, item="nobody has it", together=1)

    assert price(some, [*offers, idle]).taken == price(some, offers).taken
