"""A redemption is taken back once; what comes back keeps its life, or gets thirty days."""

import pytest

from core.models import AuditEntry
from loyalty.models import Lot, Operation
from tests.loyalty.bank import Bank, differences
from tests.loyalty.refusing import refused


@pytest.fixture
def spender(db):
    """100 units of November and 50 of December, of which 120 are spent on 1 December."""
    member = Bank(pending_days=0, expiry_months=2)
    member.earn("A", 10_000, "2026-11-01T12:00")
    member.earn("B", 5_000, "2026-12-01T12:00")
    return member, member.redeem(120, "2026-12-01T13:00").operation


def lots(member, at):
    return [
        (lot["order"], lot["earned"], lot["remaining"], lot["expires_at"][:16])
        for lot in member.document(at)["lots"]
    ]


def test_units_return_to_the_lots_they_were_of(spender):
    member, operation = spender
    assert lots(member, "2026-12-16T12:00") == [
        ("A", 100, 0, "2027-01-01T23:00"),
        ("B", 50, 30, "2027-02-01T23:00"),
    ]

    # On 2 December the thirtieth day is 1 January: the lot's own last.
    done = member.reverse(operation, "2026-12-02T12:00")

    assert done.result == {"returned": 120, "available": 150}
    assert differences() == []


def test_what_lives_long_enough_keeps_its_end_the_rest_gets_thirty_days(spender):
    member, operation = spender

    done = member.reverse(operation, "2026-12-16T12:00")

    assert done.result == {"returned": 120, "available": 150}
    assert lots(member, "2026-12-16T12:00") == [
        ("A", 100, 0, "2027-01-01T23:00"),
        ("A", 100, 100, "2027-01-15T23:00"),
        ("B", 50, 50, "2027-02-01T23:00"),
    ]
    assert member.standing("2027-01-15T22:59") == (0, 150, 0, 0)
    assert member.standing("2027-01-15T23:00") == (0, 50, 0, 0)
    assert differences() == []


def test_what_lapsed_long_ago_gets_thirty_days_too(spender):
    member, operation = spender

    member.reverse(operation, "2027-06-01T12:00")

    assert [lot.expires_at.isoformat()[:16] for lot in Lot.objects.order_by("pk")[2:]] == [
        "2027-07-01T22:00",
        "2027-07-01T22:00",
    ]
    assert member.standing("2027-06-01T12:00") == (0, 120, 0, 0)
    assert differences() == []


def test_once_only(spender):
    member, operation = spender
    first = member.reverse(operation, "2026-12-16T12:00", reason="returned")

    with refused("already_reversed"):
        member.reverse(operation, "2026-12-16T12:01", reason="returned")

    assert Operation.objects.get(reverses=operation) == first.operation
    assert AuditEntry.objects.filter(action="loyalty.reversed").count() == 1


def test_debt_is_repaid_first(spender):
    member, operation = spender
    member.refund("A", 10_000, "2026-12-16T12:00")
    assert member.standing("2026-12-16T12:00") == (0, 0, 0, 70)

    assert member.reverse(operation, "2026-12-16T13:00").result == {
        "returned": 120,
        "available": 50,
    }
    assert differences() == []


def test_a_capture_is_taken_back_too_and_only_what_it_spent(spender):
    member, _operation = spender
    hold = member.reserve(30, "2026-12-15T12:00").operation.hold
    captured = member.capture(hold, "2026-12-15T12:10", units=20).operation

    assert member.reverse(captured, "2026-12-15T12:20").result == {
        "returned": 20,
        "available": 30,
    }
    assert differences() == []


def test_only_what_was_spent_can_be_given_back(spender):
    member, operation = spender
    reversal = member.reverse(operation, "2026-12-16T12:00").operation
    earning = Operation.objects.get(kind="earn", order="A")
    adjustment = member.adjust(5, "2026-12-16T12:00").operation

    for other in (reversal, earning, adjustment):
        with refused():
            member.reverse(other, "2026-12-16T13:00")


def test_the_lots_units_can_be_spent_and_taken_back_again(spender):
    member, operation = spender
    member.reverse(operation, "2026-12-02T12:00")

    again = member.redeem(150, "2026-12-15T13:00").operation
    member.reverse(again, "2026-12-15T14:00")

    assert member.standing("2026-12-15T14:00") == (0, 150, 0, 0)
    assert differences() == []
