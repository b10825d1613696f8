"""Locks, always taken in the order in which they stand here."""

import zlib

from django.db import connection

from customers.models import Customer

# Any fixed number that nobody else uses for an advisory lock.
PURCHASE_WRITERS = 7_310_001
ADDRESSES = 7_310_002


def lock_purchase_writing() -> None:
    """Let one transaction at a time look up and write documents and their customers.

    Held to the end of the caller's transaction. SQLite's IMMEDIATE transactions give the same
    by themselves. Readers never wait for it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PURCHASE_WRITERS])


def lock_contacts(customer_id: int) -> None:
    """Let one transaction at a time change this customer's contacts and which comes first.

    Held to the end of the caller's transaction. Rows that point to the customer are written
    meanwhile: only its own row is locked, and not its key.
    """
    row = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id)
    row.values_list("pk").first()


def lock_address(key: str) -> None:
    """Let one transaction at a time decide what is sent to an address (its key); now and then
    two addresses share a lock. Held to the end of the caller's transaction."""
    if connection.vendor == "postgresql":
        number = zlib.crc32(key.encode()) - 2**31
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ADDRESSES, number])
