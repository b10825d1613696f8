from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from customers.rules.dates import moment_reader
from customers.rules.document_reader import DocumentReader, Reading
from customers.rules.documents import ProductLine
from customers.rules.headers import PURCHASE_NAMES, match_columns

WARSAW = ZoneInfo("Europe/Warsaw")


def reader(header, **options):
    headers = header.split(",")
    read_moment = moment_reader(zone=WARSAW, shop_zone=WARSAW, order=None)
    columns = match_columns(headers, PURCHASE_NAMES, {})
    options.setdefault("currency", "PLN")
    return DocumentReader(Reading(columns, len(headers), read_moment, **options))


def fold(header, *lines, **options):
    rows = [(number, line.split(",")) for number, line in enumerate(lines, start=2)]
    return reader(header, **options).fold(rows)


def one(header, *lines, **options):
    (folded,) = fold(header, *lines, **options)
    return folded


def flaws(folded):
    return [(row[0], flaw.column, flaw.code) for row, flaw in folded.flaws]


AMOUNTS = "order_id,ordered_at,amount"
LINES = "order_id,ordered_at,quantity,unit_price"


def test_one_row_is_one_receipt():
    document = one(AMOUNTS, "7,2026-03-01 10:00:00,79.99").document

    assert (document.number, document.source, document.amount_minor) == ("7", "csv", 7999)
    assert (document.currency, document.is_refund, document.part) == ("PLN", False, "")
    assert document.moment.at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert (document.status, document.branch, document.lines) == (None, None, None)


def test_exact_line_amounts_are_summed_and_rounded_once_half_up():
    lines = ["7,2026-03-01 10:00,3,0.335", "7,2026-03-01 09:00,1,0.50", "7,2026-03-01 11:00,1,2"]

    document = one(LINES, *lines).document

    assert document.amount_minor == 351  # 3.505, where rounding each line would give 3.51 too
    assert document.moment.at == datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def test_lines_rounded_one_by_one_would_give_another_sum():
    document = one(LINES, *["7,2026-03-01 10:00,1,0.004"] * 3).document

    assert document.amount_minor == 1


@pytest.mark.parametrize("line", ["7,2026-03-01,-2,5", "7,2026-03-01,0,5", "7,2026-03-01,1,0"])
def test_a_purchases_line_without_quantity_or_price_does_not_count(line):
    assert one(LINES, "7,2026-03-01,1,5", line).document.amount_minor == 500


def test_a_line_that_does_not_count_still_gives_its_time():
    folded = one(LINES, "7,2026-03-02 10:00,1,5", "7,2026-03-01 10:00,-1,5")

    assert folded.document.moment.at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        (AMOUNTS, ["7,2026-03-01,0"]),
        (AMOUNTS, ["7,2026-03-01,-0"]),
        (AMOUNTS, ["7,2026-03-01,0.004"]),
        (LINES, ["7,2026-03-01,-2,5"]),
        (LINES, ["7,2026-03-01,2,-5", "7,2026-03-01,0,5"]),
    ],
)
def test_a_document_of_nothing_or_less_is_left_out(header, lines):
    folded = one(header, *lines)

    assert (folded.document, folded.left_out, folded.flaws) == (None, "nothing_paid", [])


def test_a_negative_amount_is_a_refund_of_its_own_order():
    purchase, refund = fold(AMOUNTS, "7,2026-03-01 10:00,100", "7,2026-03-02 10:00,-30")

    assert purchase.document.amount_minor == 10_000
    assert refund.document.is_refund
    assert (refund.document.amount_minor, refund.document.refund_of) == (3_000, "7")
    assert refund.document.part == "20260302T090000.000000Z"


@pytest.mark.parametrize("amount", ["30", "-30"])
def test_a_refund_by_its_type_is_above_zero_either_way(amount):
    header = "order_id,ordered_at,amount,type,refund_of"

    document = one(header, f"R1,2026-03-02,{amount},zwrot,7").document

    assert (document.is_refund, document.amount_minor, document.refund_of) == (True, 3_000, "7")


def test_refunds_of_one_number_at_other_times_are_refunds_of_their_own():
    header = "order_id,ordered_at,amount,type"
    rows = [
        "7,2026-03-02 10:00,30,refund",
        "7,2026-03-03 10:00,20,refund",
        "7,2026-03-02 10:00,5,refund",
    ]

    first, second = fold(header, *rows)

    assert (first.document.amount_minor, second.document.amount_minor) == (3_500, 2_000)
    assert first.document.part != second.document.part


def test_with_quantities_they_are_lines_of_one_refund():
    document = one(
        LINES, "C7,2026-03-02 10:00,-1,30", "C7,2026-03-03 10:00,-2,10", refund_prefix="C"
    ).document

    assert (document.is_refund, document.amount_minor, document.part) == (True, 5_000, "")


def test_of_a_refund_only_lines_with_a_price_count():
    lines = ["C7,2026-03-02,-1,30", "C7,2026-03-02,-2,0", "C7,2026-03-02,-2,-5"]

    assert one(LINES, *lines, refund_prefix="C").document.amount_minor == 3_000


def test_documents_by_their_prefix_are_left_out_whatever_they_hold():
    folded = one(AMOUNTS, "A7,nonsense,nonsense", skip_prefix="A")

    assert (folded.left_out, folded.flaws) == ("skip_prefix", [])


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (",2026-03-01,5", "order_id", "missing"),
        ("7,,5", "ordered_at", "missing"),
        ("7,2026-03-01,", "amount", "missing"),
        ("7,31.02.2026,5", "ordered_at", "not_a_date"),
        ("7,03/04/2026,5", "ordered_at", "ambiguous_date"),
        ("7,2026-03-01,NaN", "amount", "not_a_number"),
        ("7,2026-03-01,1.234", "amount", "ambiguous_number"),
        ("7,2026-03-01,999999999999999", "amount", "amount_too_large"),
        ("7,2026-03-01,5 €", "amount", "other_currency"),
        ("7,2026-03-01,5,,x", "", "too_many_cells"),
        ("7" * 101 + ",2026-03-01,5", "order_id", "too_long"),
        ("7\x00,2026-03-01,5", "order_id", "broken_text"),
    ],
)
def test_a_flaw_rejects_the_row_and_says_where(line, column, code):
    folded = one(AMOUNTS, line)

    assert folded.document is None
    assert flaws(folded) == [(2, column, code)]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("email", "nonsense", "not_an_email"),
        ("customer_id", "x" * 300, "broken_customer_id"),
        ("currency", "XXQ", "unknown_currency"),
        ("type", "gift", "unknown_type"),
        ("branch", "b" * 81, "too_long"),
        ("source", "s" * 41, "too_long"),
        ("product_name", "p" * 10_001, "too_long"),
    ],
)
def test_a_flaw_in_another_column_rejects_too(column, value, code):
    folded = one(f"{AMOUNTS},{column}", f"7,2026-03-01,5,{value}")

    assert flaws(folded) == [(2, column, code)]


def test_one_bad_line_rejects_its_whole_document():
    folded = one(LINES, "7,2026-03-01,1,5", "7,2026-03-01,one,5")

    assert folded.document is None
    assert [row[0] for row in folded.rows] == [2, 3]
    assert flaws(folded) == [(3, "quantity", "not_a_number")]


def test_a_bad_line_of_a_refund_rejects_the_refund_not_the_purchase():
    header = "order_id,ordered_at,amount,type"

    purchase, refund = fold(
        header, "7,2026-03-01,5,purchase", "7,2026-03-02,x,refund", "7,2026-03-02,1,refund"
    )

    assert purchase.document.amount_minor == 500
    assert flaws(refund) == [(3, "amount", "not_a_number")]


def test_lines_in_two_currencies_are_rejected():
    header = "order_id,ordered_at,amount,currency"

    assert flaws(one(header, "7,2026-03-01,5,PLN", "7,2026-03-01,5,EUR")) == [
        (2, "currency", "two_currencies")
    ]


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [("JPY", "500", 500), ("KWD", "1.2345", 1_235), ("pln", "1,5", 150), ("zł", "2", 200)],
)
def test_minor_units_follow_the_currency(currency, amount, minor):
    rows = [(2, ["7", "2026-03-01", amount, currency])]

    (folded,) = reader("order_id,ordered_at,amount,currency").fold(rows)

    assert folded.document.amount_minor == minor


@pytest.mark.parametrize("nothing", ["", "NULL", "nan", "None", "N/A", "-"])
def test_what_programs_write_for_nothing_is_a_guest(nothing):
    header = f"{AMOUNTS},customer_id,email"

    document = one(header, f"7,2026-03-01,5,{nothing},{nothing}").document

    assert (document.external, document.email) == ("", "")


def test_the_customer_is_read_from_whichever_line_names_them():
    header = f"{AMOUNTS},customer_id,email"

    document = one(header, "7,2026-03-01,5,,", "7,2026-03-01,5,17850.0, Anna@Example.PL ").document

    assert (document.external, document.email) == ("17850", "anna@example.pl")
    assert document.email_written == "Anna@Example.PL"


def test_source_branch_and_status_are_kept():
    header = f"{AMOUNTS},source,branch,status"

    document = one(header, "7,2026-03-01,5,allegro,Kraków,Anulowane").document

    assert (document.source, document.branch, document.status) == ("allegro", "Kraków", "cancelled")


def test_empty_cells_of_those_columns_say_nothing_is_there():
    document = one(f"{AMOUNTS},source,branch,status", "7,2026-03-01,5,,,").document

    assert (document.source, document.branch, document.status) == ("csv", "", "")


def test_products_are_lines_of_the_purchase():
    header = f"{LINES},product,product_name,category"

    document = one(
        header,
        "7,2026-03-01,2,2.50,BOWL,Bowl,Kitchen",
        "7,2026-03-01,0,9,GIFT,Gift,",
        "7,2026-03-01,1,0.335,CUP,,",
    ).document

    assert document.lines == (
        ProductLine("BOWL", "Bowl", "Kitchen", Decimal(2), 500),
        ProductLine("CUP", "", "", Decimal(1), 34),
    )


def test_a_long_product_name_is_cut():
    document = one(f"{AMOUNTS},product_name", "7,2026-03-01,5," + "n" * 300).document

    assert len(document.lines[0].name) == 255


def test_an_amount_counts_where_the_price_is_missing():
    header = "order_id,ordered_at,quantity,unit_price,amount"

    assert one(header, "7,2026-03-01,2,,9.50").document.amount_minor == 950
    assert one(header, "7,2026-03-01,2,3,9.50").document.amount_minor == 600


def test_text_that_an_export_escaped_reads_back():
    header = f"{AMOUNTS},branch"

    document = one(header, "'=7,2026-03-01,'-5,'+Kraków").document

    assert (document.number, document.branch) == ("=7", "+Kraków")
    assert document.is_refund


def test_rows_of_one_order_share_a_key_across_kinds_not_across_sources():
    reads = reader(f"{AMOUNTS},source")

    assert reads.key([" 7 ", "", "", "a"]) == reads.key(["7", "", "", " a"])
    assert reads.key(["7", "", "", "a"]) != reads.key(["7", "", "", "b"])
    assert reads.key([]) == ""
