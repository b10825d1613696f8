from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.rules import rates


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1324, 1682, 78.71581450653983), (0, 5, 0.0), (5, 5, 100.0), (0, 0, None), (3, -2, None)],
)
def test_per_cent(part: int, whole: int, expected: float | None) -> None:
    assert rates.per_cent(part, whole) == expected


@pytest.mark.parametrize(
    ("first", "start", "window", "expected"),
    [
        (1000, 1090, 90, True),
        (1000, 1089, 90, False),
        (None, 1090, 90, False),
        (1000, 900, 1, False),
    ],
)
def test_measurable_takes_exactly_the_window(
    first: int | None, start: int, window: int, *, expected: bool
) -> None:
    found = rates.measurable(first_purchase_day=first, period_start=start, window_days=window)

    assert found is expected


def test_rates_of_march_2011() -> None:
    kept = rates.retention_rate(at_start=1682, kept=1324, is_measurable=True)
    lost = rates.churn_rate(at_start=1682, lost=358, is_measurable=True)

    assert (round(kept or 0, 4), round(lost or 0, 4)) == (78.7158, 21.2842)


def test_no_rate_without_history_or_customers() -> None:
    assert rates.retention_rate(at_start=10, kept=10, is_measurable=False) is None
    assert rates.churn_rate(at_start=10, lost=0, is_measurable=False) is None
    assert rates.retention_rate(at_start=0, kept=0, is_measurable=True) is None
    assert rates.churn_rate(at_start=0, lost=0, is_measurable=True) is None


@pytest.mark.parametrize(
    ("start", "lost", "is_measurable", "expected"),
    [
        (20_000, 5_000, True, 25.0),
        (20_000, -1_000, True, -5.0),
        (0, 0, True, None),
        (-500, 100, True, None),
        (20_000, 5_000, False, None),
        (None, None, True, None),
    ],
)
def test_revenue_churn(
    start: int | None, lost: int | None, *, is_measurable: bool, expected: float | None
) -> None:
    found = rates.revenue_churn_rate(start_net=start, lost_net=lost, is_measurable=is_measurable)

    assert found == expected


@pytest.mark.parametrize(
    ("gross", "purchases", "digits", "expected"),
    [
        (82_374_614, 1559, 2, "528.3811"),
        (1, 3, 2, "0.0033"),
        (5, 10_000, 0, "0.0005"),
        (5, 100_000, 0, "0.0001"),
        (4, 100_000, 0, "0.0000"),
        (1234, 1, 0, "1234.0000"),
        (1234, 1, 3, "1.2340"),
    ],
)
def test_average_order_rounds_half_up(
    gross: int, purchases: int, digits: int, expected: str
) -> None:
    found = rates.average_order(gross_minor=gross, purchases=purchases, digits=digits)

    assert f"{found:f}" == expected


def test_no_average_without_purchases() -> None:
    assert rates.average_order(gross_minor=0, purchases=0, digits=2) is None


@given(st.integers(0, 10**12), st.integers(1, 10**6), st.integers(0, 3))
def test_average_order_is_the_nearest(gross: int, purchases: int, digits: int) -> None:
    found = rates.average_order(gross_minor=gross, purchases=purchases, digits=digits)

    assert found is not None
    doubled = 2 * abs(found * purchases * 10**digits - gross)
    assert doubled <= Decimal("0.0001") * purchases * 10**digits


def test_frequency_and_difference() -> None:
    assert rates.frequency(purchases=7, buyers=4) == 1.75
    assert rates.frequency(purchases=0, buyers=0) is None
    assert rates.difference(78.5, 80.0) == -1.5
    assert rates.difference(None, 80.0) is None
    assert rates.difference(78.5, None) is None


def test_repurchase_index_of_the_brief() -> None:
    assert rates.repurchase_index(repeat=30, purchases=100) == 30.0
    assert rates.repurchase_index(repeat=0, purchases=0) is None
