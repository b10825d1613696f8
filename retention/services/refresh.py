"""Bringing the roll-ups up to date after some purchases changed.

The rows by customer of the marked days, and their neighbours, are taken out (sign -1) and
derived again from the purchases (sign +1); each roll-up adds the signed sums. So every figure
stays the sum of the rows that stand, whatever was marked.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from retention import sql
from retention.locks import locked_state
from retention.models import NEVER, RollupState, StaleMark
from retention.rules.periods import LAST_DAY, month_of_day
from retention.services import facts, months
from retention.services import refresh_statements as statements
from retention.services.contributions import (
    GAPS,
    GUEST_SLICES,
    GUESTS,
    MONTH_NETS,
    MONTH_SETS,
    SUMMED,
    Sources,
    add_changes,
    apply_signed,
)

SIGNED = Sources(days="rollup_days", money="rollup_money", firsts="rollup_first_rows", sign="sign")


@transaction.atomic
def refresh(*, now: datetime, limit: int) -> int:
    """Work off up to `limit` marks, oldest first; returns how many. One transaction, holding
    the state row: a second refresh waits."""
    state = locked_state()
    sql.give_room(64)
    sql.expect_single_rows()
    sql.stage("rollup_seen", statements.SEEN, [limit])
    worked = int(sql.fetch("SELECT count(*) FROM rollup_seen")[0][0])
    if worked:
        _refresh_guests()
        _refresh_customers(state)
        sql.run("DELETE FROM retention_stalemark WHERE id IN (SELECT id FROM rollup_seen)")
        state.version += 1
    nothing_waits = worked < limit or not StaleMark.objects.exists()
    if nothing_waits and not state.all_stale:
        state.refreshed_at = now
    state.save()
    return worked


def _refresh_guests() -> None:
    sql.stage("rollup_guest_days", statements.GUEST_DAYS)
    marked = "IN (SELECT day FROM rollup_guest_days)"
    sources = facts.guests(f"AND local_day {marked}")
    facts.note_slices(purchases=sources["guest_purchases"], refunds=sources["guest_refunds"])
    for rollup in (GUEST_SLICES, GUESTS):
        sql.run("DELETE FROM $table WHERE day $marked", table=rollup.table, marked=marked)
        sql.run(
            "INSERT INTO $table ($columns) " + rollup.query,
            table=rollup.table,
            columns=rollup.columns,
            chosen=f"day {marked}",
            **sources,
        )


def _refresh_customers(state: RollupState) -> None:
    _find_what_changed()
    covered = months.bounds(_months_covered(state.net_through))
    if covered:
        months.work_out_nets("rollup_nets_before", covered, reach="rollup_reach")
    _replace_rows()
    for rollup in SUMMED:
        apply_signed(rollup, SIGNED)
        if rollup is GAPS:
            _change_month_sets()
    if covered:
        months.work_out_nets("rollup_nets_after", covered, reach="rollup_reach")
        sql.stage("rollup_changes", statements.NET_CHANGES)
        add_changes(MONTH_NETS, "rollup_changes")
    _cover_new_months(state)


def _find_what_changed() -> None:
    """Working tables of the marked customers, their first purchases now, and the days to derive
    again: the marked ones, and all of customers whose first purchase moved."""
    sql.scratch("rollup_customers", statements.CUSTOMERS)
    sql.scratch("rollup_instants", statements.INSTANTS)
    sql.stage("rollup_firsts", statements.FIRSTS)
    sql.key("rollup_firsts", "customer_id")
    sql.scratch("rollup_whole", statements.WHOLE)
    sql.scratch("rollup_keys", statements.KEYS)
    sql.scratch("rollup_reach", statements.REACH)
    _set_day_bounds()
    sql.stage("rollup_purchases", statements.PURCHASES)
    sql.stage("rollup_refunds", statements.REFUNDS)
    names = {
        "purchases": "rollup_purchases",
        "refunds": "rollup_refunds",
        "firsts": "rollup_firsts",
    }
    facts.note_slices(purchases="rollup_purchases", refunds="rollup_refunds")
    sql.stage("rollup_money_facts", facts.MONEY, **names)
    sql.stage("rollup_day_facts", facts.DAY_FACTS, money="rollup_money_facts")


def _set_day_bounds() -> None:
    """Instants that surely enclose each civil day in any zone, so that the index by customer
    and instant finds the purchases of a day."""
    moment = "timestamp with time zone" if connection.vendor == "postgresql" else "datetime"
    sql.discard("rollup_bounds")
    sql.run(
        "CREATE TEMPORARY TABLE rollup_bounds (day integer, low $moment, high $moment)",
        moment=moment,
    )
    days = [int(row[0]) for row in sql.fetch("SELECT DISTINCT day FROM rollup_keys")]
    adapt = connection.ops.adapt_datetimefield_value
    sql.insert_rows(
        "rollup_bounds",
        [(day, adapt(_midnight(day - 1)), adapt(_midnight(day + 2))) for day in days],
    )
    sql.scratch("rollup_spans", statements.SPANS)


def _midnight(day: int) -> datetime:
    inside = max(1, min(day, LAST_DAY))
    return datetime.min.replace(tzinfo=UTC) + timedelta(days=inside - 1)


def _replace_rows() -> None:
    """Swap the rows by customer, keeping what went (-1) and what came (+1)."""
    sql.stage("rollup_changed", statements.CHANGED_DAYS)
    sql.scratch("rollup_touched", statements.TOUCHED)
    sql.stage("rollup_days", statements.DAYS_GONE)
    sql.run(statements.DELETE_DAYS)
    sql.stage("rollup_now", statements.DAYS_NOW)
    sql.stage("rollup_days_new", statements.NEW_DAYS, [0, NEVER])
    _put("retention_customerday", "rollup_days", "rollup_days_new", facts.DAY_COLUMNS)

    sql.stage("rollup_money", statements.MONEY_GONE)
    sql.run(statements.DELETE_MONEY)
    _put("retention_customermoney", "rollup_money", "rollup_money_facts", facts.MONEY_COLUMNS)

    sql.stage("rollup_first_moved", statements.FIRSTS_MOVED)
    sql.stage("rollup_first_rows", statements.FIRSTS_GONE)
    sql.run(statements.DELETE_FIRSTS)
    sql.stage("rollup_first_new", statements.FIRSTS_NEW)
    _put("retention_customerfirst", "rollup_first_rows", "rollup_first_new", facts.FIRST_COLUMNS)


def _put(table: str, signed: str, fresh: str, columns: str) -> None:
    """Insert the fresh rows into the lasting table and, with sign 1, beside what went. In the
    order of the key each page of its index is visited once."""
    sql.run(
        "INSERT INTO $table ($columns) SELECT $columns FROM $fresh ORDER BY customer_id",
        table=table,
        columns=columns,
        fresh=fresh,
    )
    sql.run(
        "INSERT INTO $signed ($columns, sign) SELECT $columns, 1 FROM $fresh",
        signed=signed,
        columns=columns,
        fresh=fresh,
    )


def _change_month_sets() -> None:
    """From the changed gaps, which `apply_signed` left in `rollup_changes`."""
    sql.stage("rollup_gaps", "SELECT * FROM rollup_changes WHERE customers <> 0")
    low, high = sql.fetch("SELECT min(day), max(day) FROM rollup_gaps")[0]
    if low is None:
        return
    rows = months.month_sets("rollup_gaps", (int(low), int(high)))
    sql.scratch(
        "rollup_changes",
        "SELECT month, window_days, at_start, lost FROM retention_monthset WHERE 1 = 0",
    )
    sql.insert_rows("rollup_changes", rows)
    add_changes(MONTH_SETS, "rollup_changes")


def _months_covered(net_through: int) -> range:
    low = sql.fetch("SELECT min(low_day) FROM rollup_reach")[0][0]
    return range(0) if low is None else range(month_of_day(int(low)), net_through + 1)


def _cover_new_months(state: RollupState) -> None:
    """Add the net sums of months that the data have newly reached."""
    span = months.data_span()
    if span is None:
        return
    through = month_of_day(span[1])
    reached = [month for month in months.with_money(through) if month > state.net_through]
    if reached:
        months.work_out_nets("rollup_changes", months.bounds(reached))
        add_changes(MONTH_NETS, "rollup_changes")
    state.net_through = max(state.net_through, through)
