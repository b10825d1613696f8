"""Refunds of one bulk save: what is there is compared, what is new is inserted and linked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.bulk import insert_rows, rows_by_keys
from customers.models import Purchase, Refund
from customers.rules.documents import Document
from customers.rules.statuses import is_in_order
from customers.services.batch import Batch

COLUMNS = (
    "purchase_id",
    "customer_id",
    "customer_named",
    "source",
    "number",
    "part",
    "refund_of",
    "occurred_at",
    "local_day",
    "local_month",
    "day_only",
    "amount_minor",
    "currency",
    "status",
    "counts",
    "branch_id",
)
_CHANGEABLE = [
    "purchase",
    "customer",
    "customer_named",
    "refund_of",
    "occurred_at",
    "local_day",
    "local_month",
    "day_only",
    "amount_minor",
    "currency",
    "status",
    "branch",
]


class Target(NamedTuple):
    """The purchase that a refund belongs to."""

    pk: int
    customer_id: int | None


@dataclass(slots=True)
class Wanted:
    """A refund as it shall be: the document, and the purchase it belongs to where known."""

    document: Document
    target: Target | None

    @property
    def names_customer(self) -> bool:
        """Whether it says itself whose it is."""
        return self.document.customer_id is not None

    def customer_id(self, row: Refund | None = None) -> int | None:
        """The customer it names or was said to name, else its purchase's, else whose it is on
        file."""
        if self.names_customer:
            return self.document.customer_id
        on_file = row.customer_id if row else None
        if (row and row.customer_named) or self.target is None:
            return on_file
        return on_file if self.target.customer_id is None else self.target.customer_id


def save_refunds(documents: Sequence[Document], batch: Batch) -> None:
    """Insert and update; settle and announce are left to the caller."""
    if not documents:
        return
    targets, stored = _targets(documents), _stored(documents)
    new, changed, named = [], [], []
    for document in documents:
        target = targets.get((document.source, document.refund_of))
        wanted = Wanted(document, target)
        row = _same_refund(document, stored[document.source, document.number])
        if row is None:
            new.append(wanted)
        elif not _is_same(wanted, row, batch):
            changed.append((wanted, row))
        elif wanted.names_customer and not row.customer_named:
            named.append(row.pk)
    batch.saved.created += len(new)
    batch.saved.updated += len(changed)
    batch.saved.unchanged += len(documents) - len(new) - len(changed)
    if not batch.dry:
        _insert(new, batch)
        _update(changed, batch)
        _note_named(named)


def _note_named(refunds: Sequence[int]) -> None:
    """These name whose they are already: nothing that anybody sees is changed by it."""
    if refunds:
        Refund.objects.filter(pk__any_of=refunds).update(customer_named=True)


def _by_source(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    numbers = defaultdict(list)
    for source, number in set(keys):
        numbers[source].append(number)
    return numbers


def _targets(documents: Iterable[Document]) -> dict[tuple[str, str], Target]:
    targets = {}
    keys = ((document.source, document.refund_of) for document in documents)
    for source, numbers in _by_source(keys).items():
        columns = ("number", "id", "customer_id")
        rows = rows_by_keys(Purchase, columns, key="number", keys=numbers, source=source)
        for number, pk, customer in rows:
            targets[source, number] = Target(pk, customer)
    return targets


def _stored(documents: Iterable[Document]) -> dict[tuple[str, str], list[Refund]]:
    stored: dict[tuple[str, str], list[Refund]] = defaultdict(list)
    keys = ((document.source, document.number) for document in documents)
    for source, numbers in _by_source(keys).items():
        found = rows_by_keys(Refund, ("id",), key="number", keys=numbers, source=source)
        for refund in Refund.objects.filter(pk__any_of={pk for (pk,) in found}):
            stored[source, refund.number].append(refund)
    return stored


def _same_refund(document: Document, stored: Sequence[Refund]) -> Refund | None:
    """The refund on file that the document is: of the same part, else, where one of the two was
    given with quantities and so has no part, of the same instant."""
    for refund in stored:
        if refund.part == document.part:
            return refund
    for refund in stored:
        if not (refund.part and document.part) and refund.occurred_at == document.moment.at:
            return refund
    return None


def _is_same(wanted: Wanted, row: Refund, batch: Batch) -> bool:
    document, moment = wanted.document, wanted.document.moment
    return (
        document.amount_minor == row.amount_minor
        and moment.at == row.occurred_at
        and moment.local_day == row.local_day
        and moment.day_only == row.day_only
        and document.currency == row.currency
        and document.refund_of == row.refund_of
        and wanted.customer_id(row) == row.customer_id
        and document.status in (None, row.status)
        and (wanted.target.pk if wanted.target else None) == row.purchase_id
        and (document.branch is None or _branch(document, batch) == row.branch_id)
    )


def _branch(document: Document, batch: Batch) -> int | None:
    return batch.branches.get(document.branch, 0) if document.branch else None


def _insert(refunds: Sequence[Wanted], batch: Batch) -> None:
    if not refunds:
        return
    insert_rows(Refund, COLUMNS, (_row(refund, batch) for refund in refunds))
    for refund in refunds:
        batch.touched.add(refund.customer_id(), refund.document.moment.local_day)
    batch.to_settle |= {refund.target.pk for refund in refunds if refund.target}


def _row(refund: Wanted, batch: Batch) -> tuple[object, ...]:
    document, status = refund.document, refund.document.status or ""
    return (
        refund.target.pk if refund.target else None,
        refund.customer_id(),
        refund.names_customer,
        document.source,
        document.number,
        document.part,
        document.refund_of,
        document.moment.at,
        document.moment.local_day,
        document.moment.local_month,
        document.moment.day_only,
        document.amount_minor,
        document.currency,
        status,
        is_in_order(status),
        _branch(document, batch),
    )


def _update(changed: Sequence[tuple[Wanted, Refund]], batch: Batch) -> None:
    if not changed:
        return
    for wanted, row in changed:
        batch.touched.add(row.customer_id, row.local_day)
        batch.to_settle |= {pk for pk in (row.purchase_id, _target_pk(wanted)) if pk}
        _change(row, wanted, batch)
        batch.touched.add(row.customer_id, row.local_day)
    rows = [row for _wanted, row in changed]
    for row in rows:
        # Settling decides for those with a purchase; the others count by their status alone.
        row.counts = is_in_order(row.status)
    Refund.objects.bulk_update(rows, [*_CHANGEABLE, "counts"], batch_size=500)


def _target_pk(wanted: Wanted) -> int | None:
    return wanted.target.pk if wanted.target else None


def _change(row: Refund, wanted: Wanted, batch: Batch) -> None:
    document, moment = wanted.document, wanted.document.moment
    row.purchase_id = _target_pk(wanted)
    row.customer_id = wanted.customer_id(row)
    row.customer_named = row.customer_named or wanted.names_customer
    row.refund_of, row.amount_minor = document.refund_of, document.amount_minor
    row.occurred_at, row.day_only = moment.at, moment.day_only
    row.local_day, row.local_month = moment.local_day, moment.local_month
    row.currency = document.currency
    if document.status is not None:
        row.status = document.status
    if document.branch is not None:
        row.branch_id = _branch(document, batch)
