"""A noun goes with its number: in English one and more, in the other languages three ways."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from django.utils import translation
from django.utils.translation import ngettext

from core.errors import too_long
from customers.import_words import explain
from customers.rules.segment_language import Condition
from customers.segment_words import describe
from retention.pages import lists, repeats, tiles
from retention.reports import Comparison
from retention.rules.repeats import RepeatRate
from tests.retention.words.march import ASKED, march

ROOT = Path(__file__).resolve().parents[2]
NOUNS = (
    "customers|purchases|refunds|buyers|people|days|months|years|rows|cells|columns|characters"
    "|tags|segments|conditions|receipts|consents|files"
)
COUNTED = re.compile(rf"(?:%\(\w+\)[sd]|\{{\w+\}}) (?:known |new )?(?:{NOUNS})\b")
BLOCK = re.compile(r"\{% blocktranslate([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
# Said only beyond ten thousand, where all forms are one.
ALWAYS_MANY = {"more than %(shown)s customers", "more than %(shown)s customers fit"}


def plain(text: str) -> str:
    return re.sub("<[^>]*>", "", text).replace("\xa0", " ")


def said_in_python(app: str) -> Iterator[str]:
    """The texts that a module says in one form."""
    words = dict.fromkeys(("_", "gettext", "gettext_lazy", "pgettext"))
    for path in sorted((ROOT / app).rglob("*.py")):
        for _line, text, *_rest in extract_from_file("python", path, keywords=words):
            yield str(text)


def said_in_templates(app: str) -> Iterator[str]:
    """The same, for templates: blocks without a count."""
    for path in sorted((ROOT / "templates" / app).rglob("*.html")):
        for head, text in BLOCK.findall(path.read_text(encoding="utf-8")):
            if " count " not in head:
                yield re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", text)


@pytest.mark.parametrize("app", ["core", "accounts", "customers", "loyalty", "retention"])
def test_no_text_puts_a_noun_beside_a_number_in_one_form_only(app: str) -> None:
    texts = {*said_in_python(app), *said_in_templates(app)}

    assert texts
    assert {text for text in texts if COUNTED.search(text)} <= ALWAYS_MANY


def test_such_a_text_would_be_noticed() -> None:
    for text in ("{month}, {size} customers", "%(done)s of %(total)s rows", "{n} known buyers"):
        assert COUNTED.search(text)
    for text in ("%(amount)s each", "Done: %(what)s", "{number} customer rows"):
        assert not COUNTED.search(text)


@pytest.mark.parametrize(
    ("language", "one", "few", "many"),
    [
        ("en", "1 customer", "2 customers", "22 customers"),
        ("pl", "1 klient", "2 klientów", "22 klientów"),
        ("cs", "1 zákazník", "2 zákazníci", "22 zákazníků"),
        ("ro", "1 client", "2 clienți", "22 de clienți"),
    ],
)
def test_a_cohort_says_its_size(language: str, one: str, few: str, many: str) -> None:
    with translation.override(language):
        words = [
            ngettext("{month}, {size} customer", "{month}, {size} customers", n).format(
                month="M", size=n
            )
            for n in (1, 2, 22)
        ]

    assert words == [f"M, {one}", f"M, {few}", f"M, {many}"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["1 year", "4 years", "5 years", "24 years"]),
        ("pl", ["1 rok", "4 lata", "5 lat", "24 lata"]),
        ("cs", ["1 rok", "4 roky", "5 let", "24 let"]),
        ("ro", ["1 an", "4 ani", "5 ani", "24 de ani"]),
    ],
)
def test_an_age_is_said_in_years(language: str, expected: list[str]) -> None:
    with translation.override(language):
        said = [describe(Condition("age", "at_least", years)) for years in (1, 4, 5, 24)]

    assert [text.endswith(f" {words}") for text, words in zip(said, expected, strict=True)] == (
        [True] * 4
    ), said


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 of 1 customer left", "1 of 25 customers left"),
        ("pl", "odeszło 1 z 1 klienta", "odeszło 1 z 25 klientów"),
        ("cs", "odešlo 1 z 1 zákazníka", "odešlo 1 z 25 zákazníků"),
        ("ro", "au plecat 1 din 1 client", "au plecat 1 din 25 de clienți"),
    ],
)
def test_the_note_of_churn_counts_who_was_there(language: str, one: str, many: str) -> None:
    with translation.override(language):
        notes = [note("churn", lost=1, customers_at_start=start) for start in (1, 25)]

    assert notes == [one, many]


def note(key: str, **changed: int) -> str:
    figures = Comparison(march(**changed), None)
    return plain(next(tile.note for tile in tiles.tiles(figures, ASKED) if tile.key == key))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "2 purchases by 1 known buyer"),
        ("pl", "2 zakupy, 1 znany kupujący"),
        ("cs", "2 nákupy, 1 známý kupující"),
        ("ro", "2 cumpărături, 1 cumpărător cunoscut"),
    ],
)
def test_two_numbers_in_a_note_go_with_a_noun_each(language: str, expected: str) -> None:
    with translation.override(language):
        said = note("frequency", purchases=2, guest_purchases=0, buyers=1)

    assert said == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1 came back, 3 did not"),
        ("pl", "wróciła 1 osoba, nie wróciły 3 osoby"),
        ("cs", "vrátil se 1, nevrátili se 3"),
        ("ro", "1 a revenit, 3 nu"),
    ],
)
def test_who_came_back_and_who_did_not_are_said_beside_their_bar(
    language: str, expected: str
) -> None:
    with translation.override(language):
        (bar,) = repeats.bars([RepeatRate(30, 4, 1)], ASKED)

    assert plain(bar.sides) == expected
    assert f'href="{bar.returned_href}"'.replace("&", "&amp;") in bar.sides


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("bought within 1 day", "bought within 90 days")),
        ("pl", ("kupili w ciągu 1 dnia", "kupili w ciągu 90 dni")),
        ("cs", ("okno 1 dne", "okno 90 dní")),
        ("ro", ("au cumpărat în 1 zi", "au cumpărat în 90 de zile")),
    ],
)
def test_a_window_is_said_in_days(language: str, expected: tuple[str, str]) -> None:
    short = replace(ASKED, query=replace(ASKED.query, window_days=1))

    with translation.override(language):
        said = tuple(lists.period_words(asked).partition(", ")[2] for asked in (short, ASKED))

    assert said == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["3 cells", "255 characters", "At most 20 characters."]),
        ("pl", ["3 komórki", "255 znaków", "Najwyżej 20 znaków."]),
        ("cs", ["3 buňky", "255 znaků", "Nejvýše 20 znaků."]),
        ("ro", ["3 celule", "255 de caractere", "Cel mult 20 de caractere."]),
    ],
)
def test_what_is_wrong_with_a_row_or_a_text_is_counted(language: str, expected: list[str]) -> None:
    with translation.override(language):
        said = [
            explain("too_many_cells", {"cells": 3, "columns": 2}),
            explain("too_long", {"longest": 255}),
            too_long(20),
        ]

    assert [words in text for words, text in zip(expected, said, strict=True)] == [True] * 3, said
