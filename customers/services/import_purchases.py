"""Importing a file of purchases: read, folded into documents, saved in batches.

Each batch is one transaction, and always made of the same documents of the file, so that an
import that was killed can go on after those already counted. Saving is safe to repeat.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from core.bulk import collecting_rarely, learn_sizes
from customers.models import Customer, Identity, Purchase, Refund
from customers.rules.csv_reading import Form, Head, Opener, detect_form, read_head
from customers.rules.dates import Moment, moment_reader
from customers.rules.document_reader import DocumentReader, Reading
from customers.rules.documents import Folded
from customers.rules.headers import PURCHASE_NAMES, match_columns, require
from customers.services.batch import Saved
from customers.services.customer_lookup import CustomerStore
from customers.services.document_stream import Scan, document_groups, scan
from customers.services.documents import save_documents
from customers.services.import_report import Problem, Step, Tally, Watcher, problems_of

BATCH = 5_000
_NUMBERS = ("amount", "quantity", "unit_price")


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOptions:
    """How a file of purchases is to be read; `mapping` says OURS=THEIRS."""

    zone: ZoneInfo
    shop_zone: ZoneInfo
    currency: str
    source: str = "csv"
    mapping: Mapping[str, str | int] = field(default_factory=dict)
    refund_prefix: str = ""
    skip_prefix: str = ""
    encoding: str = ""
    separator: str = ""
    most_rows: int | None = None


@dataclass(frozen=True, slots=True)
class PurchaseFile:
    """A file understood: its head, its columns, and what its first pass found. `shop_zone` is the
    zone by which its civil dates are derived."""

    open_raw: Opener
    form: Form
    head: Head
    columns: dict[str, int]
    scan: Scan
    reader: DocumentReader
    shop_zone: ZoneInfo | None = None


def look_at(open_raw: Opener, options: PurchaseOptions) -> tuple[Head, dict[str, int]]:
    """The head of the file and its columns, without reading it all. Raises `FileRefused`."""
    form = detect_form(open_raw, encoding=options.encoding, separator=options.separator)
    head = read_head(open_raw, form)
    samples = [cells for _number, cells in head.samples]
    columns = match_columns(head.headers, PURCHASE_NAMES, options.mapping, samples)
    needed = ("order_id", "ordered_at")
    require(head.headers, columns, (*needed, "amount"), (*needed, "quantity", "unit_price"))
    return head, columns


def understand(open_raw: Opener, options: PurchaseOptions) -> PurchaseFile:
    """Read the whole file once, writing nothing. Raises `FileRefused`."""
    head, columns = look_at(open_raw, options)
    rough = Reading(columns, len(head.headers), moment_reader_of(options), options.currency)
    found = scan(
        open_raw,
        head.form,
        number_columns={name: columns[name] for name in _NUMBERS if name in columns},
        date_columns={"ordered_at": columns["ordered_at"]},
        key=DocumentReader(rough).key,
        most_rows=options.most_rows,
    )
    reading = Reading(
        columns,
        len(head.headers),
        moment_reader_of(options, found),
        options.currency,
        source=options.source,
        marks={name: found.mark(name) for name in _NUMBERS},
        refund_prefix=options.refund_prefix,
        skip_prefix=options.skip_prefix,
    )
    reader = DocumentReader(reading)
    return PurchaseFile(open_raw, head.form, head, columns, found, reader, options.shop_zone)


def moment_reader_of(
    options: PurchaseOptions, found: Scan | None = None
) -> Callable[[str], Moment]:
    """The reader of times that the options and the file's proofs ask for."""
    order = found.order("ordered_at") if found else None
    return moment_reader(zone=options.zone, shop_zone=options.shop_zone, order=order)


def import_purchases(
    file: PurchaseFile,
    *,
    now: datetime,
    watch: Watcher,
    start: Tally | None = None,
    dry_run_store: CustomerStore | None = None,
) -> Tally:
    """Save all documents of the file, `BATCH` per transaction; with `dry_run_store` only count.

    `start` is the tally of an earlier part: its documents are passed over. Summaries are marked
    stale, not refreshed; the caller records the act.
    """
    tally = start or Tally()
    folded = islice(_folded(file), tally.documents, None)
    save = partial(save_documents, now=now, zone=file.shop_zone, dry_run_store=dry_run_store)
    with collecting_rarely():
        for turn, batch in enumerate(_batches(folded), start=1):
            tally = _save_batch(batch, tally, save=save, watch=watch)
            if dry_run_store is None and len(batch) == BATCH and turn.bit_count() == 1:
                # After 1, 2, 4, 8 ... batches: each time the tables have doubled.
                learn_sizes(Purchase, Refund, Customer, Identity)
    return tally


def _save_batch(
    batch: Sequence[Folded],
    before: Tally,
    *,
    save: Callable[..., Saved],
    watch: Watcher,
) -> Tally:
    """One transaction; done again once if somebody added one of its keys at the same moment."""
    for is_last in (False, True):
        tally = deepcopy(before)
        try:
            with transaction.atomic():
                problems = _save(batch, tally, save)
                watch(Step(tally, problems))
        except IntegrityError:
            if is_last:
                raise
            _forget_customers(batch)
        else:
            break
    return tally


def _forget_customers(batch: Sequence[Folded]) -> None:
    for folded in batch:
        if folded.document is not None:
            folded.document.customer_id = None


def _batches(folded: Iterator[Folded]) -> Iterator[list[Folded]]:
    """The documents in batches; each is read while the one before is being saved."""

    def take() -> list[Folded]:
        return list(islice(folded, BATCH))

    with ThreadPoolExecutor(1, "reading") as reader:
        following = reader.submit(take)
        while batch := following.result():
            following = reader.submit(take)
            yield batch


def _folded(file: PurchaseFile) -> Iterator[Folded]:
    for group in document_groups(file.open_raw, file.form, file.scan, file.reader.key):
        yield from file.reader.fold(group)


def _save(batch: Sequence[Folded], tally: Tally, save: Callable[..., Saved]) -> list[Problem]:
    documents = [folded.document for folded in batch if folded.document]
    if documents:
        tally.saved.add(save(documents=documents))
        tally.note_statuses(document.status for document in documents if document.status)
    problems: list[Problem] = []
    for folded in batch:
        tally.rows += len(folded.rows)
        if folded.document is None:
            problems += problems_of(folded)
            tally.skipped += bool(folded.left_out)
            tally.rejected += not folded.left_out
    tally.documents += len(batch)
    return problems
