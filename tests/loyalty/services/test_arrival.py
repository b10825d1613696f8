"""Purchases and their refunds that come twice, out of order and late (F9): the end is the same."""

from itertools import permutations

import pytest

from customers.models import Purchase
from loyalty.models import Award, Operation
from loyalty.services.awarding import award_customer
from tests.factories.customers import PurchaseFactory
from tests.loyalty.bank import Bank, utc

AT = "2026-12-01T12:00"
# Number, day, sum and what is known to be refunded when it comes: that of the first comes in two.
NEWS = [
    ("A", "2026-11-01T12:00", 10_000, 3_000),
    ("A", "2026-11-01T12:00", 10_000, 5_000),
    ("B", "2026-11-20T12:00", 4_050, 0),
    ("C", "2026-11-03T12:00", 2_999, 2_999),
]


def told(member, number, day, gross, refunded):
    """What a shop's system says of a purchase; an older word of its refunds changes nothing."""
    rows = Purchase.objects.filter(number=number)
    if not rows:
        when = {"occurred_at": utc(day), "gross_minor": gross}
        PurchaseFactory(customer=member.customer, number=number, **when)
    known = max(refunded, rows.get().refunded_minor)
    rows.update(refunded_minor=known, counts=known < gross)


@pytest.mark.parametrize("job_between", [False, True])
def test_whatever_comes_first_the_end_is_the_same(db, job_between):
    for order in permutations(NEWS):
        Purchase.objects.all().delete()
        member = Bank()
        for news in (*order, *order[:2]):
            told(member, *news)
            if job_between:
                work(member)
        work(member)
        work(member)

        assert member.standing(AT) == (40, 50, 0, 0)
        own = Award.objects.filter(account=member.account, granted__gt=0)
        kept = {a.order: a.granted - a.clawed for a in own if a.granted > a.clawed}
        assert sorted(kept.values()) == [40, 50]
        assert not Operation.objects.filter(account=member.account, kind="reverse").exists()


def work(member):
    award_customer(customer=member.customer, programme=member.programme, now=utc(AT))
