"""A clerk's minute on the customer page and the day, in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from core import clock
from core.clock import local_date
from core.services.shop import get_shop
from tests.factories.customers import (
    ConsentEntryFactory,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    PurchaseFactory,
)
from tests.flows.conftest import axe_violations, is_too_wide

Enter = Callable[..., Page]


def test_a_note_is_logged_by_keyboard_and_taken_back(enter: Enter) -> None:
    page = enter("support", f"/customers/{CustomerFactory().pk}/")

    page.keyboard.press("l")
    page.keyboard.type("Keyboard only")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft kept")
    page.get_by_role("button", name="Log it").press("Enter")
    expect(page.locator(".timeline")).to_contain_text("Keyboard only")
    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.locator(".timeline")).not_to_contain_text("Keyboard only")


def test_older_entries_join_and_chips_filter(enter: Enter) -> None:
    customer = CustomerFactory()
    for number in range(25):
        PurchaseFactory(customer=customer, occurred_at=clock.now() - timedelta(days=number))
    page = enter("support", f"/customers/{customer.pk}/")

    expect(page.locator(".entry")).to_have_count(20)
    page.get_by_role("link", name="Load older").click()
    expect(page.locator(".entry")).to_have_count(26)
    page.locator("#timeline").get_by_role("link", name="File").click()
    expect(page.locator(".entry")).to_have_count(1)


def test_done_slides_off_the_day_and_comes_back(enter: Enter, people: dict[str, User]) -> None:
    FollowUpFactory(due_on=local_date(clock.now(), get_shop().zone), assignee=people["support"])
    page = enter("support", "/day/")

    page.locator(".day-row").get_by_role("button", name="Done").click()
    expect(page.locator(".day-row")).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.locator(".day-row")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", ["support", "marketer"])
def test_the_customer_page_is_accessible_and_fits_a_phone(
    enter: Enter, role: str, scheme: str
) -> None:
    customer = CustomerFactory(notes="Likes blue", birth_month=5, birth_day=3)
    identity = IdentityFactory(customer=customer)
    ConsentEntryFactory(customer=customer, address=identity.key)
    PurchaseFactory(customer=customer)
    FollowUpFactory(customer=customer)
    page = enter(role, f"/customers/{customer.pk}/")
    page.emulate_media(color_scheme=scheme)

    assert axe_violations(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert not is_too_wide(page)
    assert axe_violations(page) == []
