"""The worked examples of docs/algorithms/points.md, through the services."""

from datetime import timedelta
from fractions import Fraction

import pytest

from loyalty.models import Award, Hold, Programme, Transfer
from loyalty.rules.award import LineTerms, Terms
from tests.loyalty.bank import Bank, differences, settle, utc
from tests.loyalty.refusing import refused


def lots(member, at):
    return [(lot["order"], lot["remaining"], lot["state"]) for lot in member.document(at)["lots"]]


def test_an_order_earns_matures_and_lapses(member):
    done = member.earn("7", 7_999, "2027-03-20T09:00")

    assert done.result == {
        "points": 79,
        "matures_at": "2027-04-03T22:00:00+00:00",
        "expires_at": "2028-03-20T23:00:00+00:00",
    }
    assert member.standing("2027-04-03T21:59:59.999999") == (79, 0, 0, 0)
    assert member.standing("2027-04-03T22:00") == (0, 79, 0, 0)
    assert member.standing("2028-03-20T22:59:59.999999") == (0, 79, 0, 0)
    assert member.standing("2028-03-20T23:00") == (0, 0, 0, 0)
    assert Transfer.objects.count() == 1, "reading writes nothing"


def test_partial_refunds_take_what_one_of_their_sum_takes(db):
    member = Bank(earn_minor=1_000)
    member.earn("7", 2_335, "2026-11-01T12:00")

    taken = [
        member.refund("7", sum_, "2026-11-02T12:00").result["clawed"] for sum_ in (500, 500, 1_335)
    ]

    assert taken == [1, 0, 1]
    assert member.standing("2026-11-02T12:00") == (0, 0, 0, 0)
    assert differences() == []


@pytest.mark.parametrize("change", [{"earn_units": 2}, {"earn_minor": 1}, {"rounding": "half_up"}])
def test_rules_changed_later_change_nothing(member, change):
    member.earn("7", 5_000, "2026-11-01T12:00")
    Programme.objects.update(**change)
    member.programme.refresh_from_db()

    assert member.refund("7", 5_000, "2026-11-02T12:00").result == {"clawed": 50, "debt_added": 0}


def test_units_are_spent_soonest_to_lapse_first_and_lapse_unused(db):
    monthly = {"pending_days": 0, "expiry": "months"}
    member = Bank(**monthly, expiry_months=3)
    member.earn("A", 10_000, "2026-10-31T12:00")
    member.programme.expiry_months = 1
    member.earn("B", 5_000, "2026-11-30T12:00", ordered_at=utc("2026-11-30T12:00"))
    member.programme.expiry = "never"
    member.earn("C", 20_000, "2026-11-30T12:00")

    assert member.redeem(120, "2026-11-30T13:00").result == {"redeemed": 120, "available": 230}

    assert lots(member, "2026-11-30T13:00") == [
        ("B", 0, "closed"),
        ("A", 30, "open"),
        ("C", 200, "open"),
    ]
    assert member.standing("2027-01-31T22:59") == (0, 230, 0, 0)
    assert member.standing("2027-01-31T23:00") == (0, 200, 0, 0)
    assert settle("2027-01-31T23:00") == 1
    assert differences() == []


def test_a_reservation_is_captured_in_part_and_only_once(member):
    member.adjust(500, "2026-11-01T12:00")

    reserved = member.reserve(300, "2026-11-01T12:00")
    assert member.standing("2026-11-01T12:00") == (0, 200, 300, 0)
    with refused("insufficient"):
        member.reserve(250, "2026-11-01T12:01", order="another")
    hold = reserved.operation.hold
    done = member.capture(hold, "2026-11-01T12:10", units=280)

    assert done.result == {"redeemed": 280, "available": 220}
    assert member.standing("2026-11-01T12:10") == (0, 220, 0, 0)
    with refused("hold_ended"):
        member.cancel(hold, "2026-11-01T12:11")
    assert Hold.objects.values_list("state", "captured").get() == ("captured", 280)


@pytest.fixture
def held_overnight(db):
    """100 units valid through 30 June, held for half an hour from ten to midnight in Warsaw."""
    member = Bank(pending_days=0, expiry_months=1)
    member.earn("A", 10_000, "2026-05-30T12:00")
    return member, member.reserve(100, "2026-06-30T21:50").operation.hold


def test_what_is_held_does_not_lapse_before_the_hold_ends(held_overnight):
    member, hold = held_overnight

    assert member.standing("2026-06-30T22:10") == (0, 0, 100, 0)
    assert member.capture(hold, "2026-06-30T22:10").result == {"redeemed": 100, "available": 0}
    assert differences() == []


def test_what_is_set_free_too_late_lapses(held_overnight):
    member, hold = held_overnight

    assert member.cancel(hold, "2026-06-30T22:10").result == {"released": 100, "available": 0}

    assert member.document("2026-06-30T22:10")["lots"][0]["state"] == "closed"
    assert [t.target for t in Transfer.objects.order_by("seq")][-1] == "expired"
    assert differences() == []


def test_a_hold_whose_time_is_out_is_not_captured(held_overnight):
    member, hold = held_overnight

    with refused("hold_expired"):
        member.capture(hold, "2026-06-30T22:21")
    with refused("hold_expired"):
        member.cancel(hold, "2026-06-30T22:21")

    assert member.standing("2026-06-30T22:21") == (0, 0, 0, 0)
    assert settle("2026-06-30T22:21") == 1
    hold.refresh_from_db()
    assert hold.state == "expired"
    assert Transfer.objects.filter(target="expired").get().amount == 100
    with refused("hold_expired"):
        member.capture(hold, "2026-06-30T22:22")


def spent_before_the_refund(**policy):
    member = Bank(pending_days=0, **policy)
    member.earn("A", 20_000, "2026-11-01T12:00")
    member.redeem(180, "2026-11-02T12:00")
    return member, member.refund("A", 20_000, "2026-11-03T12:00").result


def test_what_was_spent_is_owed_and_repaid(db):
    member, result = spent_before_the_refund()

    assert result == {"clawed": 200, "debt_added": 180}
    assert member.standing("2026-11-03T12:00") == (0, 0, 0, 180)
    with refused("in_debt"):
        member.redeem(1, "2026-11-03T12:00")
    with refused("in_debt"):
        member.reserve(1, "2026-11-03T12:00")
    member.earn("B", 25_000, "2026-11-04T12:00")
    assert member.standing("2026-11-04T12:00") == (0, 70, 0, 0)
    assert differences() == []


def test_or_written_off(db):
    member, result = spent_before_the_refund(debt_policy="clamp")

    assert result == {"clawed": 200, "debt_added": 0}
    member.earn("B", 25_000, "2026-11-04T12:00")
    assert member.standing("2026-11-04T12:00") == (0, 250, 0, 0)
    assert Transfer.objects.get(source="written_off").amount == 180
    assert differences() == []


def test_or_owed_up_to_a_limit(db):
    member, result = spent_before_the_refund(debt_policy="limit", debt_limit=100)

    assert result == {"clawed": 200, "debt_added": 100}
    assert member.standing("2026-11-03T12:00") == (0, 0, 0, 100)
    assert Transfer.objects.get(source="written_off").amount == 80
    member.earn("B", 25_000, "2026-11-04T12:00")
    assert member.standing("2026-11-04T12:00") == (0, 150, 0, 0)
    assert differences() == []


def test_money_that_does_not_count_goes_back_in_proportion(member):
    counted = Terms((LineTerms(7_000, Fraction(1, 100)),))
    member.earn("A", 10_000, "2026-11-01T12:00", terms=counted)

    assert member.refund("A", 5_000, "2026-11-02T12:00").result["clawed"] == 35
    assert member.refund("A", 5_000, "2026-11-02T12:00").result["clawed"] == 35
    assert Award.objects.values_list("granted", "clawed").get() == (70, 70)


def test_a_hold_lasts_seven_days_at_most(member):
    member.adjust(10, "2026-11-01T12:00")

    done = member.reserve(10, "2026-11-01T12:00", time=timedelta(days=30))

    assert done.result["expires_at"] == "2026-11-08T12:00:00+00:00"
