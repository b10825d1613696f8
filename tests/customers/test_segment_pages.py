"""Segments on pages: the filter as a form, saving, renaming, deleting, counts that open lists."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from core.errors import Refused
from core.models import AuditEntry
from customers.forms.filter import FilterForm
from customers.models import Segment
from customers.rules.segment_language import EVERYBODY, Group, Problem, SegmentError
from customers.rules.segment_text import write_text
from customers.segment_words import describe, explain
from customers.segments import parse, segment_fields
from customers.services.segments import delete_segment, save_segment
from tests.customers.segment_cast import every_question
from tests.factories.customers import CustomerFactory, TagFactory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DB = pytest.mark.django_db
SignIn = Callable[[str], Client]
BRNO = parse({"all": [{"field": "city", "operator": "is", "value": "Brno"}]})
NESTED = parse(
    {
        "any": [
            {"field": "purchases", "operator": "between", "value": [1, 3]},
            {
                "none": [
                    {"field": "tags", "operator": "any_of", "value": ["vip", "b"]},
                    {"all": [{"field": "joined_on", "operator": "on", "value": "2026-01-01"}]},
                ]
            },
            {"field": "has_email", "operator": "is", "value": False},
            {"field": "birthday", "operator": "this_month"},
        ]
    }
)


def fields(form: FilterForm) -> dict[str, list[str]]:
    """What a browser would send of the form."""
    sent: dict[str, list[str]] = {}

    def walk(node: object) -> None:
        if node.join:
            sent[f"j{node.path}"] = [node.join]
            for part in node.parts:
                walk(part)
            return
        sent[f"f{node.path}"] = [node.key]
        sent[f"o{node.path}"] = [node.operator]
        sent[f"v{node.path}"] = list(node.values)
        if node.second:
            sent[f"w{node.path}"] = [node.second]

    walk(form.root)
    return sent


def as_post(sent: dict[str, list[str]], **more: str) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, values in sent.items():
        data.setlist(key, values)
    data.update(more)
    return data


@pytest.mark.parametrize("tree", [BRNO, NESTED])
@DB
def test_a_filter_goes_through_its_form_unchanged(tree: Group) -> None:
    assert FilterForm.sent(as_post(fields(FilterForm.of(tree)))).tree() == tree


@DB
def test_every_question_goes_through_the_form_unchanged() -> None:
    for question in every_question():
        tree = Group(BRNO.join, (question,))

        assert FilterForm.sent(as_post(fields(FilterForm.of(tree)))).tree() == tree, question


@DB
def test_nothing_asked_shows_a_condition_to_fill_in() -> None:
    form = FilterForm.of(EVERYBODY)

    assert [part.key for part in form.root.parts] == ["last_purchase"]
    assert form.tree() is None
    assert form.root.parts[0].error == ""


@DB
@pytest.mark.parametrize(
    ("value", "do", "error"),
    [
        ("", "refresh", ""),
        (" ", "count", ""),
        ("", "add:0", ""),
        ("", "show", "Number of purchases: Fill in the value."),
        ("", "save", "Number of purchases: Fill in the value."),
        ("x", "refresh", "Number of purchases: Enter a number."),
    ],
)
def test_what_nobody_has_answered_is_no_mistake_before_it_is_used(
    value: str, do: str, error: str
) -> None:
    sent = {"j0": ["all"], "f0-0": ["purchases"], "o0-0": ["more"], "v0-0": [value]}
    form = FilterForm.sent(as_post(sent, do=do))

    assert form.tree() is None
    assert form.root.parts[0].error == error


@DB
def test_buttons_add_and_drop() -> None:
    sent = fields(FilterForm.of(NESTED))

    added = FilterForm.sent(as_post(sent, do="add:0-1"))
    grouped = FilterForm.sent(as_post(sent, do="group:0"))
    dropped = FilterForm.sent(as_post(sent, do="drop:0-1"))
    inner = FilterForm.sent(as_post(sent, do="drop:0-1-0"))

    assert [part.path for part in added.root.parts[1].parts] == ["0-1-0", "0-1-1", "0-1-2"]
    assert grouped.root.parts[4].join == "any"
    assert len(grouped.root.parts[4].parts) == 1
    assert [part.key for part in dropped.root.parts] == ["purchases", "has_email", "birthday"]
    assert dropped.root.parts[1].path == "0-1"
    assert len(inner.root.parts[1].parts) == 1


@DB
@pytest.mark.parametrize(
    "do", ["", "add:9", "add:0-0", "drop:0", "drop:0-99", "add:0-1-0-0-0-0-0-0", "x", "add:٠"]
)
def test_other_acts_change_nothing(do: str) -> None:
    form = FilterForm.sent(as_post(fields(FilterForm.of(NESTED)), do=do))

    assert form.tree() == NESTED


@DB
def test_everything_dropped_is_everybody() -> None:
    form = FilterForm.sent(as_post(fields(FilterForm.of(BRNO)), do="drop:0-0"))

    assert form.tree() == EVERYBODY
    assert FilterForm.sent(QueryDict("")).tree() == EVERYBODY


@DB
def test_an_empty_group_inside_is_left_out() -> None:
    sent = fields(FilterForm.of(BRNO)) | {"j0-1": ["any"], "j0-1-0": ["none"]}

    assert FilterForm.sent(as_post(sent)).tree() == BRNO


@DB
def test_another_field_brings_its_own_operators() -> None:
    sent = fields(FilterForm.of(BRNO)) | {"f0-0": ["purchases"]}

    [node] = FilterForm.sent(as_post(sent)).root.parts

    assert (node.key, node.operator) == ("purchases", "at_least")
    assert "begins" not in dict(node.operators)


@DB
def test_what_is_wrong_stands_beside_its_condition() -> None:
    sent = fields(FilterForm.of(NESTED)) | {"v0-0": ["many"]}
    form = FilterForm.sent(as_post(sent))

    assert form.tree() is None
    assert form.root.parts[0].error == "Number of purchases: Enter a number."
    assert form.error == ""


@DB
def test_too_many_conditions_are_said_once() -> None:
    sent = {"j0": ["all"]}
    for place in range(51):
        sent |= {f"f0-{place}": ["city"], f"o0-{place}": ["empty"]}
    form = FilterForm.sent(as_post(sent))

    assert form.tree() is None
    assert form.error == "A filter holds 50 conditions at most."


KEYS = st.from_regex(r"[jfovw]0(-[0-9]{1,2}){0,5}", fullmatch=True) | st.text(max_size=4)
WORDS = st.sampled_from(["all", "none", "city", "spent", "is", "any_of", "", "5", "x", "\0", "٣"])


@DB
@settings(deadline=None, max_examples=60)
@given(st.dictionaries(KEYS, st.lists(WORDS, max_size=2), max_size=12), WORDS)
def test_any_form_gives_a_filter_or_says_what_is_wrong(sent: dict, do: str) -> None:
    form = FilterForm.sent(as_post(sent, do=do))

    tree = form.tree()

    assert tree is None or parse({"all": []}) is not None
    for node in form.root.parts:
        assert node.join or node.shape


@DB
def test_choices_that_are_gone_stay_chosen() -> None:
    TagFactory(name="VIP", key="vip")
    tree = parse({"all": [{"field": "tags", "operator": "any_of", "value": ["vip", "gone"]}]})

    [node] = FilterForm.of(tree).root.parts

    assert node.options == [("vip", "VIP", True), ("gone", "gone", True)]
    assert node.few_options


def post(client: Client, address: str, tree: Group, htmx: bool = False, **more: str):
    sent = fields(FilterForm.of(tree)) | {key: [value] for key, value in more.items()}
    return client.post(address, sent, headers={"HX-Request": "true"} if htmx else {})


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
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"all": []}, "Everybody"),
        ({"field": "city", "operator": "is", "value": "Brno"}, "City is “Brno”"),
        (
            {"field": "last_purchase", "operator": "in_last", "value": 1},
            "Last purchase in the last 1 day",
        ),
        (
            {"field": "spent", "operator": "between", "value": ["1000.5", "2000"]},
            "Money spent, net between 1,000.5 and 2,000",
        ),
        ({"field": "age", "operator": "more", "value": 30}, "Age more than 30 years"),
        ({"field": "birthday", "operator": "month_is", "value": 5}, "Birthday in the month of May"),
        ({"field": "has_email", "operator": "is", "value": False}, "Has an e-mail: no"),
        (
            {"field": "channel", "operator": "any_of", "value": ["call"]},
            "Preferred channel any of Call",
        ),
        (
            {"field": "joined_on", "operator": "before", "value": "2026-05-01"},
            "Customer since before 1 May 2026",
        ),
        (
            {
                "all": [
                    {
                        "any": [
                            {"field": "city", "operator": "empty"},
                            {"field": "country", "operator": "empty"},
                        ]
                    },
                    {"none": [{"field": "tags", "operator": "empty"}]},
                ]
            },
            "(City is empty or Country is empty) and not (Tags is empty)",
        ),
    ],
)
def test_a_segment_is_said_in_words(where: dict, expected: str) -> None:
    assert describe(parse(where)) == expected


@DB
def test_every_problem_has_its_words() -> None:
    for problem in Problem:
        assert explain(SegmentError(problem, "city")).startswith("City: ")
        assert not explain(SegmentError(problem)).startswith("City")


@DB
def test_every_field_can_be_shown_in_the_form(sign_in: SignIn) -> None:
    client = sign_in("support")
    for question in every_question():
        tree = Group(BRNO.join, (question,))
        text = client.get("/customers/filter/", {"where": write_text(tree)}).content.decode()

        assert f'value="{question.operator}" selected' in text or question.operator == "is"
    assert len(segment_fields) > 25


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
