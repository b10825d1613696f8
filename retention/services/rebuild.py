"""Deriving every roll-up again from all purchases and refunds."""

from datetime import datetime

from django.db import transaction

from retention import sql
from retention.locks import locked_state
from retention.rules.periods import month_of_day
from retention.services import facts, months, shadow
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

TABLES = (
    *facts.BY_CUSTOMER,
    *(rollup.table for rollup in (*SUMMED, GUEST_SLICES, GUESTS, MONTH_SETS, MONTH_NETS)),
)


@transaction.atomic
def rebuild(*, now: datetime) -> dict[str, int]:
    """Derive all roll-ups again, in one transaction; readers see the old ones until its end.

    Returns the number of rows of each table. Waits for a refresh at work and makes later ones
    wait. Marks set by purchases that commit meanwhile stay and are worked off afterwards.
    """
    state = locked_state()
    sql.give_room(256)
    sql.scratch("rollup_seen", "SELECT id FROM retention_stalemark")
    facts.note_slices(purchases="customers_purchase", refunds="customers_refund")
    targets = {table: shadow.begin(table) for table in facts.BY_CUSTOMER}
    facts.fill(
        targets, purchases=facts.ALL_PURCHASES, refunds=facts.ALL_REFUNDS, ready=shadow.index
    )
    sources = Sources(
        days=targets["retention_customerday"],
        money=targets["retention_customermoney"],
        firsts=targets["retention_customerfirst"],
    )
    for rollup in SUMMED:
        target = shadow.begin(rollup.table)
        insert(rollup, target, **names_for(sources))
        shadow.index(rollup.table)
    for table in (*facts.BY_CUSTOMER, *(rollup.table for rollup in SUMMED)):
        shadow.finish(table)
    _refill(GUEST_SLICES, **facts.guests())
    _refill(GUESTS, chosen="1 = 1")
    state.net_through = _refill_months()
    sql.run("DELETE FROM retention_stalemark WHERE id IN (SELECT id FROM rollup_seen)")
    state.version += 1
    state.all_stale, state.refreshed_at, state.work_total = False, now, 0
    state.save()
    return {table: _size(table) for table in TABLES}


def insert(rollup: Rollup, target: str, **names: str) -> None:
    """Fill a table with a roll-up's sums; by way of a working table, since PostgreSQL sums with
    several processes only there."""
    sql.stage("rollup_sums", rollup.query, **names)
    sql.run(
        "INSERT INTO $target ($columns) SELECT $columns FROM rollup_sums",
        target=target,
        columns=rollup.columns,
    )
    sql.discard("rollup_sums")


def _refill(rollup: Rollup, **names: str) -> None:
    sql.run("DELETE FROM $table", table=rollup.table)
    insert(rollup, rollup.table, **names)


def _refill_months() -> int:
    """Fill the tables by month; returns the last month of net sums, 0 for none."""
    for rollup in (MONTH_SETS, MONTH_NETS):
        sql.run("DELETE FROM $table", table=rollup.table)
    span = months.data_span()
    if span is None:
        return 0
    rows = months.month_sets("retention_gapcount", span)
    sql.insert_rows(f"{MONTH_SETS.table} ({MONTH_SETS.columns})", rows)
    through = month_of_day(span[1])
    if covered := months.bounds(months.with_money(through)):
        months.work_out_nets("rollup_nets", covered)
        insert(MONTH_NETS, MONTH_NETS.table, nets="rollup_nets")
    return through


def _size(table: str) -> int:
    return int(sql.fetch("SELECT count(*) FROM $table", table=table)[0][0])
