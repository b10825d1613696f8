"""The policy table, and what stands between a request and its view."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from accounts import policy
from accounts.models import Role, User
from accounts.policy import Rule
from accounts.views.session import client_address
from core.models import AuditEntry
from core.registry import NotRegistered
from tests.conftest import Cast

SignIn = Callable[[str], Client]
roles = st.sampled_from(Role)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.mark.parametrize(
    ("read", "write", "methods"),
    [
        (set(), set(), set()),
        ({Role.ADMIN}, set(), {"GET", "HEAD"}),
        (set(), {Role.ADMIN}, {"POST"}),
        ({Role.SUPPORT}, {Role.ADMIN}, {"GET", "HEAD", "POST"}),
    ],
)
def test_methods_exist_where_somebody_may_use_them(
    read: set[Role], write: set[Role], methods: set[str]
) -> None:
    assert Rule(frozenset(read), frozenset(write)).methods() == methods


@given(st.frozensets(roles), st.frozensets(roles), roles)
def test_reading_and_writing_are_two_rights(
    read: frozenset[Role], write: frozenset[Role], role: Role
) -> None:
    rule = Rule(read, write)

    assert rule.allows(role, "POST") is (role in write)
    assert rule.allows(role, "GET") is rule.allows(role, "HEAD") is (role in read)
    assert not rule.allows("owner", "GET")


@pytest.fixture
def _own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "routes", type(policy.routes)("policy"))


@pytest.mark.usefixtures("_own_table")
def test_a_route_that_nobody_registered_is_closed_to_all() -> None:
    policy.register("a", "b", read=policy.MANAGERS)

    assert policy.routes.get("a") == policy.routes.get("b") == Rule(read=policy.MANAGERS)
    assert policy.may("manager", "a")
    assert not policy.may("support", "a")
    assert not policy.may("manager", "a", "POST")
    assert not policy.may("admin", "nowhere")
    with pytest.raises(NotRegistered):
        policy.routes.get("nowhere")


@pytest.mark.parametrize(
    ("group", "members"),
    [
        (policy.EVERYONE, {"support", "marketer", "manager", "admin"}),
        (policy.SUPPORT_UP, {"support", "manager", "admin"}),
        (policy.MARKETING_UP, {"marketer", "manager", "admin"}),
        (policy.MANAGERS, {"manager", "admin"}),
        (policy.ADMINS, {"admin"}),
        (policy.NOBODY, set()),
    ],
)
def test_groups_are_the_roles_that_they_say(group: frozenset[Role], members: set[str]) -> None:
    assert {role.value for role in group} == members


OWN = {"/account/", "/account/password/"}
MANAGED = {"/settings/branches/", "/settings/team/", "/settings/team/new/", "/settings/audit/"}
READABLE = {
    "support": OWN,
    "marketer": OWN,
    "manager": OWN | MANAGED,
    "admin": OWN | MANAGED | {"/settings/"},
}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("path", sorted(READABLE["admin"]))
@pytest.mark.parametrize("method", ["get", "head"])
def test_each_role_reads_its_own_pages_and_others_are_refused_on_record(
    sign_in: SignIn, cast: Cast, role: str, path: str, method: str
) -> None:
    answer = getattr(sign_in(role), method)(path)

    may_read = path in READABLE[role]
    denied = AuditEntry.objects.filter(action="access.denied")
    assert answer.status_code == (200 if may_read else 403)
    assert [row.actor for row in denied] == ([] if may_read else [cast[role].label])


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"GET", "HEAD", "POST"}))
def test_other_methods_are_not_known(sign_in: SignIn, method: str) -> None:
    answer = sign_in("admin").generic(method, "/account/")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert not AuditEntry.objects.filter(action="access.denied").exists()


def test_who_may_only_read_is_told_by_405_where_nobody_writes(sign_in: SignIn) -> None:
    roles_of_two = ("manager", "support")
    answers = [sign_in(role).post("/settings/audit/").status_code for role in roles_of_two]

    assert answers == [405, 403]


@pytest.mark.parametrize(
    ("path", "method", "where"),
    [
        ("/account/", "get", "/account/password/"),
        ("/settings/team/", "get", "/account/password/"),
        ("/account/password/", "get", None),
        ("/sign-out/", "post", "/sign-in/"),
    ],
)
def test_a_one_time_password_opens_one_page(
    sign_in: SignIn, path: str, method: str, where: str | None
) -> None:
    client = sign_in("admin")
    User.objects.update(must_change_password=True)

    answer = getattr(client, method)(path)

    assert answer.get("Location") == where
    assert answer.status_code == (200 if where is None else 302)


def test_an_own_password_opens_the_rest_again(sign_in: SignIn) -> None:
    client = sign_in("support")
    User.objects.update(must_change_password=True)
    phrase = {"current": "correct horse battery", "password": "a brand new phrase"}

    assert client.post("/account/password/", phrase).status_code == 302

    assert client.get("/account/").status_code == 200


@pytest.fixture
def at_noon() -> Iterator[Any]:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize(("seconds", "written"), [(0, False), (59, False), (60, True)])
def test_reading_writes_the_session_once_a_minute(
    sign_in: SignIn, at_noon: Any, seconds: int, written: bool
) -> None:
    client = sign_in("support")
    client.get("/account/")
    before = Session.objects.get().session_data

    at_noon.shift(seconds)
    client.get("/account/")

    assert (Session.objects.get().session_data != before) is written


@pytest.mark.parametrize(("seconds", "status"), [(1800, 200), (1801, 302)])
def test_idle_time_ends_a_session_after_its_last_second(
    sign_in: SignIn, at_noon: Any, seconds: int, status: int
) -> None:
    client = sign_in("support")
    client.get("/account/")

    at_noon.shift(seconds)

    assert client.get("/account/").status_code == status


@pytest.mark.parametrize(
    ("language", "header", "shown"),
    [("pl", "cs", "pl"), ("", "cs", "cs"), ("ro", "", "ro"), ("", "", "en")],
)
def test_ones_own_language_comes_before_the_browsers(
    sign_in: SignIn, cast: Cast, language: str, header: str, shown: str
) -> None:
    User.objects.filter(pk=cast["support"].pk).update(language=language)

    page = sign_in("support").get("/account/", headers={"accept-language": header})

    assert f'<html lang="{shown}"' in page.content.decode()


PEERS: list[tuple[list[str], str, str, str]] = [
    ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
    (["10.0.0.0/8"], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
    (["10.0.0.0/8"], "10.1.2.3", "198.51.100.1", "198.51.100.1"),
    (["10.0.0.0/8"], "10.1.2.3", "1.1.1.1, 198.51.100.1 ", "198.51.100.1"),
    (["10.0.0.0/8"], "10.1.2.3", "", "10.1.2.3"),
    (["10.0.0.0/8", "::1/128"], "::1", "2001:db8::1", "2001:db8::1"),
    (["::1/128"], "127.0.0.1", "198.51.100.1", "127.0.0.1"),
    (["10.0.0.0/8"], "", "198.51.100.1", ""),
]


@pytest.mark.parametrize(("trusted", "peer", "forwarded", "address"), PEERS)
def test_only_our_proxies_are_believed(
    settings: Any, trusted: list[str], peer: str, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == address


def test_a_refusal_names_the_route_and_no_content(sign_in: SignIn) -> None:
    sign_in("support").post("/settings/branches/", {"name": "Secret"})

    entry = AuditEntry.objects.get(action="access.denied")
    assert entry.details == {"route": "accounts:branches"}
    assert "Secret" not in json.dumps(entry.details)
