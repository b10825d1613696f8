"""What rejects a document, and where it says so; what is kept of those that are taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.document_reader import clean
from customers.rules.identity_keys import email_key
from customers.rules.numbers import Mark
from tests.customers.rules.files import outcome
from tests.customers.rules.orders import (
    AMOUNTS,
    LINES,
    document_of,
    document_reader,
    fold,
    folded_one,
    numbered,
    summary,
)

NOON = "2011-06-01 12:00"


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (f"|{NOON}|5", "order_id", "missing"),
        (f"   |{NOON}|5", "order_id", "missing"),
        (f"\u00a0|{NOON}|5", "order_id", "missing"),
        ("7||5", "ordered_at", "missing"),
        ("7|  |5", "ordered_at", "missing"),
        (f"7|{NOON}|", "amount", "missing"),
        ("7||", "ordered_at", "missing"),
        (f"7|{NOON}", "", "too_few_cells"),
        ("7", "", "too_few_cells"),
        ("7|31.02.2011|5", "ordered_at", "not_a_date"),
        ("7|29.02.2011|5", "ordered_at", "not_a_date"),
        ("7|01/02/2011|5", "ordered_at", "ambiguous_date"),
        ("7|1.1.11|5", "ordered_at", "short_year"),
        ("7|1811-06-01|5", "ordered_at", "date_out_of_range"),
        (f"7|{NOON}|five", "amount", "not_a_number"),
        (f"7|{NOON}|NaN", "amount", "not_a_number"),
        (f"7|{NOON}|1e400", "amount", "not_a_number"),
        (f"7|{NOON}|٣٤", "amount", "not_a_number"),
        (f"7|{NOON}|1.234", "amount", "ambiguous_number"),
        (f"7|{NOON}|1,234", "amount", "ambiguous_number"),
        (f"7|{NOON}|1234567890123456", "amount", "number_too_long"),
        (f"7|{NOON}|5 €", "amount", "other_currency"),
        (f"7|{NOON}|£5", "amount", "other_currency"),
        (f"7|{NOON}|5 CZK", "amount", "other_currency"),
        (f"7|{NOON}|5|x", "", "too_many_cells"),
        (f"{'7' * 101}|{NOON}|5", "order_id", "too_long"),
        (f"7\x008|{NOON}|5", "order_id", "broken_text"),
    ],
)
def test_a_flaw_names_its_row_and_column(line, column, code):
    assert summary(AMOUNTS, line) == [[(2, column, code)]]


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (f"7|{NOON}||5", "quantity", "missing"),
        (f"7|{NOON}|1|", "unit_price", "missing"),
        (f"7|{NOON}||", "quantity", "missing"),
        (f"7|{NOON}|one|5", "quantity", "not_a_number"),
        (f"7|{NOON}|1.000|5", "quantity", "ambiguous_number"),
        (f"7|{NOON}|1|1.000", "unit_price", "ambiguous_number"),
        (f"7|{NOON}|1|5 €", "unit_price", "other_currency"),
    ],
)
def test_a_flaw_in_quantity_or_price_is_named_there(line, column, code):
    assert summary(LINES, line) == [[(2, column, code)]]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("email", "anna", "not_an_email"),
        ("email", "anna@example.pl; jan@example.pl", "not_an_email"),
        ("email", "anna\x00@example.pl", "not_an_email"),
        ("customer_id", "x" * 255, "broken_customer_id"),
        ("customer_id", "1\x002", "broken_customer_id"),
        ("currency", "ZŁOTY", "unknown_currency"),
        ("currency", "US", "unknown_currency"),
        ("currency", "$", "unknown_currency"),
        ("type", "gift", "unknown_type"),
        ("type", "\x00", "unknown_type"),
        ("branch", "b" * 81, "too_long"),
        ("branch", "b\x00", "broken_text"),
        ("source", "s" * 41, "too_long"),
        ("source", "s\x00", "broken_text"),
        ("status", "s" * 10_001, "too_long"),
        ("status", "paid\x00", "broken_text"),
        ("product", "p" * 10_001, "too_long"),
        ("product_name", "p\x00", "broken_text"),
        ("category", "c" * 1_000_000, "too_long"),
    ],
)
def test_a_flaw_in_any_other_column_rejects_too(column, value, code):
    assert summary(f"{AMOUNTS}|{column}", f"7|{NOON}|5|{value}") == [[(2, column, code)]]


@pytest.mark.parametrize("column", ["refund_of"])
@pytest.mark.parametrize(("value", "code"), [("r" * 101, "too_long"), ("7\x00", "broken_text")])
def test_a_flaw_in_the_named_purchase_rejects_the_refund(column, value, code):
    assert summary(f"{AMOUNTS}|{column}", f"R1|{NOON}|-5|{value}") == [[(2, column, code)]]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_bad_line_rejects_its_document_wherever_it_stands(place):
    lines = [f"7|{NOON}|1|5"] * 2
    lines.insert(place, f"7|{NOON}|1|x")

    folded = folded_one(LINES, *lines)

    assert folded.document is None
    assert [row[0] for row in folded.rows] == [2, 3, 4]
    assert [row[0] for row, _flaw in folded.flaws] == [2 + place]


def test_each_bad_line_is_named():
    lines = [f"7|{NOON}|x|5", f"7|{NOON}|1|5", "7|never|1|5", f"7|{NOON}|1|"]

    assert summary(LINES, *lines) == [
        [
            (2, "quantity", "not_a_number"),
            (4, "ordered_at", "not_a_date"),
            (5, "unit_price", "missing"),
        ]
    ]


@pytest.mark.parametrize("bad", [f"7|{NOON}|0|x", f"7|{NOON}|x|0", "7|never|-1|5"])
def test_a_line_that_would_not_count_must_be_readable_all_the_same(bad):
    (result,) = summary(LINES, f"7|{NOON}|1|5", bad)

    assert [(row, code) for row, _column, code in result] in (
        [(3, "not_a_number")],
        [(3, "not_a_date")],
    )


@pytest.mark.parametrize(
    ("currencies", "result"),
    [
        (["PLN", "PLN"], ("purchase", 1000)),
        (["PLN", ""], ("purchase", 1000)),
        (["zł", "pln"], ("purchase", 1000)),
        (["PLN", "EUR"], [(2, "currency", "two_currencies")]),
        (["PLN", "", "EUR"], [(2, "currency", "two_currencies")]),
        (["", ""], ("purchase", 1000)),
    ],
)
def test_lines_of_one_document_are_in_one_currency(currencies, result):
    lines = [f"7|{NOON}|5|{currency}" for currency in currencies]

    assert summary(f"{AMOUNTS}|currency", *lines) == [result]


@pytest.mark.parametrize("currencies", [["EUR", ""], ["", "EUR"], ["€", "eur", ""], ["EUR"]])
def test_lines_that_name_no_currency_are_in_that_of_the_others(currencies):
    lines = [f"7|{NOON}|5|{currency}" for currency in currencies]

    document = document_of(f"{AMOUNTS}|currency", *lines)

    assert (document.currency, document.amount_minor) == ("EUR", 500 * len(lines))


@pytest.mark.parametrize(
    ("amount", "currency", "result"),
    [
        ("5 zł", "PLN", ("purchase", 500)),
        ("5 zł", "", ("purchase", 500)),
        ("5 €", "EUR", ("purchase", 500)),
        ("€5", "€", ("purchase", 500)),
        ("5 lei", "RON", ("purchase", 500)),
        ("$5", "USD", ("purchase", 500)),
        ("$5", "CAD", ("purchase", 500)),
        ("5 kr", "SEK", ("purchase", 500)),
        ("5 Ft", "HUF", ("purchase", 500)),
        ("5 fr.", "CHF", ("purchase", 500)),
        ("$5.00", "PLN", [(2, "amount", "unknown_unit")]),
        ("$5", "EUR", [(2, "amount", "unknown_unit")]),
        ("5 kr", "PLN", [(2, "amount", "unknown_unit")]),
        ("5 kg", "", [(2, "amount", "unknown_unit")]),
        ("5 szt", "", [(2, "amount", "unknown_unit")]),
        ("₴5", "", [(2, "amount", "other_currency")]),
        ("5 zł", "EUR", [(2, "amount", "other_currency")]),
        ("5 EUR", "PLN", [(2, "amount", "other_currency")]),
        ("5 Kč", "", [(2, "amount", "other_currency")]),
    ],
)
def test_a_unit_beside_the_amount_must_not_contradict_the_currency(amount, currency, result):
    assert summary(f"{AMOUNTS}|currency", f"7|{NOON}|{amount}|{currency}") == [result]


def test_our_own_guard_against_formulas_is_undone_in_every_column():
    header = "order_id|ordered_at|amount|customer_id|email|type|status|branch|source|currency"
    row = "'-7|2026-01-01|'-5|'-X9|'+a@example.pl|refund|'=new|'@home|'-till|PLN"

    found = document_of(f"{header}|refund_of", f"{row}|'+48600")

    assert (found.number, found.source, found.refund_of) == ("-7", "-till", "+48600")
    assert (found.external, found.email, found.amount_minor) == ("-X9", "+a@example.pl", 500)
    assert (found.status, found.branch) == ("=new", "@home")


def test_our_guard_inside_a_text_is_undone_before_it_is_squeezed():
    lines = f"{LINES}|product_name"

    assert document_of(lines, f"7|{NOON}|1|5|Łyżka;'=1").lines[0].name == "Łyżka;=1"
    assert document_of(lines, f"7|{NOON}|1|5|Łyżka\n'=1").lines[0].name == "Łyżka =1"


def test_a_prefix_is_looked_for_behind_our_own_guard():
    row = f"'-7|{NOON}|5"

    assert summary(AMOUNTS, row, refund_prefix="-") == [("refund", 500)]
    assert summary(AMOUNTS, row, skip_prefix="-") == ["skip_prefix"]


def test_a_unit_beside_a_quantity_is_its_own():
    assert summary(LINES, f"7|{NOON}|12 kg|1,50 zł") == [("purchase", 1_800)]
    assert summary(LINES, f"7|{NOON}|1|12 kg") == [[(2, "unit_price", "unknown_unit")]]


@pytest.mark.parametrize(
    ("column_mark", "minor"), [(Mark.POINT, 123), (Mark.COMMA, 123400), (None, None)]
)
def test_what_a_column_proves_settles_its_numbers(column_mark, minor):
    expected = [("purchase", minor)] if minor else [[(2, "amount", "ambiguous_number")]]

    assert summary(AMOUNTS, f"7|{NOON}|1.234", marks={"amount": column_mark}) == expected


def test_what_one_column_proves_settles_no_other():
    marks = {"quantity": Mark.POINT}

    assert summary(LINES, f"7|{NOON}|1.500|1.500", marks=marks) == [
        [(2, "unit_price", "ambiguous_number")]
    ]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Kraków", "Kraków"),
        ("  Kraków \t", "Kraków"),
        ("Krako\u0301w", "Kraków"),
        ("Nowa\u00a0 Sól", "Nowa Sól"),
        ("Łódź\u200b", "Łódź"),
        ("\u202eŻ", "Ż"),
        ("'=1+1", "=1+1"),
        ("'@shop", "@shop"),
        ("'90s", "'90s"),
        ("=1+1", "=1+1"),
        ("x" * 80, "x" * 80),
    ],
)
def test_texts_are_kept_clean(cell, kept):
    assert clean(cell, "branch", 80) == kept
    assert document_of(f"{AMOUNTS}|branch", f"7|{NOON}|5|{cell}").branch == kept


@pytest.mark.parametrize(
    ("cells", "external", "email"),
    [
        ("17850|anna@example.pl", "17850", "anna@example.pl"),
        ("17850.0|", "17850", ""),
        ("007|", "007", ""),
        ("|ANNA@Example.PL ", "", "anna@example.pl"),
        ("|", "", ""),
        ("nan|NULL", "", ""),
        ("-|n/a", "", ""),
        ("0|", "0", ""),
    ],
)
def test_the_customer_is_named_by_number_and_address(cells, external, email):
    document = document_of(f"{AMOUNTS}|customer_id|email", f"7|{NOON}|5|{cells}")

    assert (document.external, document.email) == (external, email)
    assert document.customer_id is None
    assert email_key(document.email_written) in {email, None}


def test_the_first_line_that_says_something_is_heard():
    header = f"{AMOUNTS}|customer_id|email|status|branch"
    lines = [f"7|{NOON}|5||||", f"7|{NOON}|5|1|a@x.pl|paid|Łódź", f"7|{NOON}|5|2|b@x.pl|sent|Sopot"]

    document = document_of(header, *lines)

    assert (document.external, document.email) == ("1", "a@x.pl")
    assert (document.status, document.branch) == ("paid", "Łódź")


@pytest.mark.parametrize(
    ("status", "stored"),
    [("Anulowane", "cancelled"), ("Wysłane", "Wysłane"), ("", ""), ("x" * 99, "x" * 40)],
)
def test_the_status_is_stored_as_its_code_or_as_written(status, stored):
    assert document_of(f"{AMOUNTS}|status", f"7|{NOON}|5|{status}").status == stored


@pytest.mark.parametrize(
    ("cell", "source"),
    [("allegro", "allegro"), (" allegro ", "allegro"), ("", "csv"), (" ", "csv")],
)
def test_the_source_is_the_rows_else_the_files(cell, source):
    assert document_of(f"{AMOUNTS}|source", f"7|{NOON}|5|{cell}").source == source


def test_the_source_of_the_file_is_the_one_given():
    assert document_of(AMOUNTS, f"7|{NOON}|5", source="pos").source == "pos"
    assert document_of(f"{AMOUNTS}|source", f"7|{NOON}|5|", source="pos").source == "pos"


def test_a_column_that_is_not_there_says_nothing():
    document = document_of(AMOUNTS, f"7|{NOON}|5")

    assert (document.status, document.branch, document.lines) == (None, None, None)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        (["7", "a", "b", "x"], [" 7 ", "c", "d", " x "], True),
        (["7", "a", "b", ""], ["7", "a", "b"], True),
        (["7"], ["7", "a", "b", " "], True),
        (["7", "a", "b", "x"], ["7", "a", "b", "y"], False),
        (["7", "a", "b", "x"], ["8", "a", "b", "x"], False),
        (["7", "a", "b", "x"], ["7", "a", "b", ""], False),
        (["007"], ["7"], False),
        (["a"], ["A"], False),
        ([], [""], True),
        (["", "a", "b", "x"], ["  ", "c", "d", "y"], True),
    ],
)
def test_rows_of_one_order_share_their_key(one, other, are_one):
    key = document_reader(f"{AMOUNTS}|source").key

    assert (key(one) == key(other)) is are_one


def test_cells_that_say_nothing_may_be_too_many():
    header = f"{AMOUNTS}|status"

    assert summary(header, f"7|{NOON}|5|", f"7|{NOON}|5|paid||| ") == [("purchase", 1000)]


def test_a_line_that_was_cut_off_rejects_its_receipt_and_makes_no_guest():
    header = f"{AMOUNTS}|customer_id"

    assert summary(header, f"7|{NOON}|5|C1", f"7|{NOON}|1") == [[(3, "", "too_few_cells")]]
    assert summary(header, f"7|{NOON}|5|") == [("purchase", 500)]


cells = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12) | st.sampled_from(
    ["7", NOON, "5", "-5", "refund", "PLN", "anna@example.pl", "1.234", "", "x\x00"]
)
HEADER = f"{LINES}|amount|type|currency|customer_id|email|status|refund_of|product|source"


@settings(max_examples=40)
@given(st.lists(st.lists(cells, max_size=14), min_size=1, max_size=4))
def test_any_rows_are_folded_once_each_and_never_break(rows):
    reader = document_reader(HEADER)

    folded = outcome(reader.fold, list(enumerate(rows, start=2)))

    numbers = sorted(row[0] for group in folded for row in group.rows)
    assert numbers == list(range(2, 2 + len(rows)))
    assert all(
        (group.document is not None) + bool(group.flaws) + bool(group.left_out) == 1
        for group in folded
    )


@settings(max_examples=40)
@given(st.lists(st.lists(cells, max_size=14), min_size=1, max_size=4))
def test_what_is_taken_fits_its_columns(rows):
    for group in document_reader(HEADER).fold(list(enumerate(rows, start=2))):
        document = group.document
        if document is not None:
            texts = [document.number, document.source, document.status, document.refund_of]
            assert 0 < len(document.number) <= 100
            assert 0 < document.amount_minor < 10**15
            assert len(document.currency) == 3
            assert not any("\x00" in text for text in texts)


def test_folding_twice_gives_the_same():
    reader = document_reader(HEADER)
    rows = numbered([f"7|{NOON}|2|5||||1|a@x.pl|paid||A|", f"7|{NOON}|x|5"])

    assert [group.document for group in reader.fold(rows[:1])] == [
        group.document for group in reader.fold(rows[:1])
    ]
    assert len(fold(HEADER, f"7|{NOON}|2|5")) == 1
