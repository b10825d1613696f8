"""The page of the list: what it shows to whom, its heads and its counts."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from customers.customer_list import best_contact, count_all, count_up_to
from customers.models import Customer, CustomerTag, IdentityKind, PurchaseSummary, Segment
from customers.services.summaries import mark_stale
from tests.customers.list.people import NOW
from tests.factories.customers import CustomerFactory, IdentityFactory, PurchaseFactory, TagFactory

DB = pytest.mark.django_db
SignIn = Callable[[str], Client]


@DB
def test_a_list_shows_what_there_is_to_know(sign_in: SignIn, cast: dict[str, User]) -> None:
    anna = CustomerFactory(city="Poznań", owner=cast["support"])
    IdentityFactory(customer=anna, value="anna@example.pl")
    tag = TagFactory(name="VIP", key="vip")
    CustomerTag.objects.create(customer=anna, tag=tag)
    PurchaseSummary.objects.create(
        customer=anna,
        first_at=NOW,
        last_at=NOW,
        first_day=date(2026, 11, 22).toordinal(),
        last_day=date(2026, 11, 22).toordinal(),
        days=1,
        purchases=3,
        gross_minor=123_456,
        refunds_minor=3_456,
    )

    text = sign_in("support").get("/customers/").content.decode()

    for expected in [
        "Anna Nowak",
        "anna@example.pl",
        "Poznań",
        "VIP",
        "22 Nov 2026",
        "Support",
        "1,200.00",
        "1 customer",
    ]:
        assert expected in text, expected


@DB
@pytest.mark.parametrize(("role", "offered"), [("support", True), ("marketer", False)])
def test_an_empty_list_offers_a_new_customer_to_who_may_make_one(
    role: str, offered: bool, sign_in: SignIn
) -> None:
    text = sign_in(role).get("/customers/").content.decode()

    assert "No customers yet" in text
    empty = text[text.index("No customers yet") :]
    assert ('class="btn btn-primary" href="/customers/new/"' in empty) is offered


@DB
def test_a_marketer_sees_no_contact(sign_in: SignIn) -> None:
    IdentityFactory(customer=CustomerFactory(), value="anna@example.pl")
    IdentityFactory(customer=CustomerFactory(), kind=IdentityKind.PHONE, value="+48 600 123 456")

    text = sign_in("marketer").get("/customers/").content.decode()

    assert "a•••@example.pl" in text
    assert "anna@example.pl" not in text
    assert "600 123" not in text


@DB
def test_what_was_bought_a_moment_ago_is_in_the_list(sign_in: SignIn) -> None:
    bought = PurchaseFactory(gross_minor=7_700)
    mark_stale([bought.customer_id])

    text = sign_in("support").get("/customers/").content.decode()

    assert "77.00" in text


@DB
def test_the_list_costs_the_same_queries_for_two_and_for_fifty(sign_in: SignIn) -> None:
    client = sign_in("manager")

    def cost(number: int) -> int:
        for _new in range(number):
            customer = CustomerFactory()
            IdentityFactory(customer=customer)
            tag = TagFactory()
            CustomerTag.objects.create(customer=customer, tag=tag)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/customers/").status_code == 200
        return len(queries)

    cost(1)
    few = cost(2)

    assert cost(50) == few <= 20


@DB
def test_a_head_turns_its_direction_and_keeps_the_filter(sign_in: SignIn, shoppers) -> None:
    page = sign_in("support").get("/customers/?where=all(purchases.at_least:1)&sort=-last")
    heads = {head["key"]: head for head in page.context["columns"]}

    assert heads["last"]["sort"] == "descending"
    assert "sort=last" in heads["last"]["href"]
    assert "sort=-value" in heads["value"]["href"]
    assert "where=all%28purchases.at_least%3A1%29" in heads["value"]["href"]
    assert [row.name for row in page.context["rows"]] == ["Cyd", "Dan", "Ada"]


@DB
def test_a_count_equals_its_list(shoppers) -> None:
    people = Customer.objects.filter(summary__isnull=False)

    assert (count_up_to(people, 3).number, count_up_to(people, 3).exact) == (3, True)
    assert (count_up_to(people, 2).number, count_up_to(people, 2).exact) == (2, False)
    assert count_all(people).number == 3


@DB
def test_a_large_number_is_asked_for_later(sign_in: SignIn, shoppers, monkeypatch) -> None:
    monkeypatch.setattr("customers.views.list.count_up_to", lambda people: count_up_to(people, 2))
    client = sign_in("support")

    page = client.get("/customers/").content.decode()
    later = client.get("/customers/count/?sort=name", headers={"HX-Request": "true"})
    plain = client.get("/customers/count/?where=all(purchases.at_least:1)")
    whole = client.get("/customers/?count=all").content.decode()

    assert "more than 2" in page
    assert 'hx-get="/customers/count/?sort=name"' in page
    assert "5 customers" in later.content.decode()
    assert "<html" not in later.content.decode()
    assert plain.status_code == 302
    assert "count=all" in plain["Location"]
    assert "5 customers" in whole


@DB
def test_a_segment_is_listed_for_those_who_may_see_segments(sign_in: SignIn, shoppers) -> None:
    definition = {"all": [{"field": "purchases", "operator": "at_least", "value": 3}]}
    segment = Segment.objects.create(
        name="Regulars", definition=definition, created_at=NOW, updated_at=NOW
    )

    page = sign_in("marketer").get(f"/customers/?segment={segment.pk}")

    assert [row.name for row in page.context["rows"]] == ["Dan"]
    assert "Regulars" in page.content.decode()
    assert sign_in("support").get(f"/customers/?segment={segment.pk}").status_code == 404
    for nobody in ["0", "x", "9" * 30, "-1", "٣"]:
        assert sign_in("marketer").get("/customers/", {"segment": nobody}).status_code == 404


@DB
def test_the_best_contact_is_the_main_mail_then_the_main_phone() -> None:
    anna = CustomerFactory()
    number = IdentityFactory(customer=anna, kind=IdentityKind.EXTERNAL, value="7")
    phone = IdentityFactory(customer=anna, kind=IdentityKind.PHONE, value="+48 600 100 200")
    other = IdentityFactory(customer=anna, is_primary=False)
    main = IdentityFactory(customer=anna)

    assert best_contact([]) is None
    assert best_contact([number]) == number
    assert best_contact([number, phone]) == phone
    assert best_contact([number, phone, other]) == other
    assert best_contact([number, phone, other, main]) == main
