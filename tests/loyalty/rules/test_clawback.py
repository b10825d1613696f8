"""Taking back: of the order's own lot, of others, as debt; and what had lapsed is not taken."""

import pytest

from loyalty.rules.clawback import Claw, claw_back
from loyalty.rules.lots import Bucket, LotState
from tests.loyalty.rules.books import book, hold, lot, moves, standing, utc


def claw(one, own, due, *, lapsed_before=0, most_debt=None):
    return claw_back(one, lot=own, due=due, lapsed_before=lapsed_before, most_debt=most_debt)


def test_what_was_spent_before_is_owed():
    own = lot(1, 200)
    one = book(own)
    one.take(180, Bucket.REDEEMED)

    assert claw(one, own, 200) == Claw(clawed=200, debt_added=180, written_off=0, lapsed=0)

    assert standing(one) == (0, 0, 0, 180)
    assert moves(one)[1:] == [("available", "clawed", 20, 1), ("debt", "clawed", 180, None)]
    one.add(lot(None, 250, matures="2026-11-15T12:00"), Bucket.ISSUED)
    assert standing(one) == (0, 70, 0, 0)


def test_or_written_off():
    own = lot(1, 200)
    one = book(own)
    one.take(180, Bucket.REDEEMED)

    assert claw(one, own, 200, most_debt=0) == Claw(200, 0, 180, 0)

    assert standing(one) == (0, 0, 0, 0)
    assert moves(one)[-1] == ("written_off", "debt", 180, None)
    one.add(lot(None, 250, matures="2026-11-15T12:00"), Bucket.ISSUED)
    assert standing(one) == (0, 250, 0, 0)


@pytest.mark.parametrize(
    ("owed", "limit", "added", "off"),
    [(0, 100, 100, 80), (0, 180, 180, 0), (70, 100, 30, 150), (130, 100, 0, 180)],
)
def test_or_owed_up_to_a_limit(owed, limit, added, off):
    own = lot(1, 200)
    one = book(own)
    one.take(200, Bucket.REDEEMED)
    one.move(Bucket.DEBT, Bucket.CLAWED, owed, None)

    assert claw(one, own, 180, most_debt=limit) == Claw(180, added, off, 0)
    assert standing(one) == (0, 0, 0, owed + added)


def test_the_orders_own_lot_comes_first_then_those_that_lapse_soonest():
    own = lot(1, 100)
    one = book(own, lot(2, 30, expires="2028-01-01T00:00"), lot(3, 30, expires="2027-01-01T00:00"))
    one.take_from(own, 60, Bucket.REDEEMED)

    claw(one, own, 80)

    assert moves(one)[1:] == [
        ("available", "clawed", 40, 1),
        ("available", "clawed", 30, 3),
        ("available", "clawed", 10, 2),
    ]


def test_a_pending_lot_is_taken_before_it_matures():
    own = lot(1, 100, matures="2026-12-01T00:00")
    one = book(own, lot(2, 50))

    claw(one, own, 40)
    assert standing(one) == (60, 50, 0, 0)
    claw(one, own, 60)

    assert standing(one) == (0, 50, 0, 0)
    assert own.state is LotState.CLOSED
    one.settle(utc("2026-12-02T00:00"))
    assert standing(one) == (0, 50, 0, 0)


def test_pending_units_of_other_orders_are_left_to_repay_later():
    own = lot(1, 100)
    one = book(own, lot(2, 500, matures="2026-12-01T00:00"))
    one.take(100, Bucket.REDEEMED)

    assert claw(one, own, 100).debt_added == 100
    assert standing(one) == (500, 0, 0, 100)
    one.settle(utc("2026-12-01T00:00"))
    assert standing(one) == (0, 400, 0, 0)


def test_what_is_held_is_left_to_its_hold():
    own = lot(1, 100)
    one = book(own)
    held = hold(one, 100, until="2026-11-15T12:30")

    assert claw(one, own, 100).debt_added == 100
    one.release(held)

    assert standing(one) == (0, 0, 0, 0)


def test_what_lapsed_unused_is_not_taken_and_counts_once():
    own = lot(1, 100, expires="2026-12-01T00:00")
    one = book(own)
    one.take(60, Bucket.REDEEMED)
    one.settle(utc("2026-12-01T00:00"))
    assert own.expired == 40

    assert claw(one, own, 50) == Claw(clawed=10, debt_added=10, written_off=0, lapsed=40)
    assert claw(one, own, 50, lapsed_before=40) == Claw(50, 50, 0, 0)
    assert standing(one) == (0, 0, 0, 60)


def test_an_order_that_earned_nothing_gives_nothing_back():
    one = book(lot(1, 100))

    assert claw(one, None, 0) == Claw(0, 0, 0, 0)
    assert one.moves == []
