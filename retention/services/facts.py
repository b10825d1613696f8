"""From purchases and refunds to the rows by customer; one definition for rebuild and refresh.

`$purchases` and `$refunds` are sources of valid rows of known customers, `$firsts` of their
first purchases, each with the columns of its table.
"""

from collections.abc import Callable, Mapping

from retention import sql
from retention.models import NEVER

ALL_PURCHASES = "(SELECT * FROM customers_purchase WHERE counts AND customer_id IS NOT NULL)"
ALL_REFUNDS = "(SELECT * FROM customers_refund WHERE counts AND customer_id IS NOT NULL)"
GUEST_PURCHASES = "(SELECT * FROM customers_purchase WHERE counts AND customer_id IS NULL $only)"
GUEST_REFUNDS = "(SELECT * FROM customers_refund WHERE counts AND customer_id IS NULL $only)"

FIRST_COLUMNS = "customer_id, first_at, first_day, cohort, days_to_second"
DAY_COLUMNS = (
    "customer_id, day, prev_day, next_day, first_day, month, cohort, purchases, repeats, "
    "last_of_month"
)
MONEY_COLUMNS = (
    "customer_id, day, currency, slice_id, month, cohort, first_day, purchases, repeats, "
    "gross_minor, refunds_minor"
)

NEW_SLICES = """
    INSERT INTO retention_slice (branch_id, source)
    SELECT coalesce(branch_id, 0), source FROM (
        SELECT DISTINCT branch_id, source FROM $purchases AS p
        UNION
        SELECT DISTINCT branch_id, source FROM $refunds AS r
    ) AS used
    EXCEPT SELECT branch_id, source FROM retention_slice
"""

# The first instant of each customer, before anything is known of the second.
FIRST_INSTANTS = """
    SELECT customer_id, min(occurred_at) AS first_at, min(local_day) AS first_day,
        min(local_month) AS cohort
    FROM $purchases AS p GROUP BY customer_id
"""
# The second purchase is one of the first day, or the next purchase day's.
FIRSTS = f"""
    SELECT f.customer_id, f.first_at, f.first_day, f.cohort,
        CASE WHEN d.repeats > 0 THEN 0
            WHEN d.next_day < {NEVER} THEN d.next_day - f.first_day END AS days_to_second
    FROM $firsts AS f JOIN $days AS d ON d.customer_id = f.customer_id AND d.prev_day = 0
"""  # noqa: S608 (constants of this module)

# One row per customer and day.
DAY_FACTS = """
    SELECT customer_id, day, min(first_day) AS first_day, min(month) AS month,
        min(cohort) AS cohort, sum(purchases) AS purchases, sum(repeats) AS repeats
    FROM $money AS m WHERE purchases > 0 GROUP BY customer_id, day
"""

# All days from the rows of money: these lie in the order of customers and days already.
DAYS = f"""
    SELECT customer_id, day, prev_day, next_day, first_day, month, cohort, purchases, repeats,
        next_month <> month AS last_of_month
    FROM (
        SELECT d.*, coalesce(lag(day) OVER history, 0) AS prev_day,
            coalesce(lead(day) OVER history, {NEVER}) AS next_day,
            coalesce(lead(month) OVER history, 0) AS next_month
        FROM ({DAY_FACTS}) AS d WINDOW history AS (PARTITION BY customer_id ORDER BY day)
    ) AS placed
"""  # noqa: S608 (constants of this module)

# Equal instants are not earlier: they are no repeats.
MONEY = """
    SELECT customer_id, day, currency, slice_id, min(month) AS month, min(cohort) AS cohort,
        min(first_day) AS first_day, sum(purchases) AS purchases, sum(repeats) AS repeats,
        sum(gross_minor) AS gross_minor, sum(refunds_minor) AS refunds_minor
    FROM (
        SELECT p.customer_id, p.local_day AS day, p.currency, s.id AS slice_id,
            p.local_month AS month, f.cohort, f.first_day, 1 AS purchases,
            CASE WHEN p.occurred_at > f.first_at THEN 1 ELSE 0 END AS repeats,
            p.gross_minor, 0 AS refunds_minor
        FROM $purchases AS p JOIN $firsts AS f ON f.customer_id = p.customer_id
        LEFT JOIN retention_slice AS s
            ON s.branch_id = coalesce(p.branch_id, 0) AND s.source = p.source
        UNION ALL
        SELECT r.customer_id, r.local_day, r.currency, s.id, r.local_month,
            coalesce(f.cohort, 0), coalesce(f.first_day, 0), 0, 0, 0, r.amount_minor
        FROM $refunds AS r LEFT JOIN $firsts AS f ON f.customer_id = r.customer_id
        LEFT JOIN retention_slice AS s
            ON s.branch_id = coalesce(r.branch_id, 0) AND s.source = r.source
    ) AS facts GROUP BY customer_id, day, currency, slice_id
"""

BY_CUSTOMER = {
    "retention_customermoney": (MONEY_COLUMNS, MONEY),
    "retention_customerday": (DAY_COLUMNS, DAYS),
    "retention_customerfirst": (FIRST_COLUMNS, FIRSTS),
}


def guests(only: str = "") -> dict[str, str]:
    """The sources of valid rows of guests, with a condition on them."""
    return {
        "guest_purchases": GUEST_PURCHASES.replace("$only", only),
        "guest_refunds": GUEST_REFUNDS.replace("$only", only),
    }


def note_slices(*, purchases: str, refunds: str) -> None:
    """Give the branches and sources met for the first time their numbers. Whoever calls holds
    the state row."""
    sql.run(NEW_SLICES, purchases=purchases, refunds=refunds)


def fill(
    targets: Mapping[str, str], *, purchases: str, refunds: str, ready: Callable[[str], None]
) -> None:
    """Fill the three tables by customer from sources of purchases and refunds, whose slices
    are noted.

    `targets` maps each lasting table to the one to fill; `ready` is called with the lasting
    table's name as soon as its target is full.
    """
    sql.scratch("rollup_instants", FIRST_INSTANTS, purchases=purchases)
    sql.key("rollup_instants", "customer_id")
    for table, (columns, query) in BY_CUSTOMER.items():
        with sql.grouping_in_order():
            sql.run(
                f"INSERT INTO $target ($columns) {query}",
                target=targets[table],
                columns=columns,
                purchases=purchases,
                refunds=refunds,
                firsts="rollup_instants",
                money=targets["retention_customermoney"],
                days=targets["retention_customerday"],
            )
        ready(table)
    sql.discard("rollup_instants")
