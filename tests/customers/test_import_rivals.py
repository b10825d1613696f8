"""Imports beside others who write at the same moment."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, Purchase, StaleSummary
from customers.rules.csv_reading import Form, Head
from customers.rules.documents import Folded
from customers.services import import_customers, import_purchases
from customers.services.customer_lookup import CustomerFile
from customers.services.customers import ChangedMeanwhile, fields_of, update_customer
from customers.services.import_customers import CustomerOptions
from customers.services.import_purchases import PurchaseFile
from customers.services.people_writing import PeopleFile
from customers.services.summaries import refresh_all, refresh_summaries
from tests.customers.documents import NOW, WARSAW, bought, save
from tests.factories.customers import CustomerFactory, IdentityFactory

needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets only one write at a time"
)


@pytest.mark.django_db
def test_a_batch_is_tried_again_when_somebody_adds_its_contact_meanwhile(monkeypatch):
    folded = [Folded([(2, [])], document=bought("7", external="C1"))]
    monkeypatch.setattr(import_purchases, "_folded", lambda _file: iter(folded))
    real, rivals = CustomerFile.reserve, []

    def reserve(self, count):
        if not rivals:
            rivals.append(IdentityFactory(kind="external", value="C1").customer)
        return real(self, count)

    monkeypatch.setattr(CustomerFile, "reserve", reserve)
    file = PurchaseFile(None, Form("utf-8", ","), Head(None, (), ()), {}, None, None)
    steps = []

    tally = import_purchases.import_purchases(file, now=NOW, watch=steps.append)

    assert (tally.saved.created, tally.rows, len(steps)) == (1, 1, 1)
    assert Purchase.objects.count() == 1


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_make_everything_once():
    documents = [bought(str(number), external=f"C{number % 5}") for number in range(200)]
    outcomes = []

    def work():
        copies = [bought(d.number, external=d.external) for d in documents]
        outcomes.append(save(*copies))
        connection.close()

    threads = [threading.Thread(target=work) for _turn in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [(0, 0, 200), (0, 0, 200), (200, 0, 0)]
    assert (Purchase.objects.count(), Customer.objects.count()) == (200, 5)


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_no_summary_misses_a_purchase_saved_while_it_was_derived():
    def buy():
        for number in range(30):
            save(bought(str(number), external="C1"))
        connection.close()

    buyer = threading.Thread(target=buy)
    buyer.start()
    while buyer.is_alive():
        refresh_summaries()
    buyer.join()
    refresh_all()

    assert not StaleSummary.objects.exists()
    assert Customer.objects.get().summary.purchases == 30


def take_over(text):
    """Import a file of customers."""
    options = CustomerOptions(zone=WARSAW, shop_zone=WARSAW, today=date(2026, 11, 21))
    file = import_customers.understand(lambda: BytesIO(text.encode()), options)
    return import_customers.import_customers(file, now=NOW, watch=lambda _step: None)


def numbered(**values):
    return IdentityFactory(kind="external", value="C1", customer=CustomerFactory(**values)).customer


@pytest.mark.django_db
def test_only_the_columns_that_a_file_changes_are_written():
    numbered(first_name="Anna", last_name="Nowak", city="Brno")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        take_over("customer_id,first_name,last_name\nC1,Anna,Lis\n")

    written = [
        row["sql"] for row in queries if row["sql"].startswith("UPDATE") and "Lis" in row["sql"]
    ]
    assert len(written) == 1
    assert '"last_name" =' in written[0]
    for column in ("first_name", "city", "notes", "birth_year"):
        assert f'"{column}" =' not in written[0]


@pytest.mark.django_db
def test_a_file_opened_between_two_batches_is_known_to_have_changed():
    customer = numbered(last_name="Nowak")

    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        take_over("customer_id,last_name\nC1,Lis\n")

    customer.refresh_from_db()
    assert customer.updated_at == NOW + timedelta(minutes=5)


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_clerk_who_saves_while_a_batch_is_in_hand_is_told(monkeypatch):
    customer = numbered(last_name="Nowak", city="")
    seen_at, real = customer.updated_at, PeopleFile.keep
    loaded, done, results = threading.Event(), threading.Event(), []

    def keep(self, states, now):
        loaded.set()
        done.wait(0.5)
        real(self, states, now)

    def clerk():
        loaded.wait(10)
        fields = replace(fields_of(customer), city="Gdańsk")
        try:
            update_customer(actor=None, now=NOW, customer=customer, fields=fields, seen_at=seen_at)
        except ChangedMeanwhile as refused:
            results.append(refused.present.last_name)
        done.set()
        connection.close()

    monkeypatch.setattr(PeopleFile, "keep", keep)
    saving = threading.Thread(target=clerk)
    saving.start()
    take_over("customer_id,last_name\nC1,Lis\n")
    saving.join(20)

    customer.refresh_from_db()
    assert results == ["Lis"]
    assert (customer.last_name, customer.city) == ("Lis", "")
