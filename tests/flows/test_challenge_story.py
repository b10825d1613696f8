"""A monthly challenge and the leaderboard: set up, won by purchases, seen by all, left by one."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from core import clock
from core.clock import local_date
from core.services.shop import get_shop
from customers.models import Customer
from customers.services.purchases import add_purchase
from loyalty.services.leaderboard import keep_board
from loyalty.services.members import look_at_marked
from tests.flows.world import add_customer

Enter = Callable[..., Page]


def test_a_challenge_each_month_is_won_and_the_leaderboard_shows_who_is_first(
    enter: Enter,
) -> None:
    anna = add_customer("Anna Nowak", email="anna@example.pl")
    today = local_date(clock.now(), get_shop().zone)
    page = enter("marketer", "/loyalty/challenges/")
    page.get_by_role("link", name="New challenge").first.click()
    page.get_by_label("Name").fill("Two each month")
    page.get_by_label("How much or how many").fill("2")
    page.get_by_label("How often").select_option("month")
    page.get_by_label("First day").fill(today.isoformat())
    page.get_by_label("Points").fill("25")
    page.get_by_role("button", name="Save the challenge").click()
    expect(page.get_by_text("The challenge is set up.")).to_be_visible()

    page.goto(at(page, "/loyalty/leaderboard/"))
    expect(page.get_by_text("The leaderboard is off")).to_be_visible()
    page.get_by_label("Show members who is first").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Most purchases this month")).to_be_visible()

    buy_twice(anna)
    page.reload()
    expect(page.get_by_role("link", name="Anna N.")).to_be_visible()
    page.get_by_role("link", name="Anna N.").click()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    expect(page.get_by_text("Place 1: Most purchases this month, 2 purchases")).to_be_visible()
    expect(page.get_by_text("Reached: Two each month")).to_be_visible()

    page = enter("support", f"/customers/{anna.pk}/")
    page.get_by_role("button", name="Give a card").click()
    page.goto(at(page, f"/customers/{anna.pk}/card/"))
    page.get_by_role("button", name="Leave them off").click()
    expect(page.get_by_text("This customer wants to be on no leaderboard.")).to_be_visible()
    page.get_by_role("button", name="Put them back").click()
    expect(page.get_by_role("listitem").filter(has_text="Anna N.")).to_contain_text("1.")


def at(page: Page, path: str) -> str:
    return page.url.split("/loyalty/")[0].split("/customers/")[0] + path


def buy_twice(customer: Customer) -> None:
    for number in range(2):
        add_purchase(
            actor=None,
            customer=customer,
            number=f"story-{number}",
            occurred_at=clock.now() - timedelta(seconds=2 - number),
            amount_minor=1_000,
            currency=get_shop().currency,
        )
    while look_at_marked(clock.now()):
        pass
    while keep_board(clock.now()):
        pass
