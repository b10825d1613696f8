"""Limits, and the filters that know the language."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liquid.exceptions import LiquidError, OutputStreamLimitError
from liquid.template import BoundTemplate

from messaging.rules import liquid, vocatives
from messaging.rules.problems import Problem, TemplateWrong


def said(source: str, language: str = "en", **data: Any) -> str:
    return liquid.parse(source, language, escapes=False).render(**data).replace("\xa0", " ")


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in (1..points) %}x{% endfor %}",
        "{% for a in (1..100) %}{% for b in (1..100) %}x{% endfor %}{% endfor %}",
        "{% for a in (1..1000) %}" + "x" * 1000 + "{% endfor %}",
        "{% for a in (1..1000) %}" + "{{ points | plus: 1 }}" * 1900 + "{% endfor %}",
    ],
    ids=["range", "nested", "output", "time"],
)
def test_what_grows_or_takes_too_long_is_stopped(source: str) -> None:
    began = time.process_time()

    with pytest.raises(LiquidError):
        said(source, points=10_000_000_000)

    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in (1..10000000000) %}x{% endfor %}",
        "{% for a in (1..9) offset: 1001 %}x{% endfor %}",
        "{{ (1..900000000) | join: 'long' }}",
        "{{ (points..900000000) | size }}",
        "{% if (1..900000000) contains 'a' %}x{% endif %}",
        "{% case (1..9) %}{% when 1 %}{% endcase %}",
    ],
)
def test_counting_belongs_into_loops_and_does_not_go_far(source: str) -> None:
    with pytest.raises(TemplateWrong) as refused:
        said(source, points=1)

    assert refused.value.problems == [Problem("liquid_range", 1, {"limit": "1000"})]


def test_numbers_of_other_places_are_left_alone() -> None:
    assert said("{% for a in list_2026 %}{{ a }}{% endfor %}", list_2026=[1, 2]) == "12"
    assert said("{% for a in (1..1000) limit: 2 %}{{ a }}{% endfor %}{{ '1..2' }}") == "121..2"
    assert said("{% if points > 5000 %}many{% endif %}", points=6000) == "many"


@pytest.mark.parametrize(
    "source",
    [
        "{{ '<b>' }}",
        "{{ nothing | default: '<b>' }}",
        "{{ 1 | plural: '<b>', 'many' }}",
        "{{ name | upcase | downcase }}",
        "{{ list | join: '<b>' }}",
        "{% cycle '<b>', 'x' %}",
        "{% cycle name, 'x' %}",
        "{% if true %}{{ '<b>' }}{% endif %}",
    ],
)
def test_in_html_the_templates_own_words_are_no_elements(source: str) -> None:
    template = liquid.parse(source, "en", escapes=True)

    made = template.render(nothing="", name="<b>", list=["", ""])

    assert made == "&lt;b&gt;"


def test_words_are_compared_as_they_are_written() -> None:
    template = liquid.parse('{% if a == "O\'B & <i>" %}yes{% endif %}', "en", escapes=True)

    assert template.render(a="O'B & <i>") == "yes"


NAMES = st.sampled_from(["a", "b", "c"])
PIECES = st.one_of(
    st.text("x<&\n{ś"),
    NAMES.map("{{{{ {} }}}}".format),
    NAMES.map("{{{{ {} | upcase }}}}".format),
    NAMES.map("{{% if {} %}}yes{{% else %}}no{{% endif %}}".format),
    st.sampled_from(["{{ c.d }}", "{% for x in (1..3) %}{{ x }}{% endfor %}", "{% break %}"]),
)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text("<&é\n"), st.just({"d": "<i>"}), st.just([1])
)


@given(
    pieces=st.lists(PIECES, max_size=8),
    data=st.dictionaries(st.sampled_from("abc"), VALUES),
    escapes=st.booleans(),
)
def test_the_short_way_says_what_the_library_says(
    pieces: list[str], data: dict[str, object], escapes: bool
) -> None:
    try:
        template = liquid.parse("".join(pieces), "pl", escapes=escapes)
    except TemplateWrong:
        return

    assert outcome(template.render, data) == outcome(
        lambda **named: BoundTemplate.render(template, **named), data
    )


def outcome(render: Callable[..., str], data: dict[str, object]) -> tuple[str, str]:
    try:
        return "said", render(**data)
    except LiquidError as error:
        return "refused", f"{type(error).__name__} {error.message}"


def test_the_short_way_has_the_same_limit_of_size() -> None:
    with pytest.raises(OutputStreamLimitError):
        said("{{ a }}" * 100, a="ś" * (liquid.OUTPUT // 180))


def test_what_is_missing_is_an_error_and_what_is_unknown_is_empty() -> None:
    with pytest.raises(LiquidError, match="undefined"):
        said("{{ first_name }}")

    assert said("[{{ first_name }}]", first_name=None) == "[]"
    assert said("{{ first_name | default: 'you' }}", first_name="") == "you"


def test_objects_have_no_attributes_here() -> None:
    class Secret:
        password = "secret"

        def wipe(self) -> str:
            raise AssertionError

    for name in ("password", "wipe", "__class__"):
        with pytest.raises(LiquidError):
            said("{{ a." + name + " }}", a=Secret())


@pytest.mark.parametrize(
    ("source", "language", "words"),
    [
        ("{{ 1234.5 | number }}", "en", "1,234.5"),
        ("{{ 1234.5 | number }}", "pl", "1 234,5"),
        ("{{ 12345 | number }}", "cs", "12 345"),
        ("{{ nothing | number }}", "ro", ""),
        ("{{ price | money }}", "pl", "12,50 zł"),
        ("{{ price | money }}", "cs", "12,50 PLN"),
        ("{{ nothing | money }}", "pl", ""),
        ("{{ day | date }}", "en", "5 November 2026"),
        ("{{ day | date }}", "pl", "5 listopada 2026"),
        ("{{ day | date }}", "cs", "5. listopadu 2026"),
        ("{{ day | date }}", "ro", "5 noiembrie 2026"),
        ("{{ day | date: 'day' }}", "pl", "5 listopada"),
        ("{{ day | date: 'short' }}", "cs", "05.11.26"),
        ("{{ nothing | date }}", "en", ""),
    ],
)
def test_values_are_said_in_the_language(source: str, language: str, words: str) -> None:
    price = {"amount": "12.5", "currency": "PLN"}

    assert said(source, language, price=price, day="2026-11-05", nothing=None) == words


@pytest.mark.parametrize(
    ("language", "forms", "expected"),
    [
        ("en", "'point', 'points'", {0: "points", 1: "point", 2: "points"}),
        (
            "pl",
            "'punkt', 'punkty', 'punktów'",
            {0: "punktów", 1: "punkt", 2: "punkty", 5: "punktów", 12: "punktów", 22: "punkty"},
        ),
        ("cs", "'bod', 'body', 'bodů'", {0: "bodů", 1: "bod", 4: "body", 5: "bodů", 22: "bodů"}),
        (
            "ro",
            "'punct', 'puncte', 'de puncte'",
            {0: "puncte", 1: "punct", 19: "puncte", 20: "de puncte", 101: "puncte"},
        ),
    ],
)
def test_plural_forms_fit_the_number(language: str, forms: str, expected: dict[int, str]) -> None:
    source = "{{ n | plural: " + forms + " }}"

    assert {number: said(source, language, n=number) for number in expected} == expected


@pytest.mark.parametrize(
    "source",
    [
        "{{ n | plural: 'a' }}",
        "{{ text | number }}",
        "{{ text | money }}",
        "{{ text | date }}",
        "{{ day | date: '%Y' }}",
        "{{ huge | number }}",
        "{{ nan | number }}",
    ],
)
def test_wrong_values_are_errors(source: str) -> None:
    with pytest.raises(LiquidError):
        said(source, n=1, text="abc", day="2026-11-05", huge="1e400", nan="NaN")


@pytest.mark.parametrize(
    ("name", "language", "called", "polite"),
    [
        ("Anna", "pl", "Anno", "Pani Anno"),
        ("Piotr", "pl", "Piotrze", "Panie Piotrze"),
        ("Anna", "cs", "Anno", "paní Anno"),
        ("Petr", "cs", "Petře", "pane Petře"),
        ("Zdeněk", "cs", "Zdeňku", "pane Zdeňku"),
        ("Ana", "ro", None, None),
        ("Xawery", "pl", None, None),
        ("anna", "pl", None, None),
        ("", "pl", None, None),
        ("Anna", "en", None, None),
    ],
)
def test_names_are_called_only_as_known(
    name: str, language: str, called: str | None, polite: str | None
) -> None:
    assert vocatives.vocative(name, language) == called
    assert vocatives.courtesy(name, language) == polite


def test_no_name_of_the_table_is_both_a_mans_and_a_womans() -> None:
    for language in ("pl", "cs"):
        women, men = vocatives._WOMEN[language], vocatives._MEN[language]

        assert len(women) > 40
        assert len(men) > 40
        assert not set(women) & set(men)
