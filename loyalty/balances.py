"""What a customer has, as it stands at an instant; nothing is written for it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from customers.models import Customer
from loyalty.books import read_book_of, read_books_of, to_lot
from loyalty.models import Lot as StoredLot
from loyalty.models import Programme
from loyalty.rules.book import Book
from loyalty.rules.lots import OWN_BUCKETS, Bucket, Lot, LotState, soonest_first


def book_of(*, customer: Customer, programme: Programme, now: datetime) -> Book:
    """The customer's book, settled in memory; empty where there is no account."""
    book = read_book_of(customer=customer.pk, programme=programme.pk)
    if book is None:
        return Book(balances=dict.fromkeys(OWN_BUCKETS, 0), at=now, lots=[])
    book.settle(now)
    return book


def books_of(*, customers: Collection[int], programme: Programme, now: datetime) -> dict[int, Book]:
    """The books of these customers, settled in memory; who has no account is left out."""
    books = read_books_of(customers=set(customers), programme=programme.pk)
    for book in books.values():
        book.settle(now)
    return books


def balance_document(*, customer: Customer, programme: Programme, now: datetime) -> dict[str, Any]:
    """The four balances and all lots, those of the past too, soonest to lapse first."""
    book = book_of(customer=customer, programme=programme, now=now)
    closed = StoredLot.objects.filter(
        account__customer=customer, account__programme=programme, state=LotState.CLOSED
    )
    lots = soonest_first([*book.lots, *(to_lot(row) for row in closed)])
    balances = {str(bucket): book[Bucket(bucket)] for bucket in OWN_BUCKETS}
    return {**balances, "lots": [_lot(lot) for lot in lots]}


def _lot(lot: Lot) -> dict[str, Any]:
    return {
        "order": lot.order,
        "earned": lot.earned,
        "remaining": lot.remaining,
        "reserved": lot.reserved,
        "state": str(lot.state),
        "matures_at": lot.matures_at.isoformat(),
        "expires_at": lot.expires_at.isoformat() if lot.expires_at else None,
    }
