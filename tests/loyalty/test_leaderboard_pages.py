"""The leaderboard's pages: the marketer's, the clerk's, the customer's own."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from loyalty.card_links import card_token
from loyalty.models import Leaderboard, LeaderboardOptOut
from loyalty.services.cards import issue_card
from loyalty.services.leaderboard import keep_board
from loyalty.services.members import look_at_marked
from tests.factories.customers import CustomerFactory
from tests.loyalty.services.test_tiers import buy

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = "/loyalty/leaderboard/"
SENT = {
    "is_open": "on",
    "measure": "purchases",
    "span": "month",
    "challenge": "",
    "version": "1",
}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna():
    """Anna has bought once this month, and eleven others twice."""
    customer = CustomerFactory(first_name="Anna", last_name="Nowak")
    others = [CustomerFactory(first_name="Ewa", last_name="Lis") for _each in range(11)]
    for one in (customer, *others, *others):
        buy(one, f"{one.pk}-{one.purchases.count()}", 1_000, "2026-11-20T10:00")
    look_at_marked(NOW)
    return customer


def switch_on(sign_in):
    answer = sign_in("marketer").post(PAGE, SENT)
    while keep_board(NOW):
        pass
    return answer


def test_the_marketer_switches_it_on(anna, sign_in):
    assert b"The leaderboard is off" in sign_in("support").get(PAGE).content
    assert switch_on(sign_in).status_code == 302
    board = Leaderboard.objects.get()
    assert (board.is_open, board.version, board.filled_to) == (True, 2, None)

    page = sign_in("support").get(PAGE)
    assert [line.place for line in page.context["lines"]] == [1] * 11 + [12]
    assert "form" in page.context
    assert b"What it shows" not in page.content
    assert sign_in("support").post(PAGE, SENT).status_code == 403
    assert sign_in("marketer").post(PAGE, SENT).status_code == 422, "saved over another's"


def test_a_challenge_must_be_named(sign_in):
    answer = sign_in("marketer").post(PAGE, SENT | {"measure": "challenge"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["challenge"]


def test_the_card_on_the_phone_shows_the_first_and_ones_own(anna, cast, client, sign_in):
    card = issue_card(actor=cast["support"], customer=anna, now=NOW)
    address = reverse("loyalty:phone_card", args=[card_token(card)])
    assert "Most purchases" not in client.get(address).content.decode()
    switch_on(sign_in)

    shown = client.get(address).content.decode()
    assert "Most purchases this month" in shown
    assert "Ewa L." in shown
    assert "Lis" not in shown
    assert "12." in shown
    assert "You" in shown


def test_a_clerk_leaves_a_customer_off_and_takes_it_back(anna, cast, client, sign_in):
    card = issue_card(actor=cast["support"], customer=anna, now=NOW)
    switch_on(sign_in)
    clerk, page = sign_in("support"), reverse("loyalty:card", args=[anna.pk])
    assert "12." in clerk.get(page).content.decode()

    clerk.post(reverse("loyalty:leaderboard_leave", args=[anna.pk]), {"next": page})
    assert LeaderboardOptOut.objects.get().customer == anna
    assert "Put them back" in clerk.get(page).content.decode()
    address = reverse("loyalty:phone_card", args=[card_token(card)])
    assert "Most purchases" not in client.get(address).content.decode()

    answer = clerk.post(reverse("loyalty:leaderboard_join", args=[anna.pk]), {"next": page})
    assert answer.url == page
    assert "Most purchases" in client.get(address).content.decode()


def test_the_customers_page_says_the_place(anna, sign_in):
    switch_on(sign_in)
    file = sign_in("support").get(reverse("customers:customer", args=[anna.pk])).content.decode()
    assert "Place 12" in file
