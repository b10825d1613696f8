from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Branch, Role, User
from accounts.services.branches import save_branch
from accounts.services.people import add_user, change_user, reset_password
from core.errors import Refused
from core.models import AuditEntry
from tests.conftest import Cast, make_user

SignIn = Callable[[str], Client]


def change(actor: User, person: User, **changes: Any) -> User:
    fields = {
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "branch": person.branch,
        "is_active": person.is_active,
    }
    return change_user(actor=actor, person=person, **(fields | changes))


def test_names_are_taken_once_whatever_the_case(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        add_user(actor=cast["admin"], username=" SUPPORT", role="support", password="x" * 12)

    assert refused.value.field == "username"
    assert User.objects.count() == 4


def test_a_new_person_has_to_change_the_password(sign_in: SignIn) -> None:
    response = sign_in("admin").post(
        "/settings/team/new/", {"username": "eva", "name": "Eva", "role": "support"}
    )

    eva = User.objects.get(username="eva")
    assert response.status_code == 200
    assert eva.must_change_password
    client = Client()
    client.force_login(eva)
    assert client.get("/account/").headers["Location"] == "/account/password/"


@pytest.mark.parametrize(
    ("actor", "person", "changes"),
    [
        ("manager", "admin", {"name": "x"}),
        ("manager", "support", {"role": "admin"}),
        ("manager", "manager", {"role": "support"}),
        ("admin", "admin", {"role": "manager"}),
        ("admin", "admin", {"is_active": False}),
    ],
)
def test_forbidden_changes_change_nothing(
    cast: Cast, actor: str, person: str, changes: dict[str, Any]
) -> None:
    before = list(User.objects.order_by("pk").values())

    with pytest.raises(Refused):
        change(cast[actor], cast[person], **changes)

    assert list(User.objects.order_by("pk").values()) == before


def test_the_last_administrator_stays(cast: Cast) -> None:
    second = make_user("admin", "second")
    change(cast["admin"], second, role="support")

    third = make_user("admin", "third")
    change(third, cast["admin"], is_active=False)
    with pytest.raises(Refused, match="own"):
        change(third, third, is_active=False)

    assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1


def test_changes_are_audited_by_field_name_only(cast: Cast) -> None:
    change(cast["manager"], cast["support"], email="new@example.pl", role="marketer")

    entry = AuditEntry.objects.get(action="user.changed")
    assert entry.actor == cast["manager"].label
    assert entry.details == {"fields": ["email", "role"], "role": "marketer"}


def test_a_reset_password_works_once_shown(cast: Cast) -> None:
    password = reset_password(actor=cast["manager"], person=cast["support"])

    person = User.objects.get(username="support")
    assert person.check_password(password)
    assert person.must_change_password


def test_managers_do_not_see_administrators_pages(sign_in: SignIn, cast: Cast) -> None:
    client = sign_in("manager")

    foreign = client.get(f"/settings/team/{cast['admin'].pk}/")
    missing = client.get("/settings/team/999999/")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


def test_extra_fields_are_ignored(sign_in: SignIn, cast: Cast) -> None:
    sign_in("support").post(
        "/account/",
        {
            "name": "N",
            "email": "",
            "language": "pl",
            "theme": "dark",
            "role": "admin",
            "is_active": "0",
            "username": "root",
            "password": "x",
        },
    )

    person = User.objects.get(pk=cast["support"].pk)
    assert (person.name, person.language, person.theme) == ("N", "pl", "dark")
    assert (person.role, person.is_active, person.username) == ("support", True, "support")
    assert person.check_password("correct horse battery")


@pytest.mark.parametrize(
    ("current", "new", "status"),
    [
        ("wrong password", "a brand new phrase", 422),
        ("correct horse battery", "short", 422),
        ("correct horse battery", "passwordpassword1", 302),
        ("correct horse battery", "a brand new phrase", 302),
    ],
)
def test_changing_ones_password(sign_in: SignIn, current: str, new: str, status: int) -> None:
    client = sign_in("support")

    response = client.post("/account/password/", {"current": current, "password": new})

    assert response.status_code == status
    assert User.objects.get(username="support").check_password(new) is (status == 302)
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("field", ["name", "email", "language", "theme"])
@pytest.mark.parametrize("value", ["x" * 5000, "a\x00b", "🙂" * 200])
def test_bad_preferences_get_a_message(sign_in: SignIn, field: str, value: str) -> None:
    data = {"name": "N", "email": "", "language": "pl", "theme": "dark"} | {field: value}

    assert sign_in("support").post("/account/", data).status_code == 422


def test_branches_have_one_name_each(cast: Cast) -> None:
    first = save_branch(actor=cast["manager"], name="Gdańsk")
    save_branch(actor=cast["manager"], name="Gdańsk", branch=first)

    with pytest.raises(Refused):
        save_branch(actor=cast["manager"], name="Gdańsk")

    assert Branch.objects.count() == 1


def test_branch_page_renames(sign_in: SignIn, db: None) -> None:
    branch = Branch.objects.create(name="Old")

    response = sign_in("manager").post(f"/settings/branches/{branch.pk}/", {"name": "New"})

    assert response.status_code == 302
    assert Branch.objects.get().name == "New"


def test_the_shop_page_changes_the_shop(sign_in: SignIn) -> None:
    data = {"name": "Ceramics", "timezone": "Europe/Prague", "currency": "CZK", "language": "cs"}
    data["color"] = "#336699"
    client = sign_in("admin")

    assert client.post("/settings/", data).status_code == 302
    assert client.post("/settings/", data | {"timezone": "Mars/Base"}).status_code == 422
    assert client.post("/settings/", data | {"currency": "CZ"}).status_code == 422
    assert client.post("/settings/", data | {"color": "blue"}).status_code == 422
    assert "Ceramics" in client.get("/settings/").content.decode()


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 30, "٣", "5"])
def test_the_audit_page_survives_any_cursor(sign_in: SignIn, before: str) -> None:
    assert sign_in("admin").get("/settings/audit/", {"before": before}).status_code == 200


@pytest.mark.parametrize("role", Role.values)
def test_each_role_lands_somewhere_it_may_read(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)

    response = client.get("/", follow=True)

    assert response.status_code == 200
