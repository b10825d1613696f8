"""What a row says about itself: its name, its gap, its net, its key."""

from datetime import date

import pytest

from customers import models
from tests.factories.customers import NOON, CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (models.Customer(first_name="Anna", last_name="Nowak"), "Anna Nowak"),
        (models.Customer(last_name="Nowak"), "Nowak"),
        (models.Customer(), ""),
        (models.Identity(value="anna@example.pl"), "anna@example.pl"),
        (models.PossibleDuplicate(first_id=1, second_id=2), "1 = 2?"),
        (models.Tag(name="VIP"), "VIP"),
        (models.CustomerTag(customer_id=1, tag_id=2), "1: 2"),
        (models.ImportantDate(label="Name day"), "Name day"),
        (models.ConsentEntry(purpose="survey", action="granted"), "survey granted"),
        (models.Interaction(channel="call", occurred_at=NOON), "call 2026-11-21"),
        (models.InteractionDraft(customer_id=1, user_id=2), "2: 1"),
        (models.FollowUp(what="Call"), "Call"),
        (models.Purchase(number="7"), "7"),
        (models.PurchaseLine(name="Bowl", product="B1"), "Bowl"),
        (models.PurchaseLine(product="B1"), "B1"),
        (models.Refund(number="R7"), "R7"),
        (models.PurchaseSummary(customer_id=1, purchases=3), "1: 3"),
        (models.StaleSummary(customer_id=1), "1"),
        (models.Segment(name="Silent"), "Silent"),
        (models.SearchWord(word="nowak"), "nowak"),
        (models.SearchVariant(variant=12), "12"),
        (models.ImportRun(filename="orders.csv"), "orders.csv"),
        (models.ImportProblem(row=3, code="no_date"), "3: no_date"),
    ],
)
def test_a_row_names_itself(row, text):
    assert str(row) == text


@pytest.mark.parametrize(
    ("days", "first", "last", "gap"),
    [
        (1, date(2026, 1, 1), date(2026, 1, 1), None),
        (2, date(2026, 1, 1), date(2026, 1, 31), None),
        (3, date(2026, 1, 1), date(2026, 1, 31), 15),
        (3, date(2026, 1, 1), date(2026, 1, 4), 2),
        (4, date(2026, 1, 1), date(2026, 1, 5), 1),
        (4, date(2026, 1, 1), date(2026, 1, 6), 2),
    ],
)
def test_the_usual_gap_is_the_mean_of_three_days_or_more(days, first, last, gap):
    summary = models.PurchaseSummary(
        days=days, first_day=first.toordinal(), last_day=last.toordinal()
    )

    assert summary.usual_gap_days == gap


def test_net_is_gross_less_refunds_even_below_zero():
    assert models.PurchaseSummary(gross_minor=500, refunds_minor=700).net_minor == -200


@pytest.mark.parametrize(
    ("first", "last", "names", "key"),
    [
        (" Łucja ", "Nowak  Żak", ("Łucja", "Nowak Żak"), "nowak zak lucja"),
        ("", "STRAẞE", ("", "STRAẞE"), "strasse"),
        ("Zoë", "", ("Zoë", ""), "zoe"),
        ("\u202eAnna", "\ufeffLis", ("Anna", "Lis"), "lis anna"),
        ("", "", ("", ""), ""),
        ("李", "王", ("李", "王"), "王 李"),
    ],
)
def test_the_name_key_follows_the_names(first, last, names, key):
    customer = models.Customer(first_name=first, last_name=last)

    customer.set_name_key()

    assert (customer.first_name, customer.last_name) == names
    assert customer.name_key == key


def test_the_name_key_fits_its_column_whatever_the_names_unfold_to():
    customer = CustomerFactory.build(first_name="\ufdfa" * 120, last_name="\ufdfa" * 120)

    customer.set_name_key()
    customer.save()

    assert len(customer.name_key) == 300
