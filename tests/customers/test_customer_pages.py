"""The customer page and its forms over HTTP."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import policy
from accounts.models import Role
from core import clock
from core.clock import local_date
from core.services.shop import get_shop
from core.templatetags.ui import day as day_words
from customers.models import (
    Customer,
    CustomerTag,
    PossibleDuplicate,
    PurchaseSummary,
)
from tests.factories.customers import (
    ConsentEntryFactory,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    ImportantDateFactory,
    InteractionFactory,
    PurchaseFactory,
    PurchaseLineFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def page(customer: Customer, name: str = "customer", **query: str) -> str:
    address = reverse(f"customers:{name}", args=[customer.pk])
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def summary(customer: Customer, days_ago: int, **values: int) -> PurchaseSummary:
    now = clock.now()
    last = local_date(now, get_shop().zone).toordinal() - days_ago
    fields = {"days": 26, "purchases": 26, "gross_minor": 421_840, "refunds_minor": 0} | values
    gap = 28 * (fields["days"] - 1)
    return PurchaseSummary.objects.create(
        customer=customer, first_at=now, last_at=now, first_day=last - gap, last_day=last, **fields
    )


def test_the_header_says_who_since_when_and_what_time_it_is_there(sign_in: SignIn) -> None:
    customer = CustomerFactory(
        first_name="Łucja", last_name="Nowakowska", language="pl", timezone="Europe/Bucharest"
    )
    CustomerTag.objects.create(customer=customer, tag=TagFactory(name="ceramics"))

    text = sign_in("support").get(page(customer)).content.decode()

    assert "<h1>Łucja Nowakowska</h1>" in text
    assert "Customer since 14 March 2023" in text
    assert "Polish" in text
    assert "in Bucharest" in text
    assert "ceramics" in text


def test_whom_a_file_of_purchases_brought_is_a_customer_since_the_first_one(
    sign_in: SignIn,
) -> None:
    customer = CustomerFactory(joined_on=None)
    first = summary(customer, days_ago=31).first_day
    client = sign_in("support")
    expected = f"Customer since {day_words(date.fromordinal(first))}"

    assert expected in client.get(page(customer)).content.decode()
    stranger = CustomerFactory(joined_on=None)
    assert "Customer since" not in client.get(page(stranger)).content.decode()


def test_the_figures_are_those_of_the_summary(sign_in: SignIn) -> None:
    customer = CustomerFactory()
    summary(customer, days_ago=31)
    FollowUpFactory(
        customer=customer, due_on=local_date(clock.now(), get_shop().zone) - timedelta(days=3)
    )

    response = sign_in("support").get(page(customer))

    shown = {figure.label: (figure.value, figure.note) for figure in response.context["figures"]}
    assert shown["Last purchase"] == ("31 days ago", "usually every 28 days")
    assert shown["Value to date"] == ("PLN\xa04,218.40", "26 purchases, PLN\xa0162.25 each")
    assert shown["Open matters"] == ("1 follow-up", "1 late")


@pytest.mark.parametrize(
    ("elsewhere", "note"),
    [
        (1, "2 purchases, PLN\xa0100.00 each, without 1 in another currency"),
        (2, "2 purchases, without 2 in other currencies"),
    ],
)
def test_what_each_is_worth_is_of_one_currency(sign_in: SignIn, elsewhere: int, note: str) -> None:
    customer = CustomerFactory()
    summary(customer, 3, days=2, purchases=2, elsewhere=elsewhere, gross_minor=10_000)

    figures = sign_in("support").get(page(customer)).context["figures"]

    assert [figure.note for figure in figures if figure.label == "Value to date"] == [note]


def test_who_has_not_bought_has_no_gap(sign_in: SignIn) -> None:
    response = sign_in("support").get(page(CustomerFactory()))

    values = [figure.value for figure in response.context["figures"]]
    assert values == ["None yet", "PLN\xa00.00", "0", "None"]


def test_the_side_column_has_contacts_dates_notes_and_what_is_promised(sign_in: SignIn) -> None:
    customer = CustomerFactory(
        birth_month=2, birth_day=29, notes="Likes blue", contact_hint="after 16:00", country="PL"
    )
    identity = IdentityFactory(customer=customer, value="anna@example.pl")
    ConsentEntryFactory(customer=customer, address=identity.key)
    ImportantDateFactory(customer=customer)
    FollowUpFactory(customer=customer)
    other = CustomerFactory(first_name="Jan")
    PossibleDuplicate.objects.create(
        first=customer, second=other, reason="phone", created_at=clock.now()
    )

    text = sign_in("support").get(page(customer)).content.decode()

    for words in (
        "Call back about the bowl",
        "anna@example.pl",
        "Offers and news",
        "Form 12",
        "29 February",
        "26 July",
        "Likes blue",
        "after 16:00",
        "Poland",
        "same phone number",
    ):
        assert words in text, words


def test_a_customer_without_a_name_is_shown_by_number(sign_in: SignIn) -> None:
    customer = CustomerFactory(first_name="", last_name="")

    assert f"№ {customer.pk}" in sign_in("support").get(page(customer)).content.decode()


def fill(customer: Customer, number: int) -> None:
    now = clock.now()
    for hours in range(number):
        at = now - timedelta(hours=hours)
        PurchaseLineFactory(purchase=PurchaseFactory(customer=customer, occurred_at=at))
        InteractionFactory(customer=customer, occurred_at=at)
        FollowUpFactory(customer=customer)
        FollowUpFactory(customer=customer, done_at=at)
        identity = IdentityFactory(customer=customer)
        ConsentEntryFactory(customer=customer, occurred_at=at, address=identity.key)
        CustomerTag.objects.create(customer=customer, tag=TagFactory())
        ImportantDateFactory(customer=customer)
        PossibleDuplicate.objects.create(
            first=customer, second=CustomerFactory(), reason="phone", created_at=now
        )


def test_the_page_asks_the_same_queries_however_much_there_is(sign_in: SignIn) -> None:
    client, asked = sign_in("support"), []
    for number in (1, 12):
        customer = CustomerFactory()
        fill(customer, number)
        client.get(page(customer))
        with CaptureQueriesContext(connection) as queries:
            client.get(page(customer))
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 53


def test_a_filter_shows_one_kind_and_an_unknown_one_everything(sign_in: SignIn) -> None:
    customer = CustomerFactory()
    InteractionFactory(customer=customer, text="Talked")
    PurchaseFactory(customer=customer, number="P-77")
    client = sign_in("support")

    talks = client.get(page(customer, kind="talks")).content.decode()

    assert "Talked" in talks
    assert "P-77" not in talks
    assert client.get(page(customer, kind="nonsense")).headers["Location"] == page(customer)
    assert client.get(page(customer, before="nonsense")).headers["Location"] == page(customer)


def test_an_empty_kind_says_what_will_stand_there(sign_in: SignIn) -> None:
    text = sign_in("support").get(page(CustomerFactory(), kind="talks")).content.decode()

    assert "Nothing of this kind yet" in text


def test_older_entries_come_as_a_piece_and_as_a_page(sign_in: SignIn) -> None:
    customer = CustomerFactory()
    for number in range(25):
        PurchaseFactory(
            customer=customer,
            number=f"P-{number:03}",
            occurred_at=clock.now() - timedelta(days=number),
        )
    client = sign_in("support")
    older = client.get(page(customer)).context["older"]

    piece = client.get(older, headers=HTMX).content.decode()
    whole = client.get(older, follow=True).content.decode()

    assert "P-019" not in piece
    assert "P-020" in piece
    assert "<html" not in piece
    assert "Load older" not in piece
    assert "P-020" in whole
    assert "<h1>" in whole


@pytest.mark.parametrize("query", [{"before": "x"}, {"kind": "nonsense"}, {"before": "9" * 999}])
def test_a_broken_piece_is_a_bad_request(sign_in: SignIn, query: dict[str, str]) -> None:
    address = page(CustomerFactory(), "timeline", **query)

    assert sign_in("support").get(address, headers=HTMX).status_code == 400


def entry_address(customer: Customer, source: str, pk: int) -> str:
    return reverse("customers:entry", args=[customer.pk, source, pk])


def test_a_purchase_opens_with_its_lines(sign_in: SignIn) -> None:
    bought = PurchaseFactory()
    PurchaseLineFactory(purchase=bought, name="Blue bowl", quantity="1.500")
    address = entry_address(bought.customer, "purchases", bought.pk)
    client = sign_in("support")

    piece = client.get(address, headers=HTMX).content.decode()

    assert "Blue bowl" in piece
    assert "1.5" in piece
    assert "<html" not in piece
    assert "<h1>" in client.get(address).content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_an_opened_purchase_leads_to_its_refund_for_those_who_may_record_one(
    sign_in: SignIn, role: str
) -> None:
    bought = PurchaseFactory()
    link = reverse("customers:refund_new", args=[bought.pk])
    client = sign_in(role)

    piece = client.get(entry_address(bought.customer, "purchases", bought.pk), headers=HTMX)

    may = policy.may(role, "customers:refund_new", "POST")
    assert (f'href="{link}"' in piece.content.decode()) is may
    assert client.get(link).status_code == (200 if may else 403)


@pytest.mark.parametrize(("given_back", "shown"), [(0, True), (9_999, True), (10_000, False)])
def test_what_is_given_back_in_full_leads_to_no_refund(
    sign_in: SignIn, given_back: int, shown: bool
) -> None:
    bought = PurchaseFactory(gross_minor=10_000, refunded_minor=given_back)

    opened = sign_in("support").get(entry_address(bought.customer, "purchases", bought.pk))

    assert ("Record a refund" in opened.content.decode()) is shown


@pytest.mark.parametrize("source", ["purchases", "interactions", "consents", "refunds", "gone"])
def test_another_customers_entry_is_not_found(sign_in: SignIn, source: str) -> None:
    customer = CustomerFactory()
    entries = {
        "purchases": PurchaseFactory,
        "interactions": InteractionFactory,
        "consents": ConsentEntryFactory,
    }
    pk = entries[source]().pk if source in entries else 1

    response = sign_in("support").get(entry_address(customer, source, pk))

    assert response.status_code == 404


def test_a_talk_and_a_consent_open_in_full(sign_in: SignIn) -> None:
    talk = InteractionFactory(text="long " * 200)
    consent = ConsentEntryFactory(customer=talk.customer)
    client = sign_in("support")

    said = client.get(entry_address(talk.customer, "interactions", talk.pk)).content.decode()
    proof = client.get(entry_address(talk.customer, "consents", consent.pk)).content.decode()

    assert said.count("long") == 200
    assert "Form 12" in proof


@pytest.mark.parametrize(
    ("role", "target"), [(Role.SUPPORT, "/day/"), (Role.MARKETER, "/customers/")]
)
def test_each_role_lands_where_its_day_is(sign_in: SignIn, role: str, target: str) -> None:
    assert sign_in(role).get("/").headers["Location"] == target
