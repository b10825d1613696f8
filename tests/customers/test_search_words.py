"""Words and slips: exact pairs, and the promise that a shared variant finds every slip."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from customers.rules.search_words import one_slip_apart, phone_digits, variants, words_of

LETTERS = "abcłó"
WORDS = st.text(LETTERS, min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Łukasz Wójcik", ["lukasz", "wojcik"]),
        ("Nowak-Kowalska  Anna", ["nowak", "kowalska", "anna"]),
        ("O'Brien_Jr.", ["o", "brien", "jr"]),
        ("anna ANNA Ánna", ["anna"]),
        ("", []),
        ("%_\\'", []),
        ("山田 太郎", ["山田", "太郎"]),
        ("x" * 50, ["x" * 40]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("kowalska", "kowlaska", True),
        ("kowalska", "kowalsk", True),
        ("kowalska", "kowalskaa", True),
        ("kowalska", "kowalski", True),
        ("kowalska", "owalska", True),
        ("kowalska", "akowalska", True),
        ("kowalska", "okwalska", True),
        ("kowalska", "kowalska", False),
        ("kowalska", "kowlasak", False),
        ("kowalska", "kowals", False),
        ("kowalska", "kowalsky1", False),
        ("abcd", "badc", False),
        ("ab", "ba", True),
        ("a", "b", True),
        ("aab", "ab", True),
        ("abc", "cba", False),
    ],
)
def test_one_slip(first: str, second: str, expected: bool) -> None:
    assert one_slip_apart(first, second) is expected
    assert one_slip_apart(second, first) is expected


def slips(word: str, letter: str, place: int) -> list[str]:
    place %= len(word)
    return [
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    ]


@given(WORDS, st.sampled_from(LETTERS), st.integers(0, 7))
def test_every_slip_is_seen_and_shares_a_variant(word: str, letter: str, place: int) -> None:
    for slip in slips(word, letter, place):
        if slip != word:
            assert one_slip_apart(word, slip)
            assert variants(word) & variants(slip)


SHORT = st.text("ab", min_size=1, max_size=3)


@given(SHORT, SHORT)
def test_what_is_one_slip_apart_can_be_made_by_one(first: str, second: str) -> None:
    assume(one_slip_apart(first, second))

    made = {slip for place in range(len(first)) for x in LETTERS for slip in slips(first, x, place)}

    assert second in made | {first + letter for letter in LETTERS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+48 600 123 456", "48600123456"),
        ("0048600123456", "48600123456"),
        ("600-123-456", "600123456"),
        ("(600) 123.456", "600123456"),
        ("0722 123 456", "722123456"),
        ("3456", "3456"),
        ("0722 123 456 int. 7", "722123456"),
        ("22 123 45 67 wew. 12", "221234567"),
        ("wew. 12", ""),
        ("12 ab", ""),
        ("anna", ""),
        ("", ""),
        ("٣٤٥٦", ""),
        ("+", ""),
    ],
)
def test_digits_of_what_looks_like_a_phone(text: str, expected: str) -> None:
    assert phone_digits(text) == expected
