"""A real browser over a live server: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.conftest import make_user

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright's own loop runs in the tests' thread, where they also ask the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Two cores may be shared by many; what is right appears long before.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
AXE = Axe()
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/flows/" in str(item.path):
            item.add_marker(pytest.mark.flow)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(autouse=True)
def _no_window_stays_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """A story that fails half-way leaves windows; each would keep a thread of the server, and its
    session with the database, past the end of all tests."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@pytest.fixture
def people(live_server: LiveServer) -> dict[str, User]:
    return {role: make_user(role) for role in ("support", "marketer", "manager", "admin")}


@pytest.fixture
def enter(
    people: dict[str, User], context: BrowserContext, live_server: LiveServer
) -> Callable[..., Page]:
    """A page of a browser in which the given role is signed in already."""

    def make(role: str, path: str = "/", **viewport: int) -> Page:
        user, session = people[role], SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        context.add_cookies(
            [{"name": "sessionid", "value": session.session_key or "", "url": live_server.url}]
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if viewport:
            page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        page.goto(live_server.url + path)
        return page

    return make


def axe_violations(
    page: Page, *, only: Sequence[str] = (), without: Sequence[str] = (), within: str = ""
) -> list[str]:
    """What axe finds wrong: rule, and where. `only` and `without` name rules, else all run;
    `within` selects where it looks, else everywhere."""
    # Preloading would fetch each stylesheet again, from the wrong folder.
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False, "iframes": False}
    options["rules"] = {rule: {"enabled": False} for rule in without}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    return page.evaluate(
        """async ([within, options]) => {
            const { violations } = await axe.run(within || document, options);
            return violations.flatMap(
                ({ id, nodes }) => nodes.map((node) => `${id}: ${node.target}`)
            );
        }""",
        [within, options | ({"runOnly": list(only)} if only else {})],
    )


def is_too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
