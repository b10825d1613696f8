import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import AuditEntry
from customers.models import Identity, ImportRun, Purchase, PurchaseLine, Refund
from customers.services.import_work import work_on_imports
from customers.services.purchases import add_purchase
from tests.customers.documents import NOW
from tests.factories.customers import CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db
CSV = "Nr zamówienia;Data;Kwota;E-mail\n1;2026-01-05;12,50;a@example.pl\n2;31.02.2026;5;\n"


@pytest.fixture
def client(sign_in):
    return sign_in("manager")


@pytest.fixture
def upload(client):
    def make(content=CSV, *, kind="purchases", name="zamówienia.csv"):
        content = content.encode("cp1250") if isinstance(content, str) else content
        file = SimpleUploadedFile(name, content, content_type="text/csv")
        return client.post("/import/", {"kind": kind, "file": file})

    return make


def work():
    work_on_imports(NOW)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def options(**changes):
    values = {
        "encoding": "cp1250",
        "separator": ";",
        "timezone": "Europe/Warsaw",
        "currency": "PLN",
        "source": "csv",
        "column_order_id": "0",
        "column_ordered_at": "1",
        "column_amount": "2",
    }
    return values | changes


def test_the_first_page_invites(client):
    page = client.get("/import/")

    assert page.status_code == 200
    assert "Nothing was imported yet" in text_of(page)


def test_a_file_goes_from_upload_to_result(client, upload):
    response = upload()
    run = ImportRun.objects.get()
    address = f"/import/{run.pk}/"
    assert (response.status_code, response["Location"]) == (302, address)
    assert "Looking through the file" in text_of(client.get(address))

    work()
    page = text_of(client.get(address))
    assert "What would happen" in page
    assert "Row 3" not in page
    assert "This is not a date in the calendar." in page
    assert "Order number" in page

    assert client.post(f"{address}start/").status_code == 302
    assert "Importing" in text_of(client.get(address))
    work()
    assert "Done" in text_of(client.get(address))
    assert Purchase.objects.get().gross_minor == 1_250
    assert "zamówienia.csv" in text_of(client.get("/import/"))


def test_the_progress_is_a_piece_that_ends_by_loading_the_page(client, upload):
    upload()
    address = f"/import/{ImportRun.objects.get().pk}/progress/"

    piece = client.get(address)
    assert 'id="import-progress"' in piece.content.decode()
    assert "<html" not in piece.content.decode()
    work()

    response = client.get(address)
    assert (response.status_code, response["HX-Refresh"]) == (204, "true")


def test_rejected_rows_come_back_in_their_own_columns(client, upload):
    upload("order_id,date,total,note\n1,never,-5,=1+1\n2,2026-01-01,x,'@a\n")
    work()

    response = client.get(f"/import/{ImportRun.objects.get().pk}/rejected.csv")

    lines = b"".join(response).decode("utf-8-sig").splitlines()
    assert lines[0] == "order_id,date,total,note,Why it was not taken"
    assert lines[1] == "1,never,-5,'=1+1,This is not a date in the calendar."
    assert lines[2] == "2,2026-01-01,x,''@a,This is not a number."
    assert AuditEntry.objects.filter(action="import.rejected_rows").exists()


@pytest.mark.parametrize(
    ("kind", "header", "said"),
    [
        (
            "purchases",
            "a,b",
            "for: Order number, Date and time, Amount. The file has: a, b."
            " Quantity and unit price would do instead of the amount.",
        ),
        ("purchases", "a,quantity,total", "for: Order number, Date and time. The file has:"),
        (
            "customers",
            "a,b",
            "for: Customer number. The file has: a, b."
            " An e-mail or a phone would do instead of the customer number.",
        ),
    ],
)
def test_missing_columns_are_named_as_the_page_names_them(client, upload, kind, header, said):
    upload(f"{header}\n1,2\n", kind=kind)

    page = text_of(client.get(f"/import/{ImportRun.objects.get().pk}/"))

    assert f"No column was found {said}" in page
    assert "order_id" not in page
    assert ("would do" in page) == ("would do" in said)


def test_the_check_names_statuses_that_it_does_not_know(client, upload):
    rows = "1,2026-01-05,5,Wysłane\n2,2026-01-05,5,Ukradzione\n3,2026-01-05,5,anulowane\n"
    upload(f"order_id,date,amount,status\n{rows}")
    work()
    run = ImportRun.objects.get()

    said = "The status Ukradzione is not known here: its receipts will count as sold."
    assert said in text_of(client.get(f"/import/{run.pk}/"))
    assert run.expected["statuses"] == ["Ukradzione"]

    client.post(f"/import/{run.pk}/start/")
    work()
    assert "not known here" not in text_of(client.get(f"/import/{run.pk}/"))
    assert list(Purchase.objects.filter(counts=True).values_list("number", flat=True)) == ["1", "2"]


def test_rejected_rows_put_right_are_what_they_would_have_been(client, upload):
    headers = "@order_id,date,total,customer_id,email,source,product,=note"
    row = "+48600,{day},-X,-X9,+anna@example.pl,-till,=bowl,@x"
    upload(f"{headers}\n{row.format(day='never')}\n007,never,7,008,,,,\n")
    run = ImportRun.objects.get()
    client.post(f"/import/{run.pk}/", options(encoding="utf-8", separator=","))
    work()
    rejected = b"".join(client.get(f"/import/{run.pk}/rejected.csv")).decode("utf-8-sig")

    upload(rejected.replace("never", "2026-01-01").replace("'-X,", "12,").encode())
    second = ImportRun.objects.exclude(pk=run.pk).get()
    client.post(f"/import/{second.pk}/", options(encoding="utf-8", separator=","))
    work()
    client.post(f"/import/{second.pk}/start/")
    work()

    found = Purchase.objects.order_by("number").values_list("source", "number")
    assert list(found) == [("-till", "+48600"), ("csv", "007")]
    contacts = Identity.objects.order_by("value").values_list("value", flat=True)
    assert list(contacts) == ["+anna@example.pl", "-X9", "008"]
    assert PurchaseLine.objects.get().product == "=bowl"


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"PK\x03\x04 a spreadsheet", "orders.xlsx", 415),
        (b"MZ\x90 a program", "orders.csv", 415),
        (b"%PDF-1.7", "orders.csv", 415),
        (b"", "orders.csv", 422),
        (b"x" * 2_000, "orders.csv", 413),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_sentence(
    client, upload, settings, content, name, status
):
    settings.IMPORT_MAX_BYTES = 1_000

    response = upload(content, name=name)

    assert response.status_code == status
    assert 'role="alert"' in response.content.decode()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("data", [{}, {"kind": "purchases"}, {"kind": "nonsense", "file": "text"}])
def test_an_incomplete_form_is_told(client, data):
    assert client.post("/import/", data).status_code == 422


def test_the_reading_can_be_changed(client, upload):
    upload("a;b;c\n1;2026-01-05;1.234\n")
    run = ImportRun.objects.get()
    page = text_of(client.get(f"/import/{run.pk}/"))
    assert "No column was found for: Order number" in page

    response = client.post(f"/import/{run.pk}/", options(encoding="utf-8-sig"))
    assert response.status_code == 302
    client.post(f"/import/{run.pk}/", options(encoding="utf-8-sig", currency="EUR"))

    run.refresh_from_db()
    assert (run.status, run.options["currency"]) == ("checking", "EUR")
    assert run.options["columns"]["amount"] == 2
    work()
    assert "can be read in two ways" in text_of(client.get(f"/import/{run.pk}/"))


def test_another_separator_forgets_the_columns(client, upload):
    upload()
    run = ImportRun.objects.get()

    client.post(f"/import/{run.pk}/", options(separator=","))

    run.refresh_from_db()
    assert (run.status, run.options["separator"]) == ("uploaded", ",")
    assert "columns" not in run.options


@pytest.mark.parametrize(
    "change",
    [
        {"encoding": "klingon"},
        {"separator": "x"},
        {"timezone": "Mars/Olympus"},
        {"currency": "XXQ"},
        {"source": ""},
        {"source": "s" * 41},
        {"source": "a\x00"},
        {"refund_prefix": "c" * 21},
        {"column_amount": "99"},
        {"column_amount": "-1"},
    ],
)
def test_answers_that_cannot_be_are_refused_and_change_nothing(client, upload, change):
    upload()
    run = ImportRun.objects.get()

    response = client.post(f"/import/{run.pk}/", options(**change))

    assert response.status_code == 422
    run.refresh_from_db()
    assert run.options == {}


def test_an_import_that_has_begun_is_not_changed(client, upload):
    upload()
    work()
    run = ImportRun.objects.get()
    client.post(f"/import/{run.pk}/start/")

    for address in (f"/import/{run.pk}/", f"/import/{run.pk}/removal/"):
        assert client.post(address, options()).status_code == 302

    run.refresh_from_db()
    assert (run.status, run.options) == ("running", {})


def test_stop_go_on_and_throw_away(client, upload):
    upload()
    work()
    run = ImportRun.objects.get()
    client.post(f"/import/{run.pk}/start/")
    client.post(f"/import/{run.pk}/stop/")
    work()
    assert "Stopped" in text_of(client.get(f"/import/{run.pk}/"))
    client.post(f"/import/{run.pk}/continuation/")
    work()
    run.refresh_from_db()
    assert run.status == "done"

    upload()
    other = ImportRun.objects.exclude(pk=run.pk).get()
    assert client.post(f"/import/{other.pk}/removal/")["Location"] == "/import/"
    assert not ImportRun.objects.filter(pk=other.pk).exists()


def test_customers_have_their_own_columns(client, upload):
    upload("Imię;Nazwisko;E-mail\nŁukasz;Żółć;l@example.pl\n", kind="customers")
    work()

    page = text_of(client.get(f"/import/{ImportRun.objects.get().pk}/"))

    assert "First name" in page
    assert "Unit price" not in page


@pytest.mark.parametrize(
    "address", ["/import/99/", "/import/99/progress/", "/import/99/rejected.csv"]
)
def test_an_import_that_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


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
