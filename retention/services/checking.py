"""Comparing every roll-up with a full derivation from purchases and refunds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from retention import sql
from retention.locks import locked_state
from retention.services import facts, months
from retention.services.contributions import (
    GUEST_SLICES,
    GUESTS,
    MONTH_NETS,
    MONTH_SETS,
    SUMMED,
    Rollup,
    Sources,
    names_for,
)
from retention.services.freshness import work_off
from retention.services.rebuild import insert

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that stands in only one of the two: what is `stored` or what was `derived`."""

    table: str
    side: str
    row: tuple[Any, ...]


def differences(*, now: datetime) -> list[Difference]:
    """Rows of all roll-ups that differ from a full derivation; the first 100 of each table and
    side. Everything stale is worked off first; refreshes wait meanwhile. Changes nothing else.
    """
    work_off(now=now)
    with one_snapshot():
        state = locked_state()
        work_off(now=now)
        state.refresh_from_db()
        sql.give_room(256)
        found = _compare_rows()
        for rollup in SUMMED:
            found += _compare(rollup, **names_for(DERIVED))
        found += _compare(GUEST_SLICES, **facts.guests())
        found += _compare(GUESTS, chosen="1 = 1")
        return found + _compare_months(state.net_through)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """A transaction in which purchases that commit meanwhile are not seen half-way."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            sql.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


DERIVED = Sources(days="derived_days", money="derived_money", firsts="derived_firsts")


def _compare_rows() -> list[Difference]:
    targets = {
        "retention_customerfirst": DERIVED.firsts,
        "retention_customerday": DERIVED.days,
        "retention_customermoney": DERIVED.money,
    }
    for table, target in targets.items():
        sql.scratch_like(target, table)
    facts.fill(
        targets,
        purchases=facts.ALL_PURCHASES,
        refunds=facts.ALL_REFUNDS,
        ready=lambda table: sql.looked_at(targets[table]),
    )
    found = []
    for table, target in targets.items():
        found += _both_ways(table, target, facts.BY_CUSTOMER[table][0])
    return found


def _compare(rollup: Rollup, **names: str) -> list[Difference]:
    sql.scratch_like("derived_sums", rollup.table)
    insert(rollup, "derived_sums", **names)
    return _both_ways(rollup.table, "derived_sums", rollup.columns)


def _compare_months(net_through: int) -> list[Difference]:
    sql.scratch_like("derived_sets", MONTH_SETS.table)
    sql.scratch_like("derived_nets", MONTH_NETS.table)
    span = months.data_span()
    if span is not None:
        sql.insert_rows("derived_sets", months.month_sets("retention_gapcount", span))
    if covered := months.bounds(months.with_money(net_through)):
        months.work_out_nets("derived_nets", covered)
    found = _both_ways(MONTH_SETS.table, "derived_sets", MONTH_SETS.columns)
    return found + _both_ways(MONTH_NETS.table, "derived_nets", MONTH_NETS.columns)


def _both_ways(stored: str, derived: str, columns: str) -> list[Difference]:
    missing = "SELECT $columns FROM $one EXCEPT SELECT $columns FROM $other LIMIT %s"
    found = []
    for side, one, other in (("stored", stored, derived), ("derived", derived, stored)):
        rows = sql.fetch(missing, [SHOWN], columns=columns, one=one, other=other)
        found += [Difference(stored, side, row) for row in rows]
    return found
