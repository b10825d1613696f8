"""A clerk redeems a reward in two clicks from the customer's page, and takes one back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from core import clock
from loyalty.models import Account, RewardClaim
from loyalty.services.adjusting import adjust
from loyalty.services.programmes import get_programme
from tests.factories.loyalty import RewardFactory
from tests.flows.world import add_customer

Enter = Callable[..., Page]


def test_a_mug_is_redeemed_and_handed_over_in_two_clicks(enter: Enter) -> None:
    customer = add_customer("Anna Nowak")
    RewardFactory(names={"en": "Enamel mug"}, stock=3)
    page = enter("support", f"/customers/{customer.pk}/")
    adjust(
        actor=User.objects.get(username="support"),
        customer=customer,
        programme=get_programme(),
        units=300,
        reason="Welcome",
        now=clock.now(),
    )
    page.reload()

    page.get_by_role("button", name="Redeem Enamel mug").click()
    expect(page.get_by_text("“Enamel mug” is redeemed. 200 points are left.")).to_be_visible()
    page.get_by_role("button", name="Hand over Enamel mug").click()
    expect(page.get_by_text("It is handed over.")).to_be_visible()
    assert RewardClaim.objects.get().state == "handed_over"

    page.get_by_role("button", name="Redeem Enamel mug").click()
    expect(page.get_by_text("100 points are left.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The reward is cancelled; the points are back.")).to_be_visible()
    assert Account.objects.get().available == 200
