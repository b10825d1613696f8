"""`retention_report`, `rebuild_rollups` and `check_rollups` as scripts use them."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from core.models import Shop
from customers.models import Purchase
from customers.observers import PurchasesChanged, announce
from retention.management.commands import retention_report
from retention.models import CustomerDay, GapCount, MonthSet, StaleMark
from tests.factories.customers import CustomerFactory, PurchaseFactory
from tests.retention.world import civil, make_world

pytestmark = pytest.mark.django_db

KEYS = [
    *("from", "to", "window_days"),
    *("customers_at_start", "kept", "lost", "new", "reactivated", "customers_at_end"),
    *("retention_rate", "churn_rate"),
    *("purchases", "guest_purchases", "repeat_purchases", "repurchase_index"),
    *("buyers", "new_buyers", "returning_buyers"),
    *("gross", "refunds", "net", "aov", "frequency", "currency"),
]


def run(*words: str) -> Any:
    out = StringIO()
    call_command(*words, stdout=out)
    return json.loads(out.getvalue())


def buy(customer: Any, at: str, minor: int = 1000, **more: Any) -> Purchase:
    """A purchase, announced as services announce it."""
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    row = PurchaseFactory(
        customer=customer,
        occurred_at=instant,
        gross_minor=minor,
        number=f"r{Purchase.objects.count()}",
        **civil(instant),
        **more,
    )
    day = frozenset({row.local_day})
    if customer is None:
        announce(PurchasesChanged(guest_days=day))
    else:
        pair = frozenset({(customer.pk, row.local_day)})
        announce(PurchasesChanged(customer_ids=frozenset({customer.pk}), customer_days=pair))
    return row


def test_an_empty_shop_has_counts_and_no_rates(shop: Shop) -> None:
    found = run("retention_report", "--from", "2026-01-01", "--to", "2026-02-01", "--json")

    assert list(found) == KEYS
    rates = ("retention_rate", "churn_rate", "repurchase_index", "aov", "frequency")
    assert [found.pop(name) for name in rates] == [None] * 5
    assert found == {
        "from": "2026-01-01",
        "to": "2026-02-01",
        "window_days": 365,
        **dict.fromkeys(KEYS[3:9], 0),
        **dict.fromkeys(("purchases", "guest_purchases", "repeat_purchases"), 0),
        **dict.fromkeys(("buyers", "new_buyers", "returning_buyers"), 0),
        **dict.fromkeys(("gross", "refunds", "net"), "0.00"),
        "currency": "PLN",
    }


def test_a_report_sees_what_was_just_bought(shop: Shop) -> None:
    anna, jan = CustomerFactory(), CustomerFactory()
    buy(anna, "2025-12-01 10:00")
    buy(jan, "2026-01-05 10:00", 2550)
    buy(jan, "2026-01-05 10:00", 1000)
    buy(jan, "2026-01-07 10:00", 1000, currency="EUR")
    buy(None, "2026-01-09 10:00", 99)

    found = run("retention_report", "--from", "2026-01-01", "--to", "2026-02-01", "--window", "31")

    assert found["customers_at_start"] == 1
    assert (found["kept"], found["lost"], found["new"], found["customers_at_end"]) == (0, 1, 1, 1)
    assert (found["retention_rate"], found["churn_rate"]) == (0.0, 100.0)
    assert (found["purchases"], found["guest_purchases"], found["repeat_purchases"]) == (4, 1, 1)
    assert found["repurchase_index"] == 25.0
    assert (found["gross"], found["aov"], found["frequency"]) == ("36.49", "12.1633", 3.0)


@pytest.mark.parametrize(("window", "rate"), [("30", 100.0), ("31", 100.0), ("32", None)])
def test_exactly_the_window_of_history_is_enough(
    shop: Shop, window: str, rate: float | None
) -> None:
    anna = CustomerFactory()
    buy(None, "2025-12-01 10:00")
    buy(anna, "2025-12-31 10:00")
    buy(anna, "2026-01-31 10:00")

    found = run(
        "retention_report", "--from", "2026-01-01", "--to", "2026-02-01", "--window", window
    )

    assert (found["customers_at_start"], found["kept"]) == (1, 1)
    assert found["retention_rate"] == rate


def test_money_is_of_the_currency_and_sets_of_all(shop: Shop) -> None:
    buy(CustomerFactory(), "2026-01-05 10:00", 1000, currency="JPY")
    buy(CustomerFactory(), "2026-01-05 10:00", 500)

    found = run(
        "retention_report", "--from", "2026-01-01", "--to", "2026-02-01", "--currency", "JPY"
    )

    assert (found["buyers"], found["purchases"]) == (2, 2)
    assert (found["gross"], found["aov"], found["currency"]) == ("1000", "1000.0000", "JPY")


def test_days_are_the_shops(shop: Shop) -> None:
    buy(CustomerFactory(), "2026-01-31 23:30")

    january = run("retention_report", "--from", "2026-01-01", "--to", "2026-02-01")
    february = run("retention_report", "--from", "2026-02-01", "--to", "2026-03-01")

    assert (january["purchases"], february["purchases"]) == (0, 1)


def test_cohorts_end_with_the_data(shop: Shop) -> None:
    anna, jan = CustomerFactory(), CustomerFactory()
    buy(anna, "2026-01-05 10:00")
    buy(anna, "2026-03-05 10:00")
    buy(jan, "2026-03-06 10:00")
    buy(None, "2026-04-01 10:00")

    found = run("retention_report", "--cohorts", "--months", "5", "--json")

    assert found == [
        {"cohort": "2026-01", "size": 1, "active": [1, 0, 1, 0, None]},
        {"cohort": "2026-03", "size": 1, "active": [1, 0, None, None, None]},
    ]


@pytest.mark.parametrize(
    ("words", "cohorts"),
    [
        (["--from", "2026-01-02"], ["2026-03"]),
        (["--from", "2026-01-01"], ["2026-01", "2026-03"]),
        (["--to", "2026-03-01"], ["2026-01"]),
        (["--to", "2026-03-02"], ["2026-01", "2026-03"]),
        (["--from", "2026-02-01", "--to", "2026-03-01"], []),
    ],
)
def test_cohorts_whose_month_begins_in_the_period(
    shop: Shop, words: list[str], cohorts: list[str]
) -> None:
    buy(CustomerFactory(), "2026-01-05 10:00")
    buy(CustomerFactory(), "2026-03-05 10:00")

    found = run("retention_report", "--cohorts", *words)

    assert [row["cohort"] for row in found] == cohorts


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--from", "2026-01-01"],
        ["--from", "2026-02-01", "--to", "2026-02-01"],
        ["--from", "2026-02-01", "--to", "2026-01-01"],
        ["--from", "2026-02-30", "--to", "2026-03-01"],
        ["--from", "20260201", "--to", "2026-03-01"],
        ["--from", "2026-02-01", "--to", "2026-03-01", "--window", "0"],
        ["--from", "2026-02-01", "--to", "2026-03-01", "--window", "731"],
        ["--from", "2026-02-01", "--to", "2026-03-01", "--window", "١٢"],
        ["--from", "2026-02-01", "--to", "2026-03-01", "--window", "9" * 5000],
        ["--from", "2026-02-01", "--to", "2026-03-01", "--currency", "pln"],
        ["--from", "2026-02-01", "--to", "2026-03-01", "--currency", "XQZ"],
        ["--cohorts", "--months", "0"],
        ["--cohorts", "--months", "x"],
    ],
)
def test_bad_usage_exits_2(
    shop: Shop, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)

    with pytest.raises(SystemExit) as caught:
        retention_report.Command().run_from_argv(["manage.py", "retention_report", *words])

    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


def test_rebuild_and_check(shop: Shop) -> None:
    make_world(11)

    rebuilt = run("rebuild_rollups", "--json")

    assert rebuilt["rows"]["retention_customerday"] == CustomerDay.objects.count() > 0
    assert run("check_rollups", "--json") == {"differences": []}


def test_a_difference_is_named_and_exits_1(shop: Shop) -> None:
    make_world(12)
    run("rebuild_rollups", "--json")
    gap = GapCount.objects.order_by("day").first()
    assert gap is not None
    GapCount.objects.filter(day=gap.day, next_day=gap.next_day).update(customers=99)
    MonthSet.objects.order_by("month").last().delete()
    out = StringIO()

    with pytest.raises(SystemExit) as caught:
        call_command("check_rollups", "--json", stdout=out)

    assert caught.value.code == 1
    found = json.loads(out.getvalue())["differences"]
    stored = [row["row"] for row in found if row["side"] == "stored"]
    assert [gap.day, gap.next_day, 99] in stored
    assert {row["table"] for row in found} == {"retention_gapcount", "retention_monthset"}


def test_a_purchase_nobody_announced_is_a_difference(shop: Shop) -> None:
    world = make_world(13)
    run("rebuild_rollups", "--json")
    world.sell(world.customers[0])
    Purchase.objects.update(counts=True)
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command("check_rollups", stdout=out)

    assert "retention_customerday: only derived" in out.getvalue()
    assert not StaleMark.objects.exists()
