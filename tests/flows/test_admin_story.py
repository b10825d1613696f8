"""Who runs it: names the shop, looks at who did what, signs out."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from core.services.shop import get_shop

Enter = Callable[..., Page]


def test_the_shop_gets_a_name_and_a_currency_and_the_trail_says_so(enter: Enter) -> None:
    page = enter("admin")
    steps = page.locator(".set-up li")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shop")
    expect(steps.first).to_contain_text("Name the shop")
    expect(steps.first).not_to_contain_text("done")

    page.get_by_label("Name of the shop").fill("Clay & Leaf")
    page.get_by_label("Currency").select_option("CZK")
    page.get_by_role("button", name="Save shop").click()

    expect(page.get_by_text("The shop is saved.")).to_be_visible()
    expect(steps.first).to_contain_text("done")
    assert (get_shop().name, get_shop().currency) == ("Clay & Leaf", "CZK")
    page.get_by_role("link", name="Audit trail").click()
    row = page.get_by_role("row", name="shop.changed")
    expect(row).to_contain_text("Admin")
    expect(row).to_contain_text("currency")


def test_who_signs_out_is_out(enter: Enter) -> None:
    page = enter("admin", "/settings/audit/")
    rail = page.get_by_role("navigation", name="Main", exact=True)

    rail.locator("summary", has_text="Admin").click()
    rail.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you")
