"""What each roll-up is: one definition for rebuilding, refreshing and checking.

A roll-up sums contributions of rows. A rebuild sums over all rows; a refresh over the rows
that went (sign -1) and came (sign +1); a check compares with a sum over all rows again.
"""

from dataclasses import dataclass

from retention import sql


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table of sums: `query` gives keys and values, in this order, from signed rows."""

    table: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    query: str

    @property
    def columns(self) -> str:
        """Keys and values for an INSERT or SELECT."""
        return ", ".join(self.keys + self.values)


@dataclass(frozen=True, slots=True)
class Sources:
    """The tables whose rows are summed, and their sign: a column's name, or 1."""

    days: str = "retention_customerday"
    money: str = "retention_customermoney"
    firsts: str = "retention_customerfirst"
    sign: str = "1"


GAPS = Rollup(
    "retention_gapcount",
    ("day", "next_day"),
    ("customers",),
    "SELECT day, next_day, sum($sign) AS customers FROM $days GROUP BY day, next_day",
)
VISITS = Rollup(
    "retention_visitcount",
    ("day", "first_day"),
    ("purchases",),
    "SELECT +day AS day, first_day, sum($sign * purchases) AS purchases FROM $days GROUP BY 1, 2",
)
FIRSTS = Rollup(
    "retention_firstcount",
    ("day",),
    ("customers", "within_30", "within_60", "within_90", "within_365", "ever"),
    """
    SELECT first_day AS day, sum($sign) AS customers,
        coalesce(sum($sign) FILTER (WHERE days_to_second <= 30), 0) AS within_30,
        coalesce(sum($sign) FILTER (WHERE days_to_second <= 60), 0) AS within_60,
        coalesce(sum($sign) FILTER (WHERE days_to_second <= 90), 0) AS within_90,
        coalesce(sum($sign) FILTER (WHERE days_to_second <= 365), 0) AS within_365,
        coalesce(sum($sign) FILTER (WHERE days_to_second IS NOT NULL), 0) AS ever
    FROM $firsts GROUP BY first_day
    """,
)
DAYS = Rollup(
    "retention_daycount",
    ("day",),
    ("purchases", "repeats"),
    """
    SELECT +day AS day, sum($sign * purchases) AS purchases, sum($sign * repeats) AS repeats
    FROM $days GROUP BY 1
    """,
)
MONEY = Rollup(
    "retention_daymoney",
    ("day", "currency"),
    ("purchases", "gross_minor", "refunds_minor"),
    """
    SELECT +day AS day, currency, sum($sign * purchases) AS purchases,
        sum($sign * gross_minor) AS gross_minor, sum($sign * refunds_minor) AS refunds_minor
    FROM $money GROUP BY 1, 2
    """,
)
CELLS = Rollup(
    "retention_cohortcell",
    ("cohort", "month"),
    ("customers", "purchases"),
    """
    SELECT cohort, month, coalesce(sum($sign) FILTER (WHERE last_of_month), 0) AS customers,
        sum($sign * purchases) AS purchases
    FROM $days GROUP BY cohort, month
    """,
)
CELL_MONEY = Rollup(
    "retention_cohortmoney",
    ("cohort", "month", "currency"),
    ("gross_minor", "refunds_minor"),
    """
    SELECT cohort, month, currency,
        sum($sign * gross_minor) AS gross_minor, sum($sign * refunds_minor) AS refunds_minor
    FROM $money WHERE cohort > 0 GROUP BY cohort, month, currency
    """,
)
SLICE_MONTHS = Rollup(
    "retention_slicemonth",
    ("month", "cohort", "currency", "slice_id"),
    ("purchases", "repeats", "gross_minor", "refunds_minor"),
    """
    SELECT month, cohort, currency, slice_id, sum($sign * purchases) AS purchases,
        sum($sign * repeats) AS repeats, sum($sign * gross_minor) AS gross_minor,
        sum($sign * refunds_minor) AS refunds_minor
    FROM $money GROUP BY month, cohort, currency, slice_id
    """,
)
GUEST_SLICES = Rollup(
    "retention_guestslice",
    ("day", "currency", "slice_id"),
    ("purchases", "gross_minor", "refunds_minor"),
    """
    SELECT f.day, f.currency, s.id AS slice_id, sum(f.purchases) AS purchases,
        sum(f.gross_minor) AS gross_minor, sum(f.refunds_minor) AS refunds_minor
    FROM (
        SELECT local_day AS day, currency, branch_id, source, 1 AS purchases, gross_minor,
            0 AS refunds_minor
        FROM $guest_purchases AS p
        UNION ALL
        SELECT local_day, currency, branch_id, source, 0, 0, amount_minor
        FROM $guest_refunds AS r
    ) AS f LEFT JOIN retention_slice AS s
        ON s.branch_id = coalesce(f.branch_id, 0) AND s.source = f.source
    GROUP BY f.day, f.currency, s.id
    """,
)
GUESTS = Rollup(
    "retention_guestday",
    ("day", "currency"),
    ("purchases", "gross_minor", "refunds_minor"),
    """
    SELECT day, currency, sum(purchases) AS purchases, sum(gross_minor) AS gross_minor,
        sum(refunds_minor) AS refunds_minor
    FROM retention_guestslice AS g WHERE $chosen GROUP BY day, currency
    """,
)
MONTH_SETS = Rollup(
    "retention_monthset",
    ("month", "window_days"),
    ("at_start", "lost"),
    "SELECT month, window_days, at_start, lost FROM $sets",
)
MONTH_NETS = Rollup(
    "retention_monthnet",
    ("month", "window_days", "currency"),
    ("lost_minor", "inactive_minor"),
    "SELECT month, window_days, currency, lost_minor, inactive_minor FROM $nets",
)
# Summed from signed rows by customer. Where a sum needs more than an index by day holds, `+day`
# keeps SQLite from looking each row up in the order of that index.
SUMMED = (GAPS, VISITS, FIRSTS, DAYS, MONEY, CELLS, CELL_MONEY, SLICE_MONTHS)


def names_for(sources: Sources) -> dict[str, str]:
    """The names that fill a roll-up's query."""
    return {
        "days": sources.days,
        "money": sources.money,
        "firsts": sources.firsts,
        "sign": sources.sign,
    }


def add_changes(rollup: Rollup, changes: str) -> None:
    """Add a working table of changes (keys, values) to the roll-up; rows that become 0 go."""
    table, keys = rollup.table, ", ".join(rollup.keys)
    sql.run(
        """
        INSERT INTO $table ($columns) SELECT $columns FROM $changes WHERE $some
        ON CONFLICT ($keys) DO UPDATE SET $added
        """,
        table=table,
        columns=rollup.columns,
        changes=changes,
        keys=keys,
        some=" OR ".join(f"{value} <> 0" for value in rollup.values),
        added=", ".join(f"{value} = {table}.{value} + excluded.{value}" for value in rollup.values),
    )
    sql.run(
        "DELETE FROM $table WHERE $nothing AND ($keys) IN (SELECT $keys FROM $changes)",
        table=table,
        changes=changes,
        keys=keys,
        nothing=" AND ".join(f"{value} = 0" for value in rollup.values),
    )


def apply_signed(rollup: Rollup, sources: Sources) -> None:
    """Add what the signed rows contribute."""
    sql.stage("rollup_changes", rollup.query, **names_for(sources))
    add_changes(rollup, "rollup_changes")
