"""Writing acts down: operations, transfers with their chain, lots, ended holds, snapshots.

One statement on PostgreSQL, a few on SQLite, whether one act is stored or a thousand. Plain SQL,
since every act waits for it; a test compares the columns with the models.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from core.prepared import Prepared, for_sqlite
from loyalty.models import Account, Hold, HoldState, Operation
from loyalty.rules.book import Book
from loyalty.rules.chain import link
from loyalty.rules.lots import Bucket, Lot, Move
from loyalty.services.opening import Opened, new_numbers

Row = tuple[Any, ...]
# Rows of one table that are written out in a statement.
FEW = 3


@dataclass(frozen=True, eq=False)
class Table:
    """Rows to write: their columns, with PostgreSQL's types. `changes`: they are there, are found
    by their ids, and get the other columns."""

    name: str
    columns: dict[str, str]
    changes: bool = False


_N, _T, _AT = "bigint", "text", "timestamptz"
OPERATIONS = Table(
    "loyalty_operation",
    {
        **{"id": _N, "account_id": _N, "programme_id": _N, "key": _T, "fingerprint": _T},
        **{"kind": _T, "actor": _T, "order": _T, "terms": "jsonb", "result": "jsonb"},
        **{"reverses_id": _N, "at": _AT, "recorded_at": _AT},
    },
)
NEW_LOTS = Table(
    "loyalty_lot",
    {
        **{"id": _N, "account_id": _N, "operation_id": _N, "order": _T, "earned": _N},
        **{"remaining": _N, "reserved": _N, "expired": _N, "state": _T},
        **{"matures_at": _AT, "expires_at": _AT},
    },
)
LOTS = Table(
    "loyalty_lot",
    {"id": _N, "remaining": _N, "reserved": _N, "expired": _N, "state": _T},
    changes=True,
)
TRANSFERS = Table(
    "loyalty_transfer",
    {
        **{"account_id": _N, "seq": _N, "operation_id": _N, "lot_id": _N, "source": _T},
        **{"target": _T, "amount": _N, "at": _AT, "recorded_at": _AT, "hash": _T},
    },
)
ACCOUNTS = Table(
    "loyalty_account",
    {
        **{"id": _N, "pending": _N, "available": _N, "reserved": _N, "debt": _N},
        **{"settled_at": _AT, "version": _N, "chain": _T},
    },
    changes=True,
)
TABLES = (OPERATIONS, NEW_LOTS, LOTS, TRANSFERS, ACCOUNTS)
NOTES = Table("loyalty_operationnote", {"operation_id": _N, "text": _T})
AWARDS = Table(
    "loyalty_award",
    {
        **{"programme_id": _N, "account_id": _N, "operation_id": _N, "order": _T, "lot_id": _N},
        **{"amount_minor": _N, "currency": _T, "terms": "jsonb", "granted": _N},
        **{"refunded_minor": _N, "clawed": _N, "lapsed": _N},
    },
)
# What hangs on an operation, stored with it.
More = Callable[[Operation], Iterable[tuple[Table, Row]]]


def store(acts: Sequence[tuple[Opened, Operation]], more: More | None = None) -> None:
    """Store what the books of locked accounts did since they were opened, in the caller's
    transaction, and more rows that hang on the operations. The accounts' instances carry the new
    snapshots afterwards."""
    rows: dict[Table, list[Row]] = {table: [] for table in TABLES}
    for opened, operation in acts:
        account, book = opened.account, opened.book
        new = _numbered(opened)
        moved = {move.lot.pk: move.lot for move in book.moves if move.lot}
        rows[OPERATIONS].append(_operation(operation))
        rows[NEW_LOTS] += [_new_lot(operation, lot) for lot in new.values()]
        rows[LOTS] += [_lot(lot) for pk, lot in moved.items() if pk not in new]
        rows[TRANSFERS] += [_transfer(account, operation, move) for move in book.moves]
        rows[ACCOUNTS].append(_snapshot(account, book))
        for table, row in more(operation) if more else ():
            rows.setdefault(table, []).append(row)
    _write({table: found for table, found in rows.items() if found})
    ended = [hold.pk for opened, _operation in acts for hold in opened.book.ended]
    if ended:
        Hold.objects.filter(pk__in=ended).update(state=HoldState.EXPIRED)


def _numbered(opened: Opened) -> dict[int, Lot]:
    """The book's new lots, by the numbers that they get here."""
    new = [lot for lot in opened.book.lots if lot.pk is None]
    known = len(new) == 1 and opened.lot
    numbers = [opened.lot] if known else new_numbers("loyalty_lot", len(new))
    for lot, number in zip(new, numbers, strict=True):
        lot.pk = number
    return dict(zip(numbers, new, strict=True))


def _operation(operation: Operation) -> Row:
    return (
        *(operation.pk, operation.account_id, operation.programme_id, operation.key),
        *(operation.fingerprint, operation.kind, operation.actor, operation.order),
        *(json.dumps(operation.terms), json.dumps(operation.result)),
        *(operation.reverses_id, operation.at, operation.recorded_at),
    )


def _new_lot(operation: Operation, lot: Lot) -> Row:
    pk, *amounts = _lot(lot)
    owner = (operation.account_id, operation.pk, lot.order, lot.earned)
    return (pk, *owner, *amounts, lot.matures_at, lot.expires_at)


def _lot(lot: Lot) -> Row:
    return (lot.pk, lot.remaining, lot.reserved, lot.expired, lot.state)


def _transfer(account: Account, operation: Operation, move: Move) -> Row:
    """The account's next transfer; the account's version and chain go on with it."""
    lot = move.lot.pk if move.lot else None
    account.version += 1
    account.chain = link(
        account.chain,
        account=account.pk,
        seq=account.version,
        operation=operation.pk,
        lot=lot,
        source=move.source,
        target=move.target,
        amount=move.amount,
        at=move.at,
    )
    return (
        *(account.pk, account.version, operation.pk, lot, move.source, move.target),
        *(move.amount, move.at, operation.recorded_at, account.chain),
    )


def _snapshot(account: Account, book: Book) -> Row:
    account.pending = book[Bucket.PENDING]
    account.available = book[Bucket.AVAILABLE]
    account.reserved = book[Bucket.RESERVED]
    account.debt = book[Bucket.DEBT]
    account.settled_at = book.at
    return (
        *(account.pk, account.pending, account.available, account.reserved, account.debt),
        *(account.settled_at, account.version, account.chain),
    )


def _write(rows: dict[Table, list[Row]]) -> None:
    if connection.vendor == "postgresql":
        shape = tuple((table, min(len(found), FEW + 1)) for table, found in rows.items())
        parameters = [value for found in rows.values() for value in _parameters(found)]
        _in_one(shape).run(parameters)
        return
    with connection.cursor() as cursor:
        for table, found in rows.items():
            for row in found:
                cursor.execute(_each(table), [for_sqlite(value) for value in row])


def _parameters(rows: list[Row]) -> list[Any]:
    if len(rows) <= FEW:
        return [value for row in rows for value in row]
    return [_array(column) for column in zip(*rows, strict=True)]


@cache
def _in_one(shape: tuple[tuple[Table, int], ...]) -> Prepared:
    """So many rows of each table in one statement for PostgreSQL. Few are written out, so that the
    server knows how few; many are columns as arrays."""
    parts: list[str] = []
    types: list[str] = []
    for table, count in shape:
        many = count > FEW
        first, width = len(types) + 1, len(table.columns)
        lines = [
            ", ".join(f"${first + line * width + place}" for place in range(width))
            for line in range(1 if many else count)
        ]
        values = f"VALUES ({'), ('.join(lines)})"
        source = f"SELECT * FROM unnest({lines[0]})" if many else values  # noqa: S608
        parts.append(_part(table, source))
        types += [f"{kind}[]" if many else kind for kind in table.columns.values()] * len(lines)
    before = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts[:-1]))
    return Prepared(f"WITH {before} {parts[-1]}", tuple(types))


def _part(table: Table, source: str) -> str:
    names = ", ".join(f'"{name}"' for name in table.columns)
    if not table.changes:
        return f"INSERT INTO {table.name} ({names}) {source}"
    values = ", ".join(f'"{name}" = new."{name}"' for name in list(table.columns)[1:])
    new = f"({source}) AS new ({names})"
    return f"UPDATE {table.name} SET {values} FROM {new} WHERE {table.name}.id = new.id"  # noqa: S608


@cache
def _each(table: Table) -> str:
    """One row's statement for SQLite; its parameters are the row."""
    names = [f'"{name}"' for name in table.columns]
    values = ", ".join("%s" for _name in names)
    if not table.changes:
        return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values})"  # noqa: S608
    sets = ", ".join(f"{name} = new.{name}" for name in names[1:])
    new = f"(SELECT {', '.join(f'%s AS {name}' for name in names)}) new"
    return f"UPDATE {table.name} SET {sets} FROM {new} WHERE {table.name}.id = new.id"  # noqa: S608


def _array(values: Sequence[Any]) -> str:
    """A column as PostgreSQL reads an array."""
    return "{" + ",".join([_item(value) for value in values]) + "}"


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
