"""Periods, cohorts, repeats, sets and running sums: the rules without a database."""

import sqlite3
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.rules import cohorts, periods, repeats
from retention.rules.active import active_at
from retention.rules.periods import Period, month_of
from retention.rules.sets import set_figures
from retention.rules.spans import Spans

FEBRUARY_2011 = 2011 * 12 + 1


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        ("2011-03-01", "2011-04-01", ("2011-02-01", "2011-03-01")),
        ("2011-01-01", "2012-01-01", ("2010-01-01", "2011-01-01")),
        ("2011-04-01", "2011-07-01", ("2011-01-01", "2011-04-01")),
        ("2011-03-10", "2011-03-20", ("2011-02-28", "2011-03-10")),
        ("2011-03-01", "2011-03-31", ("2011-01-30", "2011-03-01")),
    ],
)
def test_the_period_before(start: str, end: str, before: tuple[str, str]) -> None:
    period = Period(date.fromisoformat(start), date.fromisoformat(end))

    assert period.previous() == Period(*(date.fromisoformat(day) for day in before))


def test_nothing_is_before_year_one() -> None:
    assert Period(date(1, 1, 5), date(1, 2, 20)).previous() is None
    assert Period(date(1, 1, 1), date(1, 2, 1)).previous() is None


def test_a_period_has_days() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Period(date(2011, 3, 1), date(2011, 3, 1))


def test_calendar_months_of_a_period() -> None:
    assert month_of(FEBRUARY_2011) == Period(date(2011, 2, 1), date(2011, 3, 1))
    assert month_of(FEBRUARY_2011).month == FEBRUARY_2011
    assert month_of(FEBRUARY_2011).days == 28
    quarter = Period(date(2011, 1, 1), date(2011, 4, 1))
    assert (quarter.month, list(quarter.months or [])) == (
        None,
        [FEBRUARY_2011 - 1, FEBRUARY_2011, FEBRUARY_2011 + 1],
    )
    assert Period(date(2011, 1, 2), date(2011, 2, 1)).months is None


def test_days_past_the_calendar_belong_to_its_last_month() -> None:
    december = 9999 * 12 + 11

    assert periods.month_of_day(9_999_999) == december
    assert periods.first_day(december + 1) == date.max.toordinal() + 1
    assert periods.first_day(december) == date(9999, 12, 1).toordinal()


@pytest.mark.parametrize(
    ("last", "begun", "complete"),
    [
        (date(2011, 1, 31), False, False),
        (date(2011, 2, 1), True, False),
        (date(2011, 2, 27), True, False),
        (date(2011, 2, 28), True, True),
    ],
)
def test_the_data_decide_whether_a_month_has_begun(
    last: date, *, begun: bool, complete: bool
) -> None:
    day = last.toordinal()

    assert cohorts.has_begun(month=FEBRUARY_2011, last_day=day) is begun
    assert cohorts.is_complete(month=FEBRUARY_2011, last_day=day) is complete


def test_the_mean_is_weighted_by_size() -> None:
    assert cohorts.weighted_mean([(400, 800), (0, 3)]) == 100 * 400 / 803
    assert cohorts.weighted_mean([]) is None


@pytest.mark.parametrize(
    ("days", "horizon", "expected"),
    [
        (0, 30, True),
        (30, 30, True),
        (31, 30, False),
        (31, None, True),
        (None, None, False),
        (None, 30, False),
    ],
)
def test_who_came_back(days: int | None, horizon: int | None, *, expected: bool) -> None:
    assert repeats.came_back(days_to_second=days, horizon=horizon) is expected


def test_only_passed_horizons_count() -> None:
    assert repeats.latest_first_day(horizon=30, last_day=1030) == 1000
    assert repeats.RepeatRate(30, 8, 2).rate == 25.0
    assert repeats.RepeatRate(30, 0, 0).rate is None


def test_the_sets_of_april_2011() -> None:
    assert set_figures(start=1776, lost=246, end=1891, new=300) == {
        "customers_at_start": 1776,
        "kept": 1530,
        "lost": 246,
        "new": 300,
        "reactivated": 61,
        "customers_at_end": 1891,
    }


def test_the_worked_running_sum() -> None:
    assert active_at([(10, 5)], [(40, 5)], [10, 11, 40, 41]) == [0, 5, 5, 0]
    assert active_at([], [], [10]) == [0]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), max_size=12),
    st.integers(1, 50),
)
def test_the_running_sum_counts_windows(gaps: list[tuple[int, int]], window: int) -> None:
    rows = [(day, day + gap) for day, gap in gaps]
    starts = list(range(0, 150, 7))

    found = active_at(
        [(day, 1) for day, _next in rows],
        [(min(following, day + window), 1) for day, following in rows],
        starts,
    )

    assert found == [
        sum(start - window <= day < start <= following for day, following in rows)
        for start in starts
    ]


def test_spans_have_bits() -> None:
    spans = Spans.between([30, 10, 20, 20])

    assert spans.edges == (10, 20, 30)
    assert (spans.mask(10, 20), spans.mask(20, 30), spans.mask(10, 30)) == (1, 2, 3)
    assert spans.bit_of("day") == "CASE WHEN day < 20 THEN 1 ELSE 2 END"


def test_spans_refuse_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="1 edges"):
        Spans.between([5])
    with pytest.raises(ValueError, match="64 edges"):
        Spans.between(range(64))
    with pytest.raises(ValueError, match="edges"):
        Spans.between([10, 20, 30]).mask(15, 30)


@given(st.sets(st.integers(0, 500), min_size=2, max_size=63), st.data())
def test_a_bit_is_in_the_mask_of_its_days(edges: set[int], data: st.DataObject) -> None:
    spans = Spans.between(edges)
    low, high = sorted(data.draw(st.lists(st.sampled_from(sorted(edges)), min_size=2, max_size=2)))
    day = data.draw(st.integers(spans.low, spans.high - 1))

    bit = evaluated(spans.bit_of("day"), day)

    assert bool(bit & spans.mask(low, high)) == (low <= day < high)


def evaluated(text: str, day: int) -> int:
    with sqlite3.connect(":memory:") as database:
        return int(database.execute(f"SELECT {text} FROM (SELECT ? AS day)", [day]).fetchone()[0])
