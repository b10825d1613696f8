"""Mails as bytes, read back by the standard library's own parser."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.assembling import HeaderRefused, Letter, assemble, travelling, wire_address, words

AT = datetime(2027, 1, 15, 21, 10, tzinfo=UTC)


def letter(**values):
    return Letter(
        **{
            "pk": 7,
            "message_id": "<7.abc@example.com>",
            "from_name": "Kwiaciarnia Żonkil",
            "from_address": "shop@example.com",
            "recipient": "anna@example.pl",
            "return_path": "bounce+7@example.com",
            "subject": "Zażółć gęślą jaźń",
            "text": "Dzień dobry,\n.\nkropka na początku\n",
            "html": travelling("<p>Dzień dobry</p>\n<p>.</p>"),
            "at": AT,
            "reply_to": "ask@example.com",
            "one_click": "https://shop.example.com/p/u/abc",
        }
        | values
    )


def read(content):
    return message_from_bytes(content, policy=policy.default)


def test_what_was_put_in_comes_out():
    mail = read(assemble(letter()))

    assert mail["Subject"] == "Zażółć gęślą jaźń"
    assert mail["From"].addresses[0].display_name == "Kwiaciarnia Żonkil"
    assert mail["From"].addresses[0].addr_spec == "shop@example.com"
    assert mail["Reply-To"] == "ask@example.com"
    assert mail["Message-ID"] == "<7.abc@example.com>"
    assert mail["Date"].datetime == AT
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.iter_parts()
    assert plain.get_content().splitlines() == ["Dzień dobry,", ".", "kropka na początku"]
    assert html.get_content().replace("&#324;", "ń").splitlines() == [
        "<p>Dzień dobry</p>",
        "<p>.</p>",
    ]


def test_one_click_unsubscribing_is_said_in_two_unfolded_headers():
    head = assemble(letter(one_click="https://shop.example.com/p/u/" + "x" * 300))

    assert b"\r\nList-Unsubscribe: <https://shop.example.com/p/u/" + b"x" * 300 + b">\r\n" in head
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    assert b"List-Unsubscribe" not in assemble(letter(one_click=""))


def test_html_with_endless_lines_travels_in_base64():
    html = "<p>" + "ż" * 5_000 + "</p>"
    mail = read(assemble(letter(html=travelling(html))))

    part = list(mail.iter_parts())[1]
    assert part["Content-Transfer-Encoding"] == "base64"
    assert part.get_content().strip() == "<p>" + "&#380;" * 5_000 + "</p>"
    assert max(map(len, assemble(letter(html=travelling(html))).split(b"\r\n"))) <= 998


def test_every_line_ends_with_crlf():
    content = assemble(letter(text="a\rb\nc\r\nd", html=travelling("a\rb\nc\r\nd")))

    assert content.replace(b"\r\n", b"").find(b"\n") == -1
    assert content.replace(b"\r\n", b"").find(b"\r") == -1


@pytest.mark.parametrize(
    "values",
    [
        {"from_name": "Shop\r\nBcc: all@example.com"},
        {"message_id": "<1>\r\nX: y"},
        {"one_click": "https://a\r\nX: y"},
        {"recipient": "anna@example.pl\r\nBcc: all@example.com"},
        {"recipient": "anna@example.pl>, <eve@example.com"},
        {"recipient": "no address"},
        {"recipient": "a@" + "b" * 260},
        {"reply_to": "x y@example.com"},
    ],
)
def test_nothing_slips_into_the_headers(values):
    with pytest.raises(HeaderRefused):
        assemble(letter(**values))


def test_line_breaks_in_a_rendered_subject_become_spaces():
    mail = read(assemble(letter(subject="Hello\r\nBcc: all@example.com")))

    assert mail["Subject"] == "Hello Bcc: all@example.com"
    assert mail["Bcc"] is None


def test_a_domain_beyond_ascii_travels_in_punycode():
    assert wire_address("anna@żonkil.pl") == "anna@xn--onkil-hib.pl"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=300))
def test_any_subject_survives(text):
    assert read(assemble(letter(subject=text)))["Subject"] == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=500))
def test_encoded_words_are_short_enough(text):
    assert all(len(line) <= 900 for line in words(text).split("\r\n"))
    assert words(text).isascii()
