"""The first lines of the page, and the first month that can be measured."""

from dataclasses import replace
from datetime import date

import pytest

from retention.pages import sentence
from retention.reports import Comparison, Figures
from retention.rules.periods import month_of
from tests.retention.words.march import ASKED, FEBRUARY, MARCH_2011, QUERY, march, plain


def test_the_first_lines_of_a_good_month() -> None:
    found = sentence.sentences(Comparison(march(), Figures(**FEBRUARY)), ASKED)

    assert [plain(text) for text in found] == [
        "Of 1,682 customers you had on 1 March 2011, 1,324 were still with you at the end of"
        " 31 March 2011: 78.7 %.",
        "That is 3.4 points less than in the period before (February 2011: 82.2 %).",
        "0 came back after a silence.",
        "452 bought for the first time.",
    ]
    assert found[0].count("<a ") == 2


def test_one_customer_is_told_as_one() -> None:
    found = sentence.sentences(Comparison(march(customers_at_start=1, kept=1, lost=0), None), ASKED)

    assert plain(found[0]).startswith("Of 1 customer you had on 1 March 2011, 1 was still")


def test_an_unchanged_rate_is_said_to_be_the_same() -> None:
    before = Figures(**FEBRUARY | {"lost": 358, "kept": 1324})

    found = sentence.sentences(Comparison(march(), before), ASKED)

    assert plain(found[1]) == "The same as in the period before (February 2011: 78.7 %)."


@pytest.mark.parametrize(
    ("first", "window", "month"),
    [
        (date(2010, 12, 1), 90, MARCH_2011),
        (date(2010, 12, 1), 365, 2011 * 12 + 11),
        (date(2010, 12, 2), 90, MARCH_2011 + 1),
        (date(2011, 1, 1), 31, 2011 * 12 + 1),
        (None, 90, None),
    ],
)
def test_the_first_month_that_can_be_measured(
    first: date | None, window: int, month: int | None
) -> None:
    figures = march(data_from=first, query=replace(QUERY, window_days=window))

    assert sentence.first_measurable(figures) == month
    if month is not None:
        there = replace(QUERY, window_days=window, period=month_of(month))
        before = replace(there, period=month_of(month - 1))
        assert march(data_from=first, query=there).is_measurable
        assert not march(data_from=first, query=before).is_measurable


def test_without_any_purchase_no_first_month_is_promised() -> None:
    nothing = Figures(query=QUERY)

    assert sentence.first_measurable(nothing) is None
    assert [plain(text) for text in sentence.sentences(Comparison(nothing, None), ASKED)] == [
        "",
        "0 have come back after a silence so far.",
        "0 have bought for the first time so far.",
    ]
