"""The list as a file: its rows, its trace, and who gets none."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from core.csv_writing import MARK, unescape
from core.models import AuditEntry
from core.signing import keyed_hash
from customers.models import IdentityKind
from customers.rules.segment_language import Condition, Group, Join
from customers.services.segments import save_segment
from tests.customers.list.people import person
from tests.factories.customers import CustomerFactory, IdentityFactory

DB = pytest.mark.django_db
SignIn = Callable[[str], Client]


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/customers/export/{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()
    assert text.startswith(MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(MARK), newline="")))


@DB
def test_an_export_holds_the_list_and_leaves_a_trace(sign_in: SignIn, cast) -> None:
    anna = CustomerFactory(
        first_name="=cmd()", last_name="Ó", birth_month=5, birth_day=3, notes="a\nb", city="Brno"
    )
    anna.set_name_key()
    anna.save()
    IdentityFactory(customer=anna, value="anna@example.pl")
    IdentityFactory(customer=anna, kind=IdentityKind.PHONE, value="+48 600")
    IdentityFactory(customer=anna, kind=IdentityKind.EXTERNAL, value="-7")
    person("Bea")

    rows = exported(sign_in("manager"), "?where=all(city.is:Brno)")

    assert len(rows) == 1
    assert rows[0]["first_name"] == "'=cmd()"
    assert unescape(rows[0]["phone"]) == "+48 600"
    assert unescape(rows[0]["customer_id"]) == "-7"
    assert unescape(rows[0]["birthday"]) == "--05-03"
    assert rows[0]["notes"] == "a\nb"
    assert rows[0]["value"] == "0.00"
    entry = AuditEntry.objects.get(action="customers.exported")
    key = keyed_hash("audit.filter", "all(city.is:Brno)")
    assert entry.details == {
        "filter": "all(city.is)",
        "filter_key": key,
        "segment": None,
        "count": 1,
    }
    assert entry.actor == cast["manager"].label


@DB
def test_the_trail_of_an_export_names_nobody(sign_in: SignIn) -> None:
    tree = Group(Join.ALL, (Condition("city", "is", "Zqkowalska"),))
    segment = save_segment(actor=None, segment=None, name="Some", tree=tree)

    for query in ("?where=all(city.is:Zqkowalska)", f"?segment={segment.pk}", ""):
        exported(sign_in("manager"), query)

    typed, saved, everybody = AuditEntry.objects.filter(action="customers.exported").order_by("pk")
    assert "Zqkowalska" not in str([typed.details, saved.details])
    assert typed.details["filter"] == saved.details["filter"] == "all(city.is)"
    assert typed.details["filter_key"] == saved.details["filter_key"]
    assert (typed.details["segment"], saved.details["segment"]) == (None, segment.pk)
    assert (everybody.details["filter"], everybody.details["filter_key"]) == ("", "")


@DB
def test_an_export_goes_on_over_many_pages(sign_in: SignIn, monkeypatch, shoppers) -> None:
    monkeypatch.setattr("customers.list_export.ROWS_AT_ONCE", 2)

    rows = exported(sign_in("admin"))

    assert [row["first_name"] for row in rows] == ["Ada", "Bea", "Cyd", "Dan", "Eve"]
    assert rows[2]["value"] == "1.00"
    assert rows[2]["last_purchase"] == "2026-11-09"


@DB
@pytest.mark.parametrize("role", ["support", "marketer"])
def test_who_may_not_export_leaves_with_nothing(role: str, sign_in: SignIn, shoppers) -> None:
    assert sign_in(role).get("/customers/export/").status_code == 403
    assert not AuditEntry.objects.filter(action="customers.exported").exists()
