"""The permission sweep: every address, every method, every role, against the policy table.

A route without a rule fails; a denial must change nothing; somebody else's object and one that
never existed must look the same; and the sweep itself must notice a wrong table.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.template.backends.django import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import policy
from accounts.models import Role
from accounts.policy import Rule
from tests.architecture.permission_matrix import ACTS, HOUSE, MATRIX, ordered

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NEVER = 9_223_372_036_854_775_807
# Tables that a denied request may write to.
BOOKKEEPING = ("django_session", "core_ratelimit", "core_auditentry", "SAVEPOINT")


@dataclass(frozen=True)
class Route:
    name: str
    arguments: tuple[str, ...]

    def address(self) -> str:
        values = {"int": NEVER, "str": "never", "slug": "never"}
        return reverse(self.name, args=[values[kind] for kind in self.arguments])


def leaves(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from leaves(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            converters = entry.pattern.converters.values()
            kinds = tuple(type(c).__name__.removesuffix("Converter").lower() for c in converters)
            yield Route(
                ":".join([*spaces, entry.name]),
                tuple("str" if kind == "string" else kind for kind in kinds),
            )
        else:
            raise AssertionError(f"an address without a name: {entry}")


ROUTES = list(leaves(get_resolver()))


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    names = {route.name for route in ROUTES}

    assert names == {name for name, _rule in policy.routes.items()}


def tabled(method: str) -> dict[tuple[str, str], set[str]]:
    """Who may read (R) or write (W) at each closed address, by the policy table."""
    return {
        (name, method): {str(role) for role in (rule.read if method == "R" else rule.write)}
        for name, rule in policy.routes.items()
        if not rule.public and (rule.read if method == "R" else rule.write)
    }


def test_the_policy_is_what_was_ordered() -> None:
    """The sweep below holds the answers against the table, and this the table against the order,
    which is written down apart."""
    assert ACTS.keys() == MATRIX.keys() | HOUSE.keys()
    assert tabled("R") | tabled("W") == ordered()


def expected(rule: Rule, role: str | None, method: str) -> set[int] | None:
    """The statuses that the table asks for; None where the view itself decides."""
    if rule.public:
        return None
    if role is None:
        return {302}
    if not (rule.allows(role, "GET") or rule.allows(role, "POST")):
        return {403}
    if method not in rule.methods():
        return {405}
    return None if rule.allows(role, method) else {403}


def contradicts(rule: Rule, role: str | None, method: str, status: int) -> bool:
    """Whether an answer is not what the rule asks for. A 500 never is; where the view itself
    decides, a signed-in person may be redirected but not turned away."""
    wanted = expected(rule, role, method)
    if status >= 500:
        return True
    if wanted is not None:
        return status not in wanted
    return not rule.public and status in {403, 405}


def mismatches(
    routes: list[Route],
    clients: dict[str | None, Client],
    table: Callable[[str], Rule] = policy.routes.get,
) -> list[tuple[str, str | None, str, int]]:
    """Each request whose answer contradicts the table."""
    found = []
    for route in routes:
        for role, client in clients.items():
            for method in METHODS:
                status = client.generic(method, route.address()).status_code
                if contradicts(table(route.name), role, method, status):
                    found.append((route.name, role, method, status))
    return found


@pytest.fixture
def clients(
    sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> dict[str | None, Client]:
    """One for each role and one for strangers. Pages are not rendered: who may see them is
    decided before, and it would take most of the time."""
    monkeypatch.setattr(Template, "render", lambda *_arguments, **_words: "")
    signed_in: dict[str | None, Client] = {role: sign_in(role) for role in Role.values}
    everyone = signed_in | {None: Client()}
    for client in everyone.values():
        client.raise_request_exception = False
    return everyone


# Signing out ends the client's own session, so that later requests would be someone else's.
SWEPT = [route for route in ROUTES if route.name != "accounts:sign_out"]


def test_every_address_answers_as_the_policy_says(clients: dict[str | None, Client]) -> None:
    assert mismatches(SWEPT, clients) == []


def test_the_sweep_notices_ten_wrong_cells(clients: dict[str | None, Client]) -> None:
    chance = random.Random(7)
    closed = [route for route in SWEPT if not policy.routes.get(route.name).public]
    for route in chance.sample(closed, 10):
        rule, role = policy.routes.get(route.name), chance.choice(list(Role))
        flipped = Rule(rule.read ^ {role}, rule.write ^ {role})

        found = mismatches([route], {role: clients[role]}, lambda _name, flipped=flipped: flipped)

        assert found, (route, role)


def test_public_pages_are_few_and_each_stands_where_it_is_expected() -> None:
    """What is open to everybody is the door, a page for customers by a signed link, or a hook that
    machines post to with a proof of their own."""
    public = {route.name: route for route in ROUTES if policy.routes.get(route.name).public}
    door = {"core:health", "core:language", "accounts:sign_in"}

    assert door <= public.keys()
    hooks = {name for name, route in public.items() if route.address().startswith("/hooks/")}
    assert hooks == {"messaging:mail_hook"}
    for name in public.keys() - door - hooks:
        assert public[name].address().startswith("/p/"), name
        assert not policy.routes.get(name).methods(), name
        assert public[name].arguments == ("str",) or name.endswith("_style"), name
    closed = [route for route in ROUTES if route.name not in public]
    assert [route.name for route in closed if route.address().startswith("/p/")] == []


def test_nobody_gets_anything_at_a_public_page_without_a_link(db: None) -> None:
    for route in ROUTES:
        if route.arguments and policy.routes.get(route.name).public:
            for method in METHODS:
                with CaptureQueriesContext(connection) as queries:
                    answer = Client().generic(method, route.address())

                usual = {200} if "one-click" in route.address() and method == "POST" else {404, 405}
                assert answer.status_code in usual, (route, method)
                assert not answer.cookies, route
                assert writes(queries) == [], route


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [
        query["sql"]
        for query in queries
        if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        and not any(table in query["sql"] for table in BOOKKEEPING)
    ]


@pytest.mark.parametrize("role", Role.values)
def test_a_denial_changes_nothing(role: str, sign_in: Callable[[str], Client]) -> None:
    client = sign_in(role)
    for route in ROUTES:
        rule = policy.routes.get(route.name)
        if rule.public or rule.allows(role, "POST"):
            continue
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.post(route.address(), {"name": "x", "role": "admin"})

        assert response.status_code in {403, 405}, route
        assert writes(queries) == [], route


def test_what_never_existed_is_a_404_for_those_who_may_look(
    clients: dict[str | None, Client],
) -> None:
    for route in ROUTES:
        rule = policy.routes.get(route.name)
        if route.arguments and rule.read:
            response = clients[Role.ADMIN].get(route.address())

            assert response.status_code == 404, route
