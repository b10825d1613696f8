"""What somebody may not see looks, to the byte, like what never existed."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import policy
from accounts.models import Role
from tests.architecture.test_permissions import NEVER, ROUTES, Route
from tests.hostile.forms import body
from tests.hostile.nasty import Value
from tests.hostile.test_queries import written
from tests.hostile.world import World

pytestmark = pytest.mark.django_db
# Pages by a signed link are nobody's to be denied.
WITH_ARGUMENTS = [
    route for route in ROUTES if route.arguments and not policy.routes.get(route.name).public
]
# Something that exists and that this role may not reach: a route, its arguments, who asks.
FOREIGN: list[tuple[str, tuple[str, ...], str]] = [
    ("accounts:person_edit", ("@admin",), Role.MANAGER),
    ("accounts:person_password", ("@admin",), Role.MANAGER),
    ("customers:contact_remove", ("customer", "other_identity"), Role.SUPPORT),
    ("customers:contact_primary", ("customer", "other_identity"), Role.SUPPORT),
    ("customers:date_remove", ("other", "important_date"), Role.SUPPORT),
    ("customers:entry", ("customer", "interactions", "interaction"), Role.MARKETER),
    ("customers:entry", ("other", "interactions", "interaction"), Role.ADMIN),
    ("customers:entry", ("other", "purchases", "purchase"), Role.ADMIN),
    ("customers:entry", ("other", "consents", "consent"), Role.ADMIN),
    ("customers:entry", ("customer", "purchases", "guest_purchase"), Role.ADMIN),
    ("customers:entry", ("customer", "follow_ups", "follow_up"), Role.ADMIN),
    ("customers:refund_new", ("guest_purchase",), Role.ADMIN),
    ("customers:purchase_undo", ("guest_purchase",), Role.ADMIN),
]
SETTLED = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"')


def pk_of(world: World, word: str) -> Any:
    if word.startswith("@"):
        return world.cast[word[1:]].pk
    return world.rows[word].pk if word in world.rows else word


def told(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """All that the asker learns, but for tokens."""
    headers = {name: value for name, value in answer.items() if name != "Content-Length"}
    return answer.status_code, SETTLED.sub(b"", answer.whole), headers


@pytest.mark.parametrize(("name", "words", "role"), FOREIGN)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_is_not_yours_looks_like_what_never_was(
    world: World, name: str, words: tuple[str, ...], role: str, method: str
) -> None:
    real = [pk_of(world, word) for word in words]
    never = [*real[:-1], NEVER]

    with CaptureQueriesContext(connection) as queries:
        foreign = world.send(role, method, reverse(name, args=real))
        absent = world.send(role, method, reverse(name, args=never))

    rule = policy.routes.get(name)
    assert foreign.status_code == (404 if method.replace("HEAD", "GET") in rule.methods() else 405)
    assert told(foreign) == told(absent)
    assert written(queries) == []


@pytest.mark.parametrize("route", WITH_ARGUMENTS, ids=lambda route: route.name)
@pytest.mark.parametrize("role", [None, *Role.values])
def test_a_denial_does_not_say_whether_it_exists(
    world: World, route: Route, role: str | None
) -> None:
    rule, real = policy.routes.get(route.name), world.address(route.name)
    never = route.address()

    for method in ("GET", "POST"):
        if role is not None and rule.allows(role, method):
            continue
        there, absent = world.send(role, method, real), world.send(role, method, never)
        there_told, absent_told = told(there), told(absent)
        if there.status_code == 302:
            # Only the address to come back to differs, and that was asked for.
            assert absent["Location"].replace(never, real) == there["Location"]
            there_told[2].pop("Location"), absent_told[2].pop("Location")
        assert there_told == absent_told


@pytest.mark.parametrize(
    ("name", "field", "word", "role"),
    [
        ("customers:withdraw", "entry", "consent", Role.SUPPORT),
        ("customers:edit", "owner", "@marketer", Role.SUPPORT),
        ("customers:follow_up_new", "assignee", "@marketer", Role.SUPPORT),
        ("customers:interaction_new", "assignee", "@marketer", Role.SUPPORT),
    ],
)
def test_ids_inside_a_form_are_checked_too(
    world: World, name: str, field: str, word: str, role: str
) -> None:
    """A consent of another customer, somebody who takes no such work: like one that never was,
    unless it may be chosen."""
    other = reverse(name, args=[world.rows["other"].pk])
    real = send(world, role, other, name, {field: str(pk_of(world, word))})
    never = send(world, role, other, name, {field: str(NEVER)})

    if field == "owner":
        assert (real, never) == (302, 422)
    else:
        assert real == never
        assert real in {404, 422}


def send(world: World, role: str, address: str, name: str, changes: dict[str, Value]) -> int:
    return world.post(role, address, body(world, name, changes)).status_code


@pytest.mark.parametrize("argument", ["0", "-1", "1.0", "%D9%A3", "1e3", "1%00", "9" * 30, "../1"])
def test_odd_ids_in_an_address_lead_nowhere(world: World, argument: str) -> None:
    for address in ("/customers/{}/", "/follow-ups/{}/", "/settings/team/{}/", "/import/{}/"):
        answer = world.get(Role.ADMIN, address.format(argument))

        assert answer.status_code in {400, 404}, address


@pytest.mark.parametrize("word", ["%00", "%ff", "..", "a b", "x" * 500, "kept%0a", "__class__"])
def test_odd_words_in_an_address_lead_nowhere(world: World, word: str) -> None:
    customer = world.rows["customer"].pk
    for address in (
        f"/retention/lists/{word}/",
        f"/retention/csv/{word}/",
        f"/customers/{customer}/timeline/{word}/1/",
        f"/{word}/",
    ):
        answer = world.get(Role.ADMIN, address)

        assert answer.status_code in {400, 404}, address


def test_a_draft_is_kept_for_its_author_alone(world: World) -> None:
    address = world.address("customers:draft")
    pairs = body(world, "customers:draft", {"user": str(world.cast[Role.ADMIN].pk)})

    answer = world.post(Role.SUPPORT, address, pairs)

    assert answer.status_code == 302
    assert b"About the bowl" not in world.get(Role.ADMIN, world.address("customers:customer")).whole


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MARKETER])
@pytest.mark.parametrize("piece", ["", "progress/", "rejected.csv"])
def test_an_import_is_nothing_to_others(world: World, role: str, piece: str) -> None:
    run = world.rows["run"].pk

    real = world.get(role, f"/import/{run}/{piece}")
    never = world.get(role, f"/import/{NEVER}/{piece}")

    assert real.status_code == 403
    assert told(real) == told(never)


def test_a_segment_is_nothing_to_those_who_make_none(world: World) -> None:
    real = world.get(Role.SUPPORT, f"/customers/?segment={world.rows['segment'].pk}")
    never = world.get(Role.SUPPORT, f"/customers/?segment={NEVER}")

    assert real.status_code == 404
    assert told(real) == told(never)
