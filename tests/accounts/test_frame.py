"""What the frame shows follows from the policy: nobody sees a link that would turn them away."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts import policy
from accounts.models import Role
from core.navigation import Link, quick_actions, rail, set_up_steps, settings_pages
from core.registry import Registry
from core.services.shop import change_shop
from tests.conftest import Cast, make_user

SignIn = Callable[[str], Client]


def page(client: Client) -> str:
    return client.get("/account/").content.decode()


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("registry", [rail, quick_actions], ids=["rail", "quick"])
def test_links_are_shown_to_those_who_may_follow_them(
    sign_in: SignIn, role: str, registry: object
) -> None:
    shown = page(sign_in(role))

    for link in registry:
        is_shown = f'href="{reverse(link.route)}"' in shown
        assert is_shown is policy.may(role, link.route), link.route


@pytest.mark.parametrize("role", Role.values)
def test_settings_are_offered_to_those_who_have_any(sign_in: SignIn, role: str) -> None:
    allowed = [link for link in settings_pages if policy.may(role, link.route)]
    first = sorted(allowed, key=lambda link: link.order)[:1]

    shown = page(sign_in(role))

    assert bool(first) is (role in {"manager", "admin"})
    assert all(f'href="{reverse(link.route)}"' in shown for link in first)


def test_every_link_of_the_registries_leads_somewhere() -> None:
    for registry in (rail, quick_actions, settings_pages, set_up_steps):
        for link in registry:
            assert reverse(link.route)
            assert link.route in policy.routes


def test_rail_keys_are_pressed_by_one_link_each() -> None:
    keys = [link.key for link in rail if link.key]

    assert len(keys) == len(set(keys))


def test_the_checklist_stays_until_all_is_done(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("admin")
    before = client.get("/settings/").content.decode()

    change_shop(
        actor=cast["admin"], name="Clay", timezone="Europe/Warsaw", currency="PLN", language="en"
    )
    after = client.get("/settings/").content.decode()

    assert "Setting up the shop" in before
    assert ("Setting up the shop" in after) is any(not step.is_done() for step in set_up_steps)


def test_a_step_is_done_by_doing_it(cast: Cast) -> None:
    assert set_up_steps.get("team").is_done()
    assert not set_up_steps.get("shop").is_done()


def test_an_account_that_is_closed_sees_no_frame(client: Client, db: None) -> None:
    closed = make_user("support", "closed")
    client.force_login(closed)
    closed.is_active = False
    closed.save()

    assert client.get("/account/").status_code == 302


def test_neighbours_stand_in_one_row_where_the_page_is_one_of_them(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside: Registry[Link] = Registry("beside")
    for order, route in ((2, "accounts:branches"), (1, "accounts:preferences")):
        beside.register(route, Link(f"Tab {order}", route, "gift", order, sections=(route,)))
    link = Link(
        "All", "accounts:preferences", "gift", 0, ("accounts:preferences",), neighbours=beside
    )
    monkeypatch.setitem(rail._items, "beside", link)

    assert re.findall("Tab [12]", page(sign_in("manager"))) == ["Tab 1", "Tab 2"]
    # One page alone is no row.
    assert "Tab" not in page(sign_in("support"))
