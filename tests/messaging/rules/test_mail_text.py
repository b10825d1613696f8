"""The text part, piece by piece: what readers without pictures and colours get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.liquid import Token
from messaging.rules.mail_text import has_words, tidy
from tests.messaging.rules.templates import column, made

ADDRESS = "https://a.pl/?a=1&amp;b=2"


def text_of(inner: str) -> str:
    return made(column(f"<mj-text>Hi</mj-text>{inner}")).text.removeprefix("Hi\n\n")


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (f"<mj-button href='{ADDRESS}'>A &amp; B</mj-button>", "A & B: https://a.pl/?a=1&b=2"),
        ("<mj-button href='https://a.pl'>https://a.pl</mj-button>", "https://a.pl"),
        ("<mj-button href='https://a.pl'><b>Go</b> on</mj-button>", "Go on: https://a.pl"),
        ("<mj-image src='https://a.pl/x.png' alt='Tea &amp; cake' />", "Tea & cake"),
        (
            f"<mj-image src='https://a.pl/x.png' alt='&quot;Cup&quot;' href='{ADDRESS}' />",
            '"Cup": https://a.pl/?a=1&b=2',
        ),
        (f"<mj-image src='https://a.pl/x.png' href='{ADDRESS}' />", "https://a.pl/?a=1&b=2"),
        ("<mj-image src='https://a.pl/x.png' /><mj-spacer />", "Hi"),
        ("<mj-divider />", "-----"),
    ],
)
def test_each_element_is_said_in_its_own_way(inner: str, text: str) -> None:
    assert text_of(inner) == text


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (f"<a href='{ADDRESS}'>https://a.pl/?a=1&amp;b=2</a>", "https://a.pl/?a=1&b=2"),
        ("<a href='mailto:a@b.pl'>a@b.pl</a>", "a@b.pl"),
        ("<a href='mailto:a@b.pl'>us</a>", "us: mailto:a@b.pl"),
        ("<a href='https://a.pl'></a>", "https://a.pl"),
        (
            "<a href='https://a.pl'><img src='https://a.pl/x.png' alt='Cup'></a>",
            "Cup: https://a.pl",
        ),
        ("<a href='https://a.pl'><img src='https://a.pl/x.png'></a>", "https://a.pl"),
        ("x <img src='https://a.pl/x.png' alt='a > b'> y", "x a > b y"),
        ("x <img src='https://a.pl/x.png' alt='&lt;b&gt;c'> y", "x <b>c y"),
        ("x <a title='a > b' href='https://a.pl'>go</a> y", "x go: https://a.pl y"),
        ("a<br>b<p>c<p>d", "a\nb\n\nc\n\nd"),
        ("1&nbsp;000 &amp; &lt;b&gt;", "1 000 & <b>"),
    ],
)
def test_links_and_pictures_among_words_are_said_once(inner: str, text: str) -> None:
    assert text_of(f"<mj-text>{inner}</mj-text>") == text


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<tr><td>a</td><td> b\n c </td></tr>", "a  b c"),
        ("<tr><td>A &amp;amp; B</td></tr>", "A &amp; B"),
        ("<thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody>", "a\nb"),
        ("<tr><td><a href='https://a.pl'>x</a></td><td></td></tr>", "x: https://a.pl"),
    ],
)
def test_tables_are_lines_of_cells(inner: str, text: str) -> None:
    assert text_of(f"<mj-table>{inner}</mj-table>") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ue0000\ue001", False),
        ("\ue0001\ue001", True),
        (" -----\n ", False),
        ("", False),
        ("a", True),
    ],
)
def test_liquid_that_only_decides_says_nothing(text: str, expected: bool) -> None:
    tokens = [Token("{% if a %}", "if", 1), Token("{{ a }}", "", 1)]

    assert has_words(text, tokens) is expected


@given(st.text(alphabet="ab \t\n\r", max_size=60))
def test_tidying_keeps_the_words_and_is_done_once(text: str) -> None:
    tidied = tidy(text)

    assert tidied.split() == text.split()
    assert tidy(tidied) == tidied
    assert "\n\n\n" not in tidied
    assert " \n" not in tidied
    assert tidied.endswith("\n")
