"""Calendar months: who is active at their starts, who is lost in them, and their money.

The same statements serve all customers and the few whose rows changed.
"""

from collections.abc import Iterable, Sequence

from retention import sql
from retention.rules.active import active_at
from retention.rules.periods import first_day, month_of_day

# The windows whose calendar months are kept ready; others are worked out when asked.
WINDOWS = (90, 365)
MonthBounds = tuple[int, int, int]

LEFT = """
    SELECT CASE WHEN next_day < day + %s THEN next_day ELSE day + %s END AS last_active,
        sum(customers)
    FROM $gaps AS g GROUP BY 1
"""
LOST = """
    WITH months(month, start_day, end_day) AS (VALUES $months)
    SELECT m.month, sum(g.customers) FROM months AS m JOIN $gaps AS g
        ON g.day >= m.start_day - %s AND g.day < m.end_day - %s AND g.next_day >= m.end_day
    GROUP BY m.month
"""
# A purchase day lapses in the month that lies a window after it, unless the next one comes
# before that month's end.
ALL_LAPSES = """
    SELECT g.customer_id, c.month, c.window_days, c.low_day, c.high_day
    FROM rollup_calendar AS c
    JOIN retention_customerday AS g ON g.day = c.day AND g.next_day >= c.end_day
"""
# Of some customers, in the months that end after the first of their changed days. The first two
# conditions on the day follow from the others and keep the customers' older days unread.
LAPSES = f"""
    SELECT g.customer_id, c.month, c.window_days, c.low_day, c.high_day
    FROM $reach AS t JOIN retention_customerday AS g ON g.customer_id = t.customer_id
        AND g.day > t.low_day - {max(WINDOWS) + 31} AND g.next_day > g.day + {min(WINDOWS)}
    JOIN rollup_calendar AS c ON c.day = g.day AND c.end_day > t.low_day
        AND g.next_day >= c.end_day
"""  # noqa: S608 (constants of this module)
NETS = """
    WITH months(month, start_day, end_day) AS (VALUES $months),
        windows(window_days) AS (VALUES $windows)
    SELECT month, window_days, currency, sum(lost_minor) AS lost_minor,
        sum(inactive_minor) AS inactive_minor
    FROM (
        SELECT l.month, l.window_days, p.currency,
            p.gross_minor - p.refunds_minor AS lost_minor, 0 AS inactive_minor
        FROM rollup_lapses AS l JOIN retention_customermoney AS p
            ON p.customer_id = l.customer_id AND p.day >= l.low_day AND p.day < l.high_day
        UNION ALL
        SELECT m.month, w.window_days, r.currency, 0, -r.refunds_minor
        FROM rollup_refund_days AS r JOIN months AS m ON m.start_day > r.changed_day
        CROSS JOIN windows AS w
        WHERE m.start_day > r.day AND m.start_day <= r.day + w.window_days
            AND m.start_day > r.before_day + w.window_days AND m.start_day <= r.after_day
    ) AS facts GROUP BY month, window_days, currency
    HAVING sum(lost_minor) <> 0 OR sum(inactive_minor) <> 0
"""
# Refunds without a purchase on their day, with the purchase days around them.
REFUND_DAYS = """
    SELECT p.customer_id, p.day, p.currency, p.refunds_minor, $changed_day AS changed_day,
        coalesce((SELECT max(d.day) FROM retention_customerday AS d
            WHERE d.customer_id = p.customer_id AND d.day <= p.day), -9999) AS before_day,
        coalesce((SELECT min(d.day) FROM retention_customerday AS d
            WHERE d.customer_id = p.customer_id AND d.day > p.day), 9999999) AS after_day
    FROM $reach JOIN retention_customermoney AS p ON p.purchases = 0 $touched
"""


def bounds(months: Iterable[int]) -> list[MonthBounds]:
    """(month, ordinal of its first day, ordinal of the day after its last)."""
    return [(month, first_day(month), first_day(month + 1)) for month in months]


def data_span() -> tuple[int, int] | None:
    """First and last day with a valid purchase, guests' too; None without any."""
    found = sql.fetch(
        """
        SELECT min(low), max(high) FROM (
            SELECT min(day) AS low, max(day) AS high FROM retention_daycount
            UNION ALL
            SELECT min(day), max(day) FROM retention_guestday WHERE purchases > 0
        ) AS spans
        """
    )[0]
    return None if found[0] is None else (int(found[0]), int(found[1]))


def with_money(through: int) -> range:
    """The months up to `through`, from the one in which a known customer first paid or got
    something back: in earlier ones nobody has net money. Refunds may come before purchases."""
    first = sql.fetch("SELECT min(day) FROM retention_daymoney")[0][0]
    return range(0) if first is None else range(month_of_day(int(first)), through + 1)


def lost_in_months(gaps: str, months: Sequence[MonthBounds], window: int) -> dict[int, int]:
    """Customers lost in each month: active at its start, not at its end. The window must be
    at least as long as the months."""
    found = sql.fetch(LOST, [window, window], gaps=gaps, months=values(months))
    return {int(month): int(lost) for month, lost in found}


def active_at_starts(gaps: str, starts: Sequence[int], window: int) -> list[int]:
    """Customers active at each of the ascending start days."""
    entered = sql.fetch("SELECT day, sum(customers) FROM $gaps AS g GROUP BY day", gaps=gaps)
    left = sql.fetch(LEFT, [window, window], gaps=gaps)
    return active_at(
        [(day, int(number)) for day, number in entered],
        [(day, int(number)) for day, number in left],
        starts,
    )


def month_sets(gaps: str, span: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """(month, window, active at the start, lost) of every month that the gaps can touch.

    `span` holds all their days; the longest window after it the last customer has lapsed.
    """
    months = bounds(range(month_of_day(span[0]), month_of_day(span[1] + max(WINDOWS)) + 2))
    starts = [start for _month, start, _end in months]
    rows = []
    for window in WINDOWS:
        long_gaps = f"(SELECT * FROM {gaps} WHERE next_day > day + {window})"  # noqa: S608
        lost = lost_in_months(long_gaps, months, window)
        active = active_at_starts(gaps, starts, window)
        for (month, _start, _end), number in zip(months, active, strict=True):
            if number or lost.get(month):
                rows.append((month, window, number, lost.get(month, 0)))
    return rows


def work_out_nets(table: str, months: Sequence[MonthBounds], *, reach: str | None = None) -> None:
    """A working table of `MonthNet` rows for the months.

    `reach` names a working table (customer_id, low_day): only these customers' shares of the
    months that end after their low_day. None: everybody's.
    """
    listed = {"months": values(months), "windows": values((window,) for window in WINDOWS)}
    _work_out_calendar(months)
    if reach is None:
        refunds = {"reach": "(SELECT 1) AS one", "touched": "", "changed_day": "0"}
        sql.scratch("rollup_lapses", ALL_LAPSES)
    else:
        refunds = {
            "reach": f"{reach} AS t",
            "touched": "AND p.customer_id = t.customer_id",
            "changed_day": "t.low_day",
        }
        sql.scratch("rollup_lapses", LAPSES, reach=reach)
    sql.scratch("rollup_refund_days", REFUND_DAYS, **refunds)
    sql.stage(table, NETS, **listed)


def _work_out_calendar(months: Sequence[MonthBounds]) -> None:
    """A working table of the purchase days that lapse in the months, by window."""
    columns = ("day", "window_days", "month", "end_day", "low_day", "high_day")
    named = ", ".join(f"0 AS {column}" for column in columns)
    sql.stage("rollup_calendar", "SELECT * FROM (SELECT $named) AS one WHERE 1 = 0", named=named)
    rows = [
        (day, window, month, end, start - window, start)
        for month, start, end in months
        for window in WINDOWS
        for day in range(start - window, end - window)
    ]
    sql.insert_rows("rollup_calendar", rows)
    sql.looked_at("rollup_calendar")


def values(rows: Iterable[Sequence[int]]) -> str:
    """Rows of whole numbers as SQL VALUES."""
    return ", ".join("(" + ", ".join(str(int(number)) for number in row) + ")" for row in rows)
