"""Summaries refreshed and marked at once."""

from customers import models
from customers.services.summaries import mark_stale, refresh_summaries
from tests.customers.documents import NOW, bought, save
from tests.customers.services.races.together import ON_POSTGRES, at_once, outcomes
from tests.factories.customers import PurchaseFactory

pytestmark = ON_POSTGRES


def test_two_who_refresh_share_the_work():
    for _turn in range(20):
        mark_stale([PurchaseFactory().customer_id])

    results = at_once(*[lambda: refresh_summaries(limit=5)] * 4)

    assert outcomes(results) == {"int": 4}
    while refresh_summaries():
        pass
    assert models.PurchaseSummary.objects.count() == 20


def test_a_mark_made_while_refreshing_is_not_lost():
    customer = PurchaseFactory(gross_minor=100, source="csv", number="1").customer
    mark_stale([customer.pk])

    at_once(
        refresh_summaries,
        lambda: save(bought("2", 200, customer_id=customer.pk), now=NOW),
        refresh_summaries,
    )
    while refresh_summaries():
        pass

    assert models.PurchaseSummary.objects.get().gross_minor == 300
