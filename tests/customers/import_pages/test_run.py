"""From upload to result: progress, stops, refusals."""

import pytest

from customers.models import ImportRun, Purchase
from tests.customers.import_pages.uploads import options, text_of, work

pytestmark = pytest.mark.django_db


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
