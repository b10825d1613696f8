"""A filter as a form: through it unchanged, built by buttons, mistakes beside their condition."""

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.forms.filter import FilterForm
from customers.rules.segment_language import EVERYBODY, Group
from customers.segments import parse
from tests.customers.filter_forms import BRNO, NESTED, as_post, fields
from tests.customers.segment_cast import every_question
from tests.factories.customers import TagFactory

DB = pytest.mark.django_db


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
