"""Codes for mails: one for each recipient, whoever asks again."""

import pytest

from loyalty.models import CouponCode
from loyalty.rules.coupon_code import normal
from loyalty.services.coupon_mails import coupon_contexts
from tests.factories.customers import CustomerFactory
from tests.loyalty.coupons import NOON, campaign

pytestmark = pytest.mark.django_db


def test_each_gets_a_code_in_their_language_and_keeps_it(shop):
    anna, petr = CustomerFactory(language="pl"), CustomerFactory(language="en")
    of = campaign(given_days=10)
    words = {"actor": None, "campaign": of, "key": "spring", "now": NOON}

    first = coupon_contexts(customer_ids=[anna.pk, petr.pk], **words)
    again = coupon_contexts(customer_ids=[petr.pk, anna.pk], **words)

    assert first == again
    assert CouponCode.objects.count() == 2
    assert first[petr.pk]["coupon_gives"] == "10\N{NO-BREAK SPACE}% off the whole purchase"
    assert first[petr.pk]["coupon_through"] == "2026-12-02"
    assert first[anna.pk]["coupon_gives"] != first[petr.pk]["coupon_gives"]
    code = CouponCode.objects.get(customer=anna)
    assert normal(first[anna.pk]["coupon_code"]) == code.code
