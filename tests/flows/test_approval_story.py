"""A clerk asks for more points than they may give; the manager approves."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from loyalty.models import Account
from tests.flows.world import add_customer

Enter = Callable[..., Page]


def test_support_asks_for_800_points_and_the_manager_approves(enter: Enter) -> None:
    customer = add_customer("Anna Nowak")
    page = enter("support", f"/customers/{customer.pk}/points/")
    form = page.get_by_role("form", name="Correct by hand")
    form.get_by_label("Points").fill("800")
    form.get_by_label("Why").fill("A broken vase")
    form.get_by_role("button", name="Correct").click()
    expect(page.get_by_text("a manager is asked")).to_be_visible()
    assert not Account.objects.filter(available__gt=0).exists()

    page = enter("manager", "/approvals/")
    expect(page.get_by_role("heading", name="Give 800 points to Anna Nowak")).to_be_visible()
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_text("Approved, and done.")).to_be_visible()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    assert Account.objects.get().available == 800
