"""From purchases and refunds to the rows by customer; one definition for rebuild and refresh.

`$purchases` and `$refunds` are sources of valid rows of known customers, `$firsts` of their
first purchases, each with the columns of its table.
"""

from collections.abc import Callable, Mapping

from retention import sql
from retention.models import NEVER

ALL_PURCHASES = "(SELECT * FROM customers_purchase WHERE counts AND customer_id IS NOT NULL)"
ALL_REFUNDS = "(SELECT * FROM customers_refund WHERE counts AND customer_id IS NOT NULL)"

FIRST_COLUMNS = "customer_id, first_at, first_day, cohort, days_to_second"
DAY_COLUMNS = (
    "customer_id, day, prev_day, next_day, first_day, month, cohort, purchases, repeats, "
    "last_of_month"
)
MONEY_COLUMNS = "customer_id, day, currency, month, cohort, purchases, gross_minor, refunds_minor"

# The first instant of each customer, before anything is known of the second.
FIRST_INSTANTS = """
    SELECT customer_id, min(occurred_at) AS first_at, min(local_day) AS first_day,
        min(local_month) AS cohort
    FROM $purchases AS p GROUP BY customer_id
"""
# With the purchases that the first day itself still brought.
BEGINNINGS = """
    SELECT f.customer_id, f.first_at, f.first_day, f.cohort, coalesce(s.later, 0) AS later
    FROM rollup_instants AS f LEFT JOIN (
        SELECT p.customer_id, count(*) AS later
        FROM $purchases AS p JOIN rollup_instants AS g
            ON g.customer_id = p.customer_id AND g.first_day = p.local_day
        WHERE p.occurred_at > g.first_at GROUP BY p.customer_id
    ) AS s ON s.customer_id = f.customer_id
"""
# The second purchase is one of the first day, or the next purchase day's.
FIRSTS = f"""
    SELECT f.customer_id, f.first_at, f.first_day, f.cohort,
        CASE WHEN f.later > 0 THEN 0
            WHEN d.next_day < {NEVER} THEN d.next_day - f.first_day END AS days_to_second
    FROM $firsts AS f JOIN $days AS d ON d.customer_id = f.customer_id AND d.prev_day = 0
"""  # noqa: S608 (constants of this module)

# One row per customer and day. Equal instants are not earlier: they are no repeats.
DAY_FACTS = """
    SELECT p.customer_id, p.local_day AS day, min(f.first_day) AS first_day,
        min(p.local_month) AS month, min(f.cohort) AS cohort, count(*) AS purchases,
        count(*) FILTER (WHERE p.occurred_at > f.first_at) AS repeats
    FROM $purchases AS p JOIN $firsts AS f ON f.customer_id = p.customer_id
    GROUP BY p.customer_id, p.local_day
"""

# All days from the rows of money: these lie in the order of customers and days already.
DAYS = f"""
    SELECT d.customer_id, d.day, d.prev_day, d.next_day, f.first_day, d.month, f.cohort,
        d.purchases, CASE WHEN d.day > f.first_day THEN d.purchases ELSE f.later END AS repeats,
        d.next_month <> d.month AS last_of_month
    FROM (
        SELECT customer_id, day, month, purchases, coalesce(lag(day) OVER history, 0) AS prev_day,
            coalesce(lead(day) OVER history, {NEVER}) AS next_day,
            coalesce(lead(month) OVER history, 0) AS next_month
        FROM (
            SELECT customer_id, day, min(month) AS month, sum(purchases) AS purchases
            FROM $money AS m WHERE purchases > 0 GROUP BY customer_id, day
        ) AS days
        WINDOW history AS (PARTITION BY customer_id ORDER BY day)
    ) AS d JOIN $firsts AS f ON f.customer_id = d.customer_id
"""  # noqa: S608 (constants of this module)

MONEY = """
    SELECT m.customer_id, m.day, m.currency, m.month, coalesce(f.cohort, 0) AS cohort,
        m.purchases, m.gross_minor, m.refunds_minor
    FROM (
        SELECT customer_id, day, currency, min(month) AS month, sum(purchases) AS purchases,
            sum(gross_minor) AS gross_minor, sum(refunds_minor) AS refunds_minor
        FROM (
            SELECT customer_id, local_day AS day, currency, local_month AS month,
                1 AS purchases, gross_minor, 0 AS refunds_minor
            FROM $purchases AS p
            UNION ALL
            SELECT customer_id, local_day, currency, local_month, 0, 0, amount_minor
            FROM $refunds AS r
        ) AS facts GROUP BY customer_id, day, currency
    ) AS m LEFT JOIN $firsts AS f ON f.customer_id = m.customer_id
"""

BY_CUSTOMER = {
    "retention_customermoney": (MONEY_COLUMNS, MONEY),
    "retention_customerday": (DAY_COLUMNS, DAYS),
    "retention_customerfirst": (FIRST_COLUMNS, FIRSTS),
}


def fill(
    targets: Mapping[str, str], *, purchases: str, refunds: str, ready: Callable[[str], None]
) -> None:
    """Fill the three tables by customer from sources of purchases and refunds.

    `targets` maps each lasting table to the one to fill; `ready` is called with the lasting
    table's name as soon as its target is full. A civil day never lies before that of an earlier
    instant, so that all purchases of later days are repeats.
    """
    sql.scratch("rollup_instants", FIRST_INSTANTS, purchases=purchases)
    sql.key("rollup_instants", "customer_id")
    sql.scratch("rollup_beginnings", BEGINNINGS, purchases=purchases)
    sql.key("rollup_beginnings", "customer_id")
    for table, (columns, query) in BY_CUSTOMER.items():
        with sql.grouping_in_order():
            sql.run(
                f"INSERT INTO $target ($columns) {query}",
                target=targets[table],
                columns=columns,
                purchases=purchases,
                refunds=refunds,
                firsts="rollup_beginnings",
                money=targets["retention_customermoney"],
                days=targets["retention_customerday"],
            )
        ready(table)
    sql.discard("rollup_instants")
    sql.discard("rollup_beginnings")
