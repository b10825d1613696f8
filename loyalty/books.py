"""Books of accounts, read from the database by one statement; see `loyalty.rules.book`."""

import json
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from core.prepared import Prepared, instant_of, text_of
from loyalty import models
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket, Hold, Lot, LotState

Row = tuple[Any, ...]
# An account with its lots that still hold something, a row for each of them. `more` stands for what
# else each row tells, `lots` for a condition on lots; see `loyalty.services.opening`.
BOOK = """
    WITH held AS MATERIALIZED (
        SELECT a.*{place} FROM loyalty_account a WHERE {which}
    )
    SELECT held.id, held.customer_id, held.programme_id,
        held.pending, held.available, held.reserved, held.debt,
        held.version, held.chain, held.settled_at,
        l.id, l."order", l.earned, l.remaining, l.reserved, l.expired, l.state,
        l.matures_at, l.expires_at{more}
    FROM held {seen}
    LEFT JOIN loyalty_lot l ON l.account_id = held.id AND NOT (l.state = 'closed'){lots}
    ORDER BY held.id, l.id
"""
MORE = slice(19, None)
_ACCOUNT, _LOT = slice(0, 10), slice(10, 19)
# As the model has them, of which an instance is made.
FIELDS = (
    *("id", "customer_id", "programme_id", "pending", "available", "reserved", "debt"),
    *("version", "chain", "settled_at"),
)


def read_book_of(*, customer: int, programme: int) -> Book | None:
    """The book of a customer in a programme as it was last settled; None where there is no account.
    One query, three where something is reserved."""
    rows = _of_customer().rows([customer, programme])
    return next((book for _account, book, _more in books_from(rows)), None)


@cache
def _of_customer() -> Prepared:
    which = "a.customer_id = $1 AND a.programme_id = $2"
    return Prepared(
        BOOK.format(which=which, place="", more="", seen="", lots=""), ("bigint", "bigint")
    )


def read_books_of(*, customers: Collection[int], programme: int) -> dict[int, Book]:
    """The books of these customers as they were last settled; who has no account is left out. One
    query, and two more for each of whom something is reserved."""
    rows = _of_customers(connection.vendor).rows([_listed(customers), programme])
    return {
        account.customer_id: book
        for account, book, _more in books_from(rows)
        if account.customer_id is not None
    }


@cache
def _of_customers(vendor: str) -> Prepared:
    if vendor == "postgresql":
        among, kind = "= ANY ($1)", "bigint[]"
    else:
        among, kind = "IN (SELECT value FROM json_each($1))", "text"
    which = f"a.customer_id {among} AND a.programme_id = $2"
    return Prepared(BOOK.format(which=which, place="", more="", seen="", lots=""), (kind, "bigint"))


def _listed(ids: Collection[int]) -> str:
    listed = json.dumps(sorted(ids))
    return listed if connection.vendor != "postgresql" else "{" + listed[1:-1] + "}"


def books_from(rows: Iterable[Row]) -> Iterator[tuple[models.Account, Book, Row]]:
    """Accounts with their books from the rows of `BOOK`, and what else was asked of each."""
    for _account, group in groupby(rows, itemgetter(0)):
        found = list(group)
        account = _account_from(found[0][_ACCOUNT])
        lots = [_lot_from(row[_LOT]) for row in found if row[10] is not None]
        yield account, _book(account, lots), found[0][MORE]


def _book(account: models.Account, lots: list[Lot]) -> Book:
    book = Book(
        balances={
            Bucket.PENDING: account.pending,
            Bucket.AVAILABLE: account.available,
            Bucket.RESERVED: account.reserved,
            Bucket.DEBT: account.debt,
        },
        at=account.settled_at,
        lots=lots,
    )
    if account.reserved:
        book.holds = _open_holds(account, {lot.pk: lot for lot in lots})
    return book


def _account_from(row: Row) -> models.Account:
    pk, customer, programme, *numbers, chain, settled_at = row
    values = [int(pk), None if customer is None else int(customer), int(programme)]
    values += [int(number) for number in numbers]
    return models.Account.from_db(
        "default", FIELDS, [*values, text_of(chain), instant_of(settled_at)]
    )


def _lot_from(row: Row) -> Lot:
    pk, order, earned, remaining, reserved, expired, state, matures_at, expires_at = row
    return Lot(
        pk=int(pk),
        order=text_of(order),
        earned=int(earned),
        remaining=int(remaining),
        reserved=int(reserved),
        expired=int(expired),
        state=LotState(text_of(state)),
        matures_at=instant_of(matures_at),
        expires_at=None if expires_at is None else instant_of(expires_at),
    )


def _open_holds(account: models.Account, lots: dict[int | None, Lot]) -> list[Hold]:
    rows = models.Hold.objects.filter(account=account, state=models.HoldState.OPEN)
    parts: dict[int, list[tuple[Lot, int]]] = {}
    for part in models.HoldPart.objects.filter(hold__in=rows).order_by("id"):
        parts.setdefault(part.hold_id, []).append((lots[part.lot_id], part.amount))
    return [
        Hold(
            pk=row.pk,
            order=row.order,
            amount=row.amount,
            expires_at=row.expires_at,
            parts=parts[row.pk],
        )
        for row in rows.order_by("id")
    ]


def to_lot(row: models.Lot) -> Lot:
    """A stored lot as the rules know it."""
    return Lot(
        pk=row.pk,
        order=row.order,
        earned=row.earned,
        remaining=row.remaining,
        reserved=row.reserved,
        expired=row.expired,
        state=LotState(row.state),
        matures_at=row.matures_at,
        expires_at=row.expires_at,
    )
