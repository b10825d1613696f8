"""The page of a filter: its list, its count, with and without JavaScript."""

from collections.abc import Callable

import pytest
from django.test import Client

from customers.forms.filter import FilterForm
from customers.rules.segment_language import Group
from customers.rules.segment_text import write_text
from customers.segments import segment_fields
from tests.customers.filter_forms import BRNO, fields, post
from tests.customers.segment_cast import every_question
from tests.factories.customers import CustomerFactory

DB = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SignIn = Callable[[str], Client]


@DB
@pytest.mark.parametrize("role", ["support", "marketer", "manager"])
def test_a_filter_becomes_a_list_with_and_without_javascript(role: str, sign_in: SignIn) -> None:
    CustomerFactory(city="Brno")
    CustomerFactory(city="Praha")
    client = sign_in(role)

    plain = post(client, "/customers/filter/", BRNO, do="show")
    quick = post(client, "/customers/filter/", BRNO, htmx=True, do="show")

    assert plain.status_code == 302
    assert plain["Location"] == quick["HX-Redirect"]
    assert len(client.get(plain["Location"]).context["rows"]) == 1


@DB
def test_the_count_follows_the_form(sign_in: SignIn) -> None:
    CustomerFactory(city="Brno")
    client = sign_in("support")

    piece = post(client, "/customers/filter/", BRNO, htmx=True, do="count").content.decode()
    whole = post(client, "/customers/filter/", BRNO, htmx=True).content.decode()
    page = post(client, "/customers/filter/", BRNO).content.decode()

    assert "1 customer fits" in piece
    assert "where=all%28city.is%3ABrno%29" in piece
    assert "<select" not in piece
    assert 'id="filter"' in whole
    assert "<html" not in whole
    assert "<html" in page


@DB
def test_a_filter_that_is_wrong_is_shown_again(sign_in: SignIn) -> None:
    sent = fields(FilterForm.of(BRNO)) | {"v0-0": [""], "do": ["show"]}

    page = sign_in("support").post("/customers/filter/", sent)

    assert page.status_code == 422
    assert "City: Fill in the value." in page.content.decode()


@DB
@pytest.mark.parametrize("value", ["a\0b", "x" * 1_000_000, "٣٤", "1e400", "<script>"])
def test_nasty_values_are_refused_or_taken_as_text(value: str, sign_in: SignIn) -> None:
    sent = fields(FilterForm.of(BRNO)) | {"v0-0": [value], "do": ["show"]}

    page = sign_in("support").post("/customers/filter/", sent)

    assert page.status_code in {302, 400, 422}
    assert "<script>alert" not in page.content.decode()


@DB
def test_every_field_can_be_shown_in_the_form(sign_in: SignIn) -> None:
    client = sign_in("support")
    for question in every_question():
        tree = Group(BRNO.join, (question,))
        asked = {"where": write_text(tree)}
        text = client.get("/customers/filter/", asked, headers=HTMX).content.decode()

        assert f'value="{question.operator}" selected' in text or question.operator == "is"
    assert len(segment_fields) > 25
