"""The statements of a refresh, in the order in which it runs them.

Working tables begin with `rollup_`; each exists for one refresh. Tables without the prefix are
the lasting ones. The same text serves SQLite and PostgreSQL.
"""

SEEN = "SELECT id, customer_id, day FROM retention_stalemark ORDER BY id LIMIT %s"
GUEST_DAYS = "SELECT DISTINCT day FROM rollup_seen WHERE customer_id IS NULL AND day IS NOT NULL"
CUSTOMERS = """
    SELECT customer_id, min(coalesce(day, 0)) AS low_day FROM rollup_seen
    WHERE customer_id IS NOT NULL GROUP BY customer_id
"""

# The first purchase, as it is now, of each customer with a change up to the second purchase
# day; null without any. Later changes leave the first two purchases as they are.
INSTANTS = """
    SELECT c.customer_id, (
        SELECT min(p.occurred_at) FROM customers_purchase AS p
        WHERE p.customer_id = c.customer_id AND p.counts
    ) AS first_at
    FROM rollup_customers AS c
    LEFT JOIN retention_customerfirst AS f ON f.customer_id = c.customer_id
    WHERE coalesce(c.low_day <= f.first_day + f.days_to_second, true)
"""
FIRSTS = """
    SELECT f.customer_id, f.first_at, f.first_day, f.cohort,
        f.second_day - f.first_day AS days_to_second
    FROM (
        SELECT i.customer_id, i.first_at, (
            SELECT p.local_day FROM customers_purchase AS p
            WHERE p.customer_id = i.customer_id AND p.counts AND p.occurred_at = i.first_at LIMIT 1
        ) AS first_day, (
            SELECT p.local_month FROM customers_purchase AS p
            WHERE p.customer_id = i.customer_id AND p.counts AND p.occurred_at = i.first_at LIMIT 1
        ) AS cohort, (
            SELECT p.local_day FROM customers_purchase AS p
            WHERE p.customer_id = i.customer_id AND p.counts AND p.occurred_at > i.first_at
            ORDER BY p.occurred_at, p.id LIMIT 1
        ) AS second_day
        FROM rollup_instants AS i WHERE i.first_at IS NOT NULL
    ) AS f
    UNION ALL
    SELECT f.customer_id, f.first_at, f.first_day, f.cohort, f.days_to_second
    FROM rollup_customers AS c
    JOIN retention_customerfirst AS f ON f.customer_id = c.customer_id
    LEFT JOIN rollup_instants AS i ON i.customer_id = c.customer_id WHERE i.customer_id IS NULL
"""
# Customers to derive as a whole: marked so, or their first purchase moved, came or went.
WHOLE = """
    SELECT customer_id FROM rollup_seen WHERE customer_id IS NOT NULL AND day IS NULL
    UNION
    SELECT i.customer_id FROM rollup_instants AS i
    LEFT JOIN retention_customerfirst AS f ON f.customer_id = i.customer_id
    WHERE coalesce(f.first_at <> i.first_at, true)
"""
# A customer derived as a whole has marks on the days that changed, and rows on the others.
KEYS = """
    SELECT customer_id, day FROM rollup_seen WHERE customer_id IS NOT NULL AND day IS NOT NULL
    UNION
    SELECT d.customer_id, d.day FROM rollup_whole AS w
    JOIN retention_customerday AS d ON d.customer_id = w.customer_id
    UNION
    SELECT m.customer_id, m.day FROM rollup_whole AS w
    JOIN retention_customermoney AS m ON m.customer_id = w.customer_id
    UNION
    SELECT p.customer_id, p.local_day FROM rollup_seen AS s
    JOIN customers_purchase AS p ON p.customer_id = s.customer_id WHERE s.day IS NULL AND p.counts
    UNION
    SELECT r.customer_id, r.local_day FROM rollup_seen AS s
    JOIN customers_refund AS r ON r.customer_id = s.customer_id WHERE s.day IS NULL AND r.counts
"""
REACH = "SELECT customer_id, min(day) AS low_day FROM rollup_keys GROUP BY customer_id"

# With the bounds beside each key, the index by customer and instant finds a day's purchases
# without reading the customer's other ones.
SPANS = """
    SELECT k.customer_id, k.day, b.low, b.high
    FROM rollup_keys AS k JOIN rollup_bounds AS b ON b.day = k.day
"""
PURCHASES = """
    SELECT p.customer_id, p.occurred_at, p.local_day, p.local_month, p.currency, p.gross_minor,
        p.branch_id, p.source
    FROM rollup_spans AS k
    JOIN customers_purchase AS p ON p.customer_id = k.customer_id
        AND p.occurred_at >= k.low AND p.occurred_at < k.high
    WHERE p.counts AND p.local_day = k.day
"""
REFUNDS = """
    SELECT r.customer_id, r.local_day, r.local_month, r.currency, r.amount_minor,
        r.branch_id, r.source
    FROM rollup_spans AS k
    JOIN customers_refund AS r ON r.customer_id = k.customer_id
        AND r.occurred_at >= k.low AND r.occurred_at < k.high
    WHERE r.counts AND r.local_day = k.day
"""

# Days that became purchase days or ceased to be: their neighbours have new neighbours.
CHANGED_DAYS = """
    SELECT k.customer_id, k.day FROM rollup_keys AS k
    LEFT JOIN retention_customerday AS o ON o.customer_id = k.customer_id AND o.day = k.day
    LEFT JOIN rollup_day_facts AS n ON n.customer_id = k.customer_id AND n.day = k.day
    WHERE (o.day IS NULL) <> (n.day IS NULL)
"""
TOUCHED = """
    SELECT customer_id, day FROM rollup_keys
    UNION
    SELECT c.customer_id, (
        SELECT max(d.day) FROM retention_customerday AS d
        WHERE d.customer_id = c.customer_id AND d.day < c.day
    ) FROM rollup_changed AS c
    UNION
    SELECT c.customer_id, (
        SELECT min(d.day) FROM retention_customerday AS d
        WHERE d.customer_id = c.customer_id AND d.day > c.day
    ) FROM rollup_changed AS c
"""
DAYS_GONE = """
    SELECT d.*, -1 AS sign FROM rollup_touched AS t
    JOIN retention_customerday AS d ON d.customer_id = t.customer_id AND d.day = t.day
"""
DELETE_DAYS = """
    DELETE FROM retention_customerday
    WHERE (customer_id, day) IN (SELECT customer_id, day FROM rollup_touched)
"""
# The touched days as they are now: derived ones, and neighbours that stand.
DAYS_NOW = """
    SELECT customer_id, day, first_day, month, cohort, purchases, repeats FROM rollup_day_facts
    UNION ALL
    SELECT g.customer_id, g.day, g.first_day, g.month, g.cohort, g.purchases, g.repeats
    FROM rollup_days AS g
    LEFT JOIN rollup_keys AS k ON k.customer_id = g.customer_id AND k.day = g.day
    WHERE k.day IS NULL
"""
# Neighbours are looked for among the touched days and among those that were left in place; of
# customers derived as a whole none was.
NEW_DAYS = """
    SELECT customer_id, day,
        CASE WHEN lag_day > low_day THEN lag_day ELSE low_day END AS prev_day,
        CASE WHEN lead_day < high_day THEN lead_day ELSE high_day END AS next_day,
        first_day, month, cohort, purchases, repeats,
        (CASE WHEN lead_day < high_day THEN lead_month ELSE high_month END) <> month
            AS last_of_month
    FROM (
        SELECT n.*, coalesce(lag(n.day) OVER history, 0) AS lag_day,
            coalesce(lead(n.day) OVER history, 9999999) AS lead_day,
            coalesce(lead(n.month) OVER history, 0) AS lead_month,
            coalesce(CASE WHEN w.customer_id IS NULL THEN (
                SELECT max(d.day) FROM retention_customerday AS d
                WHERE d.customer_id = n.customer_id AND d.day < n.day
            ) END, %s) AS low_day,
            coalesce(CASE WHEN w.customer_id IS NULL THEN (
                SELECT min(d.day) FROM retention_customerday AS d
                WHERE d.customer_id = n.customer_id AND d.day > n.day
            ) END, %s) AS high_day,
            coalesce(CASE WHEN w.customer_id IS NULL THEN (
                SELECT d.month FROM retention_customerday AS d
                WHERE d.customer_id = n.customer_id AND d.day > n.day ORDER BY d.day LIMIT 1
            ) END, 0) AS high_month
        FROM rollup_now AS n LEFT JOIN rollup_whole AS w ON w.customer_id = n.customer_id
        WINDOW history AS (PARTITION BY n.customer_id ORDER BY n.day)
    ) AS placed
"""

MONEY_GONE = """
    SELECT m.*, -1 AS sign FROM rollup_keys AS k
    JOIN retention_customermoney AS m ON m.customer_id = k.customer_id AND m.day = k.day
"""
DELETE_MONEY = """
    DELETE FROM retention_customermoney
    WHERE (customer_id, day) IN (SELECT customer_id, day FROM rollup_keys)
"""

FIRSTS_MOVED = """
    SELECT i.customer_id FROM rollup_instants AS i
    LEFT JOIN retention_customerfirst AS o ON o.customer_id = i.customer_id
    LEFT JOIN rollup_firsts AS n ON n.customer_id = i.customer_id
    WHERE coalesce(o.first_at <> n.first_at, true) OR o.first_day <> n.first_day
        OR coalesce(o.days_to_second, -1) <> coalesce(n.days_to_second, -1)
"""
FIRSTS_GONE = """
    SELECT f.*, -1 AS sign FROM rollup_first_moved AS m
    JOIN retention_customerfirst AS f ON f.customer_id = m.customer_id
"""
DELETE_FIRSTS = """
    DELETE FROM retention_customerfirst
    WHERE customer_id IN (SELECT customer_id FROM rollup_first_moved)
"""
FIRSTS_NEW = """
    SELECT f.* FROM rollup_first_moved AS m JOIN rollup_firsts AS f ON f.customer_id = m.customer_id
"""

NET_CHANGES = """
    SELECT month, window_days, currency, sum(lost_minor) AS lost_minor,
        sum(inactive_minor) AS inactive_minor
    FROM (
        SELECT month, window_days, currency, lost_minor, inactive_minor FROM rollup_nets_after
        UNION ALL
        SELECT month, window_days, currency, -lost_minor, -inactive_minor FROM rollup_nets_before
    ) AS facts GROUP BY month, window_days, currency
"""
