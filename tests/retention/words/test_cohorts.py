"""The heat map of cohorts and their curves: cells, shades, means."""

from dataclasses import replace

import pytest

from retention.pages import cohort_curves, heat
from retention.reports import CohortCell, CohortQuery, CohortRow, CohortTable
from tests.retention.words.march import ASKED, MARCH_2011


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
    assert [mean.value for mean in found.mean] == ["34", "4"]


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
    assert [mean.value for mean in found.mean] == ["0", "0", "100"]


def test_the_mean_of_money_takes_complete_months_only() -> None:
    assert heat.mean_money(TABLE.rows, 2) == 9999.99
    assert heat.mean_money(TABLE.rows[1:], 1) is None


def test_a_mean_opens_the_people_it_is_the_mean_of() -> None:
    address = "/retention/lists/cohort/?month=2011-03&window=90&cohort=2011-03&last="

    found = heat.heat_map(TABLE, ASKED).mean
    assert [mean.href for mean in found] == [f"{address}2011-03&k={k}" for k in (1, 2)]
    money = heat.heat_map(TABLE, replace(ASKED, show="money")).mean
    assert [mean.href for mean in money] == [f"{address}2011-{last}" for last in ("04", "03", "03")]
    curves = cohort_curves.cohort_curves(TABLE, ASKED)
    assert [href for _spot, _says, href in curves.mean_spots] == [mean.href for mean in found]


def test_the_newest_cohorts_have_a_mean_of_their_own() -> None:
    assert heat.newest(TABLE, 2) == TABLE

    alone = heat.newest(TABLE, 1)

    assert alone.rows == TABLE.rows[1:]
    assert alone.mean == (100.0, None, None)


def test_cohort_curves_stop_at_the_last_complete_month() -> None:
    found = cohort_curves.cohort_curves(TABLE, ASKED)

    assert len(found.lines) == 1
    assert found.lines[0].says == "March 2011, 100 customers"
    assert [says for _spot, says, _href in found.mean_spots] == ["+1: 34.0\xa0%", "+2: 4.0\xa0%"]
    assert [k for _x, k in found.labels] == [1, 2]


def test_curves_of_customers_have_no_mean() -> None:
    found = cohort_curves.cohort_curves(TABLE, replace(ASKED, show="customers"))

    assert [line.chart.solid for line in found.lines] == ["M30 61.1 L970 236.6"]
    assert (found.mean.solid, found.mean_spots) == ("", [])
    assert [label for _y, label in found.scale] == ["0", "10", "20", "30", "40"]
    assert found.about == "How many of each cohort bought, by months since their first purchase"


def test_curves_of_money_begin_with_the_first_month() -> None:
    found = cohort_curves.cohort_curves(TABLE, replace(ASKED, show="money"))

    assert [k for _x, k in found.labels] == [0, 1, 2]
    assert [line.says for line in found.lines] == [
        "March 2011, 100 customers",
        "April 2011, 3 customers",
    ]
    assert [says for _spot, says, _href in found.mean_spots] == [
        "+0: £0.00",
        "+1: £0.00",
        "+2: £100.00",
    ]
    assert [label for _y, label in found.scale] == ["0", "25", "50", "75", "100"]
    assert found.about.endswith("less refunds, per customer")
