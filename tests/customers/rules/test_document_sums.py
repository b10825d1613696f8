"""Lines are folded into documents: exact sums, rounded once, half up, to the minor unit."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.documents import MOST_MINOR, ProductLine, round_to_minor
from customers.rules.numbers import Mark
from tests.customers.rules.files import outcome
from tests.customers.rules.orders import (
    AMOUNTS,
    LINES,
    LONDON,
    document_of,
    folded_one,
    summary,
)

DAY = "7|2011-06-01"


def lines_of(*pairs):
    return [f"{DAY}|{quantity}|{price}" for quantity, price in pairs]


@pytest.mark.parametrize(
    ("pairs", "minor"),
    [
        ([(1, "79.99")], 7999),
        ([(6, "2.55"), (6, "3.39"), (8, "2.75")], 5764),
        ([(3, "0.335")], 101),
        ([(1, "0.005")], 1),
        ([(1, "0.004"), (1, "0.004")], 1),
        ([(1, "0.004")] * 3, 1),
        ([(1, "0.0049")] * 2, 1),
        ([(1, "0.335"), (1, "0.335")], 67),
        ([(1, "1.005")], 101),
        ([(1, "2.675")], 268),
        ([(3, "0.1"), (1, "0.005")], 31),
        ([("0,5", "0.99")], 50),
        ([("0.333", "0.75")], 25),
        ([("1.5", "1.23")], 185),
        ([("0,125", "0.36")], 5),
        ([(1, "7.949999999999999"), (1, "0.000000000000001")], 795),
        ([(1, "15.299999999999999")], 1530),
        ([(12, "0.30000000000000004")], 360),
        ([(80995, "2.08")], 16846960),
        ([(1, "9999999999999.99")], 999_999_999_999_999),
    ],
)
def test_exact_products_are_summed_and_rounded_once(pairs, minor):
    document = document_of(LINES, *lines_of(*pairs), marks={"unit_price": Mark.POINT})

    assert document.amount_minor == minor


@pytest.mark.parametrize(
    ("amounts", "minor"),
    [
        (["79.99"], 7999),
        (["0.1"] * 10, 100),
        (["0.1", "0.2"], 30),
        (["0.005"], 1),
        (["0.004"] * 5, 2),
        (["1234.56", "1 234,56"], 246912),
        (["12,50 zł", "PLN 7.50"], 2000),
        (["100", "0"], 10000),
    ],
)
def test_amounts_are_summed_and_rounded_once(amounts, minor):
    assert document_of(AMOUNTS, *[f"{DAY}|{amount}" for amount in amounts]).amount_minor == minor


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("PLN", "12.345", 1235),
        ("PLN", "12.3449999", 1234),
        ("JPY", "500", 500),
        ("JPY", "499.5", 500),
        ("JPY", "499.49", 499),
        ("KWD", "1.2345", 1235),
        ("KWD", "0.0005", 1),
        ("BHD", "0.25", 250),
        ("TND", "7", 7000),
        ("CLF", "1.23455", 12346),
        ("HUF", "1250", 125000),
        ("eur", "9.99", 999),
        (" Gbp ", "9.99", 999),
        ("zł", "9.99", 999),
        ("Zł.", "9.99", 999),
        ("Kč", "99", 9900),
        ("lei", "9.99", 999),
        ("€", "9.99", 999),
        ("£", "9.99", 999),
    ],
)
def test_minor_digits_are_those_of_the_currency(currency, amount, minor):
    document = document_of(
        f"{AMOUNTS}|currency", f"{DAY}|{amount}|{currency}", marks={"amount": Mark.POINT}
    )

    assert document.amount_minor == minor


@pytest.mark.parametrize(
    ("line", "minor"),
    [
        (f"{DAY}|2|3.00|9.50", 600),
        (f"{DAY}|2|3.00|", 600),
        (f"{DAY}|2||9.50", 950),
        (f"{DAY}||3.00|9.50", 950),
        (f"{DAY}|||9.50", 950),
        (f"{DAY}|3|0.335|1.00", 101),
    ],
)
def test_quantity_and_price_beat_the_amount_only_where_both_are_there(line, minor):
    assert document_of("order_id|ordered_at|quantity|unit_price|amount", line).amount_minor == minor


@pytest.mark.parametrize(
    ("pair", "counts"),
    [
        (("1", "0.01"), True),
        (("0.001", "10"), True),
        (("0", "5"), False),
        (("-1", "5"), False),
        (("\u22121", "5"), False),
        (("1", "0"), False),
        (("1", "0.00"), False),
        (("1", "-5"), False),
        (("(1)", "5"), False),
        (("-1", "-5"), False),
        (("0", "0"), False),
    ],
)
def test_a_purchases_lines_without_quantity_or_price_do_not_count(pair, counts):
    added = {("1", "0.01"): 1, ("0.001", "10"): 1}.get(pair, 0)

    document = document_of(LINES, *lines_of(("2", "5"), pair))

    assert document.amount_minor == 1000 + added
    assert bool(added) == counts


@pytest.mark.parametrize(
    ("line", "result"),
    [
        (f"{DAY}|0||9.50", "nothing_paid"),
        (f"{DAY}|-2||9.50", "nothing_paid"),
        (f"{DAY}||0|9.50", "nothing_paid"),
        (f"{DAY}||-3|9.50", "nothing_paid"),
        (f"{DAY}|1||9.50", ("purchase", 950)),
        (f"{DAY}||3|9.50", ("purchase", 950)),
    ],
)
def test_a_quantity_or_price_alone_still_decides_whether_a_line_counts(line, result):
    assert summary("order_id|ordered_at|quantity|unit_price|amount", line) == [result]


@pytest.mark.parametrize(
    "lines",
    [
        lines_of(("0", "5")),
        lines_of(("-2", "5"), ("-1", "3")),
        lines_of(("1", "0"), ("0", "1")),
        lines_of(("1", "0.004")),
        lines_of(("1", "0.0049999")),
    ],
)
def test_a_purchase_that_comes_to_nothing_is_left_out(lines):
    folded = folded_one(LINES, *lines)

    assert (folded.document, folded.flaws, folded.left_out) == (None, [], "nothing_paid")
    assert [row[0] for row in folded.rows] == list(range(2, 2 + len(lines)))


@pytest.mark.parametrize("amount", ["0", "0.00", "-0", "-0.00", "0 zł", "(0)", "0.0049"])
def test_an_amount_of_nothing_is_left_out(amount):
    assert summary(AMOUNTS, f"{DAY}|{amount}") == ["nothing_paid"]


@pytest.mark.parametrize(
    ("times", "earliest"),
    [
        (["2011-06-01 10:00", "2011-06-01 09:00", "2011-06-01 11:00"], (1, 7)),
        (["2011-06-02", "2011-06-01 10:00"], (1, 8)),
        (["2011-06-01 10:00", "2011-06-02"], (1, 8)),
        (["2011-06-01T10:00:00+02:00", "2011-06-01T09:30:00Z"], (1, 8)),
        (["1.6.2011 10:00", "2011/06/01 09:00"], (1, 7)),
    ],
)
def test_the_time_is_the_earliest_lines(times, earliest):
    document = document_of(AMOUNTS, *[f"7|{time}|5" for time in times])

    assert document.moment.at == datetime(2011, 6, *earliest, tzinfo=UTC)
    assert document.amount_minor == 500 * len(times)


def test_a_time_says_more_than_a_bare_date_of_the_same_instant():
    document = document_of(AMOUNTS, "7|2011-06-01|5", "7|2011-06-01 00:00|5")

    assert document.moment.day_only is False
    assert document.moment.at == datetime(2011, 5, 31, 22, tzinfo=UTC)


def test_lines_that_do_not_count_still_give_their_time():
    document = document_of(LINES, "7|2011-06-01 10:00|1|5", "7|2011-06-01 08:00|0|5")

    assert document.moment.at == datetime(2011, 6, 1, 6, tzinfo=UTC)


def test_naive_times_are_in_the_files_zone_and_days_in_the_shops():
    document = document_of(AMOUNTS, "7|2011-06-30 23:30|5", zone=LONDON)

    assert document.moment.at == datetime(2011, 6, 30, 22, 30, tzinfo=UTC)
    assert document.moment.local_day == datetime(2011, 7, 1).toordinal()  # noqa: DTZ001


PRODUCTS = f"{LINES}|product|product_name|category"


def test_products_are_those_of_the_lines_that_count():
    document = document_of(
        PRODUCTS,
        f"{DAY}|2|2.505|85123A|WHITE HANGING HEART|Home",
        f"{DAY}|0|9|GIFT|Gift|",
        f"{DAY}|1|0.335||Cup|",
        f"{DAY}|1|1|||",
        f"{DAY}|-1|1|BACK|Back|",
        marks={"unit_price": Mark.POINT},
    )

    assert document.amount_minor == 635
    assert document.lines == (
        ProductLine("85123A", "WHITE HANGING HEART", "Home", Decimal(2), 501),
        ProductLine("", "Cup", "", Decimal(1), 34),
    )


@pytest.mark.parametrize(
    ("header", "line", "lines"),
    [
        (AMOUNTS, f"{DAY}|5", None),
        (f"{AMOUNTS}|product", f"{DAY}|5|", ()),
        (f"{AMOUNTS}|product", f"{DAY}|5|A", (ProductLine("A", "", "", None, 500),)),
        (f"{AMOUNTS}|category", f"{DAY}|5|Dom", (ProductLine("", "", "Dom", None, 500),)),
    ],
)
def test_a_file_without_products_says_nothing_of_them(header, line, lines):
    assert document_of(header, line).lines == lines


def test_texts_of_a_product_are_cut_to_their_columns():
    (line,) = document_of(PRODUCTS, f"{DAY}|1|5|{'p' * 150}|{'n' * 300}|{'c' * 150}").lines

    assert [len(text) for text in line[:3]] == [100, 255, 120]


@pytest.mark.parametrize(
    ("quantity", "result"),
    [
        ("99999999999", [("purchase", 99999999999)]),
        ("100000000000", [[(2, "quantity", "number_too_long")]]),
    ],
)
def test_a_quantity_must_fit_its_column_where_products_are_kept(quantity, result):
    assert summary(f"{LINES}|product", f"{DAY}|{quantity}|0.01|A") == result


@pytest.mark.parametrize(
    ("amount", "currency", "result"),
    [
        ("9999999999999.99", "PLN", ("purchase", 999_999_999_999_999)),
        ("10000000000000", "PLN", [(2, "amount", "amount_too_large")]),
        ("999999999999999", "JPY", ("purchase", 999_999_999_999_999)),
        ("999999999999999", "CLF", [(2, "amount", "amount_too_large")]),
        ("-10000000000000", "PLN", [(2, "amount", "amount_too_large")]),
        ("9999999999999.995", "PLN", [(2, "amount", "amount_too_large")]),
    ],
)
def test_no_amount_is_larger_than_every_database_holds(amount, currency, result):
    assert summary(f"{AMOUNTS}|currency", f"{DAY}|{amount}|{currency}") == [result]


def test_many_amounts_that_are_large_together_reject_the_document():
    lines = [f"{DAY}|5000000000000"] * 2

    assert summary(AMOUNTS, *lines) == [[(2, "amount", "amount_too_large")]]


@pytest.mark.parametrize(
    ("pairs", "minor"),
    [
        ([("1", "1000000000000.004999999999999999")], 100_000_000_000_000),
        ([("1", "1000000000000.005000000000000000")], 100_000_000_000_001),
        ([("2", "500000000000.002499999999999999")], 100_000_000_000_000),
        ([("1", "1000000000000"), ("1", "0.004999999999999999")], 100_000_000_000_000),
        ([("0.000000000000000001", "999999999999.99"), ("1", "0.0049991")], 1),
        ([("0.000000000000000001", "999999999999.99"), ("1", "0.0049990")], 0),
    ],
)
def test_products_and_sums_of_long_numbers_are_exact(pairs, minor):
    result = ("purchase", minor) if minor else "nothing_paid"

    assert summary(LINES, *lines_of(*pairs)) == [result]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("0.005", "PLN", 1),
        ("-0.005", "PLN", -1),
        ("0.0049999999999999999999999999999999999", "PLN", 0),
        ("1000000000000.0049999999999999999999999999", "PLN", 100_000_000_000_000),
        ("2.5", "JPY", 3),
        ("-2.5", "JPY", -3),
        ("0.0005", "KWD", 1),
    ],
)
def test_rounding_is_half_up_away_from_zero_however_long_the_number(amount, currency, minor):
    assert round_to_minor(Decimal(amount), currency) == minor


money = st.integers(1, 10**7).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
pairs_of_money = st.lists(st.tuples(st.integers(1, 500), money), min_size=1, max_size=8)


@settings(max_examples=40)
@given(pairs_of_money)
def test_the_sum_is_that_of_exact_fractions(pairs):
    lines = lines_of(*[(quantity, f"{price:f}") for quantity, price in pairs])
    total = sum(quantity * price for quantity, price in pairs)

    found = summary(LINES, *lines, marks={"unit_price": Mark.POINT})

    minor = int((total * 100).quantize(Decimal(1), ROUND_HALF_UP))
    assert found == ([("purchase", minor)] if minor else ["nothing_paid"])


@settings(max_examples=40)
@given(pairs_of_money, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(pairs, random):
    lines = lines_of(*[(quantity, f"{price:f}") for quantity, price in pairs])
    shuffled = random.sample(lines, len(lines))
    marks = {"unit_price": Mark.POINT}

    assert summary(LINES, *lines, marks=marks) == summary(LINES, *shuffled, marks=marks)


@settings(max_examples=40)
@given(st.text(alphabet="0123456789.,-() złe\u2212N", max_size=12))
def test_any_amount_makes_a_document_or_is_refused_by_name(text):
    (result,) = outcome(lambda: summary(AMOUNTS, f"{DAY}|{text}"))

    if isinstance(result, tuple):
        assert 0 < result[1] < MOST_MINOR
    else:
        assert result == "nothing_paid" or result[0][:2] == (2, "amount")
