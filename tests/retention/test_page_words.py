"""Tiles, sentences, heat maps and curves from figures made by hand: words, tones, numbers."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from retention.pages import curves, flow, heat, repeats, sentence, tiles, words
from retention.pages.asked import Asked, months_around
from retention.pages.definitions import DEFINITIONS
from retention.reports import (
    CohortCell,
    CohortQuery,
    CohortRow,
    CohortTable,
    Comparison,
    Figures,
    Filters,
    Query,
)
from retention.rules.charts import ColumnChart, LineChart
from retention.rules.periods import Period, month_of
from retention.rules.repeats import RepeatRate

MARCH_2011 = 2011 * 12 + 2
QUERY = Query(month_of(MARCH_2011), 90, "GBP")
ASKED = Asked(QUERY)
# UCI Online Retail, March 2011, and figures about it.
MARCH: dict[str, Any] = {
    "customers_at_start": 1682,
    "kept": 1324,
    "lost": 358,
    "new": 452,
    "reactivated": 0,
    "customers_at_end": 1776,
    "purchases": 1454,
    "guest_purchases": 133,
    "repeat_purchases": 869,
    "buyers": 974,
    "new_buyers": 452,
    "currency_purchases": 1454,
    "gross_minor": 71_763_936,
    "refunds_minor": 3_437_228,
    "start_net_minor": 200_000_00,
    "lost_net_minor": 20_000_00,
    "query": QUERY,
    "data_from": date(2010, 12, 1),
    "data_until": date(2011, 12, 9),
}
FEBRUARY = MARCH | {
    "query": replace(QUERY, period=month_of(MARCH_2011 - 1)),
    "lost": 300,
    "kept": 1382,
    "gross_minor": 50_000_000,
    "data_from": date(2010, 1, 1),
}


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def march(**changed: Any) -> Figures:
    return Figures(**MARCH | changed)


def tile(key: str, now: Figures, before: Figures | None = None) -> tiles.Tile:
    return next(t for t in tiles.tiles(Comparison(now, before), ASKED) if t.key == key)


def plain(text: str) -> str:
    """A text without its links, and with common spaces."""
    return re.sub("<[^>]*>", "", text).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("key", "value", "note"),
    [
        ("churn", "21.3 %", "358 of 1,682 customers left"),
        (
            "revenue_churn",
            "10.0 %",
            "£20,000.00 of £200,000.00 that customers had brought in the 90 days before",
        ),
        ("repurchase_index", "59.8 %", "869 of 1,454 purchases by people who had bought before"),
        ("returning_rate", "53.6 %", "522 of 974 buyers had bought before the period"),
        ("average_order", "£493.56", "£717,639.36 in 1,454 purchases"),
        ("frequency", "1.36", "1,321 purchases by 974 known buyers"),
        ("buyers", "974", "452 for the first time, 522 again"),
        ("revenue", "£683,267.08", "£717,639.36 sold, £34,372.28 given back"),
        ("guest_share", "9.1 %", "133 of 1,454 purchases without a name"),
    ],
)
def test_each_tile_says_what_it_is_made_of(key: str, value: str, note: str) -> None:
    found = tile(key, march())

    assert found.value.replace("\xa0", " ") == value
    assert plain(found.note) == note
    assert found.definition is DEFINITIONS[key]
    assert found.href.startswith("/retention/lists/")


@pytest.mark.parametrize(
    ("key", "change", "tone", "before"),
    [
        ("churn", "3.4 points more", "bad", "February 2011: 17.8 %"),
        ("repurchase_index", "unchanged", "", "February 2011: 59.8 %"),
        ("average_order", "43.5 % more", "good", "February 2011: £343.88"),
        ("revenue", "46.7 % more", "good", "February 2011: £465,627.72"),
        ("frequency", "unchanged", "", "February 2011: 1.36"),
        ("guest_share", "unchanged", "", "February 2011: 9.1 %"),
    ],
)
def test_changes_say_how_much_and_whether_it_is_good(
    key: str, change: str, tone: str, before: str
) -> None:
    found = tile(key, march(), Figures(**FEBRUARY))

    assert (found.change.replace("\xa0", " "), found.tone) == (change, tone)
    assert found.before.replace("\xa0", " ") == before


def test_less_churn_is_good_and_less_revenue_is_bad() -> None:
    now = march(lost=200, kept=1482, gross_minor=40_000_000)
    before = Figures(**FEBRUARY)

    assert tile("churn", now, before).tone == "good"
    assert tile("churn", now, before).change == "5.9 points less"
    assert tile("revenue", now, before).tone == "bad"


def test_nothing_is_more_or_less_while_the_period_runs() -> None:
    now, before = march(data_until=date(2011, 3, 9)), Figures(**FEBRUARY)

    found = tiles.tiles(Comparison(now, before), ASKED)

    assert {t.tone for t in found} == {""}
    assert {t.change for t in found} == {""}
    assert all(t.before for t in found)


def test_a_running_period_is_told_as_it_stands_so_far() -> None:
    now = march(data_until=date(2011, 3, 9), new=1)
    stayed, back, new = sentence.sentences(Comparison(now, Figures(**FEBRUARY)), ASKED)

    assert plain(stayed).startswith("Of 1,682 customers you had on 1 March 2011, ")
    assert " are still with you so far: " in stayed
    assert plain(back).endswith(" have come back after a silence so far.")
    assert plain(new) == "1 has bought for the first time so far."


def test_without_a_period_before_there_is_no_change() -> None:
    assert {(t.change, t.before) for t in tiles.tiles(Comparison(march(), None), ASKED)} == {
        ("", "")
    }


def test_growth_from_nothing_has_no_per_cent() -> None:
    before = Figures(**FEBRUARY | {"buyers": 0, "new_buyers": 0})

    assert tile("buyers", march(), before).change == "unchanged"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"data_from": date(2011, 1, 1)}, "Not yet measurable"),
        ({"customers_at_start": 0, "kept": 0, "lost": 0}, "No customers at the start"),
    ],
)
def test_a_rate_that_is_none_says_why(changed: dict[str, Any], reason: str) -> None:
    found = tile("churn", march(**changed))

    assert (found.value, found.note) == ("–", reason)


def test_revenue_churn_of_nothing_brought_in() -> None:
    found = tile("revenue_churn", march(start_net_minor=0))

    assert (found.value, found.note) == ("–", "Nothing brought in on balance")


def test_the_index_is_counted_four_ways() -> None:
    found = tile("repurchase_index", march(repeat_purchases_by_period=600))

    assert [value.replace("\xa0", " ") for _label, value in found.more] == [
        "65.8 %",
        "41.3 %",
        "45.4 %",
    ]


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


def cell(k: int, active: int, *, done: bool = True, money: int = 0) -> CohortCell:
    return CohortCell(k, MARCH_2011 + k, active, money, money, money, money, done)


TABLE = CohortTable(
    CohortQuery(months=3),
    (
        CohortRow(MARCH_2011, 100, (cell(0, 100), cell(1, 34), cell(2, 4, money=9_999_99))),
        CohortRow(MARCH_2011 + 1, 3, (cell(0, 3), cell(1, 2, done=False), None)),
    ),
    (100.0, 34.0, 4.0),
)


@pytest.mark.parametrize(
    ("per_cent", "step"),
    [(0, 0), (4.9, 0), (5, 1), (15, 2), (25, 3), (35, 4), (45, 5), (59.9, 5), (60, 6), (100, 6)],
)
def test_colours_are_the_same_on_every_page(per_cent: float, step: int) -> None:
    assert heat.step_of(per_cent) == step


def test_the_heat_map_leaves_the_future_empty() -> None:
    found = heat.heat_map(TABLE, ASKED)

    assert found.heads == [1, 2]
    assert [row.size for row in found.rows] == ["100", "3"]
    first, second = found.rows
    assert [shade and (shade.value, shade.step, shade.is_running) for shade in first.cells] == [
        ("34", 3, False),
        ("4", 0, False),
    ]
    assert second.cells[1] is None
    assert second.cells[0] is not None
    assert second.cells[0].is_running
    assert found.mean == ["34", "4"]


def test_a_cell_knows_people_and_money() -> None:
    shade = heat.heat_map(TABLE, ASKED).rows[0].cells[1]

    assert shade is not None
    assert shade.says.replace("\xa0", " ") == (
        "4 of 100 customers bought in May 2011 (4.0 %) · £9,999.99 that month,"
        " £100.00 per customer so far"
    )
    assert shade.href == ("/retention/lists/cohort/?month=2011-03&window=90&cohort=2011-03&k=2")


def test_money_begins_with_the_first_month_and_is_shaded_by_its_largest() -> None:
    found = heat.heat_map(TABLE, replace(ASKED, show="money"))

    assert found.heads == [0, 1, 2]
    row = [shade for shade in found.rows[0].cells if shade]
    assert [(shade.value, shade.step) for shade in row] == [("0", 0), ("0", 0), ("100", 6)]
    assert found.mean == ["0", "0", "100"]


def test_the_mean_of_money_takes_complete_months_only() -> None:
    assert heat.mean_money(TABLE.rows, 2) == 9999.99
    assert heat.mean_money(TABLE.rows[1:], 1) is None


def test_the_newest_cohorts_have_a_mean_of_their_own() -> None:
    assert heat.newest(TABLE, 2) == TABLE

    alone = heat.newest(TABLE, 1)

    assert alone.rows == TABLE.rows[1:]
    assert alone.mean == (100.0, None, None)


def test_cohort_curves_stop_at_the_last_complete_month() -> None:
    found = heat.cohort_curves(TABLE, ASKED)

    assert len(found.lines) == 1
    assert found.lines[0].says == "March 2011, 100 customers"
    assert [says for _spot, says in found.mean_spots] == ["+1: 34.0\xa0%", "+2: 4.0\xa0%"]
    assert [k for _x, k in found.labels] == [1, 2]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("retention", LineChart), ("index", LineChart), ("purchases", ColumnChart)],
)
def test_curves_lead_to_their_months(name: str, kind: type) -> None:
    rows = [Figures(**FEBRUARY), march(data_until=date(2011, 3, 9))]

    curve = getattr(curves, f"{name}_curve")(rows, ASKED)

    assert isinstance(curve.chart, kind)
    assert [mark.href for mark in curve.marks] == [
        "/retention/?month=2011-02&window=90",
        "/retention/?month=2011-03&window=90",
    ]
    assert [mark.is_running for mark in curve.marks] == [False, True]
    assert [mark.is_asked for mark in curve.marks] == [False, True]
    assert curve.marks[1].says.endswith("(still running)")
    assert len(curve.points) == len(curve.labels) == 2


def test_a_month_that_is_not_measurable_is_a_gap_with_a_word() -> None:
    rows = [march(data_from=date(2011, 1, 1))]

    curve = curves.retention_curve(rows, ASKED)

    assert curve.points == []
    assert curve.marks[0].says == "March 2011: not yet measurable"
    assert curves.table(rows, ASKED)[0].retention == "not yet measurable"


@pytest.mark.parametrize(
    ("first", "count", "years", "minors"),
    [
        (24132, 3, {24132}, 0),
        (24131, 3, {24131, 24132}, 0),
        (24131, 13, {24132}, 9),
        (24133, 12, {24135, 24144}, 8),
        (24120, 24, {24120, 24132}, 16),
    ],
)
def test_labels_give_way_but_years_stay(
    first: int, count: int, years: set[int], minors: int
) -> None:
    numbers = list(range(first, first + count))

    assert curves.years_under(numbers) == years
    assert sum(curves.is_minor(number, count) for number in numbers) == minors


@pytest.mark.parametrize(
    ("month", "most", "expected"),
    [
        (24109, 5, range(24105, 24110)),
        (24106, 5, range(24105, 24110)),
        (24104, 5, range(24100, 24105)),
        (23000, 5, range(24100, 24101)),
        (30000, 5, range(24105, 24110)),
        (24109, 50, range(24100, 24110)),
    ],
)
def test_the_months_shown_hold_the_asked_one(month: int, most: int, expected: range) -> None:
    asked = ASKED.with_period(month_of(month))

    assert months_around(asked, range(24100, 24110), most) == expected


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
