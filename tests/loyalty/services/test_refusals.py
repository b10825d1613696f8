"""What is refused changes no row at all, not even what had become due."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import Bank
from tests.loyalty.refusing import refused

AT = "2026-11-16T12:00"


@pytest.fixture
def due(member):
    """A member of whom something has become due: 100 units have matured."""
    member.earn("A", 10_000, "2026-11-01T12:00")
    return member


def test_more_than_is_there(due):
    with refused("insufficient"):
        due.redeem(101, AT)
    with refused("insufficient"):
        due.reserve(101, AT)
    with refused("insufficient"):
        due.adjust(-101, AT)


def test_pending_units_cannot_be_spent(due):
    with refused("insufficient"):
        due.redeem(1, "2026-11-15T22:59")
    assert due.redeem(1, "2026-11-15T23:00").result["available"] == 99


def test_a_stranger_gets_no_account(due):
    with refused("insufficient"):
        Bank(CustomerFactory()).redeem(1, AT)


def test_more_than_is_held(due):
    hold = due.reserve(50, AT).operation.hold

    with refused("insufficient"):
        due.capture(hold, AT, units=51)
    for units in (0, -1):
        with refused():
            due.capture(hold, AT, units=units)


@pytest.mark.parametrize("units", [0, -1])
def test_less_than_one(due, units):
    with refused():
        due.redeem(units, AT)
    with refused():
        due.reserve(units, AT)


@pytest.mark.parametrize("minutes", [0, -1])
def test_a_hold_of_no_time(due, minutes):
    with refused():
        due.reserve(1, AT, time=timedelta(minutes=minutes))


def test_orders(due):
    with refused("unknown_order"):
        due.refund("B", 1, AT)
    with refused("refund_exceeds_order"):
        due.refund("A", 10_001, AT)
    with refused():
        due.refund("A", -1, AT)
    with refused():
        due.earn("B", -1, AT)
    with refused("currency_mismatch"):
        due.earn("B", 1, AT, currency="EUR")
    due.refund("A", 9_900, AT)
    with refused("refund_exceeds_order"):
        due.refund("A", 101, AT)
    assert due.refund("A", 100, AT).result == {"clawed": 1, "debt_added": 0}


def test_an_order_of_another_programme_is_unknown(due):
    other = Bank(due.customer, key="cashback")

    with refused("unknown_order"):
        other.refund("A", 1, AT)


def test_nothing_is_audited(due):
    with refused("insufficient"):
        due.adjust(-500, AT)

    assert not AuditEntry.objects.exists()


def test_an_order_of_nothing_earns_nothing_and_is_there(member):
    assert member.earn("A", 0, AT).result["points"] == 0
    assert member.earn("B", 99, AT).result["points"] == 0

    assert member.refund("A", 0, AT).result == {"clawed": 0, "debt_added": 0}
    with refused("refund_exceeds_order"):
        member.refund("A", 1, AT)
    assert member.refund("B", 99, AT).result == {"clawed": 0, "debt_added": 0}
    assert member.document(AT)["lots"] == []
