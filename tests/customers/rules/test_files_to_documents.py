"""Whole files, from bytes to documents: found out, read and folded as an import does it."""

import pytest

from customers.rules import dates, numbers
from customers.rules.csv_reading import detect_form, read_head, rows_of
from customers.rules.dates import moment_reader
from customers.rules.document_reader import DocumentReader, Reading
from customers.rules.headers import PURCHASE_NAMES, match_columns
from tests.customers.rules.files import opener, packed
from tests.customers.rules.orders import LONDON, WARSAW, flaw_place


def proved(rows, place, prove):
    """What a column's values prove together: None where nothing, or two things."""
    if place is None:
        return None
    found = {prove(cells[place]) for _row, cells in rows if place < len(cells)} - {None}
    return found.pop() if len(found) == 1 else None


def understood(data, *, zone=WARSAW, mapping=None, **options):
    open_raw = opener(data)
    form = detect_form(open_raw)
    head = read_head(open_raw, form)
    rows = list(rows_of(open_raw, form))[1:]
    columns = match_columns(head.headers, PURCHASE_NAMES, mapping or {})
    order = proved(rows, columns.get("ordered_at"), dates.proof)
    marks = {
        name: proved(rows, columns.get(name), numbers.proof)
        for name in ("amount", "quantity", "unit_price")
    }
    reading = Reading(
        columns,
        len(head.headers),
        moment_reader(zone=zone, shop_zone=zone, order=order),
        options.pop("currency", "PLN"),
        marks=marks,
        **options,
    )
    return DocumentReader(reading), rows


def imported(data, **options):
    """Number, kind and minor units of each document, or why it is not taken."""
    reader, rows = understood(data, **options)
    groups = {}
    for row in rows:
        groups.setdefault(reader.key(row[1]), []).append(row)
    found = []
    for group in groups.values():
        for folded in reader.fold(group):
            document = folded.document
            if document is None:
                found.append(folded.left_out or [flaw_place(flaw) for flaw in folded.flaws])
            else:
                kind = "refund" if document.is_refund else "purchase"
                found.append((document.number, kind, document.amount_minor, document.currency))
    return found


UCI = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,"WHITE HANGING ""HEART"", T-LIGHT",6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527,United Kingdom
536414,22139,,56,2010-12-01 11:52:00,0.00,,United Kingdom
A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,United Kingdom
"""
UCI_DOCUMENTS = [
    ("536365", "purchase", 3564, "GBP"),
    ("C536379", "refund", 2750, "GBP"),
    "nothing_paid",
    "skip_prefix",
]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, packed])
def test_a_known_shops_file_is_the_same_in_every_dress(pack, codec, end):
    data = pack(UCI.replace("\n", end).encode(codec))

    found = imported(data, zone=LONDON, currency="GBP", refund_prefix="C", skip_prefix="A")

    assert found == UCI_DOCUMENTS


POLISH = """Nr zamówienia;Data zamówienia;Kwota;Waluta;Klient;Status zamówienia
ZAM/1;24.12.2025 18:30;1.234,56;zł;Łukasz Żółć;Wysłane
ZAM/2;24.12.2025 18:31;1.234;zł;Zofia Dąb;Anulowane
ZAM/3;25.12.2025;-12,50 zł;PLN;Łukasz Żółć;Zwrócone
;;;;;
ZAM/4;31.11.2025;10,00;PLN;Jan Gęś;
"""
POLISH_DOCUMENTS = [
    ("ZAM/1", "purchase", 123456, "PLN"),
    ("ZAM/2", "purchase", 123400, "PLN"),
    ("ZAM/3", "refund", 1250, "PLN"),
    [(6, "ordered_at", "not_a_date")],
]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1250"])
@pytest.mark.parametrize("first", ["", "sep=;\n"])
def test_a_polish_file_is_read_with_its_commas(codec, first):
    assert imported((first + POLISH).encode(codec)) == POLISH_DOCUMENTS


SHOPIFY = """Name,Email,Financial Status,Currency,Total,Created at,Lineitem quantity,Lineitem price
#1001,anna@example.pl,paid,EUR,35.00,2025-06-01 10:00:00 +0200,2,10.00
#1001,anna@example.pl,,,,2025-06-01 10:00:00 +0200,1,15.00
#1002,jan@example.pl,refunded,EUR,20.00,2025-06-02 10:00:00 +0200,1,20.00
"""


@pytest.mark.parametrize("currency", ["EUR", "PLN", "JPY"])
def test_lines_of_one_order_are_folded_though_its_head_stands_in_the_first_alone(currency):
    assert imported(SHOPIFY.encode(), currency=currency) == [
        ("#1001", "purchase", 3500, "EUR"),
        ("#1002", "purchase", 2000, "EUR"),
    ]


def test_columns_settle_what_single_cells_leave_open():
    text = "order,date,total\n1,03/04/2025,1.500\n2,13/04/2025,2.5\n"

    reader, rows = understood(text.encode())
    first = reader.fold(rows[:1])[0].document

    assert first.amount_minor == 150
    assert (first.moment.local_day - dates.date(2025, 4, 3).toordinal()) == 0


@pytest.mark.parametrize(
    ("second", "column", "code"),
    [
        ("2,05/06/2025,2.5", "ordered_at", "ambiguous_date"),
        ("2,13/04/2025,3", "amount", "ambiguous_number"),
    ],
)
def test_columns_that_prove_nothing_leave_cells_refused(second, column, code):
    text = f"order,date,total\n1,03/04/2025,1.500\n{second}\n"

    assert imported(text.encode())[0] == [(2, column, code)]


def test_a_column_that_contradicts_itself_settles_nothing():
    text = "order;date;total\n1;03/04/2025;5\n2;13/04/2025;5\n3;04/13/2025;5\n"

    assert imported(text.encode()) == [
        [(2, "ordered_at", "ambiguous_date")],
        ("2", "purchase", 500, "PLN"),
        ("3", "purchase", 500, "PLN"),
    ]


def test_a_mapping_names_columns_that_nobody_could_know():
    text = "k1,k2,k3\n7,2025-04-03,5\n"
    mapping = {"order_id": "k1", "ordered_at": "K2", "amount": 2}

    assert imported(text.encode(), mapping=mapping) == [("7", "purchase", 500, "PLN")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    text = 'order,date,total,note\n1,2025-04-03,x,"two\nlines"\n\n,,,\n2,2025-04-03,y,\n'

    assert imported(text.encode()) == [
        [(2, "amount", "not_a_number")],
        [(5, "amount", "not_a_number")],
    ]


def test_bytes_that_break_one_cell_break_one_document():
    text = "order,date,total\n1,2025-04-03,5\n2\x00,2025-04-03,5\n3,2025-04-03,\x005\n"

    assert imported(text.encode()) == [
        ("1", "purchase", 500, "PLN"),
        [(3, "order_id", "broken_text")],
        [(4, "amount", "not_a_number")],
    ]
