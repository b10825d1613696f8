"""What must never be saved: each is refused by its code, in its field, with its line."""

import time

import pytest

from messaging.rules.problems import Problem
from tests.messaging.rules.templates import column, made, problems

TEXT = "<mj-text>Hello</mj-text>"
# What is written into an mj-text in line 2, and the code by which it is refused there.
IN_TEXT = {
    "<script>alert(1)</script>": "html_tag",
    "<SCRIPT src=//evil>": "html_tag",
    "<p onclick='x()'>a</p>": "html_attribute",
    "<img src=x onerror=alert(1)>": "relative_link",
    "<img src='https://a.pl/x.png' onerror=alert(1)>": "html_attribute",
    "<a href='javascript:alert(1)'>a</a>": "bad_link",
    "<a href='JaVa\tScript:alert(1)'>a</a>": "bad_link",
    "<a href='&#106;avascript:alert(1)'>a</a>": "bad_link",
    "<a href='data:text/html,x'>a</a>": "bad_link",
    "<a href='/cart'>a</a>": "relative_link",
    "<a href='//evil.example'>a</a>": "relative_link",
    "<a href='{{ first_name }}'>a</a>": "text_as_link",
    "<a href='{% if points %}https://a.pl{% endif %}'>a</a>": "liquid_in_attribute",
    "<base href='https://evil.example'>": "html_tag",
    "<link rel='stylesheet' href='https://evil.example/a.css'>": "html_tag",
    "<style>p { color: red }</style>": "html_tag",
    "<iframe src='https://a.pl'></iframe>": "html_tag",
    "<form action='https://a.pl'></form>": "html_tag",
    "<p style='background: url(https://evil.example)'>a</p>": "bad_value",
    "<p style='width: expression(alert(1))'>a</p>": "bad_value",
    "<p {{ first_name }}>a</p>": "html_attribute",
    "<!-- {{ points }} -->": "liquid_in_comment",
    "<p <b>a</b>": "broken_tag",
    "<!DOCTYPE html>": "html_tag",
    "<?php echo 1 ?>": "html_tag",
    "<b>a": "unclosed",
    "a</b>": "unexpected_end",
    "<b><i>a</b></i>": "unexpected_end",
    "{{ customer.delete }}": "unknown_field",
    "{{ first_name.__class__ }}": "unknown_field",
    "{{ order.password }}": "unknown_field",
    "{{ now }}": "unknown_field",
    "{% include 'settings' %}": "liquid_tag",
    "{% render 'settings' %}": "liquid_tag",
    "{% assign a = 1 %}": "liquid_tag",
    "{% capture a %}{% endcapture %}": "liquid_tag",
    "{% raw %}{{ x }}{% endraw %}": "liquid_tag",
    "{% liquid echo 1 %}": "liquid_tag",
    "{% tablerow a in products %}{% endtablerow %}": "liquid_tag",
    "{% if points %}": "liquid",
    "{% endif %}": "liquid",
    "{% if points %}<b>{% endif %}a</b>": "liquid_across",
    "{{ first_name": "liquid_unclosed",
    "{% if": "liquid_unclosed",
    "{{ first_name | nothing }}": "liquid_filter",
    "{{ first_name | safe }}": "liquid_filter",
    "{{ first_name | replace: 'a', 'b' }}": "liquid_filter",
    "a\x00b": "control_character",
    "a\u202eb": "control_character",
    "a\ue0000\ue001b": "control_character",
}


@pytest.mark.parametrize("written", IN_TEXT)
def test_nasty_texts_are_refused_with_their_line(written: str) -> None:
    found = problems(column(f"\n<mj-text>{written}</mj-text>"))

    assert [(problem.code, problem.field) for problem in found] == [(IN_TEXT[written], "mjml")]
    assert found[0].line in (2, None if IN_TEXT[written] == "liquid" else 2)


WHOLE = {
    "": "empty",
    "Hello": "stray_text",
    "<mjml>": "unclosed",
    "<mjml></mjml>": "no_body",
    "<mjml><mj-body></mj-body></mjml>": "empty",
    "<mjml><mj-body><mj-section>": "unclosed",
    "<mjml><mj-body><mj-section><mj-column><mj-text>Hello": "unclosed",
    "<mjml><mj-body><mj-nope /></mj-body></mjml>": "unknown_tag",
    "<mjml><mj-body><mj-text>a</mj-text></mj-body></mjml>": "misplaced",
    "<mjml><mj-include path='/etc/passwd' /></mjml>": "unknown_tag",
    "<p>Hello</p>": "unknown_tag",
    column("<mj-text>a</mj-text></mj-text>"): "unexpected_end",
    column("<mj-raw><script></script></mj-raw>"): "unknown_tag",
    column("Hello"): "stray_text",
    column("{{ first_name }}"): "stray_text",
    column("<mj-text onclick='x'>a</mj-text>"): "unknown_attribute",
    column("<mj-text color='red;background:url(//e)'>a</mj-text>"): "bad_value",
    column("<mj-text color='{{ first_name }}'>a</mj-text>"): "liquid_in_attribute",
    column("<mj-text color=red>a</mj-text>"): "broken_tag",
    column("<mj-button href='javascript:x'>a</mj-button>"): "bad_link",
    column("<mj-image src='file:///etc/passwd' />"): "bad_link",
    column("<mj-image src='{{ first_name }}' />"): "text_as_link",
    column("<mj-text></mj-text>"): "empty",
    column("<mj-block name='nope' />"): "unknown_block",
    column("{% if points %}<mj-text>a</mj-text>"): "liquid",
    column("<mj-text>{% if points %}a</mj-text>{% endif %}"): "liquid_across",
    column(TEXT + "x" * 200_000): "too_long",
    column("".join(f"<mj-text>{'word ' * 400}</mj-text>" for _ in range(60))): "too_big",
    column("<mj-text>" + "{{ points }}" * 2_001 + "</mj-text>"): "liquid_too_much",
    f"<mjml><mj-head><mj-style>@import 'a'</mj-style></mj-head>{column(TEXT)[6:]}": "bad_style",
    f"<mjml><mj-head><mj-style>a{{b:url(x)}}</mj-style></mj-head>{column(TEXT)[6:]}": "bad_style",
}


@pytest.mark.parametrize("written", WHOLE, ids=lambda text: text[:60] or "empty")
def test_nasty_documents_are_refused(written: str) -> None:
    assert [problem.code for problem in problems(written)] == [WHOLE[written]]


SLOW = ["{{", "{%", "<", "<a ", "<!--", "</", "&", "<a href='", "<b>", "<![CDATA[", "<p>", "{{a}}"]


@pytest.mark.parametrize("piece", SLOW)
def test_no_source_keeps_the_editor_waiting(piece: str) -> None:
    began = time.process_time()

    problems(column(f"<mj-text>{piece * (60_000 // len(piece))}</mj-text>"))
    problems(column(piece * (60_000 // len(piece))))

    assert time.process_time() - began < 5


LINES = {
    "a\r\nBcc: evil@example.com": "line_break",
    "a\nb": "line_break",
    "a\u2028b": "line_break",
    "a\x00": "control_character",
    "a\ud800": "control_character",
    "{{ secret }}": "unknown_field",
    "{{ first_name": "liquid_unclosed",
    "{% include 'x' %}": "liquid_tag",
    "x" * 301: "line_too_long",
}


@pytest.mark.parametrize("field", ["subject", "preheader"])
@pytest.mark.parametrize("written", LINES, ids=lambda text: repr(text[:20]))
def test_nasty_lines_are_refused_in_their_field(field: str, written: str) -> None:
    found = problems(column(TEXT), **{field: written})

    assert [(problem.code, problem.field) for problem in found] == [(LINES[written], field)]


def test_a_subject_is_needed_and_all_fields_complain_at_once() -> None:
    found = problems(
        column("<mj-text>{{ x }}\n{{ y.z }}</mj-text>"), subject=" ", preheader="{{ z }}"
    )

    assert found == [
        Problem("subject_missing", None, {}, "subject"),
        Problem("unknown_field", 1, {"name": "z"}, "preheader"),
        Problem("unknown_field", 1, {"name": "x"}, "mjml"),
        Problem("unknown_field", 2, {"name": "y.z"}, "mjml"),
    ]


def test_lines_are_counted_in_what_was_written() -> None:
    source = column("\r\n<mj-text>\r\n{{ first_name\r\n }}<b>a</b>\r\n<font>x</font></mj-text>")

    assert problems(source) == [Problem("html_tag", 5, {"tag": "font"})]


def test_harmless_things_are_not_refused() -> None:
    html = made(
        column(
            "<mj-text><p style='color: red'>5 < 6 &amp; so on<br>"
            "<a href='mailto:a@b.pl'>us</a></p></mj-text>"
        )
    ).html

    assert "5 &lt; 6 &amp; so on<br />" in html
    assert '<a href="mailto:a@b.pl">us</a>' in html
