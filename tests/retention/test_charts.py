"""Where ticks, points, lines and columns stand, to the tenth of a pixel."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.rules.charts import (
    Column,
    LineChart,
    Plane,
    Spot,
    Tick,
    across,
    column_chart,
    coordinate,
    ground,
    line_chart,
    nice_step,
    path,
    runs,
    scale_of,
    ticks,
)

PLANE = Plane(height=200, top=20, bottom=30, pad=5.0)
values = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("number", "text"),
    [(12.34, "12.3"), (12.0, "12"), (-0.04, "0"), (0, "0"), (99.96, "100"), (-3.25, "-3.2")],
)
def test_coordinates_are_short_and_have_a_point(number: float, text: str) -> None:
    assert coordinate(number) == text


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [(12, 4, 5), (100, 4, 25), (3, 3, 1), (2769, 3, 1000), (0.3, 3, 0.1), (1, 4, 0.25), (7, 4, 2)],
)
def test_steps_are_round(span: float, most: int, step: float) -> None:
    assert nice_step(span, most) == pytest.approx(step)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (78.7, 90.7, 4, (75, 80, 85, 90, 95)),
        (0, 100, 4, (0, 25, 50, 75, 100)),
        (0, 2769, 3, (0, 1000, 2000, 3000)),
        (-5, 20, 4, (-10, 0, 10, 20)),
        (0, 0, 4, (0, 0.25, 0.5, 0.75, 1)),
        (100, 100, 4, (90, 92.5, 95, 97.5, 100)),
        (0.1, 0.3, 2, (0.1, 0.2, 0.3)),
    ],
)
def test_ticks_are_round_and_hold_both_ends(
    low: float, high: float, most: int, expected: tuple[float, ...]
) -> None:
    assert ticks(low, high, most) == expected


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e9), st.integers(1, 6))
def test_any_ticks_hold_their_ends_evenly(low: float, span: float, most: int) -> None:
    marks = ticks(low, low + span, most)

    assert marks[0] <= low + span * 1e-6
    assert marks[-1] >= low + span * (1 - 1e-6)
    gaps = [b - a for a, b in pairwise(marks)]
    assert all(math.isclose(gap, gaps[0], rel_tol=1e-6, abs_tol=1e-9) for gap in gaps)
    assert len(marks) <= most + 2


@pytest.mark.parametrize(
    ("known", "zero", "expected"),
    [
        ([], False, (0, 0.25, 0.5, 0.75, 1)),
        ([None, None], True, (0, 0.25, 0.5, 0.75, 1)),
        ([0.0], True, (0, 0.25, 0.5, 0.75, 1)),
        ([80.0, None, 92.0], False, (80, 85, 90, 95)),
        ([80.0, None, 92.0], True, (0, 25, 50, 75, 100)),
    ],
)
def test_scales_hold_what_is_known(
    known: list[float | None], zero: bool, expected: tuple[float, ...]
) -> None:
    assert scale_of(known, zero=zero) == expected


def test_points_are_spread_evenly_between_the_pads() -> None:
    assert across(1, 3) == [50]
    assert across(3, 3) == [3, 50, 97]
    assert across(5, 10) == [10, 30, 50, 70, 90]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([], []),
        ([None], []),
        ([1.0, 2.0], [[0, 1]]),
        ([5.0, None, 7.0, 8.0], [[0], [2, 3]]),
        ([None, 0.0, None], [[1]]),
    ],
)
def test_gaps_part_the_line(row: list[float | None], expected: list[list[int]]) -> None:
    assert list(runs(row)) == expected


def test_a_line_needs_two_places() -> None:
    assert path([]) == path([(1, 2)]) == ground([(1, 2)], 9) == ""
    assert path([(1, 2), (3.06, 4.04)]) == "M10 2 L30.6 4"
    assert ground([(1, 2), (3, 4)], 9) == "M10 2 L30 4 L30 9 L10 9 Z"


def test_a_whole_line() -> None:
    chart = line_chart([80, 90, 85], [False, False, False], PLANE)

    assert chart == LineChart(
        ticks=(
            Tick(80.0, "170"),
            Tick(82.5, "132.5"),
            Tick(85.0, "95"),
            Tick(87.5, "57.5"),
            Tick(90.0, "20"),
        ),
        spots=(
            Spot(0, "5", "170", False),
            Spot(1, "50", "20", False),
            Spot(2, "95", "95", False),
        ),
        columns=("5", "50", "95"),
        solid="M50 170 L500 20 L950 95",
        dashed="",
        area="M50 170 L500 20 L950 95 L950 170 L50 170 Z",
        hatch="",
    )


def test_a_gap_is_no_zero_and_the_running_month_is_dashed() -> None:
    chart = line_chart([None, 80, None, 80, 90, 85], [*[False] * 5, True], PLANE)

    assert [spot.index for spot in chart.spots] == [1, 3, 4, 5]
    assert chart.solid == "M590 170 L770 20"
    assert chart.dashed == "M770 20 L950 95"
    assert chart.area == "M590 170 L770 20 L770 170 L590 170 Z"
    assert chart.hatch == "M770 20 L950 95 L950 170 L770 170 Z"
    assert [spot.is_running for spot in chart.spots] == [False, False, False, True]


def test_a_running_month_after_a_gap_is_a_point_alone() -> None:
    chart = line_chart([80, None, 85], [False, False, True], PLANE)

    assert (chart.solid, chart.dashed, chart.hatch) == ("", "", "")
    assert [spot.index for spot in chart.spots] == [0, 2]


def test_nothing_known_draws_nothing() -> None:
    chart = line_chart([None, None], [False, True], PLANE)

    assert chart.spots == ()
    assert chart.columns == ("5", "95")
    assert [tick.value for tick in chart.ticks] == [0, 0.25, 0.5, 0.75, 1]


def test_charts_may_share_a_scale() -> None:
    chart = line_chart([50], [False], PLANE, scale=(0, 50, 100))

    assert [tick.y for tick in chart.ticks] == ["170", "95", "20"]
    assert chart.spots == (Spot(0, "50", "95", False),)


def test_columns_stand_on_zero() -> None:
    chart = column_chart([100, None, 50], [False, False, True], PLANE)

    assert [tick.value for tick in chart.ticks] == [0, 50, 100]
    assert chart.zero == "170"
    assert chart.columns == (
        Column(0, "9.5", "21", "20", "20", "150", False),
        Column(2, "69.5", "21", "80", "95", "75", True),
    )


def test_columns_below_zero_hang_from_it() -> None:
    chart = column_chart([-50, 100], [False, False], PLANE)

    assert [tick.value for tick in chart.ticks] == [-50, 0, 50, 100]
    assert chart.zero == "120"
    assert [(column.y, column.height) for column in chart.columns] == [("120", "50"), ("20", "100")]


@given(values)
def test_nothing_is_drawn_outside_the_plane(row: list[float | None]) -> None:
    running = [False] * (len(row) - 1) + [True]

    line, columns = line_chart(row, running, PLANE), column_chart(row, running, PLANE)

    known = sum(value is not None for value in row)
    assert len(line.spots) == len(columns.columns) == known
    assert all(19.9 <= float(spot.y) <= 170.1 for spot in line.spots)
    assert all(5 <= float(spot.x) <= 95 for spot in line.spots)
    for column in columns.columns:
        assert float(column.y) >= 19.9
        assert float(column.y) + float(column.height) <= 170.2
        assert 0 <= float(column.x) <= 100 - float(column.width)
