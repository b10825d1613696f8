"""Cases elsewhere: on the timeline, in the search, in segments, in the demo shop."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from customers.models import Customer
from customers.rules.segment_language import Condition, Group, Join
from customers.search import ask, search
from customers.segments import compile_tree, context_of
from support.demo import make_cases
from support.models import Case
from tests.factories import cases as made
from tests.factories.customers import CustomerFactory, PurchaseFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer(db):
    return CustomerFactory(first_name="Anna", last_name="Nowak")


def found(user, text):
    groups = search(ask(text, user=user, limit=5)).groups
    return [hit.url for group in groups if group.key == "cases" for hit in group.hits]


def test_the_timeline_tells_what_happened_and_leads_there(sign_in, cast, customer):
    case = made.resolved(customer, cast["support"], NOW - timedelta(hours=3))
    page = reverse("customers:customer", args=[customer.pk]) + "?kind=cases"
    text = sign_in("support").get(page).content.decode()

    assert text.index("Case resolved") < text.index("Case opened")
    entry = case.entries.get(step="resolved")
    opened = reverse("customers:entry", args=[customer.pk, "cases", entry.pk])
    assert reverse("support:case", args=[case.pk]) in (
        sign_in("support").get(opened).content.decode()
    )
    hidden = sign_in("marketer").get(page).content.decode()
    assert "Case opened" in hidden
    assert "The bowl is cracked" not in hidden
    assert sign_in("marketer").get(opened).status_code == 404


def test_a_case_is_found_by_number_and_by_words(cast, customer):
    case = made.opened(customer, cast["support"], NOW, subject="Łyżka is bent")
    made.opened(customer, cast["support"], NOW, subject="The lid")
    here = [reverse("support:case", args=[case.pk])]

    assert found(cast["support"], case.number) == here
    assert found(cast["manager"], "lyz ben") == here
    assert found(cast["support"], "spoon") == []
    assert found(cast["marketer"], case.number) == []


def test_a_segment_asks_for_open_complaints(cast, shop, customer):
    clerk, other, third = cast["support"], CustomerFactory(), CustomerFactory()
    made.opened(customer, clerk, NOW)
    made.opened(other, clerk, NOW, kind="question")
    made.resolved(third, clerk, NOW - timedelta(hours=3))
    tree = Group(Join.ALL, (Condition("open_complaint", "is", True),))

    condition = compile_tree(tree, context_of(shop, NOW))
    assert list(Customer.objects.filter(condition)) == [customer]


def test_the_demo_has_cases_in_every_state(cast, customer):
    PurchaseFactory(customer=customer, occurred_at=NOW - timedelta(days=30))

    make_cases(random.Random(3), NOW)

    states = Counter(Case.objects.values_list("state", flat=True))
    assert states == {"new": 2, "in_progress": 4, "waiting": 2, "resolved": 2, "closed": 2}
