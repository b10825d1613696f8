"""The frame's switches for theme and language."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from core.models import AuditEntry

SignIn = Callable[[str], Client]
URL = "/account/appearance/"


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_a_theme_is_kept_and_worn(sign_in: SignIn, cast: dict[str, User], theme: str) -> None:
    client = sign_in("support")

    response = client.post(URL, {"theme": theme, "next": "/style/"})

    assert response.status_code == 302
    assert response.headers["Location"] == "/style/"
    cast["support"].refresh_from_db()
    assert cast["support"].theme == theme
    worn = b"data-bs-theme" in client.get("/style/").content
    assert worn == (theme != "system")


@pytest.mark.parametrize("language", ["pl", "cs", "ro"])
def test_a_language_is_kept_here_and_in_the_cookie(
    sign_in: SignIn, cast: dict[str, User], language: str
) -> None:
    client = sign_in("support")

    response = client.post(URL, {"language": language, "next": "/style/"})

    cast["support"].refresh_from_db()
    assert cast["support"].language == language
    assert cast["support"].theme == "system"
    assert response.cookies["django_language"].value == language
    assert f'<html lang="{language}"' in client.get("/style/").content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"theme": "neon"},
        {"language": "xx"},
        {"language": "pl' OR 1=1"},
        {"theme": "x" * 10_000},
        {"theme": "dark", "language": "xx"},
    ],
)
def test_what_is_not_offered_is_refused(
    sign_in: SignIn, cast: dict[str, User], data: dict[str, str]
) -> None:
    response = sign_in("support").post(URL, data)

    assert response.status_code == 400
    cast["support"].refresh_from_db()
    assert (cast["support"].theme, cast["support"].language) == ("system", "")
    assert not AuditEntry.objects.filter(action="user.preferences").exists()


def test_leaving_both_out_changes_nothing(sign_in: SignIn, cast: dict[str, User]) -> None:
    assert sign_in("support").post(URL).status_code == 302

    cast["support"].refresh_from_db()
    assert (cast["support"].theme, cast["support"].language) == ("system", "")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_it_never_leads_to_another_site(sign_in: SignIn, target: str) -> None:
    response = sign_in("support").post(URL, {"theme": "dark", "next": target})

    assert response.headers["Location"] == "/"


def test_strangers_cannot(client: Client, db: None) -> None:
    response = client.post(URL, {"theme": "dark"})

    assert response.headers["Location"].startswith("/sign-in/")


def test_reading_it_is_not_possible(sign_in: SignIn) -> None:
    assert sign_in("support").get(URL).status_code == 405


def test_wrong_preferences_do_not_show_in_the_frame(sign_in: SignIn, cast: dict[str, User]) -> None:
    client = sign_in("support")

    response = client.post(
        "/account/", {"name": "Zed", "email": "no", "language": "", "theme": "system"}
    )

    assert response.status_code == 422
    rail = response.content.decode().split("</nav>")[0]
    assert "Support" in rail
    assert "Zed" not in rail


def test_changed_preferences_are_named_in_the_audit_trail(
    sign_in: SignIn, cast: dict[str, User]
) -> None:
    sign_in("support").post(
        "/account/", {"name": "Zed", "email": "", "language": "", "theme": "dark"}
    )

    entry = AuditEntry.objects.get(action="user.preferences")
    assert entry.details == {"fields": ["name", "theme"]}
