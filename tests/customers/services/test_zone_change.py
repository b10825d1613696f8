"""A new time zone of the shop: days and months of every purchase and refund are derived again."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core.clock import month_number, start_of_day
from core.models import AuditEntry
from core.services.shop import change_shop, get_shop
from customers.models import Purchase, PurchaseSummary, Refund, StaleSummary
from customers.observers import PurchasesChanged, announce, purchase_observers
from customers.rules.dates import moment_of, moment_of_day
from customers.services import import_purchases, zone_change
from customers.services.import_purchases import PurchaseOptions
from customers.services.summaries import refresh_all
from customers.services.zone_change import derive_local_days
from tests.customers.documents import NOW, WARSAW, bought, save
from tests.customers.services.random_documents import database, expected_summaries, forgotten
from tests.customers.services.random_documents import names as names_of
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Niue", "America/Sao_Paulo", "Asia/Kathmandu")


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def a_purchase_at(instant, zone=WARSAW, number="1"):
    save(bought(number, moment=moment_of(instant, zone), external="C1"))
    return Purchase.objects.get(number=number)


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        # Around the end of summer time in Warsaw, 25 October 2026, 01:00 UTC.
        ("Europe/Warsaw", at(2026, 10, 24, 21, 59, 59), date(2026, 10, 24)),
        ("Europe/Warsaw", at(2026, 10, 24, 22), date(2026, 10, 25)),
        ("Europe/Warsaw", at(2026, 10, 25, 0, 30), date(2026, 10, 25)),
        ("Europe/Warsaw", at(2026, 10, 25, 1, 30), date(2026, 10, 25)),
        ("Europe/Warsaw", at(2026, 10, 25, 22, 59, 59), date(2026, 10, 25)),
        ("Europe/Warsaw", at(2026, 10, 25, 23), date(2026, 10, 26)),
        # Around its beginning, 29 March 2026, 01:00 UTC.
        ("Europe/Warsaw", at(2026, 3, 28, 23), date(2026, 3, 29)),
        ("Europe/Warsaw", at(2026, 3, 29, 21, 59, 59), date(2026, 3, 29)),
        ("Europe/Warsaw", at(2026, 3, 29, 22), date(2026, 3, 30)),
        # Months and years turn at other instants.
        ("America/New_York", at(2026, 11, 1, 3, 59, 59), date(2026, 10, 31)),
        ("America/New_York", at(2026, 11, 1, 4), date(2026, 11, 1)),
        ("Pacific/Kiritimati", at(2026, 12, 31, 10), date(2027, 1, 1)),
        ("Pacific/Niue", at(2027, 1, 1, 10, 59, 59), date(2026, 12, 31)),
        ("Asia/Kathmandu", at(2026, 2, 28, 18, 14, 59), date(2026, 2, 28)),
        ("Asia/Kathmandu", at(2026, 2, 28, 18, 15), date(2026, 3, 1)),
        ("UTC", at(2024, 2, 29, 23, 59, 59), date(2024, 2, 29)),
    ],
)
def test_an_instant_has_the_day_of_the_new_zone(zone, instant, day):
    purchase = a_purchase_at(instant, ZoneInfo("Pacific/Niue"))

    derive_local_days(ZoneInfo(zone))

    purchase.refresh_from_db()
    assert purchase.occurred_at == instant
    assert date.fromordinal(purchase.local_day) == day
    assert purchase.local_month == month_number(day)


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        ("America/New_York", date(2026, 11, 1), at(2026, 11, 1, 4)),
        ("America/New_York", date(2026, 11, 2), at(2026, 11, 2, 5)),
        ("Pacific/Kiritimati", date(2026, 1, 1), at(2025, 12, 31, 10)),
        # These days began at one o'clock: midnight was skipped.
        ("America/Sao_Paulo", date(2018, 11, 4), at(2018, 11, 4, 3)),
        ("Africa/Cairo", date(2023, 4, 28), at(2023, 4, 27, 22)),
    ],
)
def test_a_bare_day_stays_and_begins_anew(zone, day, instant):
    save(bought("1", moment=moment_of_day(day, WARSAW)))

    derive_local_days(ZoneInfo(zone))

    purchase = Purchase.objects.get()
    assert purchase.local_day == day.toordinal()
    assert purchase.local_month == month_number(day)
    assert purchase.occurred_at == instant


FILE = b"""order_id,ordered_at,amount,type
1,2026-10-01 23:30,5.00,
2,2026-10-02 23:30,5.00,
3,2026-10-03,5.00,
3,2026-10-04 23:30,1.00,refund
4,2026-10-05 10:00,5.00,
"""


@pytest.mark.parametrize("change_after", [1, 2, 3])
def test_an_import_goes_on_by_the_zone_that_was_set_meanwhile(monkeypatch, change_after):
    """Warsaw's half past eleven at night is the next day's morning in Tokyo."""
    monkeypatch.setattr(import_purchases, "BATCH", 1)
    options = PurchaseOptions(zone=WARSAW, shop_zone=WARSAW, currency="PLN")
    file = import_purchases.understand(lambda: BytesIO(FILE), options)
    steps = []

    def watch(step):
        steps.append(step)
        if len(steps) == change_after:
            change_zone("Asia/Tokyo")

    import_purchases.import_purchases(file, now=NOW, watch=watch)

    tokyo = ZoneInfo("Asia/Tokyo")
    days = dict(Purchase.objects.values_list("number", "local_day"))
    assert {number: date.fromordinal(day).day for number, day in days.items()} == {
        "1": 2,
        "2": 3,
        "3": 3,
        "4": 5,
    }
    assert Purchase.objects.get(number="3").occurred_at == start_of_day(date(2026, 10, 3), tokyo)
    assert date.fromordinal(Refund.objects.get().local_day).day == 5
    assert set(Purchase.objects.values_list("local_month", flat=True)) == {2026 * 12 + 9}


def change_zone(name):
    shop = get_shop()
    change_shop(
        actor=None, name=shop.name, timezone=name, currency=shop.currency, language=shop.language
    )


@database
@given(
    st.lists(st.integers(0, 3 * 366 * 24 * 4), min_size=1, max_size=12, unique=True),
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3),
    st.booleans(),
)
def test_any_way_there_ends_where_one_would_have_begun(quarters, zones, is_bare):
    moments = [at(2024, 1, 1) + timedelta(minutes=15 * number) for number in quarters]

    def document(number, zone):
        moment = moment_of(moments[number], zone)
        if is_bare:
            moment = moment_of_day(moments[number].date(), zone)
        return bought(str(number), moment=moment, external="C1")

    with forgotten():
        save(*[document(number, WARSAW) for number in range(len(moments))])
        for name in zones:
            derive_local_days(ZoneInfo(name))
        last = ZoneInfo(zones[-1])
        again = save(*[document(number, last) for number in range(len(moments))])

        assert again == (0, 0, len(moments))


@database
@given(st.lists(st.integers(0, 100), min_size=1, max_size=8), st.sampled_from(ZONES))
def test_summaries_follow_the_zone(hours, name):
    with forgotten():
        save(
            *[
                bought(
                    str(number),
                    external="C1",
                    moment=moment_of(at(2026, 10, 23, 20) + late, WARSAW),
                )
                for number, late in enumerate(timedelta(hours=hour) for hour in hours)
            ]
        )
        refresh_all()

        derive_local_days(ZoneInfo(name))
        refresh_all()

        (expected,) = expected_summaries().values()
        summary = PurchaseSummary.objects.get()
        assert {field: getattr(summary, field) for field in expected} == expected
        assert names_of()[summary.pk] == "C1"


def test_refunds_follow_too_and_keep_their_part():
    purchase = a_purchase_at(at(2026, 10, 1, 12))
    moment = moment_of(at(2026, 10, 31, 23, 30), WARSAW)
    back = bought("1", 500, moment=moment, is_refund=True, part="20261031", refund_of="1")
    save(back)

    derive_local_days(ZoneInfo("America/New_York"))

    refund = Refund.objects.get()
    assert (refund.purchase, refund.part) == (purchase, "20261031")
    assert date.fromordinal(refund.local_day) == date(2026, 10, 31)
    assert refund.local_month == month_number(date(2026, 10, 1))


def test_money_customers_and_states_stay():
    save(
        bought("1", external="C1"),
        bought("2", status="cancelled", external="C1"),
        bought("3", 5_000, currency="EUR"),
    )
    fields = [
        "number",
        "customer",
        "gross_minor",
        "refunded_minor",
        "currency",
        "status",
        "counts",
        "branch",
    ]
    before = list(Purchase.objects.order_by("pk").values_list(*fields))

    derive_local_days(ZoneInfo("Pacific/Kiritimati"))

    assert list(Purchase.objects.order_by("pk").values_list(*fields)) == before


def test_more_rows_than_one_batch(monkeypatch):
    monkeypatch.setattr(zone_change, "BATCH", 3)
    instants = [at(2026, 10, 1, 22, 30) + timedelta(days=number) for number in range(10)]
    save(
        *[
            bought(str(number), moment=moment_of(instant, WARSAW))
            for number, instant in enumerate(instants)
        ]
    )

    derive_local_days(ZoneInfo("UTC"))

    days = list(Purchase.objects.order_by("occurred_at").values_list("local_day", flat=True))
    assert days == [instant.date().toordinal() for instant in instants]
    assert all(later - earlier == 1 for earlier, later in pairwise(days))


def cost(act):
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_queries_grow_by_batches_not_by_rows():
    save(*[bought(str(number)) for number in range(60)])
    lock = connection.vendor == "postgresql"
    telling = cost(lambda: announce(PurchasesChanged(everything=True)))

    # Two reads of purchases, one of refunds; there is nothing to write.
    assert cost(lambda: derive_local_days(WARSAW)) == lock + 3 + telling


def test_observers_are_told_that_all_changed(monkeypatch):
    told = []
    monkeypatch.setitem(purchase_observers._items, "test", told.append)
    a_purchase_at(at(2026, 10, 1, 12))
    told.clear()

    derive_local_days(ZoneInfo("UTC"))

    assert [change.everything for change in told] == [True]
    assert StaleSummary.objects.count() == 1


def test_a_shop_without_purchases_has_nothing_to_derive():
    derive_local_days(ZoneInfo("UTC"))

    assert not StaleSummary.objects.exists()


@pytest.mark.parametrize(("zone", "moved"), [("America/New_York", True), ("Europe/Warsaw", False)])
def test_only_another_zone_derives_again(zone, moved):
    clerk = UserFactory()
    purchase = a_purchase_at(at(2026, 10, 1, 22, 30))
    refresh_all()
    Purchase.objects.filter(pk=purchase.pk).update(local_month=0)

    change_shop(actor=clerk, name="Shop", timezone=zone, currency="PLN", language="en")

    purchase.refresh_from_db()
    assert (purchase.local_day, get_shop().timezone) == (
        date(2026, 10, 1 if moved else 2).toordinal(),
        zone,
    )
    assert StaleSummary.objects.exists() == moved
    changed = AuditEntry.objects.get().details["fields"]
    assert ("timezone" in changed) == moved


def test_the_first_instant_of_a_bare_day_is_on_that_day_in_every_zone():
    for name in ZONES:
        zone = ZoneInfo(name)
        for number in range(0, 800, 7):
            day = date(2024, 1, 1) + timedelta(days=number)
            moment = moment_of_day(day, zone)
            assert moment.at == start_of_day(day, zone)
            assert moment.at.astimezone(zone).date() == day
            assert NOW.tzinfo == moment.at.tzinfo
