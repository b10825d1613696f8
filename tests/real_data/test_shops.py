"""The CDNOW sample and UCI Online Retail: every figure equals the independent computation."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.clock import month_number
from retention.reports import months
from retention.services.checking import differences
from tests.real_data.conftest import NOW
from tests.real_data.shop_answers import (
    COUNTS,
    INDEXES,
    SHOPS,
    RawShop,
    four,
    next_month,
    reference,
    report,
)

pytestmark = [pytest.mark.real_data, pytest.mark.django_db]


def of_each_shop(name: str, values: str) -> pytest.MarkDecorator:
    """The test for each of these values of each shop, which is imported once for the module."""
    pairs = [
        pytest.param(shop, value, id=f"{shop}-{label(value)}")
        for shop, facts in SHOPS.items()
        for value in (reference(facts[values]) if values == "monthly" else facts[values])
    ]
    return pytest.mark.parametrize(("shop_of_file", name), pairs, indirect=["shop_of_file"])


def label(value: Any) -> str:
    return str(value["month"]) if isinstance(value, dict) else "-".join(map(str, value))


in_uci = pytest.mark.parametrize("shop_of_file", ["uci"], indirect=True)


@pytest.mark.parametrize("window", [90, 365])
@of_each_shop("row", "monthly")
def test_a_month_equals_the_reference(
    row: dict[str, str], window: int, shop_of_file: dict[str, Any]
) -> None:
    start, end = f"{row['month']}-01", f"{next_month(row['month'])}-01"

    found = report("--from", start, "--to", end, "--window", str(window))

    assert {name: found[name] for name in COUNTS} == {
        name: int(row[theirs.format(window=window)]) for name, theirs in COUNTS.items()
    }
    money = {name: str(Decimal(row[name]).scaleb(-2)) for name in ("gross", "refunds", "net")}
    assert {name: found[name] for name in money} == money
    assert float(found["aov"]) == float(row["aov_gross"])
    assert four(found["repurchase_index"]) == float(row["repurchase_index_A_all"])
    assert found["frequency"] == int(row["identified_orders"]) / int(row["buyers"])
    history = date.fromisoformat(start) - shop_of_file["opened"]
    measurable = history.days >= window
    for name, theirs in (("retention_rate", "retention"), ("churn_rate", "churn")):
        expected = float(row[f"w{window}_{theirs}"]) if measurable else None
        assert four(found[name]) == expected


@of_each_shop("row", "monthly")
def test_the_other_indexes_equal_the_reference(
    row: dict[str, str], shop_of_file: dict[str, Any]
) -> None:
    month = month_number(date.fromisoformat(f"{row['month']}-01"))

    (found,) = months(month, month + 1, window_days=90, currency=shop_of_file["currency"])

    assert found.identified_purchases == int(row["identified_orders"])
    assert found.repeat_purchases_by_period == int(row["existing_orders_B"])
    for name, theirs in INDEXES.items():
        assert four(getattr(found, name)) == float(row[theirs]), name
    assert float(found.average_order_net or 0) == float(row["aov_net"])


@of_each_shop("period", "periods")
def test_any_other_period_equals_the_plain_way(
    period: tuple[str, str, int], shop_of_file: dict[str, Any]
) -> None:
    start, end, window = period
    raw = RawShop.read(shop_of_file["file"])

    found = report("--from", start, "--to", end, "--window", str(window))

    expected = raw.expected(date.fromisoformat(start), date.fromisoformat(end), window)
    assert {name: found[name] for name in expected} == expected


@in_uci
def test_cohorts_equal_the_reference(shop_of_file: dict[str, Any]) -> None:
    rows = reference("uci_cohort_counts.csv")

    found = report("--cohorts", "--months", "6")

    expected = [
        {
            "cohort": row["cohort"],
            "size": int(row["size"]),
            "active": [int(float(row[str(k)])) for k in range(6)],
        }
        for row in rows
    ]
    assert found[: len(rows)] == expected


@in_uci
def test_months_after_the_data_are_unknown(shop_of_file: dict[str, Any]) -> None:
    found = report("--cohorts", "--months", "4", "--from", "2011-10-01", "--to", "2012-01-01")

    assert [(row["cohort"], row["active"][0]) for row in found] == [
        (row["cohort"], row["size"]) for row in found
    ]
    assert [row["cohort"] for row in found] == ["2011-10", "2011-11", "2011-12"]
    assert [[cell is None for cell in row["active"]] for row in found] == [
        [False, False, False, True],
        [False, False, True, True],
        [False, True, True, True],
    ]


@in_uci
def test_nothing_differs_from_a_full_derivation(shop_of_file: dict[str, Any]) -> None:
    assert differences(now=NOW) == []
