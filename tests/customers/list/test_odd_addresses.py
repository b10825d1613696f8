"""Addresses of the list that nobody clicked: the first page, or a sentence."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.customers.list.people import NOW
from tests.factories.customers import CustomerFactory

DB = pytest.mark.django_db
SignIn = Callable[[str], Client]


@DB
@pytest.mark.parametrize(
    "query",
    [
        "after=garbage",
        "after=" + "x" * 5000,
        "before=%F0%9F%98%80",
        "after=&before=",
        "after=a&after=b",
        "sort=password",
        "sort=--name",
        "sort=-",
        "sort[]=name",
        "count=all",
        "page=99999999999999999999",
    ],
)
def test_an_odd_address_is_the_first_page(query: str, sign_in: SignIn, shoppers) -> None:
    page = sign_in("support").get(f"/customers/?{query}")

    assert page.status_code == 200
    assert "Ada" in page.content.decode()


@DB
@pytest.mark.parametrize(
    "where",
    [
        "nonsense",
        "all(",
        "all(password.is:x)",
        "all(city__icontains.is:x)",
        "all(purchases.at_least:NaN)",
        "all(purchases.at_least:99999999999999999999)",
        "all(last_purchase.in_last:9999999)",
        "all(" * 50,
        "x" * 30_000,
    ],
)
def test_a_filter_that_cannot_be_read_is_said_and_lists_nobody(where, sign_in, shoppers) -> None:
    for address in ["/customers/", "/customers/count/", "/customers/filter/", "/customers/export/"]:
        client = sign_in("manager")
        headers = {"HX-Request": "true"} if "count" in address else {}
        page = client.get(address, {"where": where}, headers=headers)

        assert page.status_code == 400, address
        assert "Ada" not in page.content.decode()


@DB
def test_a_thousand_years_are_no_trouble(sign_in: SignIn) -> None:
    CustomerFactory(created_at=NOW - timedelta(days=10))
    for where in ["created_at.before:0001-01-01", "created_at.after:9999-12-31"]:
        assert sign_in("support").get("/customers/", {"where": where}).status_code == 200
