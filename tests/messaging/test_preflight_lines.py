"""The checks of a version in words, and what counts as a way out of a mail."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.models import Shop
from messaging.models import Sender, TemplateVersion
from messaging.preflight import ICONS, WORDS, content_lines, mail_of, say, sender_lines
from messaging.rules.preflight import EXAMPLE, Finding, Mail, State, blocks_publishing, findings
from tests.factories.messaging import TemplateVersionFactory
from tests.factories.outbox import SenderFactory

VALUES = dict.fromkeys(
    ("number", "limit", "link", "size", "domain", "other", "selector", "tried"), "XYZ"
)
MUST = {"leaving_html", "leaving_text", "leaving_html_maybe", "leaving_text_maybe", "text_part"}


def states(html: str, text: str = "Hi {{ unsubscribe_url }}") -> dict[str, State]:
    mail = Mail("Hello", "News", html, text, needs_leaving=True)
    return {found.code: found.state for found in findings(mail)}


def link(address: str) -> str:
    return f'<a class="x" href="{address}">Leave</a>'


@pytest.mark.parametrize(
    ("address", "is_way_out"),
    [
        ("{{ unsubscribe_url }}", True),
        ("{{unsubscribe_url}}", True),
        ("{{- unsubscribe_url -}}", True),
        (" {{ unsubscribe_url }}", True),
        ("https://shop.pl/unsubscribe_url", False),
        ("https://shop.pl/?to={{ unsubscribe_url }}", False),
        ("{{ unsubscribe_urls }}", False),
        ("{{ preferences_url }}", False),
    ],
)
def test_only_the_link_itself_is_a_way_out(address: str, is_way_out: bool) -> None:
    found = states(link(address), f"Leave: {address.strip()}")

    assert (found["leaving_html"] is State.OK) is is_way_out
    mail = Mail("S", "", link(address), "x {{ unsubscribe_url }}", needs_leaving=True)
    assert blocks_publishing(findings(mail)) is not is_way_out


@pytest.mark.parametrize(
    ("address", "is_example"),
    [
        ("https://example.com", True),
        ("http://www.EXAMPLE.org/a", True),
        ("https://shop.example.pl/?a", True),
        ("https://notexample.com", False),
        ("https://example.shop", False),
        ("https://example.community", False),
        ("https://shop.pl/example.com", False),
    ],
)
def test_examples_that_were_left_in_are_found(address: str, is_example: bool) -> None:
    assert (EXAMPLE.match(address) is not None) is is_example
    assert ("example_link" in states(link(address))) is is_example


def test_each_wrong_link_is_told_once_and_all_are_counted() -> None:
    html = link("http://a.pl/?x=1&amp;y=2") * 3 + link("https://a.pl")

    found = findings(Mail("S", "p", html, "x", needs_leaving=False))

    links = [(one.code, dict(one.values)) for one in found if "link" in one.code + "http"]
    assert ("links", {"number": "4"}) in links
    assert [one.values for one in found if one.code == "plain_http"] == [
        {"link": "http://a.pl/?x=1&y=2"}
    ]


@pytest.mark.parametrize(
    ("size", "state", "shown"),
    [
        (70_000, State.OK, "70"),
        (70_001, State.ADVICE, "71"),
        (100_000, State.ADVICE, "100"),
        (100_001, State.WRONG, "101"),
    ],
)
def test_size_is_counted_in_bytes(size: int, state: State, shown: str) -> None:
    html = "ż" * (size // 2) + "x" * (size % 2)

    found = findings(Mail("S", "p", html, "x", needs_leaving=False))

    assert Finding("size", state, {"size": shown}) in found


@given(st.sampled_from(sorted(WORDS)), st.sampled_from(State))
def test_only_a_mail_that_traps_or_says_nothing_is_stopped(code: str, state: State) -> None:
    assert blocks_publishing([Finding(code, state)]) is (state is State.WRONG and code in MUST)


def said_in(code: str, language: str) -> str:
    with translation.override(language):
        return say(Finding(code, State.OK, VALUES)).text


@pytest.mark.parametrize("language", ["pl", "cs", "ro"])
@pytest.mark.parametrize("code", WORDS)
def test_every_check_is_said_in_every_language(language: str, code: str) -> None:
    text = said_in(code, language)

    assert text not in {"", said_in(code, "en")}
    assert "%" not in text
    assert text.count("XYZ") == said_in(code, "en").count("XYZ")


@pytest.mark.parametrize("state", State)
def test_a_state_has_a_word_beside_its_icon(state: State) -> None:
    line = say(Finding("text_part", state))

    assert (line.icon, line.state_words) == (ICONS[state][0], str(ICONS[state][1]))
    assert len({icon for icon, _words in ICONS.values()}) == len(State)
    expected = "text_part" if state is State.OK else "text_part_missing"
    assert line.text == str(WORDS[expected])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "needs"), [("service", False), ("marketing", True), ("survey", True)]
)
def test_only_service_mails_need_no_way_out(kind: str, needs: bool) -> None:
    version: TemplateVersion = TemplateVersionFactory(template__kind=kind)

    assert mail_of(version).needs_leaving is needs


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "state"), [("Clay", "ok"), ("  ", "advice"), ("", "advice")])
def test_a_shop_without_a_name_is_told_last(shop: Shop, name: str, state: str) -> None:
    shop.name = name
    shop.save()

    line = content_lines(TemplateVersionFactory())[-1]

    assert line.state == state
    assert (line.text == str(WORDS["shop_name"])) is (state == "ok")


@pytest.mark.django_db
@pytest.mark.parametrize("address", [None, "nobody", ""])
def test_without_a_senders_address_nothing_is_looked_up(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    Sender.objects.all().delete()
    if address is not None:
        SenderFactory(from_address=address, is_default=True)
    monkeypatch.setattr("messaging.preflight.domain_findings", None)

    assert [line.text for line in sender_lines()] == [str(WORDS["sender_missing"])]
