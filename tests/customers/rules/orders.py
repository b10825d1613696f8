"""Rows of purchases for tests: read and folded as an import does, without a database."""

from zoneinfo import ZoneInfo

from customers.rules.dates import moment_reader
from customers.rules.document_reader import DocumentReader, Reading
from customers.rules.headers import PURCHASE_NAMES, match_columns

WARSAW, LONDON = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/London")
AMOUNTS = "order_id|ordered_at|amount"
LINES = "order_id|ordered_at|quantity|unit_price"


def document_reader(header, *, zone=WARSAW, shop_zone=WARSAW, order=None, **options):
    """The reader of a file with this header, its names separated by bars."""
    headers = header.split("|")
    columns = match_columns(headers, PURCHASE_NAMES, {})
    read_moment = moment_reader(zone=zone, shop_zone=shop_zone, order=order)
    options.setdefault("currency", "PLN")
    return DocumentReader(Reading(columns, len(headers), read_moment, **options))


def numbered(lines):
    """The lines' cells with their rows' numbers, the header being row 1."""
    return [(number, line.split("|")) for number, line in enumerate(lines, start=2)]


def fold(header, *lines, **options):
    """What becomes of the rows of one order."""
    return document_reader(header, **options).fold(numbered(lines))


def folded_one(header, *lines, **options):
    """The same, where it must be one document."""
    (folded,) = fold(header, *lines, **options)
    return folded


def document_of(header, *lines, **options):
    """The one document, which must be taken."""
    folded = folded_one(header, *lines, **options)
    assert (folded.flaws, folded.left_out) == ([], "")
    return folded.document


def summary(header, *lines, **options):
    """Of each document: its kind, minor units, and what became of it."""
    found = []
    for folded in fold(header, *lines, **options):
        document = folded.document
        if document is None:
            found.append(folded.left_out or [flaw_place(flaw) for flaw in folded.flaws])
        else:
            kind = "refund" if document.is_refund else "purchase"
            found.append((kind, document.amount_minor))
    return found


def flaw_place(flaw):
    """A flaw with its row: number, column, code."""
    row, found = flaw
    return row[0], found.column, found.code
