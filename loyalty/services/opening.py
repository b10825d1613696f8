"""Opening accounts to write them: locked, with all that an act must know, by one statement.

On PostgreSQL a statement sees rows as they were when it began, but the one that it locks as it is
once it has the lock. Where it had to wait for another act the two differ, and all is read again,
now under the lock. SQLite has one writer at a time, who begins by locking.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from core.prepared import Prepared, text_of
from loyalty.books import BOOK, FIELDS, MORE, Row, books_from
from loyalty.models import Account
from loyalty.rules.book import Book

_MORE = """, {fresh}, ({operation}), ({lot}), COALESCE(
            (SELECT operation_id FROM loyalty_award WHERE programme_id = $3 AND "order" = $2),
            (SELECT id FROM loyalty_operation WHERE programme_id = $3 AND key = $1))"""
# Settling touches no other lots: those whose time has come, and those of which holds may come free.
# What comes free or matures repays debt, but who owes has nothing else that is available.
_DUE = """ AND (l.reserved > 0 OR (l.state = 'pending' AND l.matures_at <= $5)
        OR (l.state = 'open' AND l.remaining > 0 AND l.expires_at <= $5))"""
# The words in which the two databases differ.
_WORDS = {
    "postgresql": {
        "place": ", a.ctid AS place",
        "seen": "JOIN loyalty_account seen ON seen.id = held.id",
        "fresh": "seen.ctid = held.place",
        "operation": "SELECT nextval('loyalty_operation_id_seq')",
        "lot": "SELECT nextval('loyalty_lot_id_seq')",
        "lock": "FOR NO KEY UPDATE",
        "lock_free": "FOR NO KEY UPDATE SKIP LOCKED",
        "among": "a.id = ANY ($4) ORDER BY a.id",
    },
    "sqlite": {
        "place": "",
        "seen": "",
        "fresh": "'t'",
        "operation": "SELECT COALESCE(MAX(id), 0) + 1 FROM loyalty_operation",
        "lot": "SELECT COALESCE(MAX(id), 0) + 1 FROM loyalty_lot",
        "lock": "",
        "lock_free": "",
        "among": "a.id IN (SELECT value FROM json_each($4))",
    },
}


@dataclass(slots=True)
class Opened:
    """A locked account. `before` is the id of the operation that has used the key, or has earned
    for the order, already; the numbers are for the next operation and a new lot, 0: none."""

    account: Account
    book: Book
    before: int | None
    operation: int
    lot: int


def open_of(*, customer: int, programme: int, key: str, earned: str | None) -> Opened | None:
    """The customer's account in the programme, locked; None where there is none."""
    return _one("a.programme_id = $3 AND a.customer_id = $4", [key, earned, programme, customer])


def open_again(account: Account, *, key: str, earned: str | None) -> Opened:
    """An account that the caller has locked; the instance is brought up to date."""
    opened = _one("a.id = $4", [key, earned, account.programme_id, account.pk])
    assert opened is not None, "accounts are never deleted"
    for name in FIELDS:
        setattr(account, name, getattr(opened.account, name))
    opened.account = account
    return opened


def open_due(accounts: Sequence[int], now: datetime) -> list[Opened]:
    """Those of the accounts that nobody is at and nobody has just written, locked in the order of
    their ids; without numbers. Their books hold only lots that settling them may touch."""
    ids = json.dumps(list(accounts))
    if connection.vendor == "postgresql":
        ids = ids.replace("[", "{").replace("]", "}")
    which = _WORDS[connection.vendor]["among"]
    statement = _statement(which, "lock_free", ("bigint[]", "timestamptz"), _DUE)
    found = list(_opened(statement.rows([None, None, None, ids, now])))
    for opened in found:
        opened.operation = opened.lot = 0
    return found


def _one(which: str, values: list[Any]) -> Opened | None:
    statement = _statement(which, "lock", ("bigint",))
    rows = statement.rows(values)
    if rows and not _is_fresh(rows[0]):
        rows = statement.rows(values)
    return next(_opened(rows), None)


@cache
def _statement(which: str, lock: str, kinds: tuple[str, ...], lots: str = "") -> Prepared:
    words = _WORDS[connection.vendor]
    sql = BOOK.format(
        which=f"{which} {words[lock]}",
        place=words["place"],
        seen=words["seen"],
        more=_MORE.format(**words),
        lots=lots,
    )
    return Prepared(sql, ("text", "text", "bigint", *kinds))


def _is_fresh(row: Row) -> bool:
    return text_of(row[MORE][0]) == "t"


def _opened(rows: Iterable[Row]) -> Iterator[Opened]:
    for account, book, more in books_from(row for row in rows if _is_fresh(row)):
        _fresh, operation, lot, before = more
        used = None if before is None else int(before)
        yield Opened(account, book, used, int(operation), int(lot))


def new_numbers(table: str, count: int) -> list[int]:
    """The ids that so many new rows of the table will have."""
    if not count:
        return []
    if connection.vendor == "postgresql":
        return [int(row[0]) for row in _numbers(table).rows([count])]
    last = int(_numbers(table).rows([])[0][0])
    return list(range(last + 1, last + 1 + count))


@cache
def _numbers(table: str) -> Prepared:
    if connection.vendor == "postgresql":
        each = "FROM generate_series(1, $1)"
        return Prepared(f"SELECT nextval('{table}_id_seq') {each}", ("int",))
    return Prepared(f"SELECT COALESCE(MAX(id), 0) FROM {table}", ())  # noqa: S608
