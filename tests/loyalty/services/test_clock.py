"""Clocks that go back, and jobs that come late, twice or never."""

import pytest

from loyalty.models import Operation, Transfer
from tests.loyalty.bank import Bank, settle, utc


def test_a_clock_that_goes_back_cannot_reorder_what_has_happened(member):
    member.earn("A", 10_000, "2026-11-01T12:00")
    member.redeem(10, "2026-11-16T12:00")

    member.redeem(10, "2026-11-10T12:00")

    last = Operation.objects.last()
    assert last.at == utc("2026-11-16T12:00")
    assert last.recorded_at == utc("2026-11-10T12:00")
    assert member.standing("2026-11-10T12:00") == (0, 80, 0, 0)
    times = list(Transfer.objects.order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)


def test_a_hold_lasts_its_time_by_the_accounts_own_clock(member):
    member.adjust(10, "2026-11-16T12:00")

    hold = member.reserve(10, "2026-11-16T10:00").operation.hold

    assert hold.expires_at == utc("2026-11-16T12:30")
    assert member.reserve(10, "2026-11-16T10:01").replayed
    assert member.capture(hold, "2026-11-16T12:29").result["redeemed"] == 10


def test_the_job_settles_each_account_once(db):
    first, second = Bank(), Bank()
    first.earn("A", 10_000, "2026-11-01T12:00")
    second.earn("B", 10_000, "2026-11-02T12:00")

    assert settle("2026-11-15T22:59") == 0
    assert settle("2026-11-15T23:00") == 1
    assert settle("2026-11-15T23:00") == 0
    assert (first.account.available, second.account.pending) == (100, 100)
    assert settle("2027-12-01T00:00") == 2
    assert Transfer.objects.filter(target="expired").count() == 2


JOB_TIMES = [
    [],
    ["2026-11-15T23:00"],
    ["2027-11-02T00:00"],
    ["2026-11-16T00:00", "2026-11-17T23:00", "2026-12-31T00:00", "2027-11-01T23:00"],
    ["2027-11-01T23:00", "2026-11-15T23:00"],
]


@pytest.mark.parametrize("times", JOB_TIMES)
def test_neither_balances_nor_transfers_depend_on_the_job(member, times):
    member.earn("A", 10_000, "2026-11-01T12:00")
    member.earn("B", 5_000, "2026-11-03T12:00")
    for at in times:
        settle(at)

    assert member.standing("2027-11-03T22:59") == (0, 50, 0, 0)
    settle("2027-11-03T23:00")

    rows = Transfer.objects.order_by("seq").values_list("source", "target", "amount", "at")
    assert list(rows)[2:] == [
        ("pending", "available", 100, utc("2026-11-15T23:00")),
        ("pending", "available", 50, utc("2026-11-17T23:00")),
        ("available", "expired", 100, utc("2027-11-01T23:00")),
        ("available", "expired", 50, utc("2027-11-03T23:00")),
    ]
