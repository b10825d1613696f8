"""How a file is read, changed on its page."""

import pytest

from customers.models import ImportRun
from tests.customers.import_pages.uploads import options, text_of, work

pytestmark = pytest.mark.django_db


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
