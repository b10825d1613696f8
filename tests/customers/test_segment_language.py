"""The segment language: every tree reads back to itself, nothing raises but its own error."""

import contextlib
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.segment_language import (
    EVERYBODY,
    MAX_NUMBER,
    OPERATORS,
    Condition,
    FieldSpec,
    Group,
    Join,
    Kind,
    Problem,
    SegmentError,
    Shape,
    conditions,
    parse,
    render,
)
from customers.rules.segment_text import read_json, read_text, write_text

SPECS = {
    spec.key: spec
    for spec in [
        FieldSpec("city", Kind.TEXT),
        FieldSpec("purchases", Kind.NUMBER, always_filled=True),
        FieldSpec("spent", Kind.NUMBER, decimals=2),
        FieldSpec("joined_on", Kind.DATE),
        FieldSpec("birthday", Kind.YEARLY),
        FieldSpec("channel", Kind.CHOICE, choices=frozenset({"call", "e-mail", "a|b,(c)~:"})),
        FieldSpec("owner", Kind.CHOICE),
        FieldSpec("tags", Kind.TAGS),
        FieldSpec("has_email", Kind.FLAG),
    ]
}


def one(field: str, operator: str, value: object = None) -> dict:
    raw = {"field": field, "operator": operator}
    return raw if value is None else {**raw, "value": value}


WORDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12
).filter(lambda text: text.strip() == text != "")
WHOLE = st.integers(-MAX_NUMBER, MAX_NUMBER)
CENTS = st.decimals(-(10**9), 10**9, places=2)


def values(spec: FieldSpec, shape: Shape) -> st.SearchStrategy:
    number = CENTS if spec.decimals else WHOLE
    items = st.sampled_from(sorted(spec.choices)) if spec.choices else WORDS
    return {
        Shape.NOTHING: st.none(),
        Shape.TEXT: WORDS,
        Shape.ITEMS: st.lists(items, min_size=1, max_size=4, unique=True).map(tuple),
        Shape.NUMBER: number,
        Shape.NUMBERS: st.tuples(number, number).map(lambda pair: tuple(sorted(pair))),
        Shape.DAYS: st.integers(0, 36_500),
        Shape.DATE: st.dates(),
        Shape.DATES: st.tuples(st.dates(), st.dates()).map(lambda pair: tuple(sorted(pair))),
        Shape.MONTH: st.integers(1, 12),
        Shape.FLAG: st.booleans(),
    }[shape]


@st.composite
def any_condition(draw: st.DrawFn) -> Condition:
    spec = draw(st.sampled_from(list(SPECS.values())))
    operator, shape = draw(st.sampled_from(list(spec.operators().items())))
    return Condition(spec.key, operator, draw(values(spec, shape)))


def groups(parts: st.SearchStrategy) -> st.SearchStrategy:
    listed = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(Group, st.sampled_from(Join), listed)


def nested(depth: int) -> st.SearchStrategy:
    return groups(any_condition() if depth == 1 else any_condition() | nested(depth - 1))


TREES = st.just(EVERYBODY) | nested(3)


@given(TREES)
def test_a_rendered_tree_parses_to_itself(tree: Group) -> None:
    assert parse(render(tree), SPECS) == tree
    assert read_json(json.dumps(render(tree)), SPECS) == tree


@given(TREES)
def test_the_short_form_reads_back_to_the_same_tree(tree: Group) -> None:
    assert read_text(write_text(tree), SPECS) == tree


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["all", "any", "city", "spent", "is", "between", "1e400", "٣٤"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "none", "not", "field", "operator", "value", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JUNK)
def test_junk_gives_a_tree_or_our_error(raw: object) -> None:
    try:
        tree = parse(raw, SPECS)
    except SegmentError:
        return
    assert isinstance(tree, Group)


@given(st.sampled_from(sorted(SPECS)), st.data(), JUNK)
def test_a_junk_value_gives_a_value_or_our_error(key: str, data: st.DataObject, raw) -> None:
    operator = data.draw(st.sampled_from(sorted(SPECS[key].operators())))

    try:
        tree = parse({"field": key, "operator": operator, "value": raw}, SPECS)
    except SegmentError:
        return
    assert parse(render(tree), SPECS) == tree


@given(st.text(st.sampled_from("al(ny)none,.:|~28city.is tags_of\x00ł"), max_size=40))
def test_a_junk_address_gives_a_tree_or_our_error(text: str) -> None:
    with contextlib.suppress(SegmentError):
        assert isinstance(read_text(text, SPECS), Group)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (None, Problem.NOT_A_TREE),
        ([], Problem.NOT_A_TREE),
        ("all", Problem.NOT_A_TREE),
        ({}, Problem.NOT_A_TREE),
        ({"all": {}}, Problem.NOT_A_TREE),
        ({"all": [], "any": []}, Problem.NOT_A_TREE),
        ({"any": []}, Problem.EMPTY_GROUP),
        ({"all": [{"any": []}]}, Problem.EMPTY_GROUP),
        ({"all": [{"all": []}]}, Problem.EMPTY_GROUP),
        ({"field": "city"}, Problem.NOT_A_TREE),
        ({**one("city", "is", "x"), "also": 1}, Problem.NOT_A_TREE),
        (one("password", "is", "x"), Problem.UNKNOWN_FIELD),
        (one("city__icontains", "is", "x"), Problem.UNKNOWN_FIELD),
        ({"field": ["city"], "operator": "is"}, Problem.UNKNOWN_FIELD),
        (one("city", "at_least", 1), Problem.UNKNOWN_OPERATOR),
        (one("purchases", "empty"), Problem.UNKNOWN_OPERATOR),
        ({"field": "city", "operator": {"a": 1}}, Problem.UNKNOWN_OPERATOR),
        (one("city", "is"), Problem.VALUE_MISSING),
        (one("city", "is", "  "), Problem.VALUE_MISSING),
        (one("tags", "any_of", []), Problem.VALUE_MISSING),
        (one("city", "empty", "x"), Problem.VALUE_UNWANTED),
        (one("city", "is", 5), Problem.NOT_TEXT),
        (one("city", "is", "a\x00b"), Problem.NOT_TEXT),
        (one("city", "is", "\ud800"), Problem.NOT_TEXT),
        (one("city", "is", "x" * 201), Problem.TEXT_TOO_LONG),
        (one("purchases", "equals", "many"), Problem.NOT_A_NUMBER),
        (one("purchases", "equals", "٣٤"), Problem.NOT_A_NUMBER),
        (one("purchases", "equals", True), Problem.NOT_A_NUMBER),
        (one("purchases", "equals", float("nan")), Problem.NOT_A_NUMBER),
        (one("purchases", "equals", float("inf")), Problem.NOT_A_NUMBER),
        (one("purchases", "equals", "1e400"), Problem.NOT_A_NUMBER),
        (one("purchases", "equals", 2**63), Problem.OUT_OF_RANGE),
        (one("purchases", "equals", 10**5000), Problem.OUT_OF_RANGE),
        (one("purchases", "equals", "2.5"), Problem.NOT_WHOLE),
        (one("spent", "more", "2.505"), Problem.NOT_WHOLE),
        (one("spent", "between", ["2", "1"]), Problem.WRONG_ORDER),
        (one("spent", "between", ["2"]), Problem.VALUE_MISSING),
        (one("spent", "between", ["2", ""]), Problem.VALUE_MISSING),
        (one("spent", "between", 5), Problem.VALUE_MISSING),
        (one("joined_on", "in_last", -1), Problem.OUT_OF_RANGE),
        (one("joined_on", "in_last", 36_501), Problem.OUT_OF_RANGE),
        (one("joined_on", "in_last", 1.5), Problem.NOT_WHOLE),
        (one("joined_on", "on", "2026-02-30"), Problem.NOT_A_DATE),
        (one("joined_on", "on", "20260203"), Problem.NOT_A_DATE),
        (one("joined_on", "on", 20260203), Problem.NOT_A_DATE),
        (one("joined_on", "between", ["2026-02-02", "2026-02-01"]), Problem.WRONG_ORDER),
        (one("birthday", "month_is", 13), Problem.NOT_A_MONTH),
        (one("birthday", "month_is", "May"), Problem.NOT_A_MONTH),
        (one("birthday", "month_is", "1.5"), Problem.NOT_A_MONTH),
        (one("channel", "any_of", ["fax"]), Problem.NOT_A_CHOICE),
        (one("tags", "any_of", [str(n) for n in range(51)]), Problem.TOO_MANY_ITEMS),
        (one("tags", "any_of", [["vip"]]), Problem.NOT_TEXT),
        (one("has_email", "is", "maybe"), Problem.NOT_A_FLAG),
        (one("has_email", "is", 1), Problem.NOT_A_FLAG),
    ],
)
def test_what_is_wrong_is_said(raw: object, problem: Problem) -> None:
    with pytest.raises(SegmentError) as caught:
        parse(raw, SPECS)

    assert caught.value.problem == problem


def deep(levels: int) -> dict:
    tree = one("city", "is", "x")
    for _level in range(levels):
        tree = {"all": [tree]}
    return tree


def test_five_groups_deep_is_the_most() -> None:
    assert len(conditions(parse(deep(5), SPECS))) == 1

    with pytest.raises(SegmentError, match="too_deep"):
        parse(deep(6), SPECS)
    with pytest.raises(SegmentError, match="too_deep"):
        parse({"not": {"not": {"not": {"not": {"not": deep(1)}}}}}, SPECS)
    with pytest.raises(SegmentError, match="too_deep"):
        read_text("all(" * 6 + "city.empty" + ")" * 6, SPECS)


def test_fifty_conditions_are_the_most() -> None:
    condition = one("city", "is", "x")
    half = {"all": [condition] * 25}

    assert len(conditions(parse({"any": [half, half]}, SPECS))) == 50
    with pytest.raises(SegmentError, match="too_many"):
        parse({"any": [half, half, condition]}, SPECS)
    with pytest.raises(SegmentError, match="too_many"):
        parse({"all": [condition] * 51}, SPECS)


def test_a_json_text_nested_beyond_reason_is_refused() -> None:
    for text in ["[" * 50_000, '{"all":[' * 3_000, "1" * 6_000, "{", "", "NaN", "x" * 200_000]:
        with pytest.raises(SegmentError):
            read_json(text, SPECS)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (one("purchases", "equals", "3"), 3),
        (one("purchases", "equals", 3.0), 3),
        (one("spent", "more", "12,50"), Decimal("12.50")),
        (one("spent", "more", 0.1), Decimal("0.1")),
        (one("spent", "between", ["1", 2]), (Decimal(1), Decimal(2))),
        (one("joined_on", "in_last", " 30 "), 30),
        (one("joined_on", "on", "2026-02-03"), date(2026, 2, 3)),
        (one("joined_on", "this_month", ""), None),
        (one("birthday", "month_is", "5"), 5),
        (one("tags", "any_of", "vip"), ("vip",)),
        (one("tags", "any_of", [" vip ", "vip", "b"]), ("vip", "b")),
        (one("has_email", "is", "false"), False),
        (one("city", "is", "  Brno "), "Brno"),
    ],
)
def test_values_are_read_from_text_as_forms_send_it(raw: dict, expected: object) -> None:
    [condition] = conditions(parse(raw, SPECS))

    assert condition.value == expected


def test_not_is_a_group_of_none() -> None:
    assert parse({"not": one("city", "empty")}, SPECS) == Group(
        Join.NONE, (Condition("city", "empty"),)
    )


def test_nothing_asked_is_everybody() -> None:
    assert parse({"all": []}, SPECS) == EVERYBODY
    assert read_text("", SPECS) == EVERYBODY
    assert write_text(EVERYBODY) == ""


def test_the_short_form_is_readable() -> None:
    tree = parse(
        {
            "all": [
                one("city", "is", "Poznań (PL), a|b"),
                {"none": [one("joined_on", "in_last", 90), one("city", "empty")]},
                one("tags", "any_of", ["vip", "a:b"]),
                one("spent", "between", ["1.50", "20"]),
                one("has_email", "is", True),
            ]
        },
        SPECS,
    )

    text = write_text(tree)

    assert text == (
        "all(city.is:Poznań ~28PL~29~2C a~7Cb,none(joined_on.in_last:90,city.empty),"
        "tags.any_of:vip|a~3Ab,spent.between:1.50|20,has_email.is:true)"
    )
    assert read_text(text, SPECS) == tree


@pytest.mark.parametrize(
    "text",
    [
        "all",
        "all(",
        "all()",
        "all(city.empty",
        "all(city.empty))",
        "all(city.empty,)",
        "city",
        "city.is",
        "city.is:",
        "nope.is:x",
        "city.is:a,b",
        "all(city.empty;city.empty)",
        ")",
        ",",
        "x" * 20_001,
    ],
)
def test_a_broken_address_is_refused(text: str) -> None:
    with pytest.raises(SegmentError):
        read_text(text, SPECS)


def test_every_kind_has_operators_and_every_shape_is_used() -> None:
    used = {shape for offered in OPERATORS.values() for shape in offered.values()}

    assert set(OPERATORS) == set(Kind)
    assert used == set(Shape)


def test_a_field_that_is_never_empty_is_not_asked_for_it() -> None:
    assert "empty" in SPECS["spent"].operators()
    assert "empty" not in SPECS["purchases"].operators()
