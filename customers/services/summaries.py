"""Summaries: what each customer's valid purchases add up to, derived in SQL for many at once.

A purchase's own transaction marks the customer stale; whoever shows summaries refreshes first,
but never waits for a writer.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from core.bulk import array_literal
from core.jobs import DueJob
from core.patience import impatient
from core.services.shop import get_shop
from customers.locks import lock_purchase_writing
from customers.models import PurchaseSummary, StaleSummary
from customers.observers import PurchasesChanged

logger = logging.getLogger(__name__)
BATCH = 10_000
# How long a reader waits for a writer before it shows the last state.
PATIENCE_SECONDS = 0.25

_MARK = """
INSERT INTO customers_stalesummary (customer_id) {ids}
ON CONFLICT (customer_id) DO NOTHING
"""
_GIVEN = {
    "postgresql": "SELECT id FROM unnest(%s::bigint[]) AS given(id) ORDER BY id",
    "sqlite": "SELECT value FROM json_each(%s) WHERE true ORDER BY value",
}
_DERIVE = """
INSERT INTO customers_purchasesummary (customer_id, first_at, last_at, first_day, last_day, days,
    purchases, elsewhere, gross_minor, refunds_minor)
SELECT bought.customer_id, first_at, last_at, first_day, last_day, days, purchases, elsewhere,
    gross,
    COALESCE((SELECT SUM(refund.amount_minor) FROM customers_refund refund
        WHERE refund.customer_id = bought.customer_id AND refund.counts
            AND refund.currency = %(currency)s), 0)
FROM (
    SELECT customer_id, MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at,
        MIN(local_day) AS first_day, MAX(local_day) AS last_day,
        COUNT(DISTINCT local_day) AS days, COUNT(*) AS purchases,
        SUM(CASE WHEN currency = %(currency)s THEN 0 ELSE 1 END) AS elsewhere,
        SUM(CASE WHEN currency = %(currency)s THEN gross_minor ELSE 0 END) AS gross
    FROM customers_purchase
    WHERE counts AND customer_id IN ({ids})
    GROUP BY customer_id
) bought
WHERE true
ON CONFLICT (customer_id) DO UPDATE SET first_at = excluded.first_at,
    last_at = excluded.last_at, first_day = excluded.first_day, last_day = excluded.last_day,
    days = excluded.days, purchases = excluded.purchases, elsewhere = excluded.elsewhere,
    gross_minor = excluded.gross_minor, refunds_minor = excluded.refunds_minor
"""
_GIVEN_NAMED = {
    "postgresql": "SELECT unnest(%(ids)s::bigint[])",
    "sqlite": "SELECT value FROM json_each(%(ids)s)",
}


def _list_parameter(ids: list[int]) -> Any:
    if connection.vendor == "postgresql":
        return array_literal(ids)
    return connection.ops.adapt_json_value(ids, None)


def mark_stale(customer_ids: Iterable[int]) -> None:
    """Mark customers whose summary must be derived again, inside the caller's transaction.

    Takes the lock of purchase writing, as a refresh does: a mark that stands already cannot be
    taken away by a refresh that has not seen what this transaction writes.
    """
    ids = sorted(set(customer_ids))
    if not ids:
        return
    lock_purchase_writing()
    with connection.cursor() as cursor:
        statement = _MARK.format(ids=_GIVEN[connection.vendor])
        cursor.execute(statement, [_list_parameter(ids)])


def mark_all_stale() -> None:
    """Mark every customer who has or had purchases; takes the lock of purchase writing."""
    lock_purchase_writing()
    with connection.cursor() as cursor:
        bought = "SELECT customer_id FROM customers_purchase WHERE customer_id IS NOT NULL"
        known = "SELECT customer_id FROM customers_purchasesummary"
        both = f"SELECT customer_id FROM ({bought} UNION {known}) people WHERE true ORDER BY 1"  # noqa: S608
        cursor.execute(_MARK.format(ids=both))


def on_purchases_changed(change: PurchasesChanged) -> None:
    """The purchase observer: whose purchases changed is stale."""
    if change.everything:
        mark_all_stale()
    else:
        mark_stale(change.customer_ids)


def refresh_summaries(*, limit: int = BATCH) -> int:
    """Derive up to `limit` stale summaries; returns how many are still stale.

    Takes the lock of purchase writing where anything is stale: it waits for the batch that is
    being saved.
    """
    if not StaleSummary.objects.exists():
        return 0
    _refresh(StaleSummary.objects.all(), limit)
    return StaleSummary.objects.count()


def freshen_summaries(customer_ids: Iterable[int] | None = None) -> bool:
    """Derive up to `BATCH` stale summaries for a reader, those of these customers or any; whether
    any was. Where somebody writes purchases for longer than the reader waits, the last state
    stands, and the next reader or the job does it.
    """
    stale = StaleSummary.objects.all()
    if customer_ids is not None:
        stale = stale.filter(pk__any_of=list(customer_ids))
    if not stale.exists():
        return False
    try:
        with impatient(PATIENCE_SECONDS):
            _refresh(stale, BATCH)
    except OperationalError:
        logger.info("summaries are shown as they last were: a writer is at work")
        return False
    return True


@transaction.atomic
def _refresh(stale: QuerySet[StaleSummary], limit: int) -> None:
    lock_purchase_writing()
    ids = list(stale.order_by("pk").values_list("pk", flat=True)[:limit])
    if ids:
        StaleSummary.objects.filter(pk__any_of=ids).delete()
        _derive(ids)


def _derive(ids: list[int]) -> None:
    parameters: dict[str, Any] = {"ids": _list_parameter(ids), "currency": get_shop().currency}
    with connection.cursor() as cursor:
        statement = _DERIVE.format(ids=_GIVEN_NAMED[connection.vendor])
        cursor.execute(statement, parameters)
    gone = PurchaseSummary.objects.filter(pk__any_of=ids)
    gone.exclude(customer__purchases__counts=True).delete()


def refresh_all() -> None:
    """Derive all stale summaries, a batch per transaction."""
    while refresh_summaries():
        pass


def _refresh_due(_now: datetime) -> int:
    if not StaleSummary.objects.exists():
        return 0
    refresh_summaries()
    return 1


SUMMARIES_JOB = DueJob(_refresh_due, every=timedelta(seconds=20))
