"""The few sources that purchases come from, found without reading millions of purchases."""

from django.db import connection

MOST = 50
# Jumps from one source to the next along the unique index (source, number).
_SKIP = """
WITH RECURSIVE found(source, n) AS (
    SELECT MIN(source), 1 FROM customers_purchase
    UNION ALL
    SELECT (SELECT MIN(p.source) FROM customers_purchase p WHERE p.source > found.source), n + 1
    FROM found WHERE found.source IS NOT NULL AND n < %s
)
SELECT source FROM found WHERE source IS NOT NULL
"""


def purchase_sources() -> list[str]:
    """The sources in use, sorted, at most `MOST`; one query whose cost is theirs alone."""
    with connection.cursor() as cursor:
        cursor.execute(_SKIP, [MOST])
        return [row[0] for row in cursor.fetchall()]
