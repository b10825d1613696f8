import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import escape_like, fold, is_storable, squeeze


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz Żółć", "lukasz zolc"),
        ("Jiří Dvořák", "jiri dvorak"),
        ("Ștefan Țăran", "stefan taran"),
        ("Müller-Weiß", "muller-weiss"),
        ("Ørsted", "orsted"),
        ("  two\t words ", "two words"),
        ("Иван", "иван"),
        ("李小龍", "李小龍"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_composed_and_decomposed_letters_are_one_text() -> None:
    assert squeeze("Zo\u0301\u0142w") == squeeze("Zó\u0142w")
    assert fold("e\u0301") == "e"


def test_squeeze_drops_controls_that_turn_the_reading_direction() -> None:
    assert squeeze("abc\u202edef\u200b") == "abcdef"


@given(st.text())
def test_fold_is_idempotent_on_its_own_result(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "ok"), [("", True), ("Łódź 🙂", True), ("a\x00b", False), ("a\ud800", False)]
)
def test_is_storable(text: str, ok: bool) -> None:
    assert is_storable(text) is ok


def test_escape_like_takes_wildcards_literally() -> None:
    assert escape_like(r"50%_\x") == r"50\%\_\\x"
