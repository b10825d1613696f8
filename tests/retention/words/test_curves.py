"""Curves over the months, their labels and their gaps."""

from datetime import date

import pytest

from retention.pages import curves
from retention.pages.asked import months_around
from retention.reports import Figures
from retention.rules.charts import ColumnChart, LineChart
from retention.rules.periods import month_of
from tests.retention.words.march import ASKED, FEBRUARY, march


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
