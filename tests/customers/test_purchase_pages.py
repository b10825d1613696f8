"""Purchases and refunds by hand over HTTP."""

import pytest

from customers.models import Purchase, Refund
from customers.services.purchases import add_purchase
from tests.customers.documents import NOW
from tests.customers.import_pages.uploads import text_of
from tests.factories.customers import CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(db):
    identity = IdentityFactory(value="anna@example.pl")
    return identity.customer


@pytest.fixture
def clerk(sign_in):
    return sign_in("support")


def test_a_purchase_is_entered_and_taken_back(clerk, anna):
    page = clerk.get("/purchases/new/", {"q": "anna@example.pl"})
    assert f"/customers/{anna.pk}/purchases/" in page.content.decode()

    response = clerk.post(
        f"/customers/{anna.pk}/purchases/", {"amount": "79,99", "currency": "PLN"}
    )
    assert response["Location"] == f"/customers/{anna.pk}/"
    purchase = Purchase.objects.get()
    assert (purchase.gross_minor, purchase.customer, purchase.number) == (7_999, anna, "1")

    clerk.post(f"/purchases/{purchase.pk}/undo/")
    assert not Purchase.objects.exists()


def test_a_purchase_without_a_name_is_entered_and_taken_back(clerk):
    assert "/purchases/guest/" in clerk.get("/purchases/new/").content.decode()

    response = clerk.post("/purchases/guest/", {"amount": "79,99", "currency": "PLN"})
    assert response["Location"] == "/purchases/new/"
    purchase = Purchase.objects.get()
    assert (purchase.gross_minor, purchase.customer, purchase.source) == (7_999, None, "manual")

    response = clerk.post(f"/purchases/{purchase.pk}/undo/")
    assert response["Location"] == "/purchases/new/"
    assert not Purchase.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", ""),
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "1.234"),
        ("amount", "5.001"),
        ("amount", "NaN"),
        ("amount", "1e400"),
        ("amount", "٣٤"),
        ("amount", "99999999999999"),
        ("amount", "120,5x"),
        ("amount", "x120,5"),
        ("amount", "120,5 EUR"),
        ("amount", "€120,5"),
        ("amount", "$5"),
        ("amount", "5 szt."),
        ("amount", "9" * 1_000),
        ("currency", "XXQ"),
        ("occurred_at", "2999-01-01T10:00"),
        ("occurred_at", "yesterday"),
        ("number", "x" * 101),
        ("number", "x\x00"),
        ("branch", "9223372036854775808"),
    ],
)
def test_a_purchase_that_cannot_be_is_told_and_not_kept(clerk, anna, field, value):
    data = {"amount": "5", "currency": "PLN"} | {field: value}

    assert clerk.post(f"/customers/{anna.pk}/purchases/", data).status_code == 422
    assert not Purchase.objects.exists()


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("1 234,50", "PLN", 123_450),
        ("1 234,50 zł", "PLN", 123_450),
        ("1 234,50 ZŁ.", "PLN", 123_450),
        ("PLN 1 234,50", "PLN", 123_450),
        ("120 Kč", "CZK", 12_000),
        ("99,90 lei", "RON", 9_990),
        ("$7.50", "USD", 750),
        ("7.50 $", "CAD", 750),
        ("£7.50", "GBP", 750),
    ],
)
def test_an_amount_may_name_the_currency_it_is_in(clerk, anna, written, currency, minor):
    data = {"amount": written, "currency": currency}

    assert clerk.post(f"/customers/{anna.pk}/purchases/", data).status_code == 302
    assert Purchase.objects.get().gross_minor == minor


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("120,5x", "“x” does not belong in an amount. Enter the number alone, such as 120.50."),
        ("120,5 zz", "“zz” does not belong in an amount. Enter the number alone, such as 120.50."),
        ("12x0,5", "This is not a number."),
        ("120,5 EUR", "The amount says EUR, but the document is in PLN."),
        ("1.234", "This can be read in two ways. Write 1234 or 1.23."),
        ("-12,345 zł", "This can be read in two ways. Write 12345 or 12,34."),
    ],
)
def test_what_stands_beside_an_amount_is_named_when_it_does_not_fit(clerk, anna, written, message):
    data = {"amount": written, "currency": "PLN"}

    response = clerk.post(f"/customers/{anna.pk}/purchases/", data)

    assert message in text_of(response)
    assert f'value="{written}"' in response.content.decode()


def test_a_refund_is_entered_and_taken_back(clerk, anna):
    purchase = add_purchase(
        actor=None,
        customer=anna,
        number="7",
        occurred_at=NOW.replace(year=2025),
        amount_minor=10_000,
        currency="PLN",
    )
    address = f"/purchases/{purchase.pk}/refunds/"
    assert "100.00" in clerk.get(address).content.decode()
    assert clerk.post(address, {"amount": "100.01"}).status_code == 422
    for refused in ("x", "40x", "40 EUR"):
        assert clerk.post(address, {"amount": refused}).status_code == 422

    assert clerk.post(address, {"amount": "40,00 zł"})["Location"] == f"/customers/{anna.pk}/"

    refund = Refund.objects.get()
    assert refund.amount_minor == 4_000
    clerk.post(f"/refunds/{refund.pk}/undo/")
    assert not Refund.objects.exists()


def test_whom_nobody_finds_can_be_added(clerk):
    page = text_of(clerk.get("/purchases/new/", {"q": "nobody@example.pl"}))

    assert "Nobody was found" in page


def test_a_customer_page_offers_a_purchase(clerk):
    customer = CustomerFactory()

    page = clerk.get(f"/customers/{customer.pk}/").content.decode()

    assert f"/customers/{customer.pk}/purchases/" in page
