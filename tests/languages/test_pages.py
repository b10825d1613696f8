"""Every page in Polish, Czech and Romanian: it works, and nothing on it was left in English."""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from accounts.models import User
from tests.conftest import make_user
from tests.flows.pages import PAGES
from tests.flows.world import build

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("pl", "cs", "ro")
# The style page's specimens are English on purpose: they show forms, not words.
ENGLISH_ON_PURPOSE = {"core:style"}
# The names of people and of the sender in this test, and of a language in itself.
TYPED = {"Support", "Marketer", "Manager", "Admin", "Shop", "English"}


class Words(HTMLParser):
    """The visible texts of a page, and what screen readers say; not what is marked as words of
    a protocol (`translate="no"`)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self.hidden = 0
        self.kept = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "html":
            self.language = given.get("lang") or ""
        if given.get("translate") == "no" and not self.kept:
            self.kept = tag
        if tag in {"script", "style", self.kept}:
            self.hidden += 1
        for name in ("aria-label", "title", "placeholder", "alt"):
            self.texts.append((given.get(name) or "").strip())

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", self.kept}:
            self.hidden -= 1
        if tag == self.kept and not self.hidden:
            self.kept = ""

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(" ".join(data.split()))


@cache
def english_words(language: str) -> set[str]:
    """Source texts that this language says differently."""
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        messages = [m for m in read_po(file, locale=language) if isinstance(m.id, str) and m.id]
    translated = {str(m.string) for m in messages}
    return {m.id for m in messages if m.string != m.id} - translated - TYPED


def addresses(rows: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, address in PAGES.items():
        if name.split(" ")[0] not in ENGLISH_ON_PURPOSE:
            yield name, address(rows)


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return {role: make_user(role) for role in ("support", "marketer", "manager", "admin")}


def wrong_on(client: Client, address: str, language: str, english: set[str]) -> list[str]:
    response = client.get(address)
    page = Words(response.content.decode())
    wrong = [text for text in page.texts if text in english]
    if page.language != language:
        wrong.append(f"lang={page.language}")
    if response.status_code not in {200, 302, 400, 422}:
        wrong.append(f"status {response.status_code}")
    return wrong


def test_no_page_is_left_in_english(people: dict[str, User]) -> None:
    rows = build(people)
    client = Client()
    client.force_login(people["admin"])
    found = {}
    for language in LANGUAGES:
        User.objects.filter(role="admin").update(language=language)
        english = english_words(language)
        for name, address in addresses(rows):
            wrong = wrong_on(client, address, language, english)
            if wrong:
                found[f"{language} {name}"] = wrong

    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/sign-in/", "/nothing/here/"])
def test_pages_before_the_door_speak_the_browsers_language(
    client: Client, db: None, language: str, address: str
) -> None:
    response = client.get(address, headers={"accept-language": language})

    page = Words(response.content.decode())
    assert page.language == language
    assert [text for text in page.texts if text in english_words(language)] == []
