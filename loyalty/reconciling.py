"""Proving the ledger: everything derived is worked out again from the transfers, by the database
(`loyalty.proofs`)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core.guards import missing_guards
from loyalty.coupon_reconciling import coupon_differences
from loyalty.models import Account
from loyalty.proofs import ACCOUNT_SUMS, LOT_SUMS, proofs, sums, teach_hashing
from loyalty.row_proofs import row_proofs
from loyalty.shop_proofs import shop_differences


@dataclass(frozen=True, slots=True)
class Difference:
    """Something derived that is not what the transfers say. `account` None: of the whole ledger."""

    account: int | None
    what: str
    expected: Any
    found: Any
    lot: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which accounts are proved: one, those written since an instant, or all."""

    account: int | None = None
    since: datetime | None = None

    def condition(self, column: str) -> tuple[str, list[Any]]:
        """A condition in SQL over the column that holds the account's id."""
        if self.account is not None:
            return f"{column} = %s", [self.account]
        if self.since is not None:
            written = "SELECT account_id FROM loyalty_transfer WHERE recorded_at >= %s"
            since = connection.ops.adapt_datetimefield_value(self.since)
            return f"{column} IN ({written})", [since]
        return f"{column} IS NOT NULL", []

    def accounts(self) -> QuerySet[Account]:
        """The accounts themselves."""
        if self.account is not None:
            return Account.objects.filter(pk=self.account)
        if self.since is not None:
            return Account.objects.filter(transfers__recorded_at__gte=self.since).distinct()
        return Account.objects.all()


@dataclass(frozen=True, slots=True)
class Report:
    """How much was proved, and what differs."""

    accounts: int
    transfers: int
    differences: list[Difference]

    def document(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "accounts": self.accounts,
            "transfers": self.transfers,
            "differences": [asdict(difference) for difference in self.differences],
        }


def reconcile(scope: Scope, *, quick: bool = False) -> Report:
    """Prove the accounts in scope, and with all of them what belongs to none; changes nothing.
    `quick` leaves out what hangs on the acts: then sums, chain, holds and awards are proved."""
    where, values = scope.condition("account_id")
    differences = [
        Difference(None, "trigger", table, None) for table in missing_guards() if "loyalty" in table
    ]
    if scope == Scope():
        differences += [Difference(None, "coupon", None, words) for words in coupon_differences()]
        differences += [Difference(None, *found) for found in shop_differences()]
    teach_hashing()
    for names, statement in zip((ACCOUNT_SUMS, LOT_SUMS), sums(where), strict=True):
        differences += _differing_sums(names, statement, values)
    for what, statement in (proofs(where) | ({} if quick else row_proofs(where))).items():
        differences += _differing(what, statement, values)
    return Report(
        accounts=scope.accounts().count(),
        transfers=_count(where, values),
        differences=differences,
    )


def _differing_sums(
    names: tuple[str, ...], statement: str, values: list[Any]
) -> Iterator[Difference]:
    for account, lot, *pairs in _rows(statement, values):
        for name, expected, found in zip(names, pairs[::2], pairs[1::2], strict=True):
            if expected != found:
                yield Difference(account, name, _plain(expected), _plain(found), lot)


def _differing(what: str, statement: str, values: list[Any]) -> Iterator[Difference]:
    for account, lot, expected, found in _rows(statement, values):
        yield Difference(account, what, _plain(expected), _plain(found), lot)


def _count(where: str, values: list[Any]) -> int:
    """How many transfers are in scope."""
    rows = _rows(f"SELECT COUNT(*) FROM loyalty_transfer WHERE {where}", values)  # noqa: S608
    return int(rows[0][0])


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """What the statement answers; the scope's condition may stand in it more than once."""
    times = statement.count("%s") // max(1, len(values))
    with connection.cursor() as cursor:
        cursor.execute(statement, values * times)
        return list(cursor.fetchall())


def _plain(value: Any) -> Any:
    """PostgreSQL adds integers up to a decimal, and answers instants as such."""
    if isinstance(value, datetime):
        return value.isoformat()
    return int(value) if isinstance(value, Decimal) else value
