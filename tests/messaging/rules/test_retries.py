from datetime import UTC, datetime, timedelta

import pytest

from messaging.rules.retries import DELAYS, next_try

TEN = datetime(2027, 1, 15, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120)])
def test_the_pauses_grow(attempts, minutes):
    assert next_try(attempts, TEN, 0.0) == TEN + timedelta(minutes=minutes)


def test_after_the_last_pause_it_gives_up():
    assert next_try(len(DELAYS), TEN, 0.0) is not None
    assert next_try(len(DELAYS) + 1, TEN, 0.0) is None
    assert next_try(0, TEN, 0.0) is None


def test_those_refused_together_come_back_apart():
    assert next_try(3, TEN, 0.5) == TEN + timedelta(minutes=31.5)
