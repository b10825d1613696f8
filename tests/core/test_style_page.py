"""The style page: open to all staff, in either theme, with every component on it."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Role
from core.templatetags.ui import at, initials
from core.views.specimens import specimens

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
SPECIMENS = sorted((ROOT / "templates" / "core").rglob("*.html"))
# Sent along with an htmx answer only: its inside, the toast, is shown.
UNSEEN = {"toast_oob.html"}
SignIn = Callable[[str], Client]


class Ids(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for key, value in attrs if key == "id" and value]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.mark.parametrize("role", Role.values)
def test_every_role_may_see_it(sign_in: SignIn, role: str) -> None:
    response = sign_in(role).get("/style/")

    assert response.status_code == 200
    assert "Łucja Nowakowska" in response.content.decode()


def test_strangers_are_sent_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/style/")

    assert response.status_code == 302
    assert response.headers["Location"] == "/sign-in/?next=/style/"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ""),
        ("?theme=light", ' data-bs-theme="light"'),
        ("?theme=dark", ' data-bs-theme="dark"'),
        ("?theme=%22%3E%3Cscript%3E", ""),
        ("?theme=dark&theme=neon", ""),
    ],
)
def test_it_wears_the_theme_that_is_asked_for(sign_in: SignIn, query: str, expected: str) -> None:
    text = sign_in("support").get(f"/style/{query}").content.decode()

    assert f'<html lang="en"{expected}>' in text


def test_posting_is_not_possible(sign_in: SignIn) -> None:
    assert sign_in("admin").post("/style/").status_code == 405


def test_every_component_is_shown() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in SPECIMENS)
    inside = "".join(path.read_text(encoding="utf-8") for path in COMPONENTS)

    missing = [
        path.name
        for path in COMPONENTS
        if f"components/{path.name}" not in shown
        and f"components/{path.name}" not in inside
        and path.name not in UNSEEN
    ]

    assert missing == []


def test_ids_are_unique_and_headings_do_not_jump(sign_in: SignIn) -> None:
    page = Ids(sign_in("admin").get("/style/").content.decode())

    assert len(page.ids) == len(set(page.ids))
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert [(a, b) for a, b in steps if b - a > 1] == []


def test_samples_name_no_real_row(
    db: None, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        context = specimens()

    assert len(context["figures"]) == 5
    assert list(context["steps"]) == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Łucja Nowakowska", "ŁN"),
        ("Anna Maria Nowak", "AN"),
        ("Jiří", "J"),
        ("ștefan  țîrlea", "ȘȚ"),
        ("", ""),
        ("   ", ""),
        ("李 小龙", "李小"),
    ],
)
def test_initials(given: str, expected: str) -> None:
    assert initials(given) == expected


@pytest.mark.parametrize(("index", "expected"), [(0, "a"), (1, "b"), (2, None)])
def test_item_at_an_index(index: int, expected: str | None) -> None:
    assert at(["a", "b"], index) == expected
