"""Headers, cookies and redirects: the same care on every answer, whatever its status."""

from typing import Any

import pytest
from django.test import Client, override_settings

from accounts import policy
from accounts.models import Role
from accounts.views import settings as settings_views
from core.middleware.headers import CONTENT_SECURITY_POLICY, HEADERS, headers_for
from tests.architecture.test_permissions import ROUTES
from tests.hostile.forms import FORMS, body, poster
from tests.hostile.nasty import encoded
from tests.hostile.world import BY_NAME, FORM, World, same_cookies, untouched

FOR_CUSTOMERS = ("messaging:", "loyalty:")
pytestmark = pytest.mark.django_db
ELSEWHERE = [
    *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example"),
    *("\\\\evil.example", "http:evil.example", "https:///evil.example", "javascript:alert(1)"),
    *("data:text/html,x", " //evil.example", "\t//evil.example", "/\t/evil.example"),
    *("//evil.example@testserver/", "https://testserver@evil.example/", "http://testserver:1/"),
    *("/%2F/../..//evil.example"[3:], "evil.example", "/day/\r\nLocation: //evil.example", "x:y"),
    *("https://testserver.evil.example/", "//[::1]/", "http://[", "ftp://testserver/", "/" * 3_000),
]
RETURNING = [name for name, fields in FORMS.items() if "next" in fields and name != "core:language"]


def answers_of(world: World, role: str | None) -> dict[str, Any]:
    """One answer of every address and method, by what was asked."""
    found = {}
    for route in ROUTES:
        asked = [("GET", world.address(route.name)), ("POST", route.address())]
        for method, address in [*asked, ("GET", route.address()), ("DELETE", route.address())]:
            found[f"{method} {address}"] = world.send(role, method, address)
    for address in ("/nowhere/", "/day", "/?q=%ff", "/static/nothing.css", "/favicon.ico"):
        found[f"GET {address}"] = world.send(role, "GET", address)
    return found


@pytest.mark.parametrize("role", [None, Role.MANAGER], ids=str)
def test_every_answer_carries_the_security_headers(world: World, role: str | None) -> None:
    """None of them is kept by a cache either, but the pictures of rewards by the reader's own."""
    answers = answers_of(world, role)
    lacking = [
        (asked, name)
        for asked, answer in answers.items()
        for name, value in headers_for(asked.split()[1]).items()
        if answer.get(name) != value
    ]
    kept = [
        asked
        for asked, answer in answers.items()
        if "no-store" not in answer.get("Cache-Control", "")
        and not (asked.endswith("/picture/") and answer["Cache-Control"].startswith("private,"))
    ]

    assert {answer.status_code for answer in answers.values()} >= {200, 302, 404, 405}
    assert lacking == []
    assert kept == []


def test_a_failure_of_ours_carries_them_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_words: Any) -> None:
        raise RuntimeError("zq-secret")

    monkeypatch.setattr(settings_views, "render", fail)

    answer = world.get(Role.ADMIN, world.address("accounts:audit_log"))

    assert answer.status_code == 500
    assert {name: answer.get(name) for name in HEADERS} == HEADERS
    assert "no-store" in answer["Cache-Control"]
    assert b"zq-secret" not in answer.whole
    assert b"Traceback" not in answer.whole


def test_the_policy_allows_no_code_of_others() -> None:
    rules = dict(
        rule.strip().split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split(";") if rule.strip()
    )

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["base-uri"] == rules["object-src"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("name", RETURNING)
def test_nobody_is_sent_elsewhere(world: World, name: str) -> None:
    """Wherever a form says where to go back to, only a path of ours counts."""
    left = []
    for target in ELSEWHERE:
        answer = world.post(Role.ADMIN, world.address(name), body(world, name, {"next": target}))
        if answer.status_code not in {302, 400} or leads_away(answer):
            left.append((target[:40], answer.status_code, answer.get("Location", "")[:80]))

    assert left == []


def leads_away(answer: Any) -> bool:
    place = answer.get("Location", "/")
    return not place.startswith("/") or place[1:2] in {"/", "\\"} or "\n" in place


@pytest.mark.parametrize("name", ["core:language", "accounts:sign_in"])
@pytest.mark.parametrize("where", ["query", "form"])
def test_nobody_is_sent_elsewhere_without_signing_in(world: World, name: str, where: str) -> None:
    """Signing in, and choosing a language, take `next` from the address too."""
    good = {"username": "admin", "password": "correct horse battery"}
    left = []
    for target in ELSEWHERE:
        address = world.address(name)
        changes = good if name == "accounts:sign_in" else {}
        if where == "query":
            address += f"?{encoded([('next', target)])}"
            changes = {**changes, "next": ""}
        else:
            changes = {**changes, "next": target}
        answer = world.post(None, address, body(world, name, changes))
        if answer.status_code not in {302, 400} or leads_away(answer):
            left.append((target[:40], answer.status_code, answer.get("Location", "")[:80]))

    assert left == []


def test_those_who_are_signed_in_are_not_sent_elsewhere_either(world: World) -> None:
    for target in ELSEWHERE:
        answer = world.get(Role.ADMIN, f"/sign-in/?{encoded([('next', target)])}")

        assert answer.status_code in {302, 400}
        assert not leads_away(answer), target


def test_a_refused_address_is_not_repeated_in_the_sign_in_page(world: World) -> None:
    answer = world.get(None, f"/sign-in/?{encoded([('next', '//evil.example')])}")

    assert answer.status_code == 200
    assert b'"//evil' not in answer.whole


@pytest.mark.parametrize("role", Role.values)
def test_those_who_are_turned_away_come_back_to_where_they_were(world: World, role: str) -> None:
    asked = f"{world.address('customers:customer')}?kind=talks"

    answer = world.get(None, asked)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=/customers/")


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    client = Client()
    with untouched():
        client.get("/sign-in/")
        client.post("/sign-in/", {"username": "support", "password": "correct horse battery"})
        client.post("/language/", {"language": "pl"})
    cookies = client.cookies

    assert {"sessionid", "csrftoken", "django_language"} <= set(cookies)
    for name in ("sessionid", "csrftoken", "django_language"):
        assert cookies[name]["httponly"], name
        assert cookies[name]["samesite"] == "Lax", name
        assert cookies[name]["path"] == "/", name
        assert not cookies[name]["domain"], name
    assert 0 < cookies["sessionid"]["max-age"] <= 12 * 60 * 60


def test_signing_in_gives_a_new_session(world: World) -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    with untouched():
        client.post("/sign-in/", {"username": "support", "password": "correct horse battery"})

    assert client.cookies["sessionid"].value not in {"", "a" * 32}


@override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True, LANGUAGE_COOKIE_SECURE=True)
def test_cookies_stay_on_https_where_there_is_some(world: World) -> None:
    client = Client()
    with untouched():
        client.get("/sign-in/", secure=True)
        words = {"username": "support", "password": "correct horse battery"}
        client.post("/sign-in/", words, secure=True)

    assert client.cookies["sessionid"]["secure"]
    assert client.cookies["csrftoken"]["secure"]


@pytest.mark.parametrize("name", ["accounts:person_create", "accounts:person_password"])
def test_a_password_that_is_shown_once_is_not_kept(world: World, name: str) -> None:
    answer = world.post(Role.ADMIN, world.address(name), body(world, name))

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_signing_out_ends_the_session_everywhere(world: World) -> None:
    client = Client()
    with untouched():
        client.force_login(world.cast[Role.SUPPORT])
        stolen = Client()
        stolen.cookies = same_cookies(client)
        assert stolen.get("/day/").status_code == 200

        client.post("/sign-out/", "", content_type=FORM)

        assert stolen.get("/day/").status_code == 302


def test_every_address_is_closed_to_strangers_but_those_that_are_open(world: World) -> None:
    let_in = {
        route.name
        for route in ROUTES
        if world.get(None, world.address(route.name)).status_code != 302
    }

    assert let_in == {name for name, rule in policy.routes.items() if rule.public}
    assert {name for name in let_in if not name.startswith(FOR_CUSTOMERS)} == {
        "core:health",
        "core:language",
        "accounts:sign_in",
    }
    # Pages for customers: each by a link of its own, see tests/messaging/public. Hooks for mail
    # providers: each by its own proof, see tests/messaging/hooks.
    assert all(
        BY_NAME[name].address().startswith(("/p/", "/hooks/"))
        for name in let_in
        if name.startswith(FOR_CUSTOMERS)
    )
    assert poster("accounts:sign_in") is None
