"""Strangers who try codes: one answer for everything, and ten tries."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import RateLimit
from loyalty.coupon_errors import CouponRefused
from loyalty.rules.coupon_code import draw
from loyalty.services.coupon_guessing import (
    NotAccepted,
    TooManyGuesses,
    Visitor,
    check_public,
)
from tests.factories.customers import CustomerFactory
from tests.loyalty import coupons
from tests.loyalty.coupons import NOON, asking

pytestmark = pytest.mark.django_db
HERE = Visitor("session", "192.0.2.1")


def answer(typed, visitor=HERE, **words):
    """What a stranger is told."""
    try:
        found = check_public(typed=typed, asking=asking(**words), visitor=visitor)
    except (NotAccepted, TooManyGuesses) as refusal:
        return type(refusal).__name__, str(refusal)
    except CouponRefused as refusal:
        return str(refusal.code)
    return found.priced.discount_minor


@pytest.mark.once
def test_ten_thousand_guesses():
    coupons.codes(coupons.campaign(), 100)

    said = Counter(answer(draw()) for _guess in range(10_000))

    assert said == {("NotAccepted", ""): 10, ("TooManyGuesses", ""): 9_990}


def test_whatever_is_wrong_it_is_one_answer_after_the_same_work():
    anna = CustomerFactory()
    ended = coupons.campaign(starts_at=NOON - timedelta(days=2), ends_at=NOON - timedelta(days=1))
    [used] = coupons.codes(coupons.campaign())
    coupons.use(used)
    good = coupons.codes(coupons.campaign())[0]
    mistyped = good[:-1] + ("A" if good[-1] != "A" else "B")
    hers = coupons.codes(coupons.campaign())[0], coupons.given(coupons.campaign(), anna).code
    tries = [draw(), mistyped, "", "x" * 5_000, used, coupons.codes(ended)[0], hers[1]]
    answer(draw())
    said, work = set(), set()
    for typed in tries:
        with CaptureQueriesContext(connection) as queries:
            said.add(answer(typed))
        work.add(len(queries))

    assert said == {("NotAccepted", "")}
    assert len(work) == 1


def test_after_ten_wrong_ones_a_right_one_is_not_heard():
    code = coupons.codes(coupons.campaign())[0]
    for _guess in range(10):
        answer(draw())

    assert answer(code)[0] == "TooManyGuesses"
    assert answer(code, now=NOON + timedelta(minutes=10)) == 1_000
    assert answer(code, visitor=Visitor("another", "192.0.2.1")) == 1_000


def test_right_codes_do_not_count():
    code = coupons.codes(coupons.campaign())[0]

    assert [answer(code) for _time in range(30)] == [1_000] * 30
    assert set(RateLimit.objects.values_list("count", flat=True)) == {0}


def test_new_sessions_help_nobody():
    anna = CustomerFactory()
    own = [answer(draw(), Visitor(str(n), str(n)), customer=anna)[0] for n in range(21)]
    away = [answer(draw(), Visitor(str(n), "192.0.2.9"))[0] for n in range(101)]

    assert own == ["NotAccepted"] * 20 + ["TooManyGuesses"]
    assert away == ["NotAccepted"] * 100 + ["TooManyGuesses"]


def test_of_ones_own_and_of_public_codes_the_reason_is_told():
    anna = CustomerFactory()
    some = coupons.campaign(minimum_minor=50_000)
    word, own = coupons.word(some), coupons.given(some, anna).code

    assert answer(word) == "minimum"
    assert answer(own, customer=anna) == "minimum"
    assert answer(own)[0] == answer(own, customer=CustomerFactory())[0] == "NotAccepted"
