"""A key has one effect for ever: its repetition answers the same, another content is refused."""

import pytest

from core.models import AuditEntry
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import Bank, everything
from tests.loyalty.refusing import refused

AT, LATER = "2026-11-01T12:00", "2027-03-05T08:00"


@pytest.fixture
def rich(member):
    member.earn("A", 10_000, "2026-10-01T12:00")
    return member


def repeated(act, other):
    """Do the act, again much later, then something else under the same key."""
    first = act(AT)
    before = everything()
    second = act(LATER)
    assert (first.replayed, second.replayed) == (False, True)
    assert (second.result, second.operation) == (first.result, first.operation)
    assert everything() == before
    with refused("key_reused"):
        other(LATER)
    return first


def test_earning(rich):
    repeated(
        lambda at: rich.earn("B", 5_000, at, key="k"),
        lambda at: rich.earn("C", 5_000, at, key="k"),
    )


@pytest.mark.parametrize("key", ["", "another"])
def test_an_order_earns_once_under_any_key(rich, key):
    repeated(
        lambda at: rich.earn("B", 5_000, at, key=key if at == LATER else ""),
        lambda at: rich.earn("B", 5_001, at, key=key),
    )


def test_an_order_earns_for_one_customer(rich):
    stranger = Bank(CustomerFactory())

    with refused("key_reused"):
        stranger.earn("A", 10_000, AT)


def test_redeeming(rich):
    repeated(lambda at: rich.redeem(60, at, key="k"), lambda at: rich.redeem(61, at, key="k"))


def test_redeeming_without_a_key_is_new_each_time(rich):
    assert rich.redeem(60, AT).result["available"] == 40
    assert rich.redeem(40, AT).result["available"] == 0
    with refused("insufficient"):
        rich.redeem(1, AT)


def test_refunding(rich):
    repeated(
        lambda at: rich.refund("A", 6_000, at, key="k"),
        lambda at: rich.refund("A", 4_000, at, key="k"),
    )
    with refused("refund_exceeds_order"):
        rich.refund("A", 4_001, LATER)


def test_adjusting(rich):
    repeated(
        lambda at: rich.adjust(7, at, key="k"),
        lambda at: rich.adjust(7, at, key="k", reason="another"),
    )
    assert AuditEntry.objects.filter(action="loyalty.adjusted").count() == 1


def test_reserving(rich):
    repeated(
        lambda at: rich.reserve(60, at, key="k"),
        lambda at: rich.reserve(60, at, key="k", order="another"),
    )


def test_an_order_reserves_once_without_a_key(rich):
    first = rich.reserve(60, AT)

    again = rich.reserve(60, "2026-11-01T12:29")

    assert (again.replayed, again.operation) == (True, first.operation)
    with refused("order_on_hold"):
        rich.reserve(61, "2026-11-01T12:29")
    with refused("order_on_hold"):
        rich.reserve(60, "2026-11-01T12:29", key="another")
    assert not rich.reserve(60, "2026-11-01T12:30").replayed, "the time of the first is over"


def test_capturing(rich):
    hold = rich.reserve(60, AT).operation.hold
    repeated(
        lambda at: rich.capture(hold, at, units=50, key="k"),
        lambda at: rich.capture(hold, at, units=60, key="k"),
    )


def test_capturing_and_cancelling_need_no_key(rich):
    first, second = (rich.reserve(20, AT, order=order).operation.hold for order in "12")
    repeated(lambda at: rich.capture(first, at), lambda at: rich.capture(first, at, units=19))
    repeated(
        lambda at: rich.cancel(second, at),
        lambda at: rich.cancel(first, at, key=f"cancel:{second.pk}"),
    )


def test_a_key_is_one_for_all_acts_of_a_programme(rich):
    rich.redeem(10, AT, key="k")

    for act in (rich.adjust, rich.reserve):
        with refused("key_reused"):
            act(10, AT, key="k")
    with refused("key_reused"):
        rich.earn("B", 10, AT, key="k")
    with refused("key_reused"):
        rich.refund("A", 10, AT, key="k")
    with refused("key_reused"):
        Bank(CustomerFactory()).redeem(10, AT, key="k")


def test_another_programme_has_its_own_keys_and_orders(rich):
    cashback = Bank(rich.customer, key="cashback", kind="cashback", earn_minor=50, pending_days=0)

    assert cashback.earn("A", 10_000, AT).result["points"] == 200
    assert rich.standing(AT) == (0, 100, 0, 0)
