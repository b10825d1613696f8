"""Segments on pages: saving, renaming, deleting, counts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.errors import Refused
from core.models import AuditEntry
from customers.models import Segment
from customers.rules.segment_text import write_text
from customers.segments import parse
from customers.services.segments import delete_segment, save_segment
from tests.customers.filter_forms import BRNO, NESTED, post
from tests.factories.customers import CustomerFactory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DB = pytest.mark.django_db
SignIn = Callable[[str], Client]


@DB
def test_a_segment_is_saved_renamed_and_deleted(sign_in: SignIn) -> None:
    CustomerFactory(city="Brno")
    client = sign_in("marketer")

    made = post(client, "/customers/segments/new/", BRNO, name="  Brno  people ", do="save")
    segment = Segment.objects.get()
    assert made["Location"] == f"/customers/?segment={segment.pk}"
    assert (segment.name, parse(segment.definition)) == ("Brno people", BRNO)

    edit = f"/customers/segments/{segment.pk}/"
    assert "Brno people" in client.get(edit).content.decode()
    post(client, edit, NESTED, name="Others", do="save")
    segment.refresh_from_db()
    assert (segment.name, parse(segment.definition)) == ("Others", NESTED)

    assert client.get(f"{edit}deletion/").status_code == 405
    assert client.post(f"{edit}deletion/")["Location"] == "/customers/segments/"
    assert not Segment.objects.exists()
    actions = AuditEntry.objects.filter(action__startswith="segment.").order_by("pk")
    assert [entry.action for entry in actions] == [
        "segment.added",
        "segment.changed",
        "segment.deleted",
    ]


@DB
def test_a_button_of_the_form_saves_nothing(sign_in: SignIn) -> None:
    page = post(sign_in("marketer"), "/customers/segments/new/", BRNO, name="", do="add:0")

    assert page.status_code == 200
    assert "This field is required" not in page.content.decode()
    assert len(page.context["filter"].root.parts) == 2
    assert not Segment.objects.exists()


@DB
def test_a_new_segment_begins_with_the_lists_filter(sign_in: SignIn) -> None:
    page = sign_in("marketer").get("/customers/segments/new/", {"where": write_text(BRNO)})

    assert page.context["filter"].tree() == BRNO


@DB
@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\0b", "Taken", "taken"])
def test_names_that_cannot_be_are_refused(name: str, sign_in: SignIn) -> None:
    save_segment(actor=None, segment=None, name="Taken", tree=BRNO)

    page = post(sign_in("marketer"), "/customers/segments/new/", BRNO, name=name, do="save")

    assert page.status_code == 422
    assert Segment.objects.count() == 1


@DB
def test_services_refuse_a_name_twice_but_not_ones_own(cast: dict[str, User]) -> None:
    first = save_segment(actor=cast["marketer"], segment=None, name="One", tree=BRNO)
    save_segment(actor=None, segment=None, name="Two", tree=BRNO)

    assert save_segment(actor=None, segment=first, name="ONE", tree=NESTED).name == "ONE"
    with pytest.raises(Refused):
        save_segment(actor=None, segment=first, name="two", tree=BRNO)
    with pytest.raises(Refused):
        save_segment(actor=None, segment=None, name=" ", tree=BRNO)
    assert first.created_by == cast["marketer"]
    delete_segment(actor=None, segment=first)
    assert Segment.objects.get().name == "Two"


@DB
def test_segments_are_listed_with_counts_that_equal_their_lists(sign_in: SignIn) -> None:
    CustomerFactory.create_batch(3, city="Brno")
    CustomerFactory(city="Praha")
    segment = save_segment(actor=None, segment=None, name="Brno", tree=BRNO)
    Segment.objects.create(name="Broken", definition={"gone": 1}, created_at=NOW, updated_at=NOW)
    client = sign_in("marketer")

    text = client.get("/customers/segments/").content.decode()

    assert "3 customers" in text
    assert "City is “Brno”" in text
    assert "This filter cannot be read." in text
    assert len(client.get(f"/customers/?segment={segment.pk}").context["rows"]) == 3
    broken = Segment.objects.get(name="Broken")
    assert client.get(f"/customers/?segment={broken.pk}").status_code == 400
    assert client.get(f"/customers/segments/{broken.pk}/").status_code == 200


@DB
def test_a_segment_costs_one_query_on_the_page_of_segments(sign_in: SignIn) -> None:
    client = sign_in("marketer")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/customers/segments/")
        return len(queries)

    save_segment(actor=None, segment=None, name="A", tree=BRNO)
    cost()
    one = cost()
    for number in range(4):
        save_segment(actor=None, segment=None, name=f"B{number}", tree=BRNO)

    assert cost() == one + 4


@DB
def test_who_may_not_make_segments_cannot(sign_in: SignIn) -> None:
    client = sign_in("support")

    assert client.get("/customers/segments/").status_code == 403
    assert post(client, "/customers/segments/new/", BRNO, name="X", do="save").status_code == 403
    assert not Segment.objects.exists()


@DB
def test_looking_at_the_heads_of_pages_changes_nothing(sign_in: SignIn) -> None:
    segment = save_segment(actor=None, segment=None, name="Stays", tree=BRNO)
    client = sign_in("marketer")

    assert client.head(f"/customers/segments/{segment.pk}/deletion/").status_code == 405
    assert client.head("/customers/filter/", {"where": "all("}).status_code == 400
    assert Segment.objects.get() == segment
