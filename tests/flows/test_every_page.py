"""Every page for its role: accessible in light and dark, fits a phone, and nothing in it fails."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts import policy
from accounts.models import User
from tests.flows.pages import NO_PAGE, OTHERS, PAGES, route_of
from tests.flows.visitor import open_visitor
from tests.flows.world import build

STATUS = {"customers:list refused": 400, "retention:report refused": 422}
# A manager sees every page but the settings of shop and senders.
ADMINS = [page for page in PAGES if not policy.may("manager", route_of(page))]
WALKS = {
    "manager": [page for page in PAGES if page not in ADMINS],
    "admin": ADMINS,
    **OTHERS,
}
# A walk in parts of so many pages: workers share them, and a failure repeats its own only.
MOST = 14
PARTS = [
    pytest.param(role, pages[start : start + MOST], id=f"{role}-{pages[start]}")
    for role, pages in WALKS.items()
    for start in range(0, len(pages), MOST)
]
OUTSIDE = [
    (None, "/sign-in/", 200),
    (None, "/no/such/page/", 404),
    ("support", "/no/such/page/", 404),
    ("marketer", "/settings/team/", 403),
    ("manager", "/search/?q=%00", 400),
    (None, "/language/", 405),
    ("support", "/sign-out/", 405),
]


def test_every_route_that_can_be_read_is_walked_or_has_no_page() -> None:
    readable = {name for name, rule in policy.routes.items() if rule.read}

    assert {route_of(page) for page in PAGES} | NO_PAGE.keys() == readable | {"core:health"}


@pytest.mark.parametrize(("role", "pages"), PARTS)
def test_every_page_is_accessible_fits_a_phone_and_runs_clean(
    browser: Browser, live_server: LiveServer, people: dict[str, User], role: str, pages: list[str]
) -> None:
    rows = build(people)
    visitor = open_visitor(browser, live_server.url, people[role])

    found = {page: visitor.visit(PAGES[page](rows), STATUS.get(page, 200)) for page in pages}

    visitor.page.context.close()
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_pages_outside_the_frame_are_accessible_too(
    browser: Browser, live_server: LiveServer, people: dict[str, User]
) -> None:
    found = {}
    for role, address, status in OUTSIDE:
        visitor = open_visitor(browser, live_server.url, people[role] if role else None)
        found[role, address] = visitor.visit(address, status)
        visitor.page.context.close()

    assert {page: wrong for page, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "page", ["customers:customer", "customers:list filtered", "retention:report"]
)
def test_what_unfolds_on_a_page_is_accessible_too(
    browser: Browser, live_server: LiveServer, people: dict[str, User], page: str
) -> None:
    rows = build(people)
    visitor = open_visitor(browser, live_server.url, people["manager"])

    assert visitor.visit_unfolded(PAGES[page](rows)) == []

    visitor.page.context.close()


def test_the_visitor_notices_what_is_wrong(browser: Browser, live_server: LiveServer) -> None:
    visitor = open_visitor(browser, live_server.url, None)
    body = (
        "<html><style>@media (prefers-color-scheme: dark) { p { color: #111; background: #000 } }"
        "</style><h1>One</h1><h1>Two</h1><img src='/none.png' width=700><p>Words</p>"
        "<div style='overflow: hidden; width: 90px'><p style='width: 500px'>As long as you like</p>"
        "</div>"
        "<script>console.error('oh'); missing()</script>"
    )
    visitor.page.route("**/bad/", lambda route: route.fulfill(body=body, content_type="text/html"))

    found = " | ".join(visitor.visit("/bad/", 201))

    visitor.page.context.close()
    assert found.startswith(
        "status 200 instead of 201 | headings: ['One', 'Two'] | no title | no language"
    )
    for word in (
        "light: image-alt",
        "dark: color-contrast",
        "phone: image-alt",
        "phone: it scrolls sideways",
        "phone: cut off: As long as you like",
        "console: oh",
        "script: missing is not defined",
        f"404: {live_server.url}/none.png",
    ):
        assert word in found
