"""A body with nothing in it is a form in which everything is missing: refused, with what is
needed beside the fields, and nothing is written. Neither does one that sends only its token."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hostile.forms import FORMS, UPLOADS, poster
from tests.hostile.test_forms import forms_in
from tests.hostile.test_forms import pages as pages  # the fixture
from tests.hostile.test_queries import written
from tests.hostile.world import World

pytestmark = pytest.mark.django_db
# An empty body says all that these want to hear, or changes the form and nothing else.
CONTENT = {
    "accounts:appearance": 302,
    "customers:draft": 302,
    "customers:follow_up_done": 302,
    "customers:follow_up_snooze": 302,
    # Nothing was ticked: said in a toast, over the list.
    "messaging:inbox_aside": 302,
    "messaging:inbox_back": 302,
    "customers:filter": 200,
    "customers:segment_new": 200,
    "customers:segment_edit": 200,
}
REFUSING = sorted({*FORMS, *UPLOADS} - CONTENT.keys())
BODIES: dict[str, list[tuple[str, Any]]] = {"empty": [], "token": [("csrfmiddlewaretoken", "x")]}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("name", REFUSING)
def test_an_empty_form_is_refused_and_says_what_is_missing(
    world: World, pages: list[Any], name: str, body: list[tuple[str, Any]]
) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = world.post(poster(name), world.address(name), body)

    assert answer.status_code in {400, 404, 422}, answer.status_code
    if answer.status_code == 422:
        assert [form.errors for form in forms_in(pages) if form.errors]
    assert written(queries) == []


@pytest.mark.parametrize("name", CONTENT)
def test_where_nothing_is_needed_nothing_is_asked_for(world: World, name: str) -> None:
    assert world.post(poster(name), world.address(name), []).status_code == CONTENT[name]
