"""A filter too long for an address: told at once, kept in the form, and saved as a segment."""

from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from customers.list_query import LONGEST_ADDRESS, list_address
from customers.models import Segment
from customers.rules.segment_language import Condition, Group, Join
from customers.rules.segment_text import write_text
from customers.services.segments import save_segment
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
TOLD = "This filter is too long for an address."
# What servers take of a request's first line.
LINE = 8_190


def cities(number: int, letters: int) -> Group:
    names = [f"{place:02}".ljust(letters, "x") for place in range(number)]
    return Group(Join.NONE, tuple(Condition("city", "is", name) for name in names))


def sent(tree: Group, **more: str) -> dict[str, str]:
    fields = {"j0": "none", **more}
    for place, condition in enumerate(tree.parts):
        assert isinstance(condition, Condition)
        fields |= {f"f0-{place}": "city", f"o0-{place}": "is", f"v0-{place}": str(condition.value)}
    return fields


LONG = cities(50, 200)


def test_the_longest_address_leaves_room_for_order_and_place() -> None:
    edge = LONGEST_ADDRESS - len(list_address(cities(49, 100)) or "")
    assert 0 < edge < 2_000
    letters = 100
    while address := list_address(cities(49, letters)):
        longest, letters = address, letters + 1

    cursor = "&sort=-purchases&after=" + "x" * 400
    line = f"GET {longest}{cursor} HTTP/1.1"
    assert LONGEST_ADDRESS - 60 < len(longest) <= LONGEST_ADDRESS
    assert len(line) < LINE


@pytest.mark.parametrize("role", ["support", "marketer", "manager"])
def test_a_filter_that_is_too_long_is_told_and_kept(sign_in: SignIn, role: str) -> None:
    CustomerFactory()

    answer = sign_in(role).post("/customers/filter/", sent(LONG, do="show"))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert TOLD in text
    assert all(f'value="{part.value}"' in text for part in LONG.parts)
    assert "1 customer fits" in text
    assert "where=" not in text
    assert ("Save it as a segment" in text) is (role != "support")
    assert (f'formaction="{reverse("customers:segment_new")}"' in text) is (role != "support")


def test_htmx_is_told_in_the_form_too(sign_in: SignIn) -> None:
    headers = {"HX-Request": "true"}

    answer = sign_in("support").post("/customers/filter/", sent(LONG, do="show"), headers=headers)

    assert answer.status_code == 422
    assert TOLD in answer.content.decode()
    assert "HX-Redirect" not in answer.headers


def test_what_fits_is_shown_as_before(sign_in: SignIn) -> None:
    tree = cities(3, 200)

    answer = sign_in("support").post("/customers/filter/", sent(tree, do="show"))

    where = QueryDict(answer["Location"].partition("?")[2])["where"]
    assert answer.status_code == 302
    assert where == write_text(tree)
    assert list_address(Group(Join.ALL)) == "/customers/"


def test_it_goes_on_to_a_segment_with_all_that_was_asked(sign_in: SignIn) -> None:
    client = sign_in("marketer")

    page = client.post("/customers/segments/new/", sent(LONG, do="name"))
    assert page.status_code == 200
    assert page.context["filter"].tree() == LONG
    saved = client.post("/customers/segments/new/", sent(LONG, do="save", name="Long"))

    assert saved["Location"] == f"/customers/?segment={Segment.objects.get().pk}"


def test_the_list_of_a_long_segment_has_short_addresses(sign_in: SignIn) -> None:
    CustomerFactory.create_batch(51)
    segment = save_segment(actor=None, segment=None, name="Long", tree=LONG)
    client = sign_in("manager")

    page = client.get("/customers/", {"segment": segment.pk})
    edit = client.get(f"/customers/segments/{segment.pk}/")

    assert len(page.context["rows"]) == 50
    assert client.get("/customers/" + page.context["next"]).status_code == 200
    assert "where=" not in page.content.decode()
    assert "where=" not in edit.content.decode()
    assert "51 customers fit" in edit.content.decode()
