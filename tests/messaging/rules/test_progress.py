"""When a mailing ends: by its rate, its limits and the night, or not said."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.progress import finished_at, last_slot
from messaging.rules.quiet_hours import QuietHours
from messaging.rules.rates import Limit, Window, reserve

NOON = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")
NIGHT = QuietHours(time(21), time(8))


def ends(**changes):
    asked = {
        "now": NOON,
        "left": 120,
        "a_minute": 60,
        "limits": [],
        "paid": {},
        "quiet": None,
        "zone": WARSAW,
    }
    return finished_at(**(asked | changes))


def test_the_last_of_120_at_60_a_minute():
    last = last_slot([Limit(Window.MINUTE, 60)], {}, NOON, 120)

    assert (last - NOON).total_seconds() == pytest.approx(126.67, abs=0.01)


@given(
    limits=st.lists(
        st.builds(Limit, st.sampled_from(list(Window)), st.integers(1, 300)),
        max_size=3,
        unique_by=lambda limit: limit.window,
    ),
    number=st.integers(1, 60),
)
def test_the_last_slot_is_never_later_than_the_one_that_is_given_out(limits, number):
    slots, _paid = reserve(limits, {}, NOON, wanted=number, horizon=timedelta(days=400))

    found = last_slot(limits, {}, NOON, number)

    assert found <= slots[-1] + timedelta(milliseconds=1)
    if len(limits) == 1:
        assert abs(found - slots[-1]) < timedelta(milliseconds=1)


def test_the_rate_of_the_last_minute_counts():
    assert ends() == NOON + timedelta(minutes=2)
    assert ends(left=0, a_minute=0) == NOON


def test_a_limit_that_is_slower_counts_more():
    hour = [Limit(Window.HOUR, 100)]

    assert ends(limits=hour) > NOON + timedelta(hours=1)


def test_without_a_rate_nobody_knows_unless_a_limit_is_used_up():
    hour = [Limit(Window.HOUR, 100)]
    used = {Window.HOUR: NOON + timedelta(hours=1)}

    assert ends(a_minute=0) is None
    assert ends(a_minute=0, limits=hour) is None
    assert ends(a_minute=0, limits=hour, paid=used) is not None


def test_the_night_is_left_out():
    evening = datetime(2027, 1, 15, 19, 30, tzinfo=UTC)  # 20:30 in Warsaw

    ended = ends(now=evening, left=7200, a_minute=60, quiet=NIGHT)

    # Half an hour before the night, an hour and a half after 08:00. Looked at hour by hour, so
    # that up to an hour may be counted into the night.
    assert ended is not None
    assert (
        datetime(2027, 1, 16, 8, 0, tzinfo=UTC) <= ended <= datetime(2027, 1, 16, 9, 0, tzinfo=UTC)
    )
