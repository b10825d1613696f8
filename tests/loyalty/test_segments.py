"""Segments by points; who has none has 0."""

from datetime import UTC, datetime

import pytest

from core.services.shop import get_shop
from customers.rules.segment_language import Condition, Group, Join
from customers.segments import context_of, people_in
from tests.factories.customers import CustomerFactory
from tests.factories.loyalty import redemption_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("points", "equals", 260, {"Anna"}),
        ("points", "at_least", 0, {"Anna", "Bare"}),
        ("points", "less", 1, {"Bare"}),
        ("points", "between", (1, 260), {"Anna"}),
        ("points", "more", 260, set()),
        ("points_waiting", "at_least", 120, {"Anna"}),
        ("points_waiting", "at_most", 119, {"Bare"}),
        ("points_owed", "more", 0, set()),
        ("points_owed", "equals", 0, {"Anna", "Bare"}),
    ],
)
def test_people_are_found_by_their_points(cast, field, operator, value, expected):
    redemption_of(CustomerFactory(), cast["support"], NOW)
    CustomerFactory(first_name="Bare")
    tree = Group(Join.ALL, (Condition(field, operator, value),))

    found = people_in(tree, context_of(get_shop(), NOW))

    assert {customer.first_name for customer in found} == expected
