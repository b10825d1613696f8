"""Liquid comes through MJML whole, and the text part says what the HTML says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.customer_fields import look_of
from messaging.rules import liquid
from messaging.rules.compiling import Compiled
from messaging.rules.mail_text import tidy
from tests.messaging.rules.templates import column, made

ROWS = (
    "<mj-table><tr><th>Product</th><th>Price</th></tr>"
    "{% for p in products %}<tr><td>{{ p.name }}</td><td>{{ p.price | money }}</td></tr>"
    "{% endfor %}</mj-table>"
)
PRODUCTS = [
    {"name": "Tea & <b>", "price": {"amount": "12.5", "currency": "PLN"}},
    {"name": "{{ first_name }}", "price": None},
]


def html_of(compiled: Compiled, language: str = "en", **data: object) -> str:
    html = liquid.parse(compiled.html, language, escapes=True)
    return html.render(**{"shop_look": look_of("#8f5309"), **data})


def text_of(compiled: Compiled, language: str = "en", **data: object) -> str:
    return tidy(liquid.parse(compiled.text, language, escapes=False).render(**data))


def test_a_loop_between_rows_stays_inside_the_table() -> None:
    html = html_of(made(column(ROWS)), products=PRODUCTS)

    table = html[html.index("<th>Product") : html.index("</tbody>", html.index("<th>Product"))]
    assert table.count("<tr>") == 2
    assert "<td>Tea &amp; &lt;b&gt;</td><td>PLN12.50</td>" in table.replace("\xa0", "")


def test_values_are_never_expanded_a_second_time() -> None:
    compiled = made(column(ROWS))

    assert "{{ first_name }}" in html_of(compiled, products=PRODUCTS)
    assert "{{ first_name }}" in text_of(compiled, products=PRODUCTS)


def test_comparisons_survive_the_compiler() -> None:
    compiled = made(column("<mj-text>{% if points > 3 and points < 9 %}yes{% endif %}</mj-text>"))

    assert "{% if points > 3 and points < 9 %}yes{% endif %}" in compiled.html
    assert [text_of(compiled, points=number) for number in (5, 9)] == ["yes\n", "\n"]


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("{% if points %}", "{% endif %}")], ids=["bare", "asked"]
)
def test_whole_elements_can_be_asked_for(before: str, after: str) -> None:
    compiled = made(
        column(
            f"{before}<mj-button href='https://a.pl'>Go</mj-button>{after}\n"
            "<mj-text>always</mj-text>"
        )
    )

    shown = [("Go" in html_of(compiled, points=points)) for points in (1, None)]
    assert shown == ([True, False] if before else [True, True])
    assert "always" in html_of(compiled, points=None)


def test_sections_can_be_repeated() -> None:
    section = "<mj-section><mj-column><mj-text>{{ p.name }}</mj-text></mj-column></mj-section>"
    compiled = made(
        f"<mjml><mj-body>{{% for p in products %}}{section}{{% endfor %}}</mj-body></mjml>"
    )

    html = html_of(compiled, products=PRODUCTS)
    assert html.count("Tea &amp;") == 1
    assert html.count("<table") == html.count("</table>")


def test_lines_are_escaped_and_reach_title_and_preview() -> None:
    compiled = made(
        column("<mj-text>a</mj-text>"),
        subject='Ó"<b> {{ first_name }}',
        preheader="1 < 2\xa0& {{ points }}",
    )

    html = html_of(compiled, first_name='"><i>', points=3)
    assert "<title>Ó&quot;&lt;b&gt; &#34;&gt;&lt;i&gt;</title>" in html
    assert "1 &lt; 2\xa0&amp; 3" in html
    assert 'aria-label="Ó&quot;&lt;b&gt; &#34;&gt;&lt;i&gt;"' in html
    assert "\\u{" not in html


def test_attributes_keep_every_letter() -> None:
    alt = 'Zielona\xa0herbata e\u0301 \\ "x"'
    image = f"<mj-image src='https://a.pl/x.png?a=1&amp;b=ż' alt='{alt}' />"

    html = made(column(image + "<mj-text>a</mj-text>")).html

    assert 'src="https://a.pl/x.png?a=1&amp;b=ż"' in html
    assert 'alt="Zielona herbata e\u0301 \\ &quot;x&quot;"' in html


def test_the_text_part_says_the_same() -> None:
    compiled = made(
        column(
            "<mj-text><h1>Good morning</h1><p>Two&nbsp;things &amp; more:</p>"
            "<ul>{% for p in products %}<li>{{ p.name }}</li>{% endfor %}</ul>"
            "<p>See <a href='https://a.pl/?x={{ first_name | url_encode }}'>our shop</a>.</p>"
            f"</mj-text>{ROWS}<mj-divider /><mj-button href='{{{{ unsubscribe_url }}}}'>Leave"
            "</mj-button><mj-image src='https://a.pl/x.png' alt='A cup' />"
        )
    )

    assert text_of(
        compiled, products=PRODUCTS, first_name="Ana Ł", unsubscribe_url="https://u.pl/1"
    ).replace("\xa0", " ") == (
        "Good morning\n\nTwo things & more:\n\n* Tea & <b>\n* {{ first_name }}\n\n"
        "See our shop: https://a.pl/?x=Ana+%C5%81.\n\n"
        "Product  Price\nTea & <b>  PLN12.50\n{{ first_name }}\n\n-----\n\n"
        "Leave: https://u.pl/1\n\nA cup\n"
    )


def test_a_block_stands_in_a_body_and_in_a_column() -> None:
    inside = made(column("<mj-block name='foot' />"), language="pl")
    after = made(
        column("<mj-text>a</mj-text>").replace("</mj-body>", "<mj-block name='foot' /></mj-body>")
    )

    assert inside.fields == after.fields == {"unsubscribe_url", "shop_look"}
    assert "pl: leave: {{ unsubscribe_url }}" in inside.text
    assert after.text == "a\n\nen: leave: {{ unsubscribe_url }}"


def test_the_house_frame_knows_the_dark() -> None:
    html = made(column("<mj-text>a</mj-text>"), language="cs").html

    assert '<html lang="cs"' in html
    assert '<meta name="color-scheme" content="light dark" />' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "https://" not in re.sub(r"xmlns[^>]*", "", html)


def test_mails_are_in_the_shops_colour() -> None:
    compiled = made(
        column("<mj-text mj-class='shop'>a</mj-text><mj-button href='https://a.pl'>Go</mj-button>")
    )

    html = html_of(compiled)

    assert 'bgcolor="#8f5309"' in html
    assert "color:#ffffff;" in html
    assert "#1f6b4" not in html.lower()
    yellow = liquid.parse(compiled.html, "en", escapes=True).render(shop_look=look_of("#ffee00"))
    assert 'bgcolor="#ffee00"' in yellow
    assert "color:#000000;" in yellow
    assert "color:#ffee00" not in yellow.replace("background-color:#ffee00", "")


def test_the_digest_covers_every_source() -> None:
    text = column("<mj-text>a</mj-text>")
    digests = {
        made(text).sha256,
        made(text, subject="Other").sha256,
        made(text, preheader="Other").sha256,
        made(text, language="pl").sha256,
        made(column("<mj-text>b</mj-text>")).sha256,
    }

    assert len(digests) == 5
    assert made(text).sha256 in digests


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Co"]), max_size=40))
def test_any_name_comes_out_as_it_went_in(name: str) -> None:
    compiled = made(column("<mj-text>[{{ first_name }}]</mj-text>"))

    text = liquid.parse(compiled.text, "en", escapes=False).render(first_name=name)
    html = html_of(compiled, first_name=name)
    assert text == f"[{name}]"
    assert not {"<script", "<b>"} & set(re.findall(r"<script|<b>", html))
