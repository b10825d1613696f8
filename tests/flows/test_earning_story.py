"""A marketer says how customers earn, and sees what it would do before it holds."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from loyalty.models import RuleVersion

Enter = Callable[..., Page]


def test_double_on_ceramics_in_december(enter: Enter) -> None:
    page = enter("marketer", "/loyalty/")
    expect(page.locator("#example-units")).to_have_text("79 points")
    page.get_by_role("link", name="New rule").click()
    page.get_by_role("link", name="Give more points").click()

    page.get_by_label("Category").first.press_sequentially("Ceramics")

    # 139.00 of ceramics twice, 47.99 of something else once.
    expect(page.locator("#example-units")).to_have_text("325 points")
    expect(page.locator(".rule-typed")).to_have_text("2 times as many points on Ceramics")
    page.get_by_label("From", exact=True).fill("2030-12-01")
    page.get_by_label("Through").fill("2030-12-24")
    expect(page.locator("#trial")).to_contain_text("1 December 2030")
    page.get_by_role("button", name="Save the rule").click()

    words = "2 times as many points on Ceramics from 1 December 2030 to 24 December 2030"
    expect(page.locator(".rule").nth(1)).to_contain_text(words)
    assert RuleVersion.objects.get().category == "Ceramics"
    page.locator(".rule").nth(1).get_by_role("button", name="Switch off").click()
    expect(page.locator(".rule").nth(1)).to_contain_text("off")
