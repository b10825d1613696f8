"""A purchase entered by hand that is paid in part with cashback: the form, its undo, refunds."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import Role
from customers.models import Purchase
from loyalty.models import Tender
from loyalty.part_payment import offers
from loyalty.services.awarding import award_marked
from tests.factories.accounts import UserFactory
from tests.factories.loyalty import cashback_programme
from tests.loyalty.bank import Bank, differences

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = "k" * 32
TYPED = {"amount": "100,00", "currency": "PLN", "part_cashback-pln": "30,00", "key": KEY}


@pytest.fixture
def anna(db):
    """A member who holds 50.00 of cashback; the ledger is proved afterwards."""
    with time_machine.travel(NOON, tick=False):
        points = Bank()
        made = cashback_programme(NOON)
        cashback = Bank(points.customer, key=made.key, **_as_made(made))
        cashback.adjust(5_000, NOON)
        yield points, cashback
    assert differences() == []


def _as_made(made):
    names = ("kind", "earn_units", "earn_minor", "pays")
    return {name: getattr(made, name) for name in names}


@pytest.fixture
def clerk(client):
    client.force_login(UserFactory(role=Role.SUPPORT))
    return client


def enter(client, member, **more):
    address = reverse("customers:purchase_new", args=[member.customer.pk])
    return client.post(address, TYPED | more)


def test_a_clerk_enters_a_split_tender_and_refunds_half(anna, clerk):
    """Worked example 11, on the pages."""
    points, cashback = anna
    page = clerk.get(reverse("customers:purchase_new", args=[points.customer.pk]))
    assert "Paid with: cashback-pln" in page.content.decode()
    assert "At most PLN\xa050.00." in page.content.decode()

    assert enter(clerk, points).status_code == 302
    award_marked(NOON)

    assert points.standing(NOON) == (70, 0, 0, 0)
    assert cashback.standing(NOON) == (210, 2_000, 0, 0)

    purchase = Purchase.objects.get()
    refund = reverse("customers:refund_new", args=[purchase.pk])
    assert "PLN\xa030.00 of it was paid with" in clerk.get(refund).content.decode()
    answer = clerk.post(refund, {"amount": "50,00", "occurred_at": ""})

    said = [str(message) for message in get_messages(answer.wsgi_request)][-1]
    assert said == (
        "The refund is on file. PLN\xa015.00 went back as it was paid; give PLN\xa035.00 in money."
    )
    assert cashback.standing(NOON)[1] == 3_500, "at once"
    award_marked(NOON)
    assert points.standing(NOON) == (35, 0, 0, 0)
    assert cashback.standing(NOON) == (105, 3_500, 0, 0)


def test_taking_a_refund_back_takes_again_what_it_gave(anna, clerk):
    points, cashback = anna
    enter(clerk, points)
    purchase = Purchase.objects.get()
    clerk.post(reverse("customers:refund_new", args=[purchase.pk]), {"amount": "50,00"})

    clerk.post(reverse("customers:refund_undo", args=[purchase.refunds.get().pk]))

    assert cashback.standing(NOON)[1] == 2_000


def test_undoing_the_purchase_undoes_what_was_paid(anna, clerk):
    points, cashback = anna
    enter(clerk, points)
    award_marked(NOON)
    purchase = Purchase.objects.get()

    clerk.post(reverse("customers:purchase_undo", args=[purchase.pk]))

    assert not Purchase.objects.exists()
    assert cashback.standing(NOON)[1] == 5_000
    assert Tender.objects.values_list("units", "returned").get() == (3_000, 3_000)
    award_marked(NOON)
    assert points.standing(NOON) == (0, 0, 0, 0)
    assert cashback.standing(NOON) == (0, 5_000, 0, 0)


def test_a_form_that_is_sent_twice_enters_one_purchase(anna, clerk):
    points, cashback = anna

    assert enter(clerk, points).status_code == 302
    assert enter(clerk, points).status_code == 302

    assert Purchase.objects.count() == Tender.objects.count() == 1
    assert cashback.standing(NOON)[1] == 2_000


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"part_cashback-pln": "50,01"}, "There is not enough cashback for this."),
        ({"amount": "20,00"}, "more than the purchase"),
        ({"currency": "EUR"}, "pays purchases in PLN only"),
        ({"part_cashback-pln": "-5"}, "above zero"),
        ({"part_cashback-pln": "x" * 50}, ""),
    ],
)
def test_what_cannot_be_paid_so_is_refused_with_nothing_entered(anna, clerk, more, said):
    points, cashback = anna

    answer = enter(clerk, points, **more)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Purchase.objects.exists()
    assert cashback.standing(NOON)[1] == 5_000


def test_what_is_spent_meanwhile_is_said_at_its_field(anna, clerk, monkeypatch):
    points, cashback = anna
    rich = offers(points.customer, NOON)
    cashback.redeem(4_000, NOON)
    monkeypatch.setattr("customers.views.purchase.offers_for", lambda *_asked: list(rich))

    answer = enter(clerk, points)

    assert answer.status_code == 422
    assert "There is not enough cashback for this." in answer.content.decode()
    assert not Purchase.objects.exists()


def test_who_holds_nothing_or_owes_is_offered_nothing(anna, clerk):
    points, cashback = anna
    cashback.redeem(5_000, NOON)

    page = clerk.get(reverse("customers:purchase_new", args=[points.customer.pk]))

    assert "A part paid otherwise" not in page.content.decode()


def test_points_are_offered_where_they_pay(anna, clerk):
    points, _cashback = anna
    points.adjust(200, NOON)
    page = reverse("customers:purchase_new", args=[points.customer.pk])
    assert "part_points" not in clerk.get(page).content.decode()

    type(points.programme).objects.filter(key="points").update(pays=True)

    shown = clerk.get(page).content.decode()
    assert "200 points are worth PLN\xa02.00." in shown
    assert enter(clerk, points, part_points="1,50").status_code == 302
    assert points.standing(NOON)[1] == 50
    assert Tender.objects.count() == 2
