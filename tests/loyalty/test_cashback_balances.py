"""Cashback on the customer's page, on the page of points, among the costs and requests."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Approval, Role
from loyalty.models import Operation
from loyalty.services.programmes import get_programme
from tests.factories.accounts import UserFactory
from tests.factories.loyalty import cashback_programme
from tests.loyalty.bank import Bank, differences

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def anna(db):
    """Who holds 12.50 of cashback, 2.10 that waits, and no points; the ledger is proved
    afterwards."""
    with time_machine.travel(NOON, tick=False):
        made = cashback_programme(NOON)
        get_programme()
        member = Bank.__new__(Bank)
        member.programme, member.manager = made, UserFactory(role=Role.MANAGER)
        member.customer = Bank().customer
        member.adjust(1_250, NOON)
        member.earn("A", 7_000, NOON)
        yield member
    assert differences() == []


@pytest.fixture
def clerk(client):
    client.force_login(UserFactory(role=Role.SUPPORT))
    return client


def page(member, route="points"):
    address = reverse(f"loyalty:{route}", args=[member.customer.pk])
    return f"{address}?programme=cashback-pln"


def test_the_customers_page_shows_money(anna, clerk):
    shown = clerk.get(reverse("customers:customer", args=[anna.customer.pk])).content.decode()

    assert "Bowl money" in shown
    assert "PLN\xa012.50" in shown
    assert "PLN\xa02.10 more from" in shown


def test_nothing_is_shown_where_there_is_no_cashback(db, clerk):
    customer = Bank().customer
    shown = clerk.get(reverse("customers:customer", args=[customer.pk])).content.decode()
    points = clerk.get(reverse("loyalty:points", args=[customer.pk])).content.decode()

    assert "ashback" not in shown
    assert 'aria-label="Programmes"' not in points


def test_cashback_has_a_page_with_its_history(anna, clerk):
    shown = clerk.get(page(anna)).content.decode()

    for text in ("PLN\xa012.50", "+PLN\xa02.10", "Given by hand", "Bowl money", "Programmes"):
        assert text in shown
    assert (
        "12.50"
        not in clerk.get(reverse("loyalty:points", args=[anna.customer.pk])).content.decode()
    )
    assert clerk.get(page(anna).replace("pln", "huf")).status_code == 404


def test_cashback_is_redeemed_and_given_back_as_money(anna, clerk):
    answer = clerk.post(page(anna, "points_redeem"), {"units": "5,00", "reason": "A mug"})

    assert answer.url == page(anna)
    assert anna.standing(NOON)[1] == 750
    done = Operation.objects.get(kind="redeem")
    back = clerk.post(reverse("loyalty:redemption_reverse", args=[done.pk]))
    assert back.url == page(anna)
    assert anna.standing(NOON)[1] == 1_250


@pytest.mark.parametrize(
    ("typed", "said"),
    [("12,51", "There is not enough cashback for this."), ("0", "above zero"), ("x", "")],
)
def test_what_is_not_there_is_not_redeemed(anna, clerk, typed, said):
    answer = clerk.post(page(anna, "points_redeem"), {"units": typed})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert anna.standing(NOON)[1] == 1_250


def test_corrections_are_money_and_above_the_limit_asked_for(anna, clerk):
    adjust = page(anna, "points_adjust")

    clerk.post(adjust, {"change": "-2,50", "why": "A slip"})
    assert anna.standing(NOON)[1] == 1_000

    clerk.post(adjust, {"change": "20,01", "why": "Broken twice", "key": "k" * 32})
    assert anna.standing(NOON)[1] == 1_000
    assert Approval.objects.get().payload["units"] == 2_001
    manager = UserFactory(role=Role.MANAGER)
    clerk.force_login(manager)
    shown = clerk.get(reverse("accounts:approvals")).content.decode()
    assert "Give PLN\xa020.01 of cashback to" in shown


def test_the_costs_of_cashback_are_its_money(anna, clerk):
    costs = clerk.get(f"{reverse('loyalty:cost')}?programme=cashback-pln")

    shown = costs.content.decode()
    assert "Customers hold PLN\xa014.60" in shown
    owed = costs.context["owed"]
    assert (owed.units, owed.worth_minor) == (1_460, 1_460)
    lists = [href for row in costs.context["months"] for number, href in row.cells if href]
    assert lists
    for href in lists:
        assert clerk.get(href).context["lines"]
    months = clerk.get(f"{reverse('loyalty:cost_csv', args=['months'])}?programme=cashback-pln")
    assert b"14.60" in b"".join(months.streaming_content)
    assert clerk.get(reverse("loyalty:cost")).context["owed"].units == 0
