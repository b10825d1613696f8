"""Refunds: by word, by prefix, by a negative amount; which belong together, and to what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.customers.rules.orders import (
    AMOUNTS,
    LINES,
    document_of,
    fold,
    folded_one,
    summary,
)

TYPED = f"{AMOUNTS}|type"
TYPED_LINES = f"{LINES}|type"
MORNING, NOON, NEXT_DAY = "2011-06-01 08:00", "2011-06-01 12:00", "2011-06-02 08:00"


@pytest.mark.parametrize("word", ["refund", "Zwrot", "vrácení", "RETUR", "credit note"])
@pytest.mark.parametrize("amount", ["30", "-30", "30.00", "\u221230", "(30)"])
def test_a_refund_by_its_word_is_above_zero_however_its_amount_is_signed(word, amount):
    assert summary(TYPED, f"7|{NOON}|{amount}|{word}") == [("refund", 3000)]


@pytest.mark.parametrize("word", ["purchase", "zakup", "nákup", "Comandă", ""])
@pytest.mark.parametrize(
    ("amount", "result"),
    [("30", ("purchase", 3000)), ("-30", ("refund", 3000)), ("0", "nothing_paid")],
)
def test_a_negative_amount_is_a_refund_even_of_a_purchase(word, amount, result):
    assert summary(TYPED, f"7|{NOON}|{amount}|{word}") == [result]


@pytest.mark.parametrize("amount", ["-0", "-0.00", "0", "-0.004"])
def test_a_refund_of_nothing_is_left_out(amount):
    assert summary(TYPED, f"7|{NOON}|{amount}|refund") == ["nothing_paid"]


@pytest.mark.parametrize(
    ("number", "options", "kind"),
    [
        ("C7", {"refund_prefix": "C"}, "refund"),
        ("C", {"refund_prefix": "C"}, "refund"),
        ("  C7 ", {"refund_prefix": "C"}, "refund"),
        ("c7", {"refund_prefix": "C"}, "purchase"),
        ("7C", {"refund_prefix": "C"}, "purchase"),
        ("C7", {}, "purchase"),
        ("KOR/7", {"refund_prefix": "KOR/"}, "refund"),
        ("KOR7", {"refund_prefix": "KOR/"}, "purchase"),
        ("C7", {"refund_prefix": "C", "skip_prefix": "A"}, "refund"),
    ],
)
def test_a_prefix_makes_documents_refunds(number, options, kind):
    assert summary(AMOUNTS, f"{number}|{NOON}|30", **options) == [(kind, 3000)]


def test_a_prefix_beats_the_word():
    assert summary(TYPED, f"C7|{NOON}|30|purchase", refund_prefix="C") == [("refund", 3000)]


@pytest.mark.parametrize(
    ("number", "prefix", "is_skipped"),
    [
        ("A7", "A", True),
        ("  A7", "A", True),
        ("A", "A", True),
        ("a7", "A", False),
        ("7A", "A", False),
        ("A7", "", False),
        ("A7", "A7B", False),
        ("ŻA7", "Ż", True),
    ],
)
def test_a_prefix_leaves_documents_out(number, prefix, is_skipped):
    result = "skip_prefix" if is_skipped else ("purchase", 3000)

    assert summary(AMOUNTS, f"{number}|{NOON}|30", skip_prefix=prefix) == [result]


@pytest.mark.parametrize(
    "line", ["A7|nonsense|30", f"A7|{NOON}|nonsense", "A7", "A7||", f"A7|{NOON}|5|too|many"]
)
def test_a_document_left_out_by_its_prefix_is_not_read(line):
    folded = folded_one(AMOUNTS, line, line, skip_prefix="A")

    assert (folded.left_out, folded.flaws, len(folded.rows)) == ("skip_prefix", [], 2)


def test_leaving_out_comes_before_refunding():
    assert summary(AMOUNTS, f"CA7|{NOON}|5", refund_prefix="C", skip_prefix="CA") == ["skip_prefix"]


@pytest.mark.parametrize(
    ("times", "amounts"),
    [
        ([NOON], [500]),
        ([NOON, NOON], [1000]),
        ([MORNING, NOON], [500, 500]),
        ([NOON, MORNING, NOON], [1000, 500]),
        ([MORNING, NOON, NEXT_DAY], [500, 500, 500]),
        (["2011-06-01", "2011-06-01"], [1000]),
        (["2011-06-01", "2011-06-02"], [500, 500]),
        (["2011-06-01", "1.6.2011"], [1000]),
        (["2011-06-01", "2011-06-01 00:00"], [500, 500]),
        (["2011-06-01T12:00:00+02:00", "2011-06-01T10:00:00Z", NOON], [1500]),
        (["2011-06-01 12:00:00", "2011-06-01 12:00:01"], [500, 500]),
    ],
)
@pytest.mark.parametrize(
    ("header", "cells", "options"),
    [
        (TYPED, "5|refund", {}),
        (AMOUNTS, "-5", {}),
        (AMOUNTS, "5", {"refund_prefix": "7"}),
    ],
)
def test_refund_rows_at_other_times_are_refunds_of_their_own(
    times, amounts, header, cells, options
):
    found = summary(header, *[f"7|{time}|{cells}" for time in times], **options)

    assert found == [("refund", amount) for amount in amounts]


@pytest.mark.parametrize("times", [[NOON, NOON], [MORNING, NOON], [NEXT_DAY, MORNING]])
@pytest.mark.parametrize("quantity", ["1", "-1", "1.0"])
def test_with_quantities_refund_rows_are_lines_of_one_refund(times, quantity):
    lines = [f"7|{time}|{quantity}|5|refund" for time in times]

    (folded,) = fold(TYPED_LINES, *lines)

    assert (folded.document.amount_minor, folded.document.part) == (1000, "")
    assert folded.document.moment.at == min(
        document_of(TYPED_LINES, line).moment.at for line in lines
    )


def test_with_quantities_negative_amounts_are_one_refund_too():
    header = "order_id|ordered_at|amount|quantity"

    assert summary(header, f"7|{MORNING}|-5|1", f"7|{NOON}|-3|2") == [("refund", 800)]


def test_rows_with_and_without_quantities_are_told_apart():
    header = "order_id|ordered_at|amount|quantity"
    lines = [f"7|{MORNING}|-5|1", f"7|{MORNING}|-3|", f"7|{NOON}|-2|4", f"7|{NOON}|-1|"]

    found = [
        (folded.document.part, folded.document.amount_minor) for folded in fold(header, *lines)
    ]

    assert found == [
        ("", 700),
        ("20110601T060000.000000Z", 300),
        ("20110601T100000.000000Z", 100),
    ]


@pytest.mark.parametrize(
    ("pair", "minor"),
    [
        ("-1|30", 3000),
        ("1|30", 3000),
        ("-2|2.55", 510),
        ("-3|0,335", 101),
    ],
)
def test_a_refunds_quantity_may_have_either_sign(pair, minor):
    assert summary(LINES, f"C7|{NOON}|{pair}", refund_prefix="C") == [("refund", minor)]


@pytest.mark.parametrize(
    ("pairs", "result"),
    [
        (["-1|30", "-1|0"], ("refund", 3000)),
        (["-1|30", "-2|-5"], ("refund", 3000)),
        (["-1|30", "0|5"], ("refund", 3000)),
        (["-1|30", "-2|5"], ("refund", 4000)),
        (["-1|30", "1|5"], ("refund", 2500)),
        (["-1|0"], "nothing_paid"),
        (["-1|-5", "-2|0"], "nothing_paid"),
        (["0|5"], "nothing_paid"),
        (["-1|0.004"], "nothing_paid"),
        (["-1|0,005"], ("refund", 1)),
    ],
)
def test_of_a_refund_only_lines_with_a_price_count(pairs, result):
    lines = [f"C7|{NOON}|{pair}" for pair in pairs]

    found = summary(LINES, *lines, refund_prefix="C")

    assert found == [result]


def test_products_of_a_refund_are_not_kept():
    document = document_of(f"{LINES}|product", f"C7|{NOON}|-1|30|A", refund_prefix="C")

    assert document.lines is None


@pytest.mark.parametrize(
    ("header", "cells", "refund_of"),
    [
        (TYPED, "30|refund", "R1"),
        (f"{TYPED}|refund_of", "30|refund|", "R1"),
        (f"{TYPED}|refund_of", "30|refund|  ", "R1"),
        (f"{TYPED}|refund_of", "30|refund|7", "7"),
        (f"{TYPED}|refund_of", "30|refund| 7 ", "7"),
        (f"{TYPED}|refund_of", "30|refund|R1", "R1"),
        (f"{TYPED}|refund_of", "-30||007", "007"),
    ],
)
def test_a_refund_belongs_to_the_named_purchase_else_to_its_own_number(header, cells, refund_of):
    document = document_of(header, f"R1|{NOON}|{cells}")

    assert (document.number, document.refund_of) == ("R1", refund_of)


def test_a_prefix_is_not_cut_from_the_number_to_guess_the_purchase():
    document = document_of(AMOUNTS, f"C536379|{NOON}|30", refund_prefix="C")

    assert (document.number, document.refund_of) == ("C536379", "C536379")


def test_a_purchase_belongs_to_nothing():
    assert document_of(f"{TYPED}|refund_of", f"R1|{NOON}|30|purchase|7").refund_of == ""


def test_the_purchase_is_named_by_whichever_line_does():
    header = f"{TYPED}|refund_of"

    document = document_of(header, f"R1|{NOON}|5|refund|", f"R1|{NOON}|5|refund|7")

    assert (document.refund_of, document.amount_minor) == ("7", 1000)


def test_a_purchase_and_its_refunds_of_one_number_are_documents_of_their_own():
    lines = [
        f"7|{MORNING}|100|purchase",
        f"7|{NOON}|30|refund",
        f"7|{MORNING}|20|purchase",
        f"7|{NEXT_DAY}|10|refund",
        f"7|{NOON}|5|refund",
    ]

    assert summary(TYPED, *lines) == [("purchase", 12000), ("refund", 3500), ("refund", 1000)]


@pytest.mark.parametrize(
    ("bad", "results"),
    [
        (f"7|{NOON}|x|refund", [("purchase", 10000), [(3, "amount", "not_a_number")]]),
        (f"7|{MORNING}|x|purchase", [[(3, "amount", "not_a_number")], ("refund", 500)]),
        (f"7|{MORNING}|1|gift", [[(3, "type", "unknown_type")], ("refund", 500)]),
    ],
)
def test_a_bad_line_rejects_its_own_document_only(bad, results):
    lines = [f"7|{MORNING}|100|purchase", bad, f"7|{NOON}|5|refund"]

    assert summary(TYPED, *lines) == results


def test_a_refund_line_whose_time_cannot_be_read_rejects_none_but_itself():
    lines = [f"7|{MORNING}|5|refund", "7|31.06.2011|5|refund", f"7|{NOON}|5|refund"]

    assert summary(TYPED, *lines) == [
        ("refund", 500),
        [(3, "ordered_at", "not_a_date")],
        ("refund", 500),
    ]


times = st.sampled_from([MORNING, NOON, NEXT_DAY])
grosze = st.integers(1, 10**6)


@settings(max_examples=40)
@given(st.lists(st.tuples(times, grosze, st.booleans()), min_size=1, max_size=10))
def test_no_money_is_lost_or_counted_twice(rows):
    lines = [
        f"7|{time}|{'-' if is_refund else ''}{minor / 100:.2f}" for time, minor, is_refund in rows
    ]

    found = summary(AMOUNTS, *lines)

    bought = sum(minor for _time, minor, is_refund in rows if not is_refund)
    returned = sum(minor for _time, minor, is_refund in rows if is_refund)
    assert sum(minor for kind, minor in found if kind == "purchase") == bought
    assert sum(minor for kind, minor in found if kind == "refund") == returned
    moments = {time for time, _minor, is_refund in rows if is_refund}
    assert len(found) == len(moments) + any(not is_refund for *_, is_refund in rows)


@settings(max_examples=40)
@given(st.lists(st.tuples(times, grosze), min_size=1, max_size=8))
def test_parts_tell_refunds_of_one_number_apart(rows):
    lines = [f"7|{time}|-{minor / 100:.2f}" for time, minor in rows]

    parts = [folded.document.part for folded in fold(AMOUNTS, *lines)]

    assert len(set(parts)) == len(parts) == len({time for time, _minor in rows})
