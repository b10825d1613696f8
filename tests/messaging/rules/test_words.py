"""Words are changed without touching the layout."""

import pytest

from messaging.default_texts import DEFAULTS, LANGUAGES, source_of
from messaging.rules.problems import TemplateWrong
from messaging.rules.words import Part, parts_of, with_words
from tests.messaging.rules.templates import column, made

LETTER = column(
    "<mj-text mj-class='title'>Hello {{ first_name }}</mj-text>"
    "<mj-text>\n  <p>One &amp; two.<br>Three.</p>\n  <p>{% if points %}<b>Four</b>{% endif %}</p>\n"
    "</mj-text><mj-image src='https://a.pl/x.png' alt='x' />"
    "<mj-button href='https://a.pl'>Go</mj-button><mj-text><ul><li>a</li></ul></mj-text>"
)


def test_words_are_shown_as_people_type_them() -> None:
    assert parts_of(LETTER) == [
        Part("mj-text", "Hello {{ first_name }}", is_title=True),
        Part("mj-text", "One &amp; two.\nThree.\n\n{% if points %}<b>Four</b>{% endif %}"),
        Part("mj-button", "Go"),
        Part("mj-text", "<ul><li>a</li></ul>"),
    ]
    assert [part.is_line for part in parts_of(LETTER)] == [True, False, True, False]


def test_words_that_stay_leave_every_letter_in_place() -> None:
    shown = {number: part.words for number, part in enumerate(parts_of(LETTER))}

    assert with_words(LETTER, shown) == LETTER
    assert with_words(LETTER, {}) == LETTER
    assert with_words(LETTER, {9: "nobody's"}) == LETTER


def test_new_words_take_the_place_of_the_old() -> None:
    changed = with_words(
        LETTER, {0: "Dear {{ first_name }}", 1: "A\r\nB\r\n\r\n\r\nC", 2: " Buy ", 3: "D\n\nE"}
    )

    assert "<mj-text mj-class='title'>Dear {{ first_name }}</mj-text>" in changed
    assert "<mj-text><p>A<br>B</p><p>C</p></mj-text>" in changed
    assert "<mj-button href='https://a.pl'>Buy</mj-button>" in changed
    assert "<mj-text><p>D</p><p>E</p></mj-text>" in changed
    assert "<mj-image src='https://a.pl/x.png' alt='x' />" in changed
    assert "Buy: https://a.pl" in made(changed).text


def test_markup_among_the_words_is_kept_as_markup_to_be_judged() -> None:
    changed = with_words(LETTER, {0: "</mj-text><mj-raw>x</mj-raw><mj-text>"})

    with pytest.raises(TemplateWrong, match="unknown_tag"):
        made(changed)


def test_a_source_that_cannot_be_read_has_no_words() -> None:
    with pytest.raises(TemplateWrong):
        parts_of("<mjml>")


@pytest.mark.parametrize("default", DEFAULTS, ids=lambda default: default.key)
def test_every_default_template_can_be_written_as_words(default: object) -> None:
    for language in LANGUAGES:
        mjml = source_of(default.key, language).mjml  # type: ignore[attr-defined]
        shown = dict(enumerate(part.words for part in parts_of(mjml)))

        assert len(shown) >= 3
        assert with_words(mjml, shown) == mjml
        assert not any("<p>" in words for words in shown.values())
