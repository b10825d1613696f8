"""Forgery and methods: without its token no form counts, no page changes anything by being
read, and whoever asks for the head of a page gets its status."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import policy
from accounts.models import Role
from tests.architecture.test_permissions import ROUTES
from tests.hostile.forms import ACTS, FORMS, UPLOADS, body, poster
from tests.hostile.nasty import encoded
from tests.hostile.test_queries import READING, role_for, written
from tests.hostile.world import FORM, World, same_cookies, send, untouched

pytestmark = pytest.mark.django_db
WRITING = [*FORMS, *ACTS, *UPLOADS]
WRITE_ONLY = [
    route.name
    for route in ROUTES
    if policy.routes.get(route.name).write and not policy.routes.get(route.name).read
]
FOREIGN = {"Origin": "https://evil.example", "Referer": "https://evil.example/form"}


def strict(world: World) -> dict[str | None, Client]:
    """Clients that are checked for forgery as in life, by who sends."""
    clients = {role: Client(enforce_csrf_checks=True) for role in (None, Role.ADMIN)}
    for role, client in clients.items():
        client.raise_request_exception = False
        client.cookies = same_cookies(world.clients[role])
    return clients


@pytest.mark.parametrize(
    ("cookie", "token", "headers"),
    [
        ("", "", {}),
        ("", "a" * 64, {}),
        ("b" * 32, "", {}),
        ("b" * 32, "c" * 32, {}),
        ("b" * 32, "b" * 32, FOREIGN),
        ("b" * 32, "b" * 32, {"Origin": "null"}),
    ],
    ids=["none", "no cookie", "no token", "other token", "other site", "no origin"],
)
def test_a_form_without_its_token_counts_for_nothing(
    world: World, cookie: str, token: str, headers: dict[str, str]
) -> None:
    answers, clients = {}, strict(world)
    with CaptureQueriesContext(connection) as queries:
        for name in WRITING:
            client = clients[poster(name)]
            if cookie:
                client.cookies["csrftoken"] = cookie
            words = encoded([*body(world, name), ("csrfmiddlewaretoken", token)])
            address = world.address(name)
            with untouched():
                answers[name] = send(
                    client, "POST", address, data=words, content_type=FORM, headers=headers
                ).status_code

    assert answers == dict.fromkeys(WRITING, 403)
    assert written(queries) == []


def test_a_form_with_its_token_counts(world: World) -> None:
    client = strict(world)[Role.ADMIN]
    client.cookies["csrftoken"] = "b" * 32
    pairs = [*body(world, "accounts:branches"), ("csrfmiddlewaretoken", "b" * 32)]

    with untouched():
        answer = send(
            client,
            "POST",
            world.address("accounts:branches"),
            data=encoded(pairs),
            content_type=FORM,
        )

    assert answer.status_code == 302


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_what_changes_things_is_reached_by_post_alone(world: World, method: str) -> None:
    answers = {}
    with CaptureQueriesContext(connection) as queries:
        for name in WRITE_ONLY:
            answer = world.send(Role.ADMIN, method, world.address(name))
            answers[name] = answer.status_code, answer.get("Allow")

    assert answers == dict.fromkeys(WRITE_ONLY, (405, "POST"))
    assert written(queries) == []


@pytest.mark.parametrize("name", READING)
def test_reading_a_page_or_its_head_changes_nothing(world: World, name: str) -> None:
    role, address = role_for(name), world.address(name)

    with CaptureQueriesContext(connection) as queries:
        read = world.send(role, "GET", address)
        head = world.send(role, "HEAD", address)

    assert read.status_code in {200, 204, 302}
    assert head.status_code == read.status_code
    assert head.get("Content-Type") == read.get("Content-Type")
    assert written(queries) == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "zq"])
def test_pages_know_no_other_methods(world: World, method: str) -> None:
    answers = {
        name: world.send(Role.ADMIN, method, world.address(name)).status_code for name in READING
    }

    assert answers == dict.fromkeys(READING, 405)


@pytest.mark.parametrize("name", ["method", "_method", "X-HTTP-Method-Override"])
def test_a_method_cannot_be_smuggled(world: World, name: str) -> None:
    address = world.address("customers:contact_remove")

    answer = world.send(
        Role.ADMIN, "GET", f"{address}?{name}=POST", headers={"X-HTTP-Method-Override": "POST"}
    )

    assert answer.status_code == 405
