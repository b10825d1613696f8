"""A clerk enters a purchase that is paid in part with cashback, then gives half of it back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import Role
from core import clock
from loyalty.models import Account, Award
from loyalty.services.adjusting import adjust
from loyalty.services.awarding import award_marked
from tests.factories.accounts import UserFactory
from tests.factories.loyalty import cashback_programme
from tests.flows.world import add_customer

Enter = Callable[..., Page]


def test_a_split_tender_and_a_refund_of_half(enter: Enter) -> None:
    customer = add_customer("Anna Nowak")
    programme = cashback_programme(clock.now())
    page = enter("support", f"/customers/{customer.pk}/")
    adjust(
        actor=UserFactory(role=Role.MANAGER),
        customer=customer,
        programme=programme,
        units=5_000,
        reason="Welcome",
        now=clock.now(),
    )

    page.get_by_role("link", name="New purchase").first.click()
    page.get_by_label("Amount").fill("100,00")
    page.get_by_label("Paid with: Bowl money").fill("30,00")
    page.get_by_role("button", name="Add the purchase").click()
    expect(page.get_by_text("The purchase is on file.")).to_be_visible()
    expect(page.get_by_text("Paid with PLN\xa030.00 of cashback")).to_be_visible()
    assert Account.objects.get(programme=programme).available == 2_000
    award_marked(clock.now())
    assert set(Award.objects.values_list("programme__key", "granted")) == {
        ("points", 70),
        ("cashback-pln", 210),
    }

    shop = page.url.split("/customers/")[0]
    page.goto(f"{shop}/purchases/{customer.purchases.get().pk}/refunds/")
    page.get_by_label("Amount given back").fill("50,00")
    page.get_by_role("button", name="Add the refund").click()
    expect(page.get_by_text("give PLN\xa035.00 in money")).to_be_visible()
    assert Account.objects.get(programme=programme).available == 3_500
