"""The chain over an account's transfers: each hash covers the row and the hash before it.

The text that is hashed is plain enough for SQL to make it too, so that a whole ledger is proved by
the database itself.
"""

import hashlib
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def link(
    before: str,
    *,
    account: int,
    seq: int,
    operation: int,
    lot: int | None,
    source: str,
    target: str,
    amount: int,
    at: datetime,
) -> str:
    """The hash of a transfer, in hexadecimal; `before` is "" for an account's first."""
    micros = (at - _EPOCH) // _MICROSECOND
    text = f"{before}|{account}|{seq}|{operation}|{lot or 0}|{source}|{target}|{amount}|{micros}"
    return hashlib.sha256(text.encode()).hexdigest()
