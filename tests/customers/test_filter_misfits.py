"""A filter that nobody asked for is neither saved nor shown: an answer that does not fit its
question is a mistake where the filter is used, and gives way while the form is filled in."""

from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client

from core.models import AuditEntry
from customers.forms.filter import FilterForm
from customers.models import Segment
from customers.segments import parse
from customers.services.segments import save_segment
from tests.factories.customers import CustomerFactory

SignIn = Callable[[str], Client]
BRNO = parse({"all": [{"field": "city", "operator": "is", "value": "Brno"}]})
ASKED = {"j0": "all", "f0-0": "city", "o0-0": "is", "v0-0": "Brno"}
FLAG = {"f0-0": "has_email", "o0-0": "is"}
CANNOT = "This field cannot be asked that way."
UNREADABLE = "This filter cannot be read."
MISFITS = [
    ({"o0-0": "nonsense"}, f"City: {CANNOT}"),
    ({"o0-0": "at_least"}, f"City: {CANNOT}"),
    ({"o0-0": ""}, f"City: {CANNOT}"),
    ({"o0-0": None}, f"City: {CANNOT}"),
    ({"f0-0": "has_email"}, "Has an e-mail: Choose yes or no."),
    ({**FLAG, "v0-0": ""}, "Has an e-mail: Choose yes or no."),
    ({**FLAG, "o0-0": "begins", "v0-0": "true"}, f"Has an e-mail: {CANNOT}"),
    ({"f0-0": "password"}, "There is no such field."),
    ({"f0-0": ""}, "There is no such field."),
    ({"j0": "xor"}, UNREADABLE),
    ({"j0": ""}, UNREADABLE),
    ({"f0": "city", "f0-0": None}, UNREADABLE),
    ({"f0-1000": "city", "o0-1000": "is", "v0-1000": "Praha"}, UNREADABLE),
    ({"f0-0-1": "city", "o0-0-1": "is", "v0-0-1": "Praha"}, UNREADABLE),
    ({"f0-1-1-1-1-1-1": "city", "o0-1-1-1-1-1-1": "is"}, UNREADABLE),
]


def form(**changes: str | None) -> dict[str, str]:
    return {key: value for key, value in (ASKED | changes).items() if value is not None}


def data(sent: dict[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(sent)
    return query


@pytest.mark.django_db
@pytest.mark.parametrize(("changes", "message"), MISFITS)
def test_a_new_segment_that_does_not_fit_is_told_and_not_saved(
    sign_in: SignIn, changes: dict[str, str | None], message: str
) -> None:
    sent = form(**changes) | {"name": "People of Brno", "do": "save"}

    answer = sign_in("marketer").post("/customers/segments/new/", sent)

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert 'value="People of Brno"' in answer.content.decode()
    assert not Segment.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("changes", "message"), MISFITS)
def test_nor_is_it_shown_as_a_list(
    sign_in: SignIn, changes: dict[str, str | None], message: str
) -> None:
    answer = sign_in("support").post("/customers/filter/", form(**changes) | {"do": "show"})

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert answer.context["count"] is None


@pytest.mark.django_db
def test_a_saved_segment_keeps_what_it_asked(sign_in: SignIn) -> None:
    segment = save_segment(actor=None, segment=None, name="A", tree=BRNO)
    sent = form(**{"o0-0": "nonsense"}) | {"name": "B", "do": "save"}

    answer = sign_in("manager").post(f"/customers/segments/{segment.pk}/", sent)

    segment.refresh_from_db()
    assert answer.status_code == 422
    assert (segment.name, parse(segment.definition)) == ("A", BRNO)


@pytest.mark.django_db
@pytest.mark.parametrize("do", ["", "count", "add:0", "refresh"])
def test_while_the_form_is_filled_in_what_does_not_fit_gives_way(sign_in: SignIn, do: str) -> None:
    """The field was changed a moment ago; the operator is still that of the one before."""
    CustomerFactory()
    sent = {"j0": "all", "f0-0": "purchases", "o0-0": "contains", "v0-0": "0", "do": do}

    answer = sign_in("support").post("/customers/filter/", sent)

    first = answer.context["filter"].root.parts[0]
    assert answer.status_code == 200
    assert (first.key, first.operator, first.error) == ("purchases", "at_least", "")


def test_a_field_with_one_way_to_ask_needs_no_operator() -> None:
    sent = form(**FLAG) | {"v0-0": "false", "do": "show"}
    del sent["o0-0"]

    tree = FilterForm.sent(data(sent)).tree()

    assert tree == parse({"field": "has_email", "operator": "is", "value": False})


def test_a_whole_that_is_missing_asks_for_everybody() -> None:
    assert FilterForm.sent(data({"do": "show"})).tree() == parse({"all": []})
