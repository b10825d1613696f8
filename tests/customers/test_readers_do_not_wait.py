"""Pages that show sums while somebody else writes purchases: they come at once, as of before."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.locks import lock_purchase_writing
from customers.models import Customer, PurchaseSummary, StaleSummary
from customers.rules.segment_language import EVERYBODY
from customers.services.search import index_customers
from customers.services.segments import save_segment
from tests.customers.documents import bought, save
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[str], Client]
# A writer in its own thread holds the lock this long unless it is let go.
MOST_SECONDS = 90
PAGES = {
    "list": "/customers/",
    "count": "/customers/count/?where=",
    "filter": "/customers/filter/?where=all(purchases.at_least:1)",
    "segments": "/customers/segments/",
}


@contextmanager
def somebody_writing() -> Iterator[None]:
    """Another connection inside a transaction that writes purchases."""
    began, enough = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                lock_purchase_writing()
                Customer.objects.update(city="Brno")
                began.set()
                enough.wait(MOST_SECONDS)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert began.wait(MOST_SECONDS)
    try:
        yield
    finally:
        enough.set()
        writer.join()


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_a_page_does_not_wait_for_who_writes_purchases(sign_in: SignIn, address: str) -> None:
    save_segment(actor=None, segment=None, name="All", tree=EVERYBODY)
    client = sign_in("manager")
    client.get(address)
    save(bought("1", external="C1"))

    with somebody_writing():
        began = time.monotonic()
        response = client.get(address, headers={"HX-Request": "true"})
        seconds = time.monotonic() - began

        assert response.status_code == 200
        assert seconds < MOST_SECONDS / 3
        assert StaleSummary.objects.count() == 1

    assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    assert PurchaseSummary.objects.get().gross_minor == 10_000
    assert not StaleSummary.objects.exists()


def test_a_customer_page_shows_what_was_bought_a_moment_ago(sign_in: SignIn) -> None:
    client = sign_in("support")
    client.get("/customers/")
    save(bought("1", external="C1"), bought("2", external="C2"))
    anna = Customer.objects.get(identities__key="C1")
    address = f"/customers/{anna.pk}/"

    with somebody_writing():
        began = time.monotonic()
        assert client.get(address).status_code == 200
        assert time.monotonic() - began < MOST_SECONDS / 3
        assert not PurchaseSummary.objects.exists()

    assert "PLN 100.00" in client.get(address).content.decode().replace("\xa0", " ")
    assert PurchaseSummary.objects.get().customer == anna


def test_the_usual_patience_comes_back(sign_in: SignIn) -> None:
    def patience() -> str:
        asked = "SHOW lock_timeout" if connection.vendor == "postgresql" else "PRAGMA busy_timeout"
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return str(cursor.fetchone()[0])

    client, usual = sign_in("manager"), patience()
    client.get("/customers/")
    save(bought("1", external="C1"))
    with somebody_writing():
        client.get("/customers/")

    assert patience() == usual


def test_searching_does_not_wait_for_a_writer(sign_in: SignIn) -> None:
    client = sign_in("support")
    index_customers([CustomerFactory(last_name="Nowak").pk])
    client.get("/search/?q=nowak")

    with somebody_writing():
        began = time.monotonic()
        response = client.get("/search/?q=nowak")

        assert b"<mark>Nowak</mark>" in response.content
        assert time.monotonic() - began < MOST_SECONDS / 3


def test_searching_locks_nobody_out(sign_in: SignIn) -> None:
    client = sign_in("support")
    client.get("/search/?q=nowak")

    with CaptureQueriesContext(connection) as asked:
        client.get("/search/?q=nowak")

    assert not [query for query in asked if "BEGIN IMMEDIATE" in query["sql"]]
