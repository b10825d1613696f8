"""Proofs of what hangs on acts, as SQL: claims, caps, places of events, challenges, tiers, facts
of lots, holds and awards, and what acts answered. Each answers only what differs, as
`loyalty.proofs` does: account, lot or None, what is expected, what was found.
"""

# ruff: noqa: S608 - the statements are put together of our own words; values are parameters

from django.db import connection

_NUMBER = {
    "postgresql": "({column} ->> '{name}')::bigint",
    "sqlite": "json_extract({column}, '$.{name}')",
}
_INSTANT = {
    "postgresql": "({column} ->> '{name}')::timestamptz",
    "sqlite": "micros(json_extract({column}, '$.{name}'))",
}
_STORED = {"postgresql": "{column}", "sqlite": "micros({column})"}
_DAY = {"postgresql": "{column}::text", "sqlite": "{column}"}
# The rule that a list of (id, version) names, here its first and only one.
_FIRST_RULE = {
    "postgresql": "(o.terms -> 'rules' -> 0 ->> 0)::bigint",
    "sqlite": "json_extract(o.terms, '$.rules[0][0]')",
}
# Each rule that frozen terms name.
_RULES = {
    "postgresql": "CROSS JOIN LATERAL jsonb_array_elements(w.terms -> 'rules') named",
    "sqlite": "JOIN json_each(w.terms, '$.rules') named",
}
_RULE = {"postgresql": "(named.value ->> 0)::bigint", "sqlite": "json_extract(named.value, '$[0]')"}


def _of(words: dict[str, str], column: str, name: str = "") -> str:
    return words[connection.vendor].format(column=column, name=name)


def row_proofs(where: str) -> dict[str, str]:
    """The proofs by what they prove; `where` as for `loyalty.proofs.proofs`."""
    return {
        **_of_lots(where),
        **_of_holds(where),
        **_of_awards(where),
        **_of_tenders(where),
        **_of_joins(where),
        **_of_claims(where),
        **_of_events(where),
        **_of_finishes(where),
        **_of_tiers(where),
        **_of_acts(where),
        "cap_units": _caps(where),
    }


def _unlike(
    rows: str, expected: str, found: str, account: str = "o.account_id", lot: str = "NULL"
) -> str:
    """The rows (a FROM with its WHERE) in which two values differ, NULL being a value."""
    return f"""
        SELECT account_id, lot_id, expected, found FROM (
            SELECT {account} AS account_id, {lot} AS lot_id,
                {expected} AS expected, {found} AS found FROM {rows}
        ) proved WHERE expected IS DISTINCT FROM found"""


def _of_lots(where: str) -> dict[str, str]:
    """A lot is of its operation's account, and so are its transfers. What an order earned matures
    and lapses when the customer was told; a lot is not left behind its time."""
    rows = f"loyalty_lot l JOIN loyalty_operation o ON o.id = l.operation_id WHERE l.{where}"
    earned = f"""loyalty_lot l JOIN loyalty_award w ON w.lot_id = l.id
        JOIN loyalty_operation o ON o.id = w.operation_id WHERE l.{where}"""
    moved = f"loyalty_transfer t JOIN loyalty_lot l ON l.id = t.lot_id WHERE t.{where}"
    overdue = f"loyalty_lot l JOIN loyalty_account a ON a.id = l.account_id WHERE l.{where}"
    dates = {
        f"lot_{name}": _unlike(
            earned, _of(_INSTANT, "o.result", name), _of(_STORED, f"l.{name}"), lot="l.id"
        )
        for name in ("matures_at", "expires_at")
    }
    late = """(l.state = 'pending' AND l.matures_at <= a.settled_at)
        OR (l.state = 'open' AND l.remaining > 0 AND l.expires_at <= a.settled_at)"""
    return {
        "lot_account": _unlike(rows, "o.account_id", "l.account_id", lot="l.id"),
        "lot_of_transfer": _unlike(moved, "t.account_id", "l.account_id", "t.account_id", "l.id"),
        **dates,
        "lot_order": _unlike(earned, 'w."order"', 'l."order"', lot="l.id"),
        "lot_overdue": f"SELECT a.id, l.id, a.settled_at, l.state FROM {overdue} AND ({late})",
    }


def _of_holds(where: str) -> dict[str, str]:
    """A hold is what its act reserved, for whom, for which order and until when."""
    rows = f"loyalty_hold h JOIN loyalty_operation o ON o.id = h.operation_id WHERE h.{where}"
    until = _of(_INSTANT, "o.result", "expires_at")
    return {
        "hold_account": _unlike(rows, "o.account_id", "h.account_id"),
        "hold_order": _unlike(rows, 'o."order"', 'h."order"'),
        "hold_until": _unlike(rows, until, _of(_STORED, "h.expires_at")),
    }


def _of_awards(where: str) -> dict[str, str]:
    """An award is of the act that earned it, and of its money."""
    rows = f"""loyalty_award w JOIN loyalty_operation o ON o.id = w.operation_id
        LEFT JOIN loyalty_lot l ON l.id = w.lot_id
        JOIN loyalty_programme p ON p.id = o.programme_id WHERE w.{where}"""
    paid = _of(_NUMBER, "o.terms", "amount_minor")
    return {
        "award_account": _unlike(rows, "o.account_id", "w.account_id"),
        "award_order": _unlike(rows, 'o."order"', 'w."order"'),
        "award_programme": _unlike(rows, "o.programme_id", "w.programme_id"),
        "award_currency": _unlike(rows, "p.currency", "w.currency"),
        # Awards made before acts said so name no sum.
        "award_amount": _unlike(rows, f"COALESCE({paid}, w.amount_minor)", "w.amount_minor"),
        "award_lot": _unlike(rows, "COALESCE(l.operation_id, o.id)", "o.id"),
    }


def _sum_of(condition: str) -> str:
    """What the transfers of an act add up to."""
    return f"""COALESCE((SELECT SUM(t.amount) FROM loyalty_transfer t
        WHERE t.operation_id = o.id AND {condition}), 0)"""


# What acts of a kind answered, by name, and the transfers that say it.
_ANSWERS = {
    "earn": ("points", "issued"),
    "event": ("units", "issued"),
    "challenge": ("points", "issued"),
    "redeem": ("redeemed", "redeemed"),
    "capture": ("redeemed", "redeemed"),
    "reserve": ("reserved", "reserved"),
    "refund": ("clawed", "clawed"),
    "challenge_back": ("clawed", "clawed"),
    "reverse": ("returned", "returned"),
    **dict.fromkeys(("join_out", "join_into", "part_out", "part_into"), ("units", "carried")),
    "pay": ("paid", "redeemed"),
    "pay_back": ("returned", "returned"),
    "pay_again": ("paid", "redeemed"),
    "adjust": ("adjusted", "adjusted"),
}


def _of_acts(where: str) -> dict[str, str]:
    """What acts answered is what they moved; they are of their account's programme. Transfers are
    read once, added up by act."""
    moved = f"""(SELECT t.operation_id, SUM(CASE t.source WHEN 'issued' THEN t.amount ELSE 0 END)
                AS issued,
            SUM(CASE t.target WHEN 'redeemed' THEN t.amount ELSE 0 END) AS redeemed,
            SUM(CASE t.source WHEN 'redeemed' THEN t.amount ELSE 0 END) AS returned,
            SUM(CASE t.target WHEN 'reserved' THEN t.amount ELSE 0 END) AS reserved,
            SUM(CASE t.target WHEN 'clawed' THEN t.amount ELSE 0 END) AS clawed,
            SUM(CASE t.source WHEN 'adjusted' THEN t.amount ELSE 0 END)
                - SUM(CASE t.target WHEN 'adjusted' THEN t.amount ELSE 0 END) AS adjusted,
            SUM(CASE WHEN 'debt' IN (t.source, t.target) THEN 0
                WHEN 'moved' IN (t.source, t.target) THEN t.amount ELSE 0 END) AS carried
        FROM loyalty_transfer t WHERE t.{where} GROUP BY t.operation_id)"""
    rows = f"loyalty_operation o LEFT JOIN {moved} m ON m.operation_id = o.id WHERE o.{where}"
    expected, found = "", ""
    for kind, (name, column) in _ANSWERS.items():
        expected += f" WHEN '{kind}' THEN COALESCE(m.{column}, 0)"
        found += f" WHEN '{kind}' THEN {_of(_NUMBER, 'o.result', name)}"
    programmes = (
        f"loyalty_operation o JOIN loyalty_account a ON a.id = o.account_id WHERE o.{where}"
    )
    moves = f"""loyalty_transfer t JOIN loyalty_operation o ON o.id = t.operation_id
        WHERE t.{where}"""
    return {
        "act_account": _unlike(moves, "t.account_id", "o.account_id", "t.account_id"),
        "answer": _unlike(rows, f"CASE o.kind{expected} END", f"CASE o.kind{found} END"),
        "programme": _unlike(programmes, "a.programme_id", "o.programme_id"),
    }


def _of_joins(where: str) -> dict[str, str]:
    """What went from one account came to the other, debt too."""
    rows = f"""(SELECT j.*, j.source_id AS account_id FROM loyalty_accountjoin j) j
        JOIN loyalty_operation o ON o.id = j.out_id JOIN loyalty_operation i ON i.id = j.into_id
        WHERE j.{where}"""
    sides = {
        f"join_{name}": _unlike(rows, *(_of(_NUMBER, f"{side}.result", name) for side in "oi"))
        for name in ("units", "debt")
    }
    return {
        "join_source": _unlike(rows, "o.account_id", "j.source_id"),
        "join_target": _unlike(rows, "i.account_id", "j.target_id"),
        "join_at": _unlike(rows, _of(_STORED, "o.at"), _of(_STORED, "j.at")),
        **sides,
    }


def _of_tenders(where: str) -> dict[str, str]:
    """What was paid with units is what its act took, for the money that the act answered."""
    rows = f"loyalty_tender w JOIN loyalty_operation o ON o.id = w.operation_id WHERE w.{where}"
    return {
        "tender_account": _unlike(rows, "o.account_id", "w.account_id"),
        "tender_programme": _unlike(rows, "o.programme_id", "w.programme_id"),
        "tender_order": _unlike(rows, 'o."order"', 'w."order"'),
        "tender_purchase": _unlike(rows, _of(_NUMBER, "o.terms", "purchase"), "w.purchase_id"),
        "tender_units": _unlike(rows, _of(_NUMBER, "o.result", "paid"), "w.units"),
        "tender_minor": _unlike(rows, _of(_NUMBER, "o.result", "amount_minor"), "w.minor"),
    }


def _of_claims(where: str) -> dict[str, str]:
    """A claim is of the act that paid for it; it is cancelled when that was given back, and only
    then. Each act that paid for a reward has its claim."""
    rows = f"""loyalty_rewardclaim c JOIN loyalty_operation o ON o.id = c.operation_id
        WHERE c.{where}"""
    back = "EXISTS (SELECT 1 FROM loyalty_operation r WHERE r.reverses_id = o.id)"
    reward = _of(_NUMBER, "o.terms", "reward")
    paid = f"""loyalty_operation o LEFT JOIN loyalty_rewardclaim c ON c.operation_id = o.id
        WHERE o.{where} AND o.kind = 'redeem' AND {reward} IS NOT NULL"""
    return {
        "claim_account": _unlike(rows, "o.account_id", "c.account_id"),
        "claim_cost": _unlike(rows, _sum_of("t.target = 'redeemed'"), "c.cost"),
        "claim_reward": _unlike(paid, reward, "c.reward_id"),
        "claim_cancelled": _unlike(rows, f"CASE WHEN {back} THEN 1 ELSE 0 END", _CANCELLED),
        "claim_at": _unlike(rows, _of(_STORED, "o.at"), _of(_STORED, "c.claimed_at")),
    }


_CANCELLED = "CASE c.state WHEN 'cancelled' THEN 1 ELSE 0 END"


def _of_events(where: str) -> dict[str, str]:
    """A reward for an event is of its act and of the rule that the act names; places are counted
    from 1 without gaps; each act that gave something has its place."""
    rows = f"""loyalty_eventreward e JOIN loyalty_operation o ON o.id = e.operation_id
        WHERE e.{where}"""
    units = _of(_NUMBER, "o.result", "units")
    given = f"""loyalty_operation o LEFT JOIN loyalty_eventreward e ON e.operation_id = o.id
        WHERE o.{where} AND o.kind = 'event' AND {units} > 0"""
    numbered = f"""(SELECT e.account_id, e.place, ROW_NUMBER() OVER (
            PARTITION BY e.account_id, e.rule_id ORDER BY e.place
        ) AS number FROM loyalty_eventreward e WHERE e.{where}) o"""
    return {
        "event_account": _unlike(rows, "o.account_id", "e.account_id"),
        "event_rule": _unlike(given, _FIRST_RULE[connection.vendor], "e.rule_id"),
        "event_at": _unlike(rows, _of(_STORED, "o.at"), _of(_STORED, "e.at")),
        "event_place": _unlike(numbered, "o.number", "o.place"),
    }


def _of_finishes(where: str) -> dict[str, str]:
    """A finish is of the act whose key names challenge, account, period and how many times; its lot
    is that act's; it is taken back when an act took its points, and then."""
    lots = f"""loyalty_challengefinish f LEFT JOIN loyalty_lot l ON l.id = f.lot_id
        WHERE f.{where}"""
    rows = f"""loyalty_challengefinish f JOIN loyalty_operation o ON o.id = f.operation_id
        LEFT JOIN loyalty_operation b ON b.programme_id = o.programme_id
            AND b.key = o.key || ':back' WHERE f.{where}"""
    day = _of(_DAY, "f.period")
    key = f"""'challenge:' || f.challenge_id || ':' || f.account_id || ':' || {day}
        || ':' || f.times"""
    return {
        "finish_key": _unlike(rows, "o.key", key),
        "finish_lot": _unlike(lots, "l.operation_id", "f.operation_id", "f.account_id"),
        "finish_taken_back": _unlike(
            rows, _of(_STORED, "b.recorded_at"), _of(_STORED, "f.taken_back_at")
        ),
    }


def _of_tiers(where: str) -> dict[str, str]:
    """Changes of a tier are counted from 1, each begins with what the one before ended with, and
    the last ends with what the member holds now."""
    chained = f"""(SELECT c.account_id, c.seq, c.before,
            ROW_NUMBER() OVER chain AS number,
            COALESCE(LAG(c.after) OVER chain, '') AS held
        FROM loyalty_tierchange c WHERE c.{where}
        WINDOW chain AS (PARTITION BY c.account_id ORDER BY c.seq)) o"""
    last = f"""loyalty_tierchange c JOIN loyalty_account a ON a.id = c.account_id
        JOIN loyalty_tierstanding s ON s.customer_id = a.customer_id
        WHERE c.{where} AND c.seq = (SELECT MAX(n.seq) FROM loyalty_tierchange n
            WHERE n.account_id = c.account_id)"""
    return {
        "tier_seq": _unlike(chained, "o.number", "o.seq"),
        "tier_before": _unlike(chained, "o.held", "o.before"),
        "tier_standing": _unlike(last, "c.after", "s.key", "c.account_id"),
    }


def _caps(where: str) -> str:
    """What caps have counted, over all their periods, is what awards that name them granted."""
    granted = f"""SELECT w.account_id, {_RULE[connection.vendor]} AS rule_id, w.granted AS units,
            0 AS counted
        FROM loyalty_award w {_RULES[connection.vendor]}
        JOIN loyalty_earningrule r ON r.id = {_RULE[connection.vendor]} AND r.kind = 'cap'
        WHERE w.{where}"""
    counted = f"""SELECT c.account_id, c.rule_id, 0 AS units, c.units AS counted
        FROM loyalty_capcount c WHERE c.{where}"""
    return _unlike(
        f"""(SELECT account_id, rule_id, SUM(units) AS units, SUM(counted) AS counted
            FROM ({granted} UNION ALL {counted}) both_sides GROUP BY account_id, rule_id) o""",
        "o.units",
        "o.counted",
    )
