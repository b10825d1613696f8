"""Hard bounce once, soft bounce five times in 14 days, complaint once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.bounces import Verdict, verdict

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOO_MANY = Verdict("all", "soft_bounces")


def days_ago(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("hard", Verdict("all", "hard_bounce")), ("complaint", Verdict("marketing", "complaint"))],
)
def test_one_is_enough(kind, expected):
    assert verdict(kind, [], NOW) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((0,), None),
        ((3, 2, 1, 0), None),
        ((4, 3, 2, 1, 0), TOO_MANY),
        ((13.9999, 3, 2, 1, 0), TOO_MANY),
        ((14, 3, 2, 1, 0), None),
        ((30, 20, 3, 2, 1, 0), None),
        ((30, 4, 3, 2, 1, 0), TOO_MANY),
        ((0, 0, 0, 0, 0), TOO_MANY),
    ],
)
def test_soft_ones_are_counted_over_fourteen_days(days, expected):
    assert verdict("soft", days_ago(*days), NOW) == expected


@given(st.lists(st.floats(0, 40)))
def test_more_bounces_never_make_it_better(days):
    found = verdict("soft", days_ago(*days), NOW)

    assert found == (TOO_MANY if sum(day < 14 for day in days) >= 5 else None)
    assert verdict("soft", days_ago(*days, 0), NOW) == TOO_MANY or found is None
