"""Codes in orders: reserved, used, set free; every limit, every reason, every number."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import Refused
from core.models import AuditEntry
from customers.rules.segment_language import Condition, Group, Join
from customers.services.segments import save_segment
from loyalty.coupon_errors import CouponRefused
from loyalty.coupon_reconciling import coupon_differences
from loyalty.models import CampaignState, CouponCode, CouponCounter, CouponTally, CouponUse
from loyalty.services.coupon_campaigns import change_campaign, set_state
from loyalty.services.coupon_codes import restore, withdraw
from loyalty.services.coupon_expiry import expire_due
from tests.factories.customers import CustomerFactory
from tests.loyalty import coupons
from tests.loyalty.coupons import NOON, asking, attempt

pytestmark = pytest.mark.django_db
LATE = NOON + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _proved(db):
    yield
    assert coupon_differences() == []


@pytest.fixture
def anna():
    return CustomerFactory(city="Poznań")


def reason(*typed, **words):
    """Why these codes are refused."""
    order = words.pop("order", "O-2")
    with pytest.raises(CouponRefused) as refusal:
        coupons.use(*typed, order=order, ask=asking(**words))
    return refusal.value.code


def test_a_code_is_used_once_and_counted():
    some = coupons.campaign()
    [code] = coupons.codes(some)

    done = coupons.use(code, ask=asking(6_000, 4_000))

    [use] = done.uses
    assert (use.state, use.discount_minor, use.lines, use.paid_minor) == (
        "captured",
        1_000,
        [600, 400],
        9_000,
    )
    tally = CouponTally.objects.get()
    assert (tally.used, tally.held, tally.spent_minor, tally.paid_minor) == (1, 0, 1_000, 9_000)
    assert reason(code) == "used_up"
    assert AuditEntry.objects.filter(action="coupon.captured").count() == 1


def test_worked_example_14_in_the_book():
    ten, fifteen = coupons.campaign(together=2), coupons.sum_off(1_500, together=2)
    typed = coupons.codes(ten) + coupons.codes(fifteen)

    for order, entered in (("A", typed), ("B", typed[::-1])):
        held = coupons.reserve(*entered, order=order, ask=asking(6_000, 4_000))
        assert [use.lines for use in held.uses] == [[600, 400], [900, 600]]
        assert {use.paid_minor for use in held.uses} == {7_500}
        coupons.release(held.uses)


def test_the_same_order_has_one_hold_whatever_comes_again():
    [code] = coupons.codes(coupons.campaign())
    first = coupons.reserve(code)

    again, bigger = coupons.reserve(code), coupons.reserve(code, ask=asking(20_000))

    assert (again.replayed, again.uses[0].pk) == (True, first.uses[0].pk)
    assert (bigger.replayed, bigger.uses[0].pk) == (False, first.uses[0].pk)
    assert CouponUse.objects.get().discount_minor == 2_000
    assert reason(code, order="O-3") == "used_up"


def test_one_of_several_reservations_in_an_order_is_beaten():
    ten, fifteen = coupons.campaign(), coupons.sum_off(1_500)

    held = coupons.reserve(*coupons.codes(ten), *coupons.codes(fifteen))

    assert [use.discount_minor for use in held.uses] == [1_500]
    assert [code.campaign for code in held.left_out] == [ten]


def test_captured_or_set_free_and_never_both():
    first, second = coupons.codes(coupons.campaign(), 2)
    kept, dropped = coupons.reserve(first).uses, coupons.reserve(second).uses

    assert [attempt(lambda: coupons.capture(kept)) for _twice in "ab"] == ["done", "replayed"]
    assert [attempt(lambda: coupons.release(dropped)) for _twice in "ab"] == ["done", "replayed"]
    assert attempt(lambda: coupons.release(kept)) == "hold_ended"
    assert attempt(lambda: coupons.capture(dropped)) == "hold_ended"


def test_time_runs_out_with_and_without_the_job():
    code, other = coupons.codes(coupons.campaign(total_limit=1), 2)
    held = coupons.reserve(code).uses

    assert attempt(lambda: coupons.capture(held, now=LATE)) == "hold_expired"
    # Nobody has to wait for the job: the place is free for the next.
    taken = coupons.reserve(other, ask=asking(now=LATE))
    assert CouponUse.objects.get(code__code=code).state == "expired"
    assert expire_due(LATE) == 0
    assert expire_due(LATE + timedelta(hours=1)) == 1
    assert attempt(lambda: coupons.capture(taken.uses, now=LATE)) == "hold_ended"


def test_a_use_is_taken_back_and_the_code_is_good_again():
    [code] = coupons.codes(coupons.campaign())
    [use] = coupons.use(code).uses

    assert [attempt(lambda: coupons.undo(use)) for _twice in "ab"] == ["done", "replayed"]
    assert CouponTally.objects.get().used == 0
    assert coupons.use(code).uses[0].state == "captured"


def test_limits_of_the_customer_by_month_and_of_all_by_day(anna):
    some = coupons.campaign(customer_limit=1, customer_per="month", total_limit=3, total_per="day")
    word, others = coupons.word(some), [CustomerFactory() for _each in range(3)]
    december = NOON + timedelta(days=10)

    coupons.use(word, order="1", ask=asking(customer=anna))
    assert reason(word, customer=anna) == "customer_limit"
    assert reason(word) == "needs_customer"
    for number, one in enumerate(others[:2], start=2):
        coupons.use(word, order=str(number), ask=asking(customer=one))
    assert reason(word, customer=others[2]) == "limit_reached"
    coupons.use(word, order="5", ask=asking(customer=others[2], now=NOON + timedelta(days=1)))
    coupons.use(word, order="6", ask=asking(customer=anna, now=december))
    periods = CouponCounter.objects.filter(customer=anna).values_list("period", flat=True)
    assert sorted(periods) == ["2026-11", "2026-12"]


def test_the_money_set_aside_is_never_exceeded():
    some = coupons.campaign(budget_minor=2_500)
    first, second, third = coupons.codes(some, 3)

    coupons.use(first, order="1")
    coupons.reserve(second, order="2")
    assert reason(third) == "budget"
    assert coupons.use(third, order="3", ask=asking(5_000)).uses[0].discount_minor == 500


def test_reasons_about_the_code(anna):
    some = coupons.campaign(starts_at=NOON - timedelta(days=2), ends_at=NOON + timedelta(days=1))
    [code] = coupons.codes(some)
    wrong = ("A" if code[0] != "A" else "B") + code[1:]

    assert reason("NOBODY") == reason("") == reason("\x00") == "unknown"
    assert reason(wrong) == "mistyped"
    assert reason(code, now=NOON - timedelta(days=3)) == "not_yet"
    assert reason(code, now=NOON + timedelta(days=1)) == "expired"
    assert reason(code, currency="EUR") == "currency"
    assert reason(*[f"CODE{n}" for n in range(7)]) == "too_many_codes"
    row = CouponCode.objects.get()
    withdraw(actor=None, code=row, now=NOON)
    assert reason(code) == "withdrawn"
    restore(actor=None, code=row)
    set_state(actor=None, campaign=some, state=CampaignState.STOPPED)
    assert reason(code) == "stopped"


def test_reasons_about_who_and_what(anna):
    own = coupons.given(coupons.campaign(minimum_minor=5_000), anna)
    cups = coupons.campaign(item="Cups")

    assert reason(own.code) == "needs_customer"
    assert reason(own.code, customer=CustomerFactory()) == "not_yours"
    with pytest.raises(CouponRefused, match="from PLN"):
        coupons.use(own.code, ask=asking(4_999, customer=anna))
    assert reason(*coupons.codes(cups)) == "nothing_to_take"
    with_cups = asking(4_000, names=["cups"])
    assert coupons.use(*coupons.codes(cups), ask=with_cups).uses[0].discount_minor == 400


def test_only_for_a_segment(anna):
    tree = Group(Join.ALL, (Condition("city", "is", "Poznań"),))
    segment = save_segment(actor=None, segment=None, name="Near", tree=tree)
    some = coupons.campaign(for_segment=True, segment=segment)
    word, stranger = coupons.word(some), CustomerFactory(city="Brno")

    coupons.use(word, order="1", ask=asking(customer=anna))
    assert reason(word, customer=stranger) == "segment"
    with pytest.raises(CouponRefused, match="Near"):
        coupons.given(some, stranger)
    type(segment).with_deleted.all().delete()
    assert reason(word, customer=anna) == "segment"


def test_a_given_code_lives_through_its_last_day(anna):
    given = coupons.given(coupons.campaign(given_days=7), anna)

    assert given.expires_at.isoformat() == "2026-11-29T23:00:00+00:00"
    last = given.expires_at - timedelta(seconds=1)
    assert reason(given.code, customer=anna, now=given.expires_at) == "expired"
    coupons.use(given.code, ask=asking(customer=anna, now=last))


def test_one_key_gives_one_code(anna):
    some = coupons.campaign()

    assert coupons.given(some, anna, key="mail:1") == coupons.given(some, anna, key="mail:1")
    assert coupons.given(some, anna) != coupons.given(some, anna)
    assert CouponCode.objects.filter(customer=anna).count() == 3


def test_one_key_gives_nothing_to_another(anna):
    some = coupons.campaign()
    coupons.given(some, anna, key="mail:1")

    for campaign, customer in ((coupons.campaign(), anna), (some, CustomerFactory())):
        with pytest.raises(Refused, match="something else"):
            coupons.given(campaign, customer, key="mail:1")
    assert CouponCode.objects.count() == 1


def test_a_changed_campaign_leaves_uses_as_they_were():
    some = coupons.campaign(total_limit=5)
    first, second = coupons.codes(some, 2)
    coupons.use(first, order="1")

    change_campaign(actor=None, campaign=some, values={"rate": 5_000, "total_limit": 1}, version=1)

    assert CouponUse.objects.get().discount_minor == 1_000
    assert reason(second) == "limit_reached"
    with pytest.raises(Refused):
        change_campaign(actor=None, campaign=some, values={}, version=1)


def test_words_are_public_and_read_alike_only_once():
    some = coupons.campaign()
    coupons.word(some, "Summer 26")

    for text in ("5UMMER-26", "abc", "A" * 14, "a/b/c/d", "😀😀😀😀"):
        with pytest.raises(Refused):
            coupons.word(some, text)
    assert CouponCode.objects.values_list("code", "typed", "is_public").get() == (
        "5VMMER26",
        "SUMMER 26",
        True,
    )


class Places(RuleBasedStateMachine):
    """Whatever is done in whatever order: no limit is exceeded, and every number is its uses'."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now, self.orders, self.held, self.done = NOON, 0, [], []
        terms = {"customer_limit": 2, "total_limit": 4, "budget_minor": 4_000}
        self.campaign = coupons.campaign(**terms)
        self.codes = [*coupons.codes(self.campaign, 3), coupons.word(self.campaign, "HELLO", 2)]
        self.people = [CustomerFactory(), CustomerFactory()]

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @rule(code=st.integers(0, 3), who=st.integers(0, 1), amount=st.integers(0, 20_000))
    def reserve(self, code, who, amount):
        self.orders += 1
        ask = asking(amount, customer=self.people[who], now=self.now)
        try:
            held = coupons.reserve(self.codes[code], order=f"O{self.orders}", ask=ask)
        except CouponRefused:
            return
        self.held.append(held.uses)

    @precondition(lambda self: self.held)
    @rule(place=st.integers(0, 99), keeps=st.booleans())
    def end(self, place, keeps):
        uses = self.held[place % len(self.held)]
        if (
            attempt(lambda: (coupons.capture if keeps else coupons.release)(uses, self.now))
            == "done"
        ):
            self.done.append(uses)

    @precondition(lambda self: self.done)
    @rule(place=st.integers(0, 99))
    def undo(self, place):
        attempt(lambda: coupons.undo(self.done[place % len(self.done)][0], self.now))

    @rule(minutes=st.integers(1, 40), runs=st.booleans())
    def wait(self, minutes, runs):
        self.now += timedelta(minutes=minutes)
        if runs:
            expire_due(self.now)

    @invariant()
    def proved(self):
        assert coupon_differences() == []
        tally = CouponTally.objects.get(campaign=self.campaign)
        assert tally.used + tally.held <= 4
        assert tally.spent_minor + tally.held_minor <= 4_000
        for counter in CouponCounter.objects.exclude(customer=None):
            assert counter.used + counter.held <= 2


def test_whatever_is_done_in_whatever_order(db):
    run_state_machine_as_test(Places, settings=settings(max_examples=8, stateful_step_count=15))
