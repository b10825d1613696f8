"""The same figures asked of the purchases themselves, as a good analyst would write them."""

from datetime import date

MONTHS = """
    SELECT p.local_month, count(*) AS purchases, sum(p.gross_minor) AS gross,
        count(*) FILTER (WHERE p.customer_id IS NULL) AS guests,
        count(*) FILTER (WHERE p.occurred_at > f.first_at) AS repeats,
        count(*) FILTER (WHERE f.cohort < p.local_month) AS repeats_by_period,
        count(DISTINCT p.customer_id) AS buyers,
        count(DISTINCT CASE WHEN f.cohort = p.local_month THEN p.customer_id END) AS new
    FROM customers_purchase AS p LEFT JOIN (
        SELECT customer_id, min(occurred_at) AS first_at, min(local_month) AS cohort
        FROM customers_purchase WHERE counts AND customer_id IS NOT NULL GROUP BY customer_id
    ) AS f ON f.customer_id = p.customer_id
    WHERE p.counts GROUP BY p.local_month ORDER BY 1
"""
REFUNDS = """
    SELECT local_month, sum(amount_minor) FROM customers_refund WHERE counts
    GROUP BY local_month ORDER BY 1
"""
GAPS = """
    CREATE TEMPORARY TABLE naive_gaps AS
    SELECT customer_id, local_day AS day, coalesce(lead(local_day)
        OVER (PARTITION BY customer_id ORDER BY local_day), 9999999) AS next_day
    FROM (
        SELECT DISTINCT customer_id, local_day FROM customers_purchase
        WHERE counts AND customer_id IS NOT NULL
    ) AS days
"""
ACTIVE = "count(*) FILTER (WHERE day >= {opens} AND day < {low} AND next_day >= {low})"
GONE = "count(*) FILTER (WHERE day >= {opens} AND day < {closes} AND next_day >= {high})"
LAPSES = """
    CREATE TEMPORARY TABLE naive_lost_$window AS
    WITH months(month, low, high) AS (VALUES $months)
    SELECT m.month, m.low, g.customer_id
    FROM naive_gaps AS g JOIN months AS m
        ON g.day >= m.low - $window AND g.day < m.high - $window AND g.next_day >= m.high
    WHERE g.next_day > g.day + $window
"""
LOST_NET = """
    SELECT l.month, sum(p.net) FROM naive_lost_$window AS l JOIN (
        SELECT customer_id, local_day, gross_minor AS net FROM customers_purchase
        WHERE counts AND customer_id IS NOT NULL
        UNION ALL
        SELECT customer_id, local_day, -amount_minor FROM customers_refund
        WHERE counts AND customer_id IS NOT NULL
    ) AS p ON p.customer_id = l.customer_id AND p.local_day >= l.low - $window
        AND p.local_day < l.low
    GROUP BY l.month ORDER BY 1
"""
# All known money of the windows; what refunds alone bring is left out, to the naive's favour.
START_NET = """
    WITH months(month, low, high) AS (VALUES $months), days AS (
        SELECT local_day, sum(gross_minor) AS net FROM customers_purchase
        WHERE counts AND customer_id IS NOT NULL GROUP BY local_day
    )
    SELECT m.month, sum(d.net) FROM months AS m JOIN days AS d
        ON d.local_day >= m.low - $window AND d.local_day < m.low
    GROUP BY m.month ORDER BY 1
"""
COHORTS = """
    SELECT cohort, month, count(*) AS active, sum(gross) AS gross FROM (
        SELECT customer_id, local_month AS month, sum(gross_minor) AS gross,
            min(local_month) OVER (PARTITION BY customer_id) AS cohort
        FROM customers_purchase WHERE counts AND customer_id IS NOT NULL
        GROUP BY customer_id, local_month
    ) AS months GROUP BY cohort, month ORDER BY 1, 2
"""
REPEATS = """
    SELECT count(*), count(*) FILTER (WHERE second_day - first_day <= 30) AS within_30,
        count(*) FILTER (WHERE second_day - first_day <= 60) AS within_60,
        count(*) FILTER (WHERE second_day - first_day <= 90) AS within_90,
        count(*) FILTER (WHERE second_day - first_day <= 365) AS within_365, count(second_day)
    FROM (
        SELECT customer_id, min(local_day) AS first_day,
            min(CASE WHEN occurred_at > first_at THEN local_day END) AS second_day
        FROM (
            SELECT customer_id, local_day, occurred_at,
                min(occurred_at) OVER (PARTITION BY customer_id) AS first_at
            FROM customers_purchase WHERE counts AND customer_id IS NOT NULL
        ) AS bought GROUP BY customer_id
    ) AS people
"""
LOST = """
    SELECT customer_id FROM naive_gaps WHERE day >= $low - 365 AND day < $high - 365
        AND next_day >= $high ORDER BY day DESC, customer_id DESC LIMIT 50
"""


def queries(months: range) -> dict[str, str]:
    """All figures of the months, by name, in an order in which they can run."""
    bounds = [(month, _first(month), _first(month + 1)) for month in months]
    listed = ", ".join(str(row) for row in bounds)
    last = bounds[-2]
    named = {
        "months: sales, index, buyers, AOV": MONTHS,
        "months: refunds": REFUNDS,
        "purchase days and the next ones": GAPS,
    }
    for window in (90, 365):
        named[f"months: retention, window {window}"] = _retention(bounds, window)
        for name, text in (("lost", LAPSES), ("net of the lost", LOST_NET), ("net", START_NET)):
            filled = text.replace("$months", listed).replace("$window", str(window))
            named[f"months: {name}, window {window}"] = filled
    named["cohorts, counts and money"] = COHORTS
    named["repeat-purchase rates"] = REPEATS
    lost = LOST.replace("$low", str(last[1])).replace("$high", str(last[2]))
    named["list: lost in a month, first 50"] = lost
    return named


def _retention(bounds: list[tuple[int, int, int]], window: int) -> str:
    """One pass over the gaps, two columns per month."""
    columns = [
        text.format(low=low, high=high, opens=low - window, closes=high - window)
        for _month, low, high in bounds
        for text in (ACTIVE, GONE)
    ]
    return f"SELECT {', '.join(columns)} FROM naive_gaps"


def _first(month: int) -> int:
    return date(month // 12, month % 12 + 1, 1).toordinal()
