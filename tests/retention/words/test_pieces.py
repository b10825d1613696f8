"""Flow, repeats, addresses, and names of periods and money."""

from datetime import date

import pytest

from retention.pages import flow, repeats, words
from retention.pages.asked import Asked
from retention.reports import Figures, Filters, Query
from retention.rules.periods import Period, month_of
from retention.rules.repeats import RepeatRate
from tests.retention.words.march import ASKED, MARCH_2011, QUERY, march


def test_flow_is_as_long_as_its_numbers() -> None:
    found = flow.steps(march(), ASKED)

    assert [(step.name, step.count, step.share) for step in found] == [
        ("start", 1682, 95),
        ("kept", 1324, 75),
        ("lost", 358, 20),
        ("reactivated", 0, 0),
        ("new", 452, 25),
        ("end", 1776, 100),
    ]
    assert flow.steps(Figures(query=QUERY), ASKED)[0].share == 0


def test_repeats_open_both_sides() -> None:
    bars = repeats.bars([RepeatRate(30, 200, 45), RepeatRate(None, 0, 0)], ASKED)

    assert (bars[0].label, bars[0].share, bars[0].returned, bars[0].waiting) == (
        "30 days",
        22,
        "45",
        "155",
    )
    assert bars[0].returned_href == "/retention/lists/returned/?month=2011-03&window=90&days=30"
    assert bars[1].waiting_href.endswith("not_returned/?month=2011-03&window=90&days=ever")
    assert (bars[1].label, bars[1].value) == ("ever", "–")


def test_addresses_keep_everything_that_was_asked() -> None:
    filters = Filters(branch_id=3, source="wholesale & co", tag_id=7)
    period = Period(date(2011, 3, 10), date(2011, 3, 20))
    asked = Asked(Query(period, 30, "GBP", filters), compares=False, show="money", tab="curves")

    assert asked.report() == (
        "/retention/?from=2011-03-10&to=2011-03-20&window=30&branch=3&source=wholesale+%26+co"
        "&tag=7&compare=off&show=money&tab=curves"
    )
    assert asked.list("lost") == (
        "/retention/lists/lost/?from=2011-03-10&to=2011-03-20&window=30&branch=3"
        "&source=wholesale+%26+co&tag=7"
    )
    assert asked.last_month == MARCH_2011
    assert ASKED.last_month == MARCH_2011


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (month_of(MARCH_2011), "March 2011"),
        (Period(date(2011, 3, 10), date(2011, 3, 20)), "10\u201319 Mar 2011"),
        (Period(date(2011, 3, 10), date(2011, 3, 11)), "10 Mar 2011"),
    ],
)
def test_periods_have_names(period: Period, name: str) -> None:
    assert words.period_name(period).replace("\u2009", "").replace(" – ", "–") == name


def test_money_in_little_room() -> None:
    assert words.whole_money(123_456, "GBP") == "1,235"
    assert words.whole_money(1234.4, "JPY") == "1,234"
    assert words.short_number(12_000) == "12K"
    assert words.money_of(None, "GBP") == "–"
