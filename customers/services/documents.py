"""Saving documents in bulk: the one engine behind imports, connectors and the demo shop.

A document is unique by source, type and number (and part, for refunds of one number). One that
is there already is compared: equal is `unchanged`, else it is updated. What a document says
nothing of stays as it is on file, and a known customer never becomes a guest again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Branch
from core.services.shop import get_shop
from customers.locks import lock_purchase_writing
from customers.rules.dates import moved
from customers.rules.documents import Document
from customers.services.batch import Batch, Saved
from customers.services.customer_lookup import (
    CustomerFile,
    CustomerStore,
    Found,
    name_customers,
)
from customers.services.purchase_rows import save_purchases
from customers.services.refund_linking import settle_purchases
from customers.services.refund_rows import save_refunds


@transaction.atomic
def save_documents(
    *,
    documents: Sequence[Document],
    now: datetime,
    zone: ZoneInfo | None = None,
    dry_run_store: CustomerStore | None = None,
) -> Saved:
    """Save the documents in one transaction, announce what changed, mark summaries stale.

    The caller records the act and refreshes the summaries when all is saved. Takes the lock of
    purchase writing. `zone` is the shop's as it was when the documents' civil dates were derived:
    they are derived again where it is another one by now; None where the caller read it under
    the lock. With `dry_run_store` nothing is written, only counted.
    """
    lock_purchase_writing()
    if zone is not None:
        _move_to_present_zone(documents, zone)
    batch = Batch(dry=dry_run_store is not None)
    found: Found = name_customers(documents, dry_run_store or CustomerFile(), now)
    batch.saved.customers_created = len(found.made)
    _find_branches(documents, batch)
    for round_of in _rounds(documents):
        purchases = [document for document in round_of if not document.is_refund]
        refunds = [document for document in round_of if document.is_refund]
        save_purchases(purchases, batch)
        save_refunds(refunds, batch)
    if not batch.dry:
        settle_purchases(batch.to_settle)
        batch.touched.add_all_of(list(batch.to_settle))
        batch.touched.announce()
    return batch.saved


def _move_to_present_zone(documents: Iterable[Document], zone: ZoneInfo) -> None:
    """Under the lock of purchase writing: whoever changes the zone waits for this transaction,
    and then derives what it has written."""
    present = get_shop().zone
    if present != zone:
        for document in documents:
            document.moment = moved(document.moment, present)


def _rounds(documents: Sequence[Document]) -> Iterable[list[Document]]:
    """The documents in rounds without doubles, so that a repeated one is an update."""
    rest = list(documents)
    while rest:
        seen: set[tuple[bool, str, str, str]] = set()
        this: list[Document] = []
        later: list[Document] = []
        for document in rest:
            key = (document.is_refund, document.source, document.number, document.part)
            (later if key in seen else this).append(document)
            seen.add(key)
        yield this
        rest = later


def _find_branches(documents: Iterable[Document], batch: Batch) -> None:
    names = {document.branch for document in documents if document.branch}
    if not names:
        return
    batch.branches = dict(Branch.objects.filter(name__in=names).values_list("name", "pk"))
    missing = sorted(names - batch.branches.keys())
    if missing and not batch.dry:
        Branch.objects.bulk_create([Branch(name=name) for name in missing], ignore_conflicts=True)
        batch.branches = dict(Branch.objects.filter(name__in=names).values_list("name", "pk"))
