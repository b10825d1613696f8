"""Limits hold in every window, and are used up to almost the whole."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.rules.rates import (
    LENGTH,
    LOWEST_FACTOR,
    Limit,
    Window,
    lowered,
    raised,
    reserve,
    slowed,
)

NOON = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)


def sent(limits, seconds, step=0.5):
    """The instants of all messages that a greedy sender gets through."""
    instants, paid, now = [], {}, NOON
    end = NOON + timedelta(seconds=seconds)
    while now < end:
        slots, paid = reserve(limits, paid, now, wanted=1000, horizon=timedelta(seconds=step))
        instants += [slot for slot in slots if slot < end]
        now += timedelta(seconds=step)
    return instants


def most_in_any(instants, window):
    return max(
        bisect_left(instants, first + window) - place for place, first in enumerate(instants)
    )


def test_fourteen_a_second_for_a_minute():
    instants = sent([Limit(Window.SECOND, 14)], 60)

    assert 815 <= len(instants) <= 840
    assert most_in_any(instants, timedelta(seconds=1)) == 14


@settings(deadline=None)
@given(
    amount=st.integers(1, 400),
    window=st.sampled_from([Window.SECOND, Window.MINUTE, Window.HOUR]),
)
def test_no_window_ever_holds_more_than_the_limit(amount, window):
    length = LENGTH[window]
    instants = sent([Limit(window, amount)], length.total_seconds() * 2.5, length.seconds / 7)

    assert 1 <= most_in_any(instants, length) <= amount


@pytest.mark.parametrize(
    ("amount", "window", "seconds", "fullest"),
    [
        (1, Window.MINUTE, 61.22, 1),
        (2, Window.MINUTE, 30.61, 2),
        (2, Window.HOUR, 1836.73, 2),
        (3, Window.HOUR, 1224.49, 3),
        (10, Window.HOUR, 367.35, 10),
        (60, Window.MINUTE, 1.11, 60),
        (14, Window.SECOND, 0.07, 14),
    ],
)
def test_small_limits_are_used_up_to_the_last_message(amount, window, seconds, fullest):
    limit = Limit(window, amount)
    length = LENGTH[window]
    instants = sent([limit], length.total_seconds() * 4, length.total_seconds() / 6)

    assert limit.interval.total_seconds() == pytest.approx(seconds, abs=0.01)
    assert most_in_any(instants, length) == fullest


@given(amount=st.integers(1, 5000), window=st.sampled_from(list(Window)))
def test_a_window_is_at_most_one_message_and_two_per_cent_short(amount, window):
    limit = Limit(window, amount)

    assert limit.burst + limit.refill < amount + 1
    assert limit.refill >= max(amount - limit.burst, 0.98 * (amount - limit.burst + 1)) - 1e-9


def test_the_tightest_limit_rules():
    instants = sent([Limit(Window.SECOND, 50), Limit(Window.MINUTE, 60)], 120)

    assert most_in_any(instants, timedelta(minutes=1)) <= 60
    assert len(instants) > 100


def test_without_limits_all_may_go_at_once():
    slots, paid = reserve([], {}, NOON, wanted=3, horizon=timedelta(0))

    assert slots == [NOON] * 3
    assert paid == {}


def test_a_day_that_is_used_up_gives_no_slot():
    limit = Limit(Window.DAY, 10)
    _slots, paid = reserve([limit], {}, NOON, wanted=10, horizon=timedelta(days=2))

    slots, after = reserve([limit], paid, NOON, wanted=5, horizon=timedelta(hours=1))

    assert slots == []
    assert after == paid


def test_the_rate_falls_by_halves_and_climbs_by_twentieths():
    assert lowered(1.0) == 0.5
    assert lowered(LOWEST_FACTOR) == LOWEST_FACTOR
    assert raised(0.5, timedelta(seconds=29)) == 0.5
    assert raised(0.5, timedelta(seconds=60)) == pytest.approx(0.6)
    assert raised(0.9, timedelta(hours=1)) == 1.0


def test_a_slowed_sender_has_a_limit_per_second():
    hour = Limit(Window.HOUR, 100)

    assert slowed([hour], 1.0) == [hour]
    assert slowed([hour], 0.5) == [Limit(Window.SECOND, 10.0), hour]
    assert slowed([Limit(Window.SECOND, 14)], 0.5) == [Limit(Window.SECOND, 7.0)]
