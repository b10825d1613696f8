"""The pages of accounts as people see them: one title, the frame of their role, their own words."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import Branch, Role, User

SignIn = Callable[[str], Client]
OWN = {"/account/": "Preferences", "/account/password/": "Change password"}
MANAGED = {
    "/settings/branches/": "Branches",
    "/settings/team/": "Team",
    "/settings/team/new/": "Add person",
    "/settings/audit/": "Audit trail",
}
HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


def heading(response: object) -> str:
    found = HEADING.findall(response.content.decode())  # type: ignore[attr-defined]
    assert len(found) == 1
    return strip_tags(found[0]).strip()


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(("path", "title"), OWN.items())
def test_own_pages_have_one_title_for_every_role(
    sign_in: SignIn, role: str, path: str, title: str
) -> None:
    response = sign_in(role).get(path)

    assert response.status_code == 200
    assert heading(response) == title
    assert f"<title>{title} · Perennial</title>" in response.content.decode()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
@pytest.mark.parametrize(("path", "title"), MANAGED.items())
def test_settings_have_one_title_and_mark_where_one_is(
    sign_in: SignIn, role: str, path: str, title: str
) -> None:
    response = sign_in(role).get(path)

    tabs = response.content.decode().split('class="tabs settings-tabs"')[1].split("</nav>")[0]
    assert heading(response) == title
    assert tabs.count('aria-current="page"') == 1


def test_the_shop_is_for_administrators(sign_in: SignIn) -> None:
    manager = sign_in("manager").get("/settings/team/").content.decode()
    admin = sign_in("admin").get("/settings/team/").content.decode()

    assert 'href="/settings/"' not in manager
    assert 'href="/settings/"' in admin
    assert heading(sign_in("admin").get("/settings/")) == "Shop"


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MARKETER])
def test_settings_are_not_shown_to_those_who_have_none(sign_in: SignIn, role: str) -> None:
    assert "/settings/" not in sign_in(role).get("/account/").content.decode()


def test_the_team_says_who_may_be_changed(sign_in: SignIn, cast: dict[str, User]) -> None:
    text = sign_in("manager").get("/settings/team/").content.decode()

    assert "4 people work here." in text
    assert f'href="/settings/team/{cast["support"].pk}/"' in text
    assert f'href="/settings/team/{cast["admin"].pk}/"' not in text


def test_closed_accounts_are_marked_by_a_word(sign_in: SignIn, cast: dict[str, User]) -> None:
    User.objects.filter(pk=cast["support"].pk).update(is_active=False)

    text = strip_tags(sign_in("manager").get("/settings/team/").content.decode())

    assert re.findall(r"\bclosed\b", text) == ["closed"]


def test_no_branches_says_what_they_are_for(sign_in: SignIn) -> None:
    text = sign_in("manager").get("/settings/branches/").content.decode()

    assert "No branches yet" in text
    assert "Add branch" in text


def test_renaming_marks_the_branch(sign_in: SignIn) -> None:
    branch = Branch.objects.create(name="Gdańsk")

    text = sign_in("manager").get(f"/settings/branches/{branch.pk}/").content.decode()

    assert "Rename Gdańsk" in text
    assert "being renamed" in text
    assert 'value="Gdańsk"' in text


def test_a_one_time_password_is_shown_with_what_to_do(
    sign_in: SignIn, cast: dict[str, User]
) -> None:
    response = sign_in("admin").post(f"/settings/team/{cast['support'].pk}/password/")

    password = re.findall(r'<code id="password">(.*?)</code>', response.content.decode())
    assert heading(response) == "One-time password for Support"
    assert len(password) == 1
    assert len(password[0]) == 20
    cast["support"].refresh_from_db()
    assert cast["support"].check_password(password[0])


def test_people_are_not_offered_their_own_new_password(
    sign_in: SignIn, cast: dict[str, User]
) -> None:
    client = sign_in("admin")

    own = client.get(f"/settings/team/{cast['admin'].pk}/").content.decode()
    other = client.get(f"/settings/team/{cast['support'].pk}/").content.decode()

    assert "Give new password" not in own
    assert "Give new password" in other


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("/account/", {"email": "no", "theme": "system"}, "Enter a valid email address."),
        ("/settings/branches/", {"name": ""}, "This field is required."),
        ("/settings/team/new/", {"username": "A b", "role": "support"}, "Enter a valid value."),
    ],
)
def test_wrong_input_is_told_at_its_field(
    sign_in: SignIn, path: str, data: dict[str, str], words: str
) -> None:
    response = sign_in("admin").post(path, data)

    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert "invalid-feedback" in text
    assert "is-invalid" in text


def test_success_is_told_in_a_toast_that_is_announced(sign_in: SignIn) -> None:
    response = sign_in("admin").post("/settings/branches/", {"name": "Brno"}, follow=True)

    toasts = response.content.decode().split('id="toasts"')[1].split("</ol>")[0]
    assert 'aria-live="polite"' in toasts
    assert "Brno is saved." in toasts


def test_the_folded_rail_comes_folded_from_the_server(sign_in: SignIn) -> None:
    client = sign_in("support")
    client.cookies["rail"] = "narrow"

    text = client.get("/account/").content.decode()

    assert 'data-rail="narrow"' in text
    assert 'aria-pressed="true"' in text


@pytest.mark.parametrize("language", ["en", "pl", "cs", "ro"])
def test_strangers_can_choose_the_language_of_the_sign_in_page(
    client: Client, db: None, language: str
) -> None:
    client.post("/language/", {"language": language, "next": "/sign-in/"})

    text = client.get("/sign-in/").content.decode()

    assert f'<html lang="{language}">' in text
    assert f'value="{language}" lang="{language}" aria-current="true"' in text
