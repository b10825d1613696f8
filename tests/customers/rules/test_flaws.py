"""Flaws carry their code, their column and the values that fill their wording."""

import pytest

from customers.import_words import explain
from customers.rules.flaws import FileRefused, Flaw
from customers.rules.placeholders import something


def test_a_flaw_carries_what_its_wording_needs():
    flaw = Flaw("too_long", column="branch", longest=80)

    assert (flaw.code, flaw.column, flaw.values) == ("too_long", "branch", {"longest": 80})
    assert str(flaw) == "too_long"


def test_a_flaw_of_a_whole_row_has_no_column():
    assert Flaw("nobody").column == ""


def test_the_same_flaw_is_placed_where_it_was_found():
    flaw = Flaw("not_a_number")

    placed = flaw.at("amount")

    assert placed is flaw
    assert (placed.code, placed.column) == ("not_a_number", "amount")


def test_a_refused_file_is_a_flaw_but_not_the_other_way_round():
    assert issubclass(FileRefused, Flaw)
    assert not isinstance(Flaw("missing"), FileRefused)
    assert isinstance(FileRefused("empty_file").at("x"), FileRefused)


@pytest.mark.parametrize(
    ("code", "values", "wording"),
    [
        ("not_csv", {}, "This is not a CSV file."),
        ("broken_gzip", {}, "The compressed file is damaged"),
        ("unclosed_quote", {"line": 7}, "up to line 7"),
        ("wrong_encoding", {"encoding": "cp1250"}, "The file is not cp1250 text"),
        ("too_many_columns", {"most": 500}, "more than 500 columns"),
        ("duplicate_header", {"header": "Total"}, "Two columns are called “Total”."),
        ("unknown_column", {"header": "x", "found": "a, b"}, "It has: a, b."),
        ("missing_columns", {"columns": "amount", "found": "a"}, "found for: amount."),
        ("too_many_cells", {"cells": 9, "columns": 3}, "9 cells, the header only 3"),
        ("date_out_of_range", {"earliest": 1900, "latest": 2200}, "between 1900 and 2200"),
        ("other_currency", {"found": "EUR", "expected": "PLN"}, "The amount says EUR"),
        ("nobody", {}, "needs an e-mail, a phone or a customer number"),
        ("too_few_cells", {"cells": 2, "columns": 3}, "only 2 cells, the header 3. Perhaps"),
        ("short_year", {}, "Write the year with four digits."),
        ("unknown_unit", {"found": "$", "expected": "PLN"}, "“$” beside the amount"),
        ("unknown_type", {"value": "%(x)s %d"}, "“%(x)s %d” is neither"),
        ("unknown_answer", {"value": "100%"}, "“100%” is neither yes nor no."),
        ("too_many_tags", {"most": 30}, "more than 30 tags"),
        ("nothing_paid", {}, "comes to nothing or less"),
        ("skip_prefix", {}, "are left out"),
    ],
)
def test_each_code_has_a_wording_that_its_values_fill(code, values, wording):
    assert wording in explain(code, values)


@pytest.mark.parametrize(
    "nothing",
    ["", " ", "\t\u00a0", "NULL", "null", " NaN ", "nan", "None", "N/A", "#N/A", "-", "(null)"],
)
def test_what_programs_write_for_nothing_says_nothing(nothing):
    assert something(nothing) == ""


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (" 17850 ", "17850"),
        ("0", "0"),
        ("--", "--"),
        ("false", "false"),
        ("Nan Goldin", "Nan Goldin"),
        ("Null, Jan", "Null, Jan"),
        ("none@example.pl", "none@example.pl"),
        ("n/a/x", "n/a/x"),
    ],
)
def test_what_says_something_is_kept(cell, said):
    assert something(cell) == said
