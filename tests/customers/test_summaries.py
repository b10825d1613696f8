from importlib import import_module

import pytest
from django.db import connection

from core.services.shop import change_shop, get_shop
from customers import reports
from customers.models import Customer, Purchase, PurchaseSummary, StaleSummary
from customers.observers import PurchasesChanged, announce
from customers.services.summaries import (
    SUMMARIES_JOB,
    mark_stale,
    refresh_all,
    refresh_summaries,
)
from tests.customers.documents import NOW, at, bought, returned, save

pytestmark = pytest.mark.django_db
MIGRATION = "customers.migrations.0021_count_other_currencies"


def test_a_summary_adds_up_what_counts():
    save(
        bought("1", external="C1", day=1),
        bought("2", 5_000, external="C1", day=4),
        bought("3", 2_000, external="C1", day=4),
        bought("4", external="C1", day=9, status="cancelled"),
        bought("5", 7_000, external="C1", day=8, currency="EUR"),
        returned("2", 1_000, external="C1"),
        returned("5", 500, external="C1", currency="EUR"),
    )

    assert refresh_summaries() == 0

    summary = PurchaseSummary.objects.get()
    assert (summary.first_day, summary.last_day) == (at(1).local_day, at(8).local_day)
    assert (summary.first_at, summary.last_at) == (at(1).at, at(8).at)
    assert (summary.days, summary.purchases) == (3, 4)
    assert (summary.elsewhere, summary.in_currency) == (1, 3)
    assert (summary.gross_minor, summary.refunds_minor, summary.net_minor) == (
        17_000,
        1_000,
        16_000,
    )


def test_a_changed_purchase_changes_the_summary():
    save(bought("1", external="C1"))
    refresh_all()

    save(bought("1", 4_000, external="C1"))
    refresh_all()

    assert PurchaseSummary.objects.get().gross_minor == 4_000


def test_a_purchase_that_changes_its_currency_changes_what_the_average_leaves_out():
    save(bought("1", external="C1"), bought("2", external="C1"))
    refresh_all()

    save(bought("1", external="C1", currency="EUR"))
    refresh_all()

    summary = PurchaseSummary.objects.get()
    assert (summary.elsewhere, reports.value_each(summary)) == (1, 10_000)


def test_the_migration_marks_who_bought_in_another_currency():
    save(bought("1", external="C1"), bought("2", external="C2", currency="EUR"))
    refresh_all()

    with connection.cursor() as cursor:
        cursor.execute(import_module(MIGRATION)._MARK)

    marked = StaleSummary.objects.get().customer
    assert marked.identities.get().value == "C2"


def test_who_has_nothing_that_counts_has_no_summary():
    save(bought("1", external="C1"))
    refresh_all()

    save(returned("1", 10_000))
    refresh_all()

    assert not PurchaseSummary.objects.exists()


def test_refreshing_goes_on_where_the_limit_ended_it():
    save(*[bought(str(number), external=f"C{number}") for number in range(5)])

    assert [refresh_summaries(limit=2) for _turn in range(3)] == [3, 1, 0]
    assert PurchaseSummary.objects.count() == 5


def test_marking_twice_is_one_mark():
    save(bought("1", external="C1"))
    customer = Customer.objects.get().pk

    mark_stale([customer, customer])

    assert StaleSummary.objects.count() == 1


def test_everything_changed_marks_all_who_have_or_had_purchases():
    save(bought("1", external="C1"), bought("2", external="C2"), bought("3"))
    refresh_all()
    Purchase.objects.filter(number="2").delete()

    announce(PurchasesChanged(everything=True))

    assert StaleSummary.objects.count() == 2
    refresh_all()
    assert PurchaseSummary.objects.count() == 1


def test_a_new_currency_of_the_shop_is_summed_anew():
    save(
        bought("1", external="C1"),
        bought("2", 7_000, external="C1", currency="EUR"),
        returned("2", 500, external="C1", currency="EUR"),
        bought("3", external="C2"),
    )
    refresh_all()
    shop = get_shop()

    change_shop(actor=None, name="", timezone=shop.timezone, currency="EUR", language=shop.language)

    assert StaleSummary.objects.count() == 2
    refresh_all()
    sums = {
        row.purchases: (row.gross_minor, row.net_minor) for row in PurchaseSummary.objects.all()
    }
    assert sums == {2: (7_000, 6_500), 1: (0, 0)}


def test_another_name_of_the_shop_sums_nothing_anew():
    save(bought("1", external="C1"))
    refresh_all()
    shop = get_shop()

    change_shop(
        actor=None,
        name="Clay",
        timezone=shop.timezone,
        currency=shop.currency,
        language=shop.language,
    )

    assert not StaleSummary.objects.exists()


def test_the_job_does_what_is_stale_and_then_nothing():
    save(bought("1", external="C1"))

    assert [SUMMARIES_JOB.run(NOW), SUMMARIES_JOB.run(NOW)] == [1, 0]
    assert PurchaseSummary.objects.exists()
