"""Files of a shop made by hand, to the letter."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from core import clock
from customers.models import Identity, IdentityKind
from tests.retention.worlds.keeping import NOW, Book, open_shop

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MARCH = {"month": "2025-03", "window": "60"}


@pytest.fixture
def book(db: None, monkeypatch: pytest.MonkeyPatch) -> Book:
    """Anna stayed, Bea left, Cora is new, a guest bought; Anna got a third back."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    book = open_shop()
    book.sell("anna", "2024-12-01 12:00", 1000)
    book.sell("bea", "2025-01-05 12:00", 2000, branch="Old town")
    book.sell("anna", "2025-02-10 12:00", 3000)
    first = book.sell("anna", "2025-03-07 09:05", 1500, source="web")
    book.sell("cora", "2025-03-20 12:00", 333)
    book.sell(None, "2025-03-31 23:30", 100, branch="Old town")
    book.sell("cora", "2025-03-21 12:00", 999, currency="EUR")
    book.give_back(first, "2025-03-08 10:00", 500)
    return book


@pytest.fixture
def fetch(sign_in: SignIn) -> Callable[..., list[str]]:
    """The lines of a file, without its mark."""

    def get(kind: str, role: str = Role.MANAGER, **params: str) -> list[str]:
        response: Any = sign_in(role).get(reverse("retention:csv", args=[kind]), params)
        assert response.status_code == 200, response.status_code
        text = b"".join(response.streaming_content).decode()
        assert text[0] == "\ufeff"
        assert text.endswith("\r\n")
        return text[1:].split("\r\n")[:-1]

    return get


Fetch = Callable[..., list[str]]


def test_the_figures(book: Book, fetch: Fetch) -> None:
    header, march, february = fetch("figures", **MARCH)

    assert header == (
        "from,to,window_days,is_complete,customers_at_start,kept,lost,new,reactivated,"
        "customers_at_end,retention_rate,churn_rate,revenue_churn_rate,purchases,"
        "guest_purchases,guest_share,repeat_purchases,repurchase_index,"
        "repurchase_index_identified,repeat_purchases_by_period,repurchase_index_by_period,"
        "buyers,new_buyers,returning_buyers,returning_rate,frequency,gross,refunds,net,aov,"
        "aov_net,start_net,lost_net,currency"
    )
    assert march == (
        "2025-03-01,2025-04-01,60,true,2,1,1,1,0,2,50.0,50.0,40.0,4,1,25.0,2,50.0,"
        "66.66666666666667,1,25.0,2,1,1,50.0,1.5,19.33,5.00,14.33,6.4433,4.7767,50.00,20.00,PLN"
    )
    assert february == (
        "2025-02-01,2025-03-01,60,true,1,1,0,0,1,2,100.0,0.0,0.0,1,0,0.0,1,100.0,100.0,1,100.0,"
        "1,0,1,100.0,1.0,30.00,0.00,30.00,30.0000,30.0000,20.00,0.00,PLN"
    )


def test_figures_without_the_period_before(book: Book, fetch: Fetch) -> None:
    assert fetch("figures", **MARCH, compare="off") == fetch("figures", **MARCH)[:2]


def test_figures_of_an_empty_month(book: Book, fetch: Fetch) -> None:
    _header, row, _before = fetch("figures", month="2024-06", window="30")

    assert row == (
        "2024-06-01,2024-07-01,30,true,0,0,0,0,0,0,,,,0,0,,0,,,0,,0,0,0,,,0.00,0.00,0.00,,,"
        "0.00,0.00,PLN"
    )


def test_the_months(book: Book, fetch: Fetch) -> None:
    _header, *rows = fetch("months", window="90")

    assert [row.split(",")[0] for row in rows] == [
        "2024-12-01",
        "2025-01-01",
        "2025-02-01",
        "2025-03-01",
    ]
    assert [row.split(",")[4:10] for row in rows] == [
        ["0", "0", "0", "1", "0", "1"],
        ["1", "1", "0", "1", "0", "2"],
        ["2", "2", "0", "0", "0", "2"],
        ["2", "2", "0", "1", "0", "3"],
    ]
    # Only March has ninety days before it.
    assert [row.split(",")[10:12] for row in rows] == [["", ""]] * 3 + [["100.0", "0.0"]]


def test_the_cohorts(book: Book, fetch: Fetch) -> None:
    assert fetch("cohorts") == [
        "cohort,size,k,month,active,active_rate,gross,net,gross_so_far,net_so_far,currency,"
        "is_complete",
        "2024-12,1,0,2024-12,1,100.0,10.00,10.00,10.00,10.00,PLN,true",
        "2024-12,1,1,2025-01,0,0.0,0.00,0.00,10.00,10.00,PLN,true",
        "2024-12,1,2,2025-02,1,100.0,30.00,30.00,40.00,40.00,PLN,true",
        "2024-12,1,3,2025-03,1,100.0,15.00,10.00,55.00,50.00,PLN,true",
        "2025-01,1,0,2025-01,1,100.0,20.00,20.00,20.00,20.00,PLN,true",
        "2025-01,1,1,2025-02,0,0.0,0.00,0.00,20.00,20.00,PLN,true",
        "2025-01,1,2,2025-03,0,0.0,0.00,0.00,20.00,20.00,PLN,true",
        "2025-03,1,0,2025-03,1,100.0,3.33,3.33,3.33,3.33,PLN,true",
    ]


def test_cohorts_of_a_filter(book: Book, fetch: Fetch) -> None:
    assert fetch("cohorts", source="web")[1:] == [
        "2024-12,1,0,2024-12,0,0.0,0.00,0.00,0.00,0.00,PLN,true",
        "2024-12,1,1,2025-01,0,0.0,0.00,0.00,0.00,0.00,PLN,true",
        "2024-12,1,2,2025-02,0,0.0,0.00,0.00,0.00,0.00,PLN,true",
        "2024-12,1,3,2025-03,1,100.0,15.00,10.00,15.00,10.00,PLN,true",
    ]


def test_a_running_month_is_not_complete(book: Book, fetch: Fetch) -> None:
    book.sell("anna", "2025-04-02 12:00", 100)

    assert fetch("cohorts")[-1] == "2025-03,1,1,2025-04,0,0.0,0.00,0.00,3.33,3.33,PLN,false"
    assert fetch("figures", month="2025-04")[1].startswith("2025-04-01,2025-05-01,90,false,")


def test_the_repeats(book: Book, fetch: Fetch) -> None:
    assert fetch("repeats") == [
        "days,customers,returned,not_returned,rate",
        "30,2,0,2,0.0",
        "60,2,0,2,0.0",
        "90,1,1,0,100.0",
        "365,0,0,0,",
        "ever,3,2,1,66.66666666666667",
    ]


def test_the_lists_of_purchases_and_refunds(book: Book, fetch: Fetch) -> None:
    assert fetch("purchases", **MARCH) == [
        "order_id,ordered_at,customer_id,name,amount,refunded,currency,branch,source",
        "p5,2025-03-31T21:30:00+00:00,,,1.00,0.00,PLN,Old town,till",
        "p6,2025-03-21T11:00:00+00:00,,cora,9.99,0.00,EUR,,till",
        "p4,2025-03-20T11:00:00+00:00,,cora,3.33,0.00,PLN,,till",
        "p3,2025-03-07T08:05:00+00:00,,anna,15.00,5.00,PLN,,web",
    ]
    assert fetch("refunds", **MARCH) == [
        "order_id,refund_of,refunded_at,customer_id,name,amount,currency,branch,source",
        "r0,p3,2025-03-08T09:00:00+00:00,,anna,5.00,PLN,,web",
    ]


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("guest_purchases", ["p5"]),
        ("identified_purchases", ["p6", "p4", "p3"]),
        ("repeat_purchases", ["p6", "p3"]),
        ("repeat_purchases_by_period", ["p3"]),
        ("currency_purchases", ["p5", "p4", "p3"]),
    ],
)
def test_each_list_of_purchases(book: Book, fetch: Fetch, name: str, numbers: list[str]) -> None:
    assert [row.split(",")[0] for row in fetch(name, **MARCH)[1:]] == numbers


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("start", ["anna,2025-02-10", "bea,2025-01-05"]),
        ("kept", ["anna,2025-02-10"]),
        ("lost", ["bea,2025-01-05"]),
        ("new", ["cora,2025-03-21"]),
        ("reactivated", []),
        ("end", ["cora,2025-03-21", "anna,2025-03-07"]),
        ("buyers", ["cora,2025-03-21", "anna,2025-03-07"]),
        ("new_buyers", ["cora,2025-03-21"]),
        ("returning_buyers", ["anna,2025-03-07"]),
    ],
)
def test_each_list_of_people(book: Book, fetch: Fetch, name: str, people: list[str]) -> None:
    header, *rows = fetch(name, role=Role.SUPPORT, **MARCH)

    assert header == "customer_id,name,day,purchases,gross,net,currency"
    assert [",".join(row.split(",")[1:3]) for row in rows] == people


def test_a_manager_takes_contacts_along(book: Book, fetch: Fetch) -> None:
    for kind, value in (
        (IdentityKind.EXTERNAL, "=C-1"),
        (IdentityKind.EMAIL, "anna@example.pl"),
        (IdentityKind.PHONE, "+48600123456"),
    ):
        Identity.objects.create(
            customer_id=book.people["anna"], kind=kind, value=value, key=value, created_at=NOW
        )

    header, row = fetch("kept", **MARCH)

    assert header == "customer_id,name,day,purchases,gross,net,currency,email,phone"
    assert row.startswith("'=C-1,anna,2025-02-10,")
    assert row.endswith(",PLN,anna@example.pl,'+48600123456")


@pytest.mark.parametrize(
    ("name", "more", "people"),
    [
        ("cohort", {"cohort": "2024-12"}, ["anna"]),
        ("cohort", {"cohort": "2024-12", "k": "1"}, []),
        ("cohort", {"cohort": "2024-12", "k": "2"}, ["anna"]),
        ("returned", {"days": "ever"}, ["cora", "anna"]),
        ("not_returned", {"days": "ever"}, ["bea"]),
        ("not_returned", {"days": "30"}, ["bea", "anna"]),
    ],
)
def test_lists_of_cohorts_and_returners(
    book: Book, fetch: Fetch, name: str, more: dict[str, str], people: list[str]
) -> None:
    rows = fetch(name, **MARCH, **more)[1:]

    assert [row.split(",")[1] for row in rows] == people
