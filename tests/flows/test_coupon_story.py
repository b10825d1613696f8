"""A coupon's way: the marketer makes a campaign and gives a code, the clerk uses it, once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from loyalty.models import CouponCode, CouponUse
from tests.flows.world import add_customer

Enter = Callable[..., Page]


def test_made_given_used_once_and_taken_back(enter: Enter) -> None:
    anna = add_customer("Anna Nowak", email="anna@example.pl")
    page = enter("marketer", "/loyalty/coupons/")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name", exact=False).first.fill("Winter")
    page.get_by_label("Per cent").fill("15")
    page.get_by_role("button", name="Save the campaign").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Winter")
    expect(page.get_by_text("15 % off the whole purchase")).to_be_visible()

    page.goto(page.url.split("/loyalty/")[0] + f"/customers/{anna.pk}/")
    page.locator(".give-coupon").get_by_role("button", name="Give").click()
    code = str(CouponCode.objects.get(customer=anna))
    expect(page.locator(".coupon-code-large")).to_have_text(code)

    page = enter("support", "/loyalty/till/")
    look(page, code.lower().replace("-", " "))
    expect(page.get_by_text("Customer: Anna Nowak")).to_be_visible()
    expect(page.get_by_text("PLN 85.00")).to_be_visible()
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("“Winter” is used")).to_be_visible()

    look(page, code)
    expect(page.get_by_text("This code has been used already.")).to_be_visible()
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    look(page, wrong)
    expect(page.get_by_text("A character of this code is wrong")).to_be_visible()

    page.goto(page.url.split("/loyalty/")[0] + f"/loyalty/coupons/{campaign_of(code)}/")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The code is good again")).to_be_visible()
    assert CouponUse.objects.get().state == "released"


def look(page: Page, code: str) -> None:
    page.get_by_label("Code", exact=False).first.fill(code)
    page.get_by_label("Sum of the purchase").fill("100")
    page.get_by_role("button", name="Look at the code").or_(
        page.get_by_role("button", name="Look again")
    ).first.click()


def campaign_of(code: str) -> int:
    return CouponCode.objects.get(code=code.replace("-", "")).campaign_id
