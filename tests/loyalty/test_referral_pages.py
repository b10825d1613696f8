"""Referrals' pages, as the marketer and the clerk use them."""

import pytest
import time_machine
from django.urls import reverse

from loyalty.models import Referral, ReferralCode, ReferralScheme
from tests.factories.customers import CustomerFactory
from tests.factories.referrals import referral_of
from tests.loyalty.coupons import NOON

pytestmark = pytest.mark.django_db
SCHEME = {
    "is_open": "on",
    "referrer_units": "300",
    "referee_units": "50",
    "minimum": "80,00",
    "monthly_cap": "2",
    "link": "https://shop.example/?a=1",
    "version": "1",
}
PAGE = "/loyalty/referrals/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def anna():
    return CustomerFactory(first_name="Anna", last_name="Nowak", name_key="anna nowak")


def at(customer):
    return reverse("loyalty:customer_referral", args=[customer.pk])


def file_of(client, customer):
    return client.get(reverse("customers:customer", args=[customer.pk])).content.decode()


def test_opened_a_code_made_a_friend_noted(sign_in, anna):
    friend, clerk = CustomerFactory(), sign_in("support")
    assert "Make their code" not in file_of(clerk, anna)
    assert sign_in("marketer").post(PAGE, SCHEME).status_code == 302
    assert ReferralScheme.objects.get().minimum_minor == 8_000

    for _twice in "ab":
        clerk.post(at(anna))
    code = ReferralCode.objects.get().code
    assert f"https://shop.example/?a=1&amp;ref={code}" in file_of(clerk, anna)
    clerk.post(at(friend), {"code": code.lower()})
    assert "Came by Anna Nowak" in file_of(clerk, friend)
    assert "1 friend came by it" in file_of(clerk, anna)
    shown = sign_in("marketer").get(PAGE).context
    assert [(row["friend"], row["by"]) for row in shown["rows"]] == [(str(friend), "Anna Nowak")]


@pytest.mark.parametrize("code", ["", "NOBODY", "\x00", "x" * 100])
def test_what_is_no_code_is_said(sign_in, anna, code):
    clerk, friend = sign_in("support"), CustomerFactory()
    sign_in("marketer").post(PAGE, SCHEME)

    answer = clerk.post(at(friend), {"code": code}, follow=True)

    assert "There is no such code." in answer.content.decode()
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("monthly_cap", "0"), ("minimum", "-1"), ("link", "javascript:x"), ("referee_units", "x")],
)
def test_settings_that_cannot_be_are_refused(sign_in, field, value):
    answer = sign_in("marketer").post(PAGE, {**SCHEME, field: value})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize(("verb", "state"), [("accept", "waiting"), ("decline", "declined")])
def test_a_flagged_one_is_decided(sign_in, anna, cast, verb, state):
    made = referral_of(anna, cast["marketer"], NOON)["referral"]
    client = sign_in("marketer")
    assert "they live together" in client.get(PAGE).content.decode()

    client.post(f"{PAGE}{made.pk}/{verb}/")

    made.refresh_from_db()
    assert (made.state, made.decided_by.username) == (state, "marketer")
    assert sign_in("support").get(PAGE).status_code == 403
