"""Who a dry run would make: noted in a temporary SQLite file, never in the customer file."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from customers.models import IdentityKind
from customers.services.customer_lookup import CustomerFile, Found, Known


class PlannedCustomers:
    """The customer file with what a dry run has planned so far on top."""

    def __init__(self) -> None:
        self._file = CustomerFile()
        self._last = 0
        self._notes = sqlite3.connect("", check_same_thread=False)
        self._notes.execute("PRAGMA journal_mode=OFF")
        self._notes.execute(
            "CREATE TABLE planned (kind TEXT, key TEXT, customer INTEGER, PRIMARY KEY (kind, key))"
        )
        self._notes.execute("CREATE INDEX planned_by_customer ON planned (customer)")

    def known(self, externals: list[str], emails: list[str]) -> Known:
        """Owners on file and planned ones; planned customers have negative ids."""
        known = self._file.known(externals, emails)
        known.by_external |= self._planned(IdentityKind.EXTERNAL, externals)
        known.by_email |= self._planned(IdentityKind.EMAIL, emails)
        known.with_external |= self._with_external(list(known.by_email.values()))
        return known

    def _planned(self, kind: str, keys: list[str]) -> dict[str, int]:
        rows = self._notes.execute(
            "SELECT key, customer FROM planned"
            " WHERE kind = ? AND key IN (SELECT value FROM json_each(?))",
            (str(kind), json.dumps(keys)),
        )
        return dict(rows.fetchall())

    def _with_external(self, customers: list[int]) -> set[int]:
        rows = self._notes.execute(
            "SELECT customer FROM planned"
            " WHERE kind = ? AND customer IN (SELECT value FROM json_each(?))",
            (str(IdentityKind.EXTERNAL), json.dumps(customers)),
        )
        return {row[0] for row in rows}

    def reserve(self, count: int) -> Sequence[int]:
        """Negative ids, which no customer on file has."""
        first = self._last - 1
        self._last -= count
        return range(first, self._last - 1, -1)

    def keep(self, found: Found, now: datetime) -> None:
        """Note the planned contacts."""
        self._notes.executemany(
            "INSERT OR IGNORE INTO planned VALUES (?, ?, ?)",
            [(str(kind), key, customer) for customer, kind, key, _value in found.contacts],
        )
