"""Purchases of one bulk save: what is there is compared, what is new is inserted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from core.bulk import insert_rows, reserve_ids, rows_by_keys
from customers.models import Purchase, PurchaseLine
from customers.rules.documents import Document, ProductLine
from customers.rules.statuses import is_in_order
from customers.services.batch import Batch
from customers.services.refund_linking import inherit_customers, link_waiting_refunds

COLUMNS = (
    "customer_id",
    "source",
    "number",
    "occurred_at",
    "local_day",
    "local_month",
    "day_only",
    "gross_minor",
    "refunded_minor",
    "currency",
    "status",
    "counts",
    "branch_id",
)
LINE_COLUMNS = ("purchase_id", "product", "name", "category", "quantity", "amount_minor")


class Stored(NamedTuple):
    """What is compared of a purchase on file."""

    pk: int
    customer_id: int | None
    occurred_at: datetime
    local_day: int
    day_only: bool
    gross_minor: int
    currency: str
    status: str
    branch_id: int | None


def save_purchases(documents: Sequence[Document], batch: Batch) -> None:
    """Insert and update; settle and announce are left to the caller."""
    if not documents:
        return
    stored = _stored(documents)
    new = [document for document in documents if _key(document) not in stored]
    old = [document for document in documents if _key(document) in stored]
    lines = _stored_lines([stored[_key(document)].pk for document in old if document.lines])
    changed = []
    for document in old:
        row = stored[_key(document)]
        if not _is_same(document, row, batch):
            changed.append((document, row, _differs(document.lines, lines.get(row.pk, []))))
        elif document.lines is not None and _differs(document.lines, lines.get(row.pk, [])):
            changed.append((document, row, True))
    batch.saved.created += len(new)
    batch.saved.updated += len(changed)
    batch.saved.unchanged += len(old) - len(changed)
    if batch.dry:
        return
    _insert(new, batch)
    _update(changed, batch)


def _key(document: Document) -> tuple[str, str]:
    return document.source, document.number


def _stored(documents: Iterable[Document]) -> dict[tuple[str, str], Stored]:
    numbers = defaultdict(list)
    for document in documents:
        numbers[document.source].append(document.number)
    stored = {}
    for source, named in numbers.items():
        columns = ("number", *_STORED_FIELDS)
        rows = rows_by_keys(Purchase, columns, key="number", keys=named, source=source)
        for number, *values in rows:
            stored[source, number] = Stored(*values)
    return stored


_STORED_FIELDS = ("id", *Stored._fields[1:])


def _stored_lines(purchase_ids: list[int]) -> dict[int, list[ProductLine]]:
    lines = defaultdict(list)
    if purchase_ids:
        rows = PurchaseLine.objects.filter(purchase__any_of=frozenset(purchase_ids))
        for pk, *values in rows.values_list("purchase_id", *ProductLine._fields):
            lines[pk].append(ProductLine(*values))
    return lines


def _differs(lines: Sequence[ProductLine] | None, stored: Sequence[ProductLine]) -> bool:
    """Whether the lines are others than those on file, in whatever order."""
    if lines is None:
        return False
    return sorted(map(_comparable, lines)) != sorted(map(_comparable, stored))


def _comparable(line: ProductLine) -> tuple[object, ...]:
    known = line.quantity is not None
    return (*line[:3], known, _stored_quantity(line.quantity) or 0, line.amount_minor)


def _stored_quantity(quantity: Decimal | None) -> Decimal | None:
    return None if quantity is None else quantity.quantize(Decimal("0.001"))


def _is_same(document: Document, row: Stored, batch: Batch) -> bool:
    moment = document.moment
    return (
        document.amount_minor == row.gross_minor
        and moment.at == row.occurred_at
        and moment.local_day == row.local_day
        and moment.day_only == row.day_only
        and document.currency == row.currency
        and document.customer_id in (None, row.customer_id)
        and document.status in (None, row.status)
        and (document.branch is None or _branch(document, batch) == row.branch_id)
    )


def _branch(document: Document, batch: Batch) -> int | None:
    # A dry run does not make branches: one that is not there yet is no branch on file (0).
    return batch.branches.get(document.branch, 0) if document.branch else None


def _insert(documents: Sequence[Document], batch: Batch) -> None:
    if not documents:
        return
    if any(document.lines for document in documents):
        _insert_with_lines(documents, batch)
    else:
        insert_rows(Purchase, COLUMNS, (_row(document, batch) for document in documents))
    for document in documents:
        batch.touched.add(document.customer_id, document.moment.local_day)
    batch.to_settle |= link_waiting_refunds(map(_key, documents), batch.touched)


def _insert_with_lines(documents: Sequence[Document], batch: Batch) -> None:
    """Lines need to know their purchase's id, so the ids are taken beforehand."""
    numbered = list(zip(reserve_ids(Purchase, len(documents)), documents, strict=True))
    rows = ((pk, *_row(document, batch)) for pk, document in numbered)
    insert_rows(Purchase, ("id", *COLUMNS), rows)
    _insert_lines(numbered)


def _row(document: Document, batch: Batch) -> tuple[object, ...]:
    moment, status = document.moment, document.status or ""
    return (
        document.customer_id,
        document.source,
        document.number,
        moment.at,
        moment.local_day,
        moment.local_month,
        moment.day_only,
        document.amount_minor,
        0,
        document.currency,
        status,
        is_in_order(status) and document.amount_minor > 0,
        _branch(document, batch),
    )


def _insert_lines(documents: Iterable[tuple[int, Document]]) -> None:
    rows = [
        (purchase, *line[:3], _stored_quantity(line.quantity), line.amount_minor)
        for purchase, document in documents
        for line in document.lines or ()
    ]
    if rows:
        insert_rows(PurchaseLine, LINE_COLUMNS, rows)


def _update(changed: Sequence[tuple[Document, Stored, bool]], batch: Batch) -> None:
    if not changed:
        return
    rows = []
    for document, stored, _lines in changed:
        batch.touched.add(stored.customer_id, stored.local_day)
        rows.append(_changed(document, stored, batch))
        batch.touched.add(rows[-1].customer_id, document.moment.local_day)
    Purchase.objects.bulk_update(rows, _CHANGEABLE, batch_size=500)
    batch.to_settle |= {row.pk for row in rows}
    inherit_customers([row.pk for row in rows], batch.touched)
    relined = [(stored.pk, document) for document, stored, lines in changed if lines]
    PurchaseLine.objects.filter(purchase__any_of=[pk for pk, _document in relined]).delete()
    _insert_lines(relined)


_CHANGEABLE = [
    "customer",
    "occurred_at",
    "local_day",
    "local_month",
    "day_only",
    "gross_minor",
    "currency",
    "status",
    "branch",
]


def _changed(document: Document, stored: Stored, batch: Batch) -> Purchase:
    """The row as it shall be; what the document says nothing of stays."""
    moment = document.moment
    return Purchase(
        pk=stored.pk,
        customer_id=document.customer_id or stored.customer_id,
        occurred_at=moment.at,
        local_day=moment.local_day,
        local_month=moment.local_month,
        day_only=moment.day_only,
        gross_minor=document.amount_minor,
        currency=document.currency,
        status=stored.status if document.status is None else document.status,
        branch_id=stored.branch_id if document.branch is None else _branch(document, batch),
    )
