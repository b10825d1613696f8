"""What is due happens in its order; units are spent soonest to lapse first."""

from datetime import timedelta

from loyalty.rules.lots import Bucket, LotState
from tests.loyalty.rules.books import book, hold, lot, moves, standing, utc


def test_what_lapses_soonest_is_spent_first():
    lapsing_later = lot(1, 100, expires="2027-01-31T23:00")
    lapsing_soon = lot(2, 50, expires="2026-12-31T23:00")
    lasting = lot(3, 200)
    one = book(lapsing_later, lapsing_soon, lasting)

    parts = one.take(120, Bucket.REDEEMED)

    assert [(part.pk, units) for part, units in parts] == [(2, 50), (1, 70)]
    assert standing(one) == (0, 230, 0, 0)
    one.settle(utc("2027-01-31T22:59:59.999999"))
    assert standing(one) == (0, 230, 0, 0)
    one.settle(utc("2027-01-31T23:00"))
    assert standing(one) == (0, 200, 0, 0)
    assert moves(one)[-1] == ("available", "expired", 30, 1)
    assert (lapsing_later.expired, lapsing_later.state) == (30, LotState.CLOSED)


def test_of_lots_that_lapse_together_the_older_goes_first():
    one = book(lot(8, 10, expires="2027-01-01T00:00"), lot(7, 10, expires="2027-01-01T00:00"))

    assert [part.pk for part, _units in one.take(15, Bucket.REDEEMED)] == [7, 8]


def test_a_lot_matures_at_its_instant_and_is_spent_from_then_on():
    one = book(lot(1, 100, matures="2026-11-20T00:00", expires="2027-11-20T00:00"))

    one.settle(utc("2026-11-19T23:59:59.999999"))
    assert standing(one) == (100, 0, 0, 0)
    assert one.open_lots() == []
    one.settle(utc("2026-11-20T00:00"))
    assert standing(one) == (0, 100, 0, 0)


def test_a_lot_long_past_matures_and_lapses_at_once():
    one = book()
    old = lot(None, 80, matures="2025-01-16T00:00", expires="2026-01-02T00:00")

    one.add(old, Bucket.ISSUED)

    assert standing(one) == (0, 0, 0, 0)
    assert moves(one) == [
        ("issued", "pending", 80, None),
        ("pending", "available", 80, None),
        ("available", "expired", 80, None),
    ]
    assert {move.at for move in one.moves} == {utc("2026-11-15T12:00")}


def test_part_of_a_hold_is_spent_and_the_rest_comes_free():
    one = book(lot(1, 200, expires="2027-01-01T00:00"), lot(2, 300))
    held = hold(one, 300, until="2026-11-15T12:30")
    assert standing(one) == (0, 200, 300, 0)

    one.capture(held, 280)

    assert standing(one) == (0, 220, 0, 0)
    assert [(each.remaining, each.reserved) for each in one.lots] == [(0, 0), (220, 0)]
    assert sum(units for _s, target, units, _l in moves(one) if target == "redeemed") == 280


def late_evening():
    one = book(lot(1, 100, expires="2026-06-30T22:00"), at="2026-06-30T21:50")
    return one, hold(one, 100, until="2026-06-30T22:20")


def test_what_is_held_does_not_lapse_before_its_hold_ends():
    one, held = late_evening()

    one.settle(utc("2026-06-30T22:10"))
    assert standing(one) == (0, 0, 100, 0)
    one.capture(held, 100)

    assert standing(one) == (0, 0, 0, 0)
    assert moves(one)[-1] == ("reserved", "redeemed", 100, 1)


def test_what_a_cancelled_hold_sets_free_too_late_lapses_at_once():
    one, held = late_evening()

    one.settle(utc("2026-06-30T22:10"))
    one.release(held)
    one.settle(one.at)

    assert standing(one) == (0, 0, 0, 0)
    assert moves(one)[-1] == ("available", "expired", 100, 1)


def test_a_hold_ends_by_itself():
    one, held = late_evening()

    one.settle(utc("2026-06-30T22:21"))

    assert one.ended == [held]
    assert one.holds == []
    assert one.lots[0].expired == 100
    assert {move.at for move in one.moves[1:]} == {utc("2026-06-30T22:20")}


def test_what_matures_repays_what_is_owed_first():
    one = book(lot(1, 250, matures="2026-12-01T00:00"), debt=180)

    one.settle(utc("2026-12-01T00:00"))

    assert standing(one) == (0, 70, 0, 0)
    assert moves(one) == [("pending", "available", 250, 1), ("available", "debt", 180, 1)]


def test_what_comes_free_repays_what_is_owed_first():
    one = book(lot(1, 100))
    held = hold(one, 100, until="2026-11-15T12:30")
    one.move(Bucket.DEBT, Bucket.CLAWED, 30, None)

    one.release(held)

    assert standing(one) == (0, 70, 0, 0)


def test_the_order_of_looking_does_not_matter():
    def world():
        return book(
            lot(1, 40, matures="2026-11-16T00:00", expires="2026-12-01T00:00"),
            lot(2, 60, matures="2026-11-20T00:00", expires="2026-11-25T00:00"),
            lot(3, 50, expires="2026-11-18T00:00"),
            debt=0,
        )

    at_once, by_the_hour = world(), world()
    at_once.settle(utc("2026-12-02T00:00"))
    for hours in range(24 * 17):
        by_the_hour.settle(utc("2026-11-15T12:00") + timedelta(hours=hours))

    assert at_once.moves == by_the_hour.moves
    assert standing(at_once) == standing(by_the_hour) == (0, 0, 0, 0)


def test_a_clock_that_goes_back_moves_nothing_back():
    one = book(lot(1, 100, matures="2026-11-20T00:00"))
    one.settle(utc("2026-11-20T00:00"))

    one.settle(utc("2026-11-19T00:00"))
    one.take(10, Bucket.REDEEMED)

    assert one.moves[-1].at == one.at == utc("2026-11-20T00:00")


def test_what_comes_back_repays_debt_and_opens_its_lot_again():
    spent = lot(1, 100)
    one = book(spent)
    one.take(100, Bucket.REDEEMED)
    assert spent.state is LotState.CLOSED
    one.move(Bucket.DEBT, Bucket.CLAWED, 30, None)

    one.give_back(spent, 100)

    assert standing(one) == (0, 70, 0, 0)
    assert (spent.state, spent.remaining) == (LotState.OPEN, 70)
