"""Rows that were refused, and what the check says before."""

import pytest

from core.models import AuditEntry
from customers.models import Identity, ImportRun, Purchase, PurchaseLine
from tests.customers.import_pages.uploads import options, text_of, work

pytestmark = pytest.mark.django_db


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
