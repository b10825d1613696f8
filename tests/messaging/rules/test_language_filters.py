"""Numbers, money, days and plurals for any value: said in the language, or refused in words."""

from decimal import Decimal
from typing import Any

import pytest
from babel import Locale
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st
from liquid.exceptions import FilterArgumentError

from messaging.rendering import FAILURES
from messaging.rules import liquid
from messaging.rules.liquid_filters import forms_of, language_filters

LANGUAGES = ("en", "pl", "cs", "ro")
SPACES = str.maketrans("\xa0\u202f", "  ")
languages = st.sampled_from(LANGUAGES)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


def said(name: str, value: object, language: str, *arguments: object) -> str:
    return str(language_filters(language)[name](value, *arguments)).translate(SPACES)


@pytest.mark.parametrize("name", ["number", "money", "date"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_of_nothing(name: str, language: str) -> None:
    assert said(name, None, language) == ""


@pytest.mark.parametrize(
    ("language", "money"),
    [("en", "-PLN1,234.50"), ("pl", "-1 234,50 zł"), ("cs", "-1 234,50 PLN")],
)
def test_money_has_the_currencys_decimals_and_its_sign(language: str, money: str) -> None:
    assert said("money", {"amount": "-1234.5", "currency": "PLN"}, language) == money


@pytest.mark.parametrize(("currency", "money"), [("JPY", "1 235 JP¥"), ("CZK", "1 234,60 Kč")])
def test_decimals_are_the_currencys_own(currency: str, money: str) -> None:
    assert said("money", {"amount": "1234.6", "currency": currency}, "cs") == money


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("number", "abc", "'abc' is not a number"),
        ("number", "", "'' is not a number"),
        ("number", True, "True is not a number"),
        ("number", float("inf"), "inf is not a number"),
        ("number", 10**18, "1000000000000000000 is not a number"),
        ("money", 12, "not an amount of money"),
        ("money", {"amount": 1}, "not an amount of money"),
        ("money", {"amount": 1, "currency": "pln"}, "not a currency"),
        ("money", {"amount": 1, "currency": "PLN\n"}, "not a currency"),
        ("money", {"amount": "x", "currency": "PLN"}, "'x' is not a number"),
        ("date", "2026-02-30", "'2026-02-30' is not a date"),
        ("date", 5, "5 is not a date"),
        ("date", "", "'' is not a date"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(name: str, value: object, words: str) -> None:
    with pytest.raises(FilterArgumentError, match=words):
        said(name, value, "en")


def test_the_largest_number_and_the_moment_of_a_day_fit() -> None:
    assert said("number", 10**18 - 1, "en") == "999,999,999,999,999,999"
    assert said("date", "2026-11-05T23:59:59+01:00", "en") == "5 November 2026"


@pytest.mark.parametrize("style", ["%Y", "Short", "", 5, None])
def test_dates_have_four_styles_and_one_without_the_year(style: object) -> None:
    with pytest.raises(FilterArgumentError, match="is no style of dates"):
        said("date", "2026-11-05", "en", style)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["05/11/2026", "5 Nov 2026", "5 November 2026", "Thursday 5 November 2026"]),
        ("pl", ["5.11.2026", "5 lis 2026", "5 listopada 2026", "czwartek, 5 listopada 2026"]),
        ("cs", ["05.11.26", "5. 11. 2026", "5. listopadu 2026", "čtvrtek 5. listopadu 2026"]),
        ("ro", ["05.11.2026", "5 nov. 2026", "5 noiembrie 2026", "joi, 5 noiembrie 2026"]),
    ],
)
def test_each_style_is_the_languages_own(language: str, shown: list[str]) -> None:
    styles = ("short", "medium", "long", "full")
    found = [said("date", "2026-11-05", language, style) for style in styles]

    assert [words.replace("Thursday,", "Thursday") for words in found] == shown


@given(languages, st.integers(-(10**15), 10**15))
def test_whole_numbers_are_read_back_as_they_were(language: str, number: int) -> None:
    shown = language_filters(language)["number"](number)

    assert parse_decimal(str(shown), locale=language) == Decimal(number)


@given(languages, st.integers(0, 10_000))
def test_the_plural_is_the_languages_own_rule(language: str, number: int) -> None:
    names = forms_of(language)

    chosen = said("plural", number, language, *names)

    assert chosen == Locale.parse(language).plural_form(number)


@pytest.mark.parametrize(
    ("language", "form"), [("en", "other"), ("pl", "many"), ("cs", "other"), ("ro", "few")]
)
def test_a_part_of_one_takes_a_form_that_there_is(language: str, form: str) -> None:
    assert said("plural", "1.5", language, *forms_of(language)) == form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", [-1, 1])
def test_each_language_wants_all_its_forms(language: str, change: int) -> None:
    names = forms_of(language)
    forms = [*names, "more"] if change > 0 else names[:-1]

    with pytest.raises(FilterArgumentError, match=f"plural needs {len(names)} forms"):
        said("plural", 1, language, *forms)


def test_an_unknown_language_counts_as_english_does() -> None:
    assert forms_of("de") == forms_of("en") == ("one", "other")


@given(languages, st.sampled_from(["number", "money", "date", "plural", *liquid.FILTERS]), plain)
def test_any_value_is_said_or_refused_as_liquid_refuses(
    language: str, name: str, value: Any
) -> None:
    forms = ", ".join("'x'" for _ in forms_of(language))
    argument = {"plural": f": {forms}", "plus": ": 1", "minus": ": 1", "join": ": ','"}
    source = "{{ value | " + name + argument.get(name, "") + " }}"
    template = liquid.parse(source, language, escapes=True)

    try:
        shown = template.render(value=value)
    except FAILURES:
        return

    assert isinstance(shown, str)
    assert "<" not in shown
