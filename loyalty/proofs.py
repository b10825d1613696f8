"""The proofs of the ledger as SQL, each one statement that answers only what differs: `proofs` as
(account, lot or None, what is expected, what was found), `sums` as many of those in a row.
"""

# ruff: noqa: S608 - the statements are put together of our own words; values are parameters

from datetime import UTC, datetime
from hashlib import sha256

from django.db import connection

_MICROS = {
    "postgresql": "(EXTRACT(epoch FROM t.at) * 1000000)::bigint",
    "sqlite": "micros(t.at)",
}
_SHA256 = {
    "postgresql": "encode(sha256(convert_to({text}, 'UTF8')), 'hex')",
    "sqlite": "sha256_hex({text})",
}
# A number that stands in what an operation was decided by.
_TERM = {
    "postgresql": "(o.terms ->> '{name}')::bigint",
    "sqlite": "json_extract(o.terms, '$.{name}')",
}
_BUCKETS = ("pending", "available", "reserved")
_ACCOUNTS = "(SELECT id AS account_id, * FROM loyalty_account) a"


# What is compared in each row of `sums`, of an account or of a lot.
ACCOUNT_SUMS = (
    *("pending", "available", "reserved", "debt", "version"),
    *("lots_pending", "lots_open", "lots_reserved"),
)
LOT_SUMS = ("lot_earned", "lot_remaining", "lot_reserved", "lot_expired", "lot_state")


def proofs(where: str) -> dict[str, str]:
    """The proofs but the sums, by what they prove; `where` is a condition that begins with
    "account_id"."""
    return {
        "settled_at": _settled(where),
        "chain": _chain(where),
        "head": _head(where),
        "holds": _holds(where),
        "hold_amount": _hold_amount(where),
        "hold_part": _hold_part(where),
        "hold_state": _hold_end(where, "state", _HOLD_STATE),
        "hold_captured": _hold_end(where, "captured", _HOLD_CAPTURED),
        "award_granted": _granted(where),
        "award_clawed": _clawed(where),
        "award_refunded": _refunds(where, "refunded_minor", "amount_minor"),
        "award_lapsed": _refunds(where, "lapsed", "lapsed"),
        "tender_returned": _tendered(where),
    }


def sums(where: str) -> tuple[str, str]:
    """Two statements: the accounts and the lots whose columns are not what their transfers add up
    to. Each row has the account, the lot or None, then, for each of `ACCOUNT_SUMS` or `LOT_SUMS`,
    what is expected and what was found. Both read the transfers once, added up by lot."""
    return _accounts(where), _lots(where)


def _net(bucket: str) -> str:
    """What transfers did to a bucket."""
    return f"""SUM(CASE t.target WHEN '{bucket}' THEN t.amount ELSE 0 END
            - CASE t.source WHEN '{bucket}' THEN t.amount ELSE 0 END) AS {bucket}"""


# How many transfers there are, if they are numbered from 1 on without gaps; else -1.
_NUMBERED = """CASE WHEN net.owner IS NULL THEN 0
        WHEN net.first = 1 AND net.last = net.number THEN net.number ELSE -1 END"""


def _accounts(where: str) -> str:
    """Buckets are sums of transfers, numbered from 1 to the version without gaps; and of lots."""
    nets = ", ".join(_net(bucket) for bucket in ("pending", "available", "reserved", "debt"))
    return _differing(
        f"""WITH net AS MATERIALIZED (
            SELECT t.account_id AS owner, {nets},
                COUNT(*) AS number, MIN(t.seq) AS first, MAX(t.seq) AS last
            FROM loyalty_transfer t WHERE t.{where} GROUP BY t.account_id
        ), stock AS MATERIALIZED (
            SELECT account_id AS owner,
                SUM(CASE state WHEN 'pending' THEN remaining ELSE 0 END) AS pending,
                SUM(CASE state WHEN 'open' THEN remaining ELSE 0 END) AS available,
                SUM(reserved) AS reserved
            FROM loyalty_lot WHERE {where} GROUP BY account_id
        )""",
        "a.id, NULL",
        f"""FROM {_ACCOUNTS} LEFT JOIN net ON net.owner = a.id
        LEFT JOIN stock ON stock.owner = a.id WHERE a.{where}""",
        [
            *((f"COALESCE(net.{name}, 0)", f"a.{name}") for name in _BUCKETS),
            ("COALESCE(-net.debt, 0)", "a.debt"),
            (_NUMBERED, "a.version"),
            *((f"a.{name}", f"COALESCE(stock.{name}, 0)") for name in _BUCKETS),
        ],
    )


def _lots(where: str) -> str:
    """A lot holds what its transfers say. What came in is what it earned, but for redeemed units
    that came back and those of another account: then the first transfer tells. It is closed when it
    is empty, and only then; pending until its units moved on."""
    nets = ", ".join(_net(bucket) for bucket in (*_BUCKETS, "expired"))
    earned = """CASE COALESCE(net.returned, 0) WHEN 0 THEN COALESCE(net.brought, 0) ELSE (
            SELECT t.amount FROM loyalty_transfer t WHERE t.lot_id = l.id ORDER BY t.seq LIMIT 1
        ) END"""
    state = """CASE WHEN l.remaining + l.reserved = 0 THEN 'closed'
        WHEN COALESCE(net.pending, 0) > 0 THEN 'pending' ELSE 'open' END"""
    return _differing(
        f"""WITH net AS MATERIALIZED (
            SELECT t.lot_id AS owner, {nets},
                SUM(CASE WHEN t.source IN ('issued', 'adjusted') THEN t.amount ELSE 0 END)
                    AS brought,
                SUM(CASE WHEN t.source IN ('redeemed', 'moved') THEN t.amount ELSE 0 END)
                    AS returned
            FROM loyalty_transfer t WHERE t.{where} GROUP BY t.lot_id
        )""",
        "l.account_id, l.id",
        f"FROM loyalty_lot l LEFT JOIN net ON net.owner = l.id WHERE l.{where}",
        [
            (earned, "l.earned"),
            ("COALESCE(net.pending + net.available, 0)", "l.remaining"),
            ("COALESCE(net.reserved, 0)", "l.reserved"),
            ("COALESCE(net.expired, 0)", "l.expired"),
            (state, "l.state"),
        ],
    )


def _differing(sums: str, whose: str, rows: str, pairs: list[tuple[str, str]]) -> str:
    columns = ", ".join(f"{expected}, {found}" for expected, found in pairs)
    differs = " OR ".join(f"{expected} <> {found}" for expected, found in pairs)
    return f"{sums} SELECT {whose}, {columns} {rows} AND ({differs})"


def _settled(where: str) -> str:
    """What is done up to is when the last act was done."""
    return f"""
        SELECT a.id, NULL, MAX(o.at), a.settled_at
        FROM {_ACCOUNTS} JOIN loyalty_operation o ON o.account_id = a.id
        WHERE a.{where} GROUP BY a.id, a.settled_at HAVING MAX(o.at) <> a.settled_at"""


def _chain(where: str) -> str:
    """Each hash covers its row and the hash before: the text of `loyalty.rules.chain`."""
    before = "COALESCE(LAG(t.hash) OVER (PARTITION BY t.account_id ORDER BY t.seq), '')"
    micros = _MICROS[connection.vendor]
    fields = ["t.account_id", "t.seq", "t.operation_id", "COALESCE(t.lot_id, 0)"]
    fields += ["t.source", "t.target", "t.amount", micros]
    text = " || '|' || ".join([before, *fields])
    return f"""
        SELECT account_id, lot_id, expected, hash FROM (
            SELECT t.account_id, t.lot_id, t.hash,
                {_SHA256[connection.vendor].format(text=text)} AS expected
            FROM loyalty_transfer t WHERE t.{where}
        ) proved WHERE expected <> hash"""


def _head(where: str) -> str:
    return f"""
        SELECT a.id, NULL, COALESCE(t.hash, ''), a.chain
        FROM {_ACCOUNTS}
        LEFT JOIN loyalty_transfer t ON t.account_id = a.id AND t.seq = a.version
        WHERE a.{where} AND COALESCE(t.hash, '') <> a.chain"""


def _holds(where: str) -> str:
    """What open holds and their parts hold is what is reserved."""
    return f"""
        SELECT a.id, NULL, a.reserved, COALESCE(h.units, 0)
        FROM {_ACCOUNTS}
        LEFT JOIN (SELECT o.account_id AS owner, SUM(p.amount) AS units
            FROM loyalty_hold o JOIN loyalty_holdpart p ON p.hold_id = o.id
            WHERE o.state = 'open' GROUP BY o.account_id) h ON h.owner = a.id
        WHERE a.{where} AND COALESCE(h.units, 0) <> a.reserved"""


def _hold_amount(where: str) -> str:
    """A hold is what its act reserved."""
    return f"""
        SELECT h.account_id, NULL, COALESCE(SUM(t.amount), 0), h.amount
        FROM loyalty_hold h
        LEFT JOIN loyalty_transfer t ON t.operation_id = h.operation_id AND t.target = 'reserved'
        WHERE h.{where} GROUP BY h.id, h.account_id, h.amount
        HAVING COALESCE(SUM(t.amount), 0) <> h.amount"""


def _hold_part(where: str) -> str:
    """What its act reserved of each lot is a part of the hold."""
    return f"""
        SELECT h.account_id, t.lot_id, t.amount, p.amount
        FROM loyalty_hold h
        JOIN loyalty_transfer t ON t.operation_id = h.operation_id AND t.target = 'reserved'
        LEFT JOIN loyalty_holdpart p ON p.hold_id = h.id AND p.lot_id = t.lot_id
        WHERE h.{where} AND COALESCE(p.amount, 0) <> t.amount"""


# How a hold ended is told by the act that ended it, or by the time.
_HOLD_STATE = """CASE o.kind WHEN 'capture' THEN 'captured' WHEN 'cancel' THEN 'cancelled'
            ELSE CASE WHEN h.expires_at <= a.settled_at THEN 'expired' ELSE 'open' END END"""
_HOLD_CAPTURED = """COALESCE((SELECT SUM(t.amount) FROM loyalty_transfer t
            WHERE t.operation_id = o.id AND t.target = 'redeemed'), 0)"""


def _hold_end(where: str, column: str, expected: str) -> str:
    term = _TERM[connection.vendor].format(name="hold")
    return f"""
        SELECT account_id, NULL, expected, found FROM (
            SELECT h.account_id, {expected} AS expected, h.{column} AS found
            FROM loyalty_hold h JOIN loyalty_account a ON a.id = h.account_id
            LEFT JOIN loyalty_operation o ON o.account_id = h.account_id
                AND o.kind IN ('capture', 'cancel') AND {term} = h.id
            WHERE h.{where}
        ) proved WHERE expected <> found"""


def _granted(where: str) -> str:
    """An award granted what its lot earned."""
    return f"""
        SELECT w.account_id, w.lot_id, COALESCE(l.earned, 0), w.granted
        FROM loyalty_award w LEFT JOIN loyalty_lot l ON l.id = w.lot_id
        WHERE w.{where} AND COALESCE(l.earned, 0) <> w.granted"""


def _clawed(where: str) -> str:
    """What refunds took of an order's units is what its award says."""
    return f"""
        SELECT w.account_id, w.lot_id, COALESCE(SUM(t.amount), 0), w.clawed
        FROM loyalty_award w
        LEFT JOIN loyalty_operation o ON o.programme_id = w.programme_id
            AND o.kind = 'refund' AND o."order" = w."order"
        LEFT JOIN loyalty_transfer t ON t.operation_id = o.id AND t.target = 'clawed'
        WHERE w.{where} GROUP BY w.id, w.account_id, w.lot_id, w.clawed
        HAVING COALESCE(SUM(t.amount), 0) <> w.clawed"""


def _refunds(where: str, column: str, name: str) -> str:
    """What refunds of an order were decided by is what its award adds up."""
    term = _TERM[connection.vendor].format(name=name)
    return f"""
        SELECT w.account_id, w.lot_id, COALESCE(SUM({term}), 0), w.{column}
        FROM loyalty_award w
        LEFT JOIN loyalty_operation o ON o.programme_id = w.programme_id
            AND o.kind = 'refund' AND o."order" = w."order"
        WHERE w.{where} GROUP BY w.id, w.account_id, w.lot_id, w.{column}
        HAVING COALESCE(SUM({term}), 0) <> w.{column}"""


def _tendered(where: str) -> str:
    """What a purchase's acts spent and gave back is what its tender says."""
    term = _TERM[connection.vendor].format(name="purchase")
    back = f"""w.units - COALESCE(SUM({_NET_SPENT}), 0)"""
    return f"""
        SELECT w.account_id, NULL, {back}, w.returned
        FROM loyalty_tender w
        LEFT JOIN loyalty_operation o ON o.programme_id = w.programme_id
            AND o.kind IN ('pay', 'pay_back', 'pay_again') AND {term} = w.purchase_id
        LEFT JOIN loyalty_transfer t ON t.operation_id = o.id
        WHERE w.{where} GROUP BY w.id, w.account_id, w.units, w.returned
        HAVING {back} <> w.returned"""


_NET_SPENT = """CASE WHEN t.target = 'redeemed' THEN t.amount
            WHEN t.source = 'redeemed' THEN -t.amount ELSE 0 END"""


def teach_hashing() -> None:
    """SQLite learns the two functions that the chain needs."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.create_function("sha256_hex", 1, _sha256, deterministic=True)
        connection.connection.create_function("micros", 1, _micros, deterministic=True)


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _micros(text: str | None) -> int | None:
    """An instant as SQLite stores it, in UTC without saying so, or as an answer tells it, in
    microseconds since 1970."""
    if text is None:
        return None
    instant = datetime.fromisoformat(text)
    if instant.tzinfo:
        instant = instant.astimezone(UTC).replace(tzinfo=None)
    return (instant - datetime(1970, 1, 1)) // (datetime.resolution)  # noqa: DTZ001
