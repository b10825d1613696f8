"""Signing in, as a person does it."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.flows.conftest import axe_violations, is_too_wide


def test_a_person_signs_in_switches_language_and_signs_out(
    page: Page, live_server: LiveServer, people: dict[str, User]
) -> None:
    page.goto(live_server.url)
    page.get_by_label("Sign-in name").fill("admin")
    page.get_by_label("Password").fill("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This name and password do not go together.")).to_be_visible()

    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)

    page.goto(live_server.url + "/account/")
    page.locator("#id_language").select_option("pl")
    page.locator("main form").get_by_role("button").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_is_accessible_and_fits_a_phone(
    page: Page, live_server: LiveServer, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(live_server.url + "/sign-in/")

    assert axe_violations(page) == []
    assert not is_too_wide(page)
