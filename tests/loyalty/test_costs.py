"""What points cost: the page's numbers, the lists behind them, the files."""

import csv
import io
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
import time_machine
from django.urls import reverse

from core.services.shop import get_shop
from loyalty.costs import flow_months, liability, revenue_months
from loyalty.models import FlowMark, MonthFlow, Programme
from loyalty.rules.flows import Flow
from loyalty.services.adjusting import adjust
from loyalty.services.summing import sum_transfers
from tests.loyalty import bank

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def history(member):
    """Two lots that ended: 100 spent, 60 lapsed; then 250 by two orders, one refunded in part."""
    member.earn("A", 10_000, "2025-01-10T10:00")
    member.redeem(100, "2025-02-20T10:00", key="r1")
    member.earn("B", 6_000, "2025-09-05T10:00")
    member.earn("C", 20_000, "2026-09-30T22:30")
    member.earn("D", 5_000, "2026-11-01T10:00")
    member.refund("C", 5_000, "2026-11-05T10:00")
    bank.settle(NOW)
    return member


def months_by_number(programme):
    rows = flow_months(programme, get_shop(), NOW)
    return {(row.number // 12, row.number % 12 + 1): row for row in rows}


def test_what_is_owed_and_what_of_it_will_be_spent(history):
    owed = liability(history.programme, NOW)

    assert (owed.units, owed.worth_minor) == (200, 200)
    # Lot A came to its end in January, spent; lot B in September, unused.
    assert (owed.ended, owed.lapsed, owed.share_lapsing) == (160, 60, Fraction(3, 8))
    assert owed.expected_minor == 125


def test_months_add_up_to_what_is_held(history):
    months = months_by_number(history.programme)

    # 22:30 UTC on 30 September is October in Warsaw.
    assert months[2026, 10].flows[Flow.EARNED] == 200
    assert months[2026, 9].flows[Flow.LAPSED] == 60
    assert months[2026, 11].flows[Flow.CLAWED] == 50
    assert [months[2026, month].held for month in (8, 9, 10, 11)] == [60, 0, 200, 200]


def test_the_roll_up_changes_no_number_and_counts_nothing_twice(history):
    before = months_by_number(history.programme)
    sum_transfers(NOW)
    assert MonthFlow.objects.count() == 0

    assert sum_transfers(NOW + timedelta(minutes=61)) > 0
    assert MonthFlow.objects.count() > 0
    assert months_by_number(history.programme) == before
    sum_transfers(NOW + timedelta(minutes=122))
    assert sum_transfers(NOW + timedelta(minutes=183)) == 0
    assert months_by_number(history.programme) == before

    history.earn("E", 1_000, "2026-11-22T11:00")
    assert months_by_number(history.programme)[2026, 11].flows[Flow.EARNED] == 60


def test_another_zone_starts_the_roll_up_anew(history):
    sum_transfers(NOW)
    sum_transfers(NOW + timedelta(minutes=61))
    shop = get_shop()
    type(shop).objects.filter(pk=shop.pk).update(timezone="America/New_York")

    assert months_by_number(history.programme)[2026, 9].flows[Flow.EARNED] == 200
    sum_transfers(NOW + timedelta(minutes=122))
    assert FlowMark.objects.get().zone == "America/New_York"
    assert months_by_number(history.programme)[2026, 9].flows[Flow.EARNED] == 200


def test_revenue_waits_for_what_is_not_spent(history):
    rows = {row.month % 12 + 1: row for row in revenue_months(history.programme, get_shop(), None)}

    # 150 points of 0.01 with goods of 150.00.
    october = rows[10]
    assert (october.paid_minor, october.granted, october.spent) == (15_000, 150, 0)
    assert (october.allocated_minor, october.recognised_minor) == (149, 0)
    january = rows[1]
    assert (january.spent, january.allocated_minor, january.deferred_minor) == (100, 99, 0)


@pytest.mark.parametrize("role", ["support", "marketer", "manager", "admin"])
def test_each_number_opens_its_rows(sign_in, history, role):
    client = sign_in(role)
    shown = client.get(reverse("loyalty:cost")).context

    assert shown["figures"][0].value == "200 points"
    for row in shown["months"]:
        for number, href in row.cells:
            assert bool(href) == bool(number)
            if href:
                lines = client.get(href).context["lines"]
                assert lines
    [(_month, bar), *_more] = shown["lapsing"]
    assert client.get(bar.href).context["lines"][0].customer_id == history.customer.pk


def test_lists_go_on_by_the_page(sign_in, member):
    for number in range(60):
        adjust(
            actor=member.manager,
            customer=member.customer,
            programme=member.programme,
            units=1,
            reason="A test",
            now=NOW,
            key=f"a{number}",
        )
    address = reverse("loyalty:cost_movements") + "?month=2026-11-01&flow=given"
    first = sign_in("manager").get(address)
    assert len(first.context["lines"]) == 50

    second = sign_in("manager").get(f"{reverse('loyalty:cost_movements')}?{first.context['older']}")
    assert (len(second.context["lines"]), second.context["older"]) == (10, "")


@pytest.mark.parametrize(
    "query",
    [
        "?month=&flow=spent",
        "?month=2026-13-01&flow=spent",
        "?month=2026-11-01&flow=x",
        "?month=0001-01-01&flow=spent",
    ],
)
def test_an_address_that_means_nothing_is_not_found(sign_in, query):
    assert sign_in("manager").get(reverse("loyalty:cost_movements") + query).status_code == 404
    assert sign_in("manager").get(reverse("loyalty:cost_lapsing") + "?month=x").status_code == 404


@pytest.mark.parametrize("kind", ["months", "lapsing", "revenue", "costs"])
def test_files_say_the_same(sign_in, history, kind):
    answer = sign_in("manager").get(reverse("loyalty:cost_csv", args=[kind]))

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len({len(row) for row in rows}) == 1
    if kind == "lapsing":
        assert rows[1:] == [["2027-10-01", "150", "1.50"], ["2027-11-01", "50", "0.50"]]


def test_a_shop_without_points_says_so(sign_in):
    shown = sign_in("manager").get(reverse("loyalty:cost")).content.decode()

    assert "Nobody holds points yet" in shown
    assert Programme.objects.count() == 1
