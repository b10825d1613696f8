"""What MJML may be: every refusal with its line and the values that its words need."""

import pytest

from messaging.rules.problems import Problem
from tests.messaging.rules.templates import column, made, problems

TEXT = "<mj-text>a</mj-text>"
HEAD = "<mj-head><mj-style>.{} {{color: red}}</mj-style></mj-head>"


def document(inner: str) -> str:
    return f"<mjml>{inner}</mjml>"


BODY = column(TEXT)[len("<mjml>") : -len("</mjml>")]
REFUSED = {
    column("\n<mj-video />"): Problem("unknown_tag", 2, {"tag": "mj-video"}),
    column("\n<MJ-TEXT>a</MJ-TEXT>"): Problem("unknown_tag", 2, {"tag": "MJ-TEXT"}),
    column("\n\n<mj-section />"): Problem(
        "misplaced", 3, {"tag": "mj-section", "parent": "mj-column"}
    ),
    "\n<mj-body></mj-body>": Problem("misplaced", 2, {"tag": "mj-body", "parent": "-"}),
    document(BODY) + "\n" + document(BODY): Problem("misplaced", 2, {"tag": "mjml", "parent": "-"}),
    document(BODY + BODY): Problem("no_body"),
    document(HEAD.format("a") + "\n" + HEAD.format("b") + BODY): Problem(
        "misplaced", 2, {"tag": "mj-head", "parent": "mjml"}
    ),
    column("<mj-block name='foot'>\n<mj-text>a</mj-text></mj-block>"): Problem(
        "misplaced", 2, {"tag": "mj-text", "parent": "mj-block"}
    ),
    column("\n<mj-block />"): Problem("unknown_block", 2, {"name": ""}),
    column(f"{TEXT}\n</mj-group>"): Problem("unexpected_end", 2, {"tag": "mj-group"}),
    column("\n<mj-text>a"): Problem("unclosed", 2, {"tag": "mj-text"}),
    column("\n<mj-button href>a</mj-button>"): Problem("relative_link", 2, {"value": ""}),
    column("\n<mj-button href='shop.pl'>a</mj-button>"): Problem(
        "relative_link", 2, {"value": "shop.pl"}
    ),
    column("\n<mj-image src='mailto:a@b.pl' />"): Problem(
        "bad_link", 2, {"value": "mailto:a@b.pl"}
    ),
    column("\n<mj-text COLOR='red'>a</mj-text>"): Problem(
        "unknown_attribute", 2, {"name": "COLOR"}
    ),
    column("\n<mj-text color='{}'>a</mj-text>"): Problem(
        "bad_value", 2, {"name": "color", "value": "{}"}
    ),
    column("<mj-text>a</mj-text>\nstray words"): Problem("stray_text", 2, {"text": "stray"}),
    column(f"{TEXT}\n{{{{ points }}}}"): Problem("stray_text", 2, {"text": "{{ points }}"}),
    document(f"\n{{% if points %}}{{% endif %}}{BODY}"): Problem(
        "stray_text", 2, {"text": "{% if points %}"}
    ),
    column(f"{{% if points %}}{TEXT}</mj-column>\n<mj-column>{{% endif %}}{TEXT}"): Problem(
        "liquid_across", 1, {"tag": "if"}
    ),
    document(f"<mj-head><mj-style>\n{{{{ points }}}}</mj-style></mj-head>{BODY}"): Problem(
        "bad_style", 2, {"value": "\ue0000\ue001"}
    ),
}


@pytest.mark.parametrize("written", REFUSED, ids=lambda text: repr(text)[7:60])
def test_each_refusal_says_where_and_what(written: str) -> None:
    assert problems(written) == [REFUSED[written]]


@pytest.mark.parametrize(
    "style",
    ["@font-face {}", "a {behavior: x}", "a {-moz-binding: x}", "a {b: expression (1)}", "\\41"],
)
def test_styles_fetch_and_run_nothing(style: str) -> None:
    found = problems(document(f"<mj-head><mj-style>{style}</mj-style></mj-head>{BODY}"))

    assert [problem.code for problem in found] == ["bad_style"]


@pytest.mark.parametrize(
    "written",
    [
        document(BODY + HEAD.format("own")),
        document(f"<!-- {{{{ points }}}} -->{BODY}"),
        f"<!-- first -->{column(TEXT)}<!-- last -->",
        column(f"{TEXT}<mj-spacer height='10px' /><mj-divider></mj-divider>"),
        column("<mj-text>a{% comment %}x{% endcomment %}</mj-text>"),
        column("<mj-text>a<p>b<p>c</mj-text >"),
        column(TEXT)
        .replace("<mj-section>", "<mj-wrapper><mj-section><mj-group>")
        .replace("</mj-section>", "</mj-group></mj-section></mj-wrapper>"),
    ],
)
def test_what_is_allowed_is_compiled(written: str) -> None:
    assert made(written).text.startswith("a")


def test_the_writers_styles_stand_after_the_houses() -> None:
    html = made(document(HEAD.format("mine") + BODY)).html

    assert html.index(".card {") < html.index(".mine {color: red}")


@pytest.mark.parametrize(
    ("name", "value"), [("href", "https://a.pl/{{ points }}"), ("alt", "{{ first_name }}")]
)
def test_liquid_may_stand_in_links_and_descriptions(name: str, value: str) -> None:
    html = made(column(f"{TEXT}<mj-image src='https://a.pl/x.png' {name}='{value}' />")).html

    assert f'{name}="{value}"' in html


@pytest.mark.parametrize("tag", ["if", "unless", "case", "for"])
def test_every_opener_may_surround_elements_of_one_parent(tag: str) -> None:
    begin = {"case": "{% case points %}{% when 1 %}", "for": "{% for p in products %}"}
    opened = begin.get(tag, f"{{% {tag} points %}}")

    compiled = made(column(f"{opened}{TEXT}{{% end{tag} %}}{TEXT}"))

    assert compiled.html.count(opened) == compiled.html.count(f"{{% end{tag} %}}") == 1
    assert compiled.text.replace("\n", "") == f"{opened}a{{% end{tag} %}}a"
