"""What was typed is marked in what is found."""

import pytest

from customers.search import mark, mark_digits, mark_part

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Łukasz Wójcik", ["luk"], "<mark>Łuk</mark>asz Wójcik"),
        ("Łukasz Wójcik", ["woj", "luk"], "<mark>Łuk</mark>asz <mark>Wój</mark>cik"),
        ("Anna", ["nn"], "Anna"),
        ("Straße", ["strasse"], "<mark>Straße</mark>"),
        ("<b>Anna</b>", ["anna"], "&lt;b&gt;<mark>Anna</mark>&lt;/b&gt;"),
        ("Anna Anna", ["anna", "ann"], "<mark>Ann</mark>a <mark>Ann</mark>a"),
        ("", ["a"], ""),
        ("Anna", [], "Anna"),
    ],
)
def test_matched_beginnings_are_marked(text: str, words: list[str], expected: str) -> None:
    assert mark(text, words) == expected


def test_parts_and_digits_are_marked() -> None:
    assert mark_part("Anna@Example.pl", "example") == "Anna@<mark>Example</mark>.pl"
    assert mark_part("<a>", "x") == "&lt;a&gt;"
    assert mark_digits("+48 600 123 456", "8600") == "+4<mark>8 600</mark> 123 456"
    assert mark_digits("+48 600", "999") == "+48 600"
