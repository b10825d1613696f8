"""Segment fields about purchases and contact: who belongs, with exact people."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Branch
from customers.segments import Context
from tests.customers.segment_cast import (
    NOW,
    TODAY,
    WARSAW,
    ask,
    people,
    person,
    shoppers,
    summary,
)
from tests.factories.customers import (
    FollowUpFactory,
    InteractionFactory,
    PurchaseFactory,
    PurchaseLineFactory,
)

pytestmark = pytest.mark.django_db


def test_an_average_leaves_out_what_was_bought_in_other_currencies() -> None:
    day = date(2026, 11, 1)
    summary(person("Ewa"), first=day, last=day, purchases=2, elsewhere=1, gross_minor=10_000)
    summary(person("Fil"), first=day, last=day, purchases=2, elsewhere=2, gross_minor=0)

    assert people(ask("average_order", "equals", 100)) == "Ewa"
    assert people(ask("average_order", "at_most", 50)) == ""
    assert people(ask("average_order", "empty")) == "Fil"
    assert people(ask("average_order", "filled")) == "Ewa"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (ask("last_purchase", "in_last", 30), "Adam"),
        (ask("last_purchase", "in_last", 0), ""),
        (ask("last_purchase", "more_than_ago", 366), "Beata Celina"),
        (ask("last_purchase", "more_than_ago", 367), "Beata"),
        (ask("last_purchase", "month_is", 11), "Adam Celina"),
        (ask("last_purchase", "on", "2025-01-21"), "Beata"),
        (ask("last_purchase", "empty"), "Dan"),
        (ask("last_purchase", "filled"), "Adam Beata Celina"),
        (ask("first_purchase", "before", "2025-01-02"), "Beata"),
        (ask("purchases", "at_least", 3), "Adam Beata"),
        (ask("purchases", "equals", 0), "Dan"),
        (ask("purchases", "less", 3), "Celina Dan"),
        (ask("purchases", "between", [1, 3]), "Beata Celina"),
        (ask("purchases", "at_least", 0), "Adam Beata Celina Dan"),
        (ask("spent", "equals", 500), "Adam"),
        (ask("spent", "at_most", "9.99"), "Celina Dan"),
        (ask("spent", "more", "9.99"), "Adam Beata"),
        (ask("spent", "between", ["9.99", "100,00"]), "Beata Celina"),
        (ask("spent", "more", 10**12), ""),
        (ask("average_order", "equals", 100), "Adam"),
        (ask("average_order", "more", "33.33"), "Adam Beata"),
        (ask("average_order", "more", "33.34"), "Adam"),
        (ask("average_order", "between", [0, 50]), "Beata Celina"),
        (ask("average_order", "empty"), "Dan"),
        (ask("times_gap", "more", 2), "Beata"),
        (ask("times_gap", "at_most", "0.04"), "Adam"),
        (ask("times_gap", "equals", "67"), "Beata"),
        (ask("times_gap", "empty"), "Celina Dan"),
        (ask("times_gap", "filled"), "Adam Beata"),
    ],
)
def test_purchase_figures(question: dict, expected: str) -> None:
    shoppers()

    assert people(question) == expected


def test_the_usual_gap_is_the_one_that_pages_show() -> None:
    customer = person("Adam")
    row = summary(customer, first=date(2026, 10, 1), last=date(2026, 10, 30), days=3)
    assert row.usual_gap_days == 15  # 14.5, half up

    day_30 = datetime(2026, 11, 29, 12, tzinfo=UTC)
    day_31 = day_30 + timedelta(days=1)

    assert people(ask("times_gap", "more", 2), context=Context(day_30, WARSAW, "PLN")) == ""
    assert people(ask("times_gap", "more", 2), context=Context(day_31, WARSAW, "PLN")) == "Adam"


def test_money_has_the_digits_of_its_currency() -> None:
    summary(person("Adam"), first=TODAY, last=TODAY, gross_minor=500, purchases=1)

    assert people(ask("spent", "equals", 500), context=Context(NOW, WARSAW, "JPY")) == "Adam"
    assert people(ask("spent", "equals", 5)) == "Adam"


def test_what_was_bought_and_where() -> None:
    shop = Branch.objects.create(name="Shop")
    adam, beata = person("Adam"), person("Beata")
    person("Celina")
    bought = PurchaseFactory(customer=adam, source="shopify", branch=shop)
    PurchaseLineFactory(purchase=bought, name="Żółta miska", product="BOWL-1", category="Miski")
    cancelled = PurchaseFactory(customer=beata, source="till", branch=shop, counts=False)
    PurchaseLineFactory(purchase=cancelled, name="Żółta miska")
    PurchaseFactory(customer=beata, source="till")

    assert people(ask("product", "contains", "zolta")) == "Adam"
    assert people(ask("product", "is", "bowl-1")) == "Adam"
    assert people(ask("product", "lacks", "zolta")) == "Beata Celina"
    assert people(ask("product", "empty")) == "Beata Celina"
    assert people(ask("category", "begins", "mis")) == "Adam"
    assert people(ask("category", "filled")) == "Adam"
    assert people(ask("bought_from", "any_of", ["till"])) == "Beata"
    assert people(ask("bought_from", "none_of", ["till"])) == "Adam Celina"
    assert people(ask("bought_at", "any_of", [str(shop.pk)])) == "Adam"
    assert people(ask("bought_at", "filled")) == "Adam"
    assert people(ask("bought_from", "empty")) == "Celina"


def test_contact_and_what_is_open() -> None:
    adam, beata = person("Adam"), person("Beata")
    person("Celina")
    InteractionFactory(customer=adam, occurred_at=NOW - timedelta(days=100), channel="call")
    InteractionFactory(customer=adam, occurred_at=NOW - timedelta(days=3), channel="email")
    InteractionFactory(customer=beata, occurred_at=NOW - timedelta(days=40), channel="call")
    FollowUpFactory(customer=adam)
    FollowUpFactory(customer=beata, done_at=NOW)

    assert people(ask("last_contact", "in_last", 7)) == "Adam"
    assert people(ask("last_contact", "more_than_ago", 30)) == "Beata"
    assert people(ask("last_contact", "month_is", 10)) == "Beata"
    assert people(ask("last_contact", "empty")) == "Celina"
    assert people(ask("last_contact", "filled")) == "Adam Beata"
    assert people(ask("contact_channel", "any_of", ["call"])) == "Adam Beata"
    assert people(ask("contact_channel", "none_of", ["email"])) == "Beata Celina"
    assert people(ask("contact_channel", "empty")) == "Celina"
    assert people(ask("open_follow_up", "is", True)) == "Adam"
    assert people(ask("open_follow_up", "is", False)) == "Beata Celina"
