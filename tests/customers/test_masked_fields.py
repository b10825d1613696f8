"""What is masked to a role cannot be asked by it either: not in a form, an address, a segment."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Role, User
from core.errors import Refused
from customers.forms.filter import FilterForm
from customers.models import Segment
from customers.rules.segment_language import Group, Problem, SegmentError
from customers.rules.segment_text import write_text
from customers.segments import check_asker, is_masked, parse, parse_for, segment_fields
from customers.services.segments import delete_segment, save_segment
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MASKED = {"postcode", "found_us"}
TOLD = "Your role does not see this, so it cannot be asked."
HTMX = {"HX-Request": "true"}


def asking(field: str, value: str = "61-001") -> Group:
    """A tree that hides the question inside a group inside a group."""
    condition = {"field": field, "operator": "is", "value": value}
    return parse({"any": [{"none": [condition]}, {"all": [condition]}]})


def typed(field: str, **more: str) -> dict[str, str]:
    return {"j0": "all", "f0-0": field, "o0-0": "is", "v0-0": "61-001", "do": "show", **more}


@pytest.mark.parametrize("role", list(Role))
def test_only_marketers_have_fields_that_they_may_not_ask(role: str) -> None:
    user = User(role=role)

    hidden = {field.key for field in segment_fields if not field.may_be_asked_by(user)}

    assert hidden == (MASKED if role == Role.MARKETER else set())


def test_a_field_that_the_customer_page_hides_cannot_be_asked(sign_in: SignIn) -> None:
    """The page decides: what it does not show of a text on file, no filter may find out."""
    columns = {"city": "Sentinelcity", "postcode": "Sentinelcode", "found_us": "Sentinelfriend"}
    customer = CustomerFactory(**columns)
    text = sign_in("marketer").get(f"/customers/{customer.pk}/").content.decode()

    shown = {column for column, word in columns.items() if word in text}

    assert shown == set(columns) - MASKED


@pytest.mark.parametrize(
    "address", ["/customers/filter/", "/customers/", "/customers/segments/new/"]
)
def test_the_form_offers_what_may_be_asked(sign_in: SignIn, address: str) -> None:
    for role in ("marketer", "manager"):
        text = sign_in(role).get(address).content.decode()

        known = {field.key for field in segment_fields}
        offered = {key for key in known if f'<option value="{key}"' in text}
        assert offered == known - (MASKED if role == "marketer" else set())


@pytest.mark.parametrize("field", ["city", "name", "product"])
def test_what_marketers_see_they_may_ask(sign_in: SignIn, field: str) -> None:
    CustomerFactory(city="61-001")
    client = sign_in("marketer")

    assert client.post("/customers/filter/", typed(field)).status_code == 302
    assert client.get("/customers/", {"where": write_text(asking(field))}).status_code == 200


@pytest.mark.parametrize(
    "question",
    [
        {"field": "birthday", "operator": "month_is", "value": 5},
        {"field": "country", "operator": "any_of", "value": ["PL"]},
    ],
)
def test_the_birthdays_month_and_the_country_stay_usable(question: dict[str, object]) -> None:
    marketer = User(role=Role.MARKETER)

    assert parse_for(question, marketer) == parse(question)


@pytest.mark.parametrize("field", sorted(MASKED))
def test_a_form_that_asks_what_is_masked_is_told_and_counts_nobody(
    sign_in: SignIn, field: str
) -> None:
    CustomerFactory(postcode="61-001", found_us="61-001")
    client = sign_in("marketer")

    shown = client.post("/customers/filter/", typed(field))
    counted = client.post("/customers/filter/", typed(field, do="count"), headers=HTMX)

    assert shown.status_code == 422
    assert TOLD in shown.content.decode()
    assert shown.context["count"] is counted.context["count"] is None
    assert sign_in("support").post("/customers/filter/", typed(field)).status_code == 302


@pytest.mark.parametrize("field", sorted(MASKED))
@pytest.mark.parametrize("page", ["", "filter/", "count/"])
def test_neither_does_an_address(sign_in: SignIn, field: str, page: str) -> None:
    CustomerFactory(first_name="Hidden", postcode="61-001", found_us="61-001")
    query = {"where": write_text(asking(field)), "count": "all"}
    headers = HTMX if page == "count/" else {}

    answer = sign_in("marketer").get(f"/customers/{page}", query, headers=headers)

    assert answer.status_code == 400
    assert "Hidden" not in answer.content.decode()
    allowed = sign_in("manager").get(f"/customers/{page}", query, headers=headers)
    assert allowed.status_code == 200


@pytest.mark.parametrize("field", sorted(MASKED))
def test_no_segment_is_saved_that_its_maker_may_not_ask(
    sign_in: SignIn, cast: dict[str, User], field: str
) -> None:
    sent = typed(field, do="save", name="By post")

    answer = sign_in("marketer").post("/customers/segments/new/", sent)

    assert answer.status_code == 422
    assert TOLD in answer.content.decode()
    with pytest.raises(Refused, match="does not see this"):
        save_segment(actor=cast["marketer"], segment=None, name="A", tree=asking(field))
    assert not Segment.objects.exists()
    assert sign_in("manager").post("/customers/segments/new/", sent).status_code == 302


def test_a_saved_segment_that_asks_it_is_there_for_those_who_see_it_only(sign_in: SignIn) -> None:
    CustomerFactory(postcode="61-001")
    tree = asking("postcode")
    saved = save_segment(actor=None, segment=None, name="From the old town", tree=tree)
    pages = ("/customers/", "/customers/segments/")
    inner = [
        f"/customers/?segment={saved.pk}",
        f"/customers/count/?segment={saved.pk}",
        f"/customers/segments/{saved.pk}/",
    ]
    marketer, manager = sign_in("marketer"), sign_in("manager")

    for address in pages:
        assert "From the old town" not in marketer.get(address).content.decode()
        assert "From the old town" in manager.get(address).content.decode()
    assert [marketer.get(address).status_code for address in inner] == [404] * 3
    assert manager.get(inner[0]).status_code == manager.get(inner[2]).status_code == 200
    assert marketer.post(inner[2], typed("city", do="save", name="Mine")).status_code == 404
    assert marketer.post(f"{inner[2]}deletion/").status_code == 404
    delete_segment(actor=None, segment=saved)
    assert marketer.post(f"{inner[2]}restoration/").status_code == 404
    assert manager.post(f"{inner[2]}restoration/").status_code == 302
    saved.refresh_from_db()
    assert (saved.name, parse(saved.definition)) == ("From the old town", tree)


def test_a_definition_that_cannot_be_read_hides_nothing_and_the_system_asks_all() -> None:
    marketer, tree = User(role=Role.MARKETER), asking("postcode")

    check_asker(tree, None)
    assert not is_masked({"gone": 1}, marketer)
    with pytest.raises(SegmentError) as refused:
        check_asker(tree, marketer)
    assert (refused.value.problem, refused.value.field) == (Problem.MASKED, "postcode")
    assert FilterForm.of(tree, marketer).tree() is None
    assert FilterForm.of(tree).tree() == tree
