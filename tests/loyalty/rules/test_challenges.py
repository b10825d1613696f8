"""How far a challenge is: numbers worked out by hand, and what holds for any purchases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.challenges import Buy, Every, Kind, Progress, Task, period_of, progress

MAY = Task(kind=Kind.COUNT, target=3, first=date(2027, 5, 1), last=date(2027, 5, 31))


def buy(day, value=1_000, hour=12, pk=0):
    on = date.fromisoformat(day)
    return Buy(datetime(on.year, on.month, on.day, hour, tzinfo=UTC), pk, on, value)


def test_three_purchases_in_may():
    bought = [buy("2027-04-30"), buy("2027-05-01"), buy("2027-05-31", hour=20), buy("2027-06-01")]
    assert progress(MAY, bought) == Progress(2)
    third = buy("2027-05-07")
    assert progress(MAY, [*bought, third]) == Progress(3, buy("2027-05-31", hour=20).at)


def test_what_was_given_back_whole_counts_for_nothing():
    bought = [buy("2027-05-01"), buy("2027-05-02", 0), buy("2027-05-03")]
    assert progress(MAY, bought) == Progress(2)


def test_spending_500_in_june():
    june = Task(kind=Kind.SUM, target=50_000, first=date(2027, 6, 1), last=date(2027, 6, 30))
    bought = [buy("2027-06-02", 30_000), buy("2027-06-20", 19_999)]
    assert progress(june, bought) == Progress(49_999)
    assert progress(june, [*bought, buy("2027-06-21", 1)]).done_at == buy("2027-06-21").at


@pytest.mark.parametrize(
    ("days", "value"),
    [
        (["2027-05-03", "2027-05-10", "2027-05-17", "2027-05-24"], 4),
        (["2027-05-09", "2027-05-10", "2027-05-24", "2027-05-31"], 2),  # a week without between
        (["2027-05-03", "2027-05-04", "2027-05-05"], 1),
        (["2027-05-03", "2027-05-10", "2027-05-24"], 2),
        ([], 0),
    ],
)
def test_a_purchase_in_each_of_four_weeks_running(days, value):
    task = replace(MAY, kind=Kind.STREAK, target=4)
    found = progress(task, [buy(day) for day in days])
    assert found.value == value
    assert (found.done_at is not None) == (value == 4)


def test_months_running_go_through_the_new_year():
    task = Task(
        kind=Kind.STREAK,
        target=3,
        every=Every.MONTH,
        first=date(2026, 11, 1),
        last=date(2027, 4, 30),
    )
    days = ["2026-11-30", "2026-12-01", "2027-01-31", "2027-03-01"]
    assert progress(task, [buy(day) for day in days]) == Progress(3, buy("2027-01-31").at)


DAYS = st.integers(0, 120).map(lambda days: date(2027, 4, 1) + timedelta(days=days))
BUYS = st.lists(
    st.builds(
        lambda day, value, hour, pk: buy(day.isoformat(), value, hour, pk),
        DAYS,
        st.integers(0, 50_000),
        st.integers(0, 23),
        st.integers(0, 9),
    ),
    max_size=12,
    unique_by=lambda one: (one.at, one.pk),
)
TASKS = st.builds(
    lambda kind, target, every: replace(MAY, kind=kind, target=target, every=every),
    st.sampled_from(Kind),
    st.integers(1, 6),
    st.sampled_from(Every),
)


@given(BUYS, TASKS, st.randoms())
def test_arrival_order_does_not_matter(bought, task, chance):
    shuffled = list(bought)
    chance.shuffle(shuffled)
    assert progress(task, shuffled) == progress(task, bought)


@given(BUYS, TASKS)
def test_it_is_done_exactly_when_the_target_is_reached(bought, task):
    found = progress(task, bought)
    assert (found.done_at is not None) == (found.value >= task.target)
    if found.done_at:
        before = [one for one in bought if one.at < found.done_at]
        assert progress(task, before).done_at is None


@given(BUYS, TASKS)
def test_streaks_against_counting_every_run(bought, task):
    streak = replace(task, kind=Kind.STREAK)
    inside = {
        period_of(one.day, streak.every)
        for one in bought
        if one.value and streak.first <= one.day <= streak.last
    }
    runs = [sum(1 for _ in _run(inside, start)) for start in inside]
    assert progress(streak, bought).value == max(runs, default=0)


def _run(periods, start):
    while start in periods:
        yield start
        start += 1
