from datetime import UTC, datetime, timedelta

import pytest

from messaging.rules.caps import Cap, allowed_from, is_late

SEVEN = datetime(2027, 1, 16, 7, 0, tzinfo=UTC)
DAILY = Cap(1, timedelta(hours=24))


def test_one_a_day_waits_for_the_same_second_tomorrow():
    assert allowed_from([SEVEN], DAILY, SEVEN) == SEVEN + timedelta(days=1)
    assert allowed_from([SEVEN], DAILY, SEVEN + timedelta(days=1)) == SEVEN + timedelta(days=1)


def test_with_several_allowed_the_oldest_that_counts_decides():
    sent = [SEVEN - timedelta(days=days) for days in (1, 3, 6, 9)]

    assert allowed_from(sent, Cap(3, timedelta(days=7)), SEVEN) == SEVEN + timedelta(days=1)
    assert allowed_from(sent, Cap(4, timedelta(days=7)), SEVEN) == SEVEN


def test_ninety_days_are_exact():
    sent = datetime(2027, 1, 1, 10, 0, tzinfo=UTC)
    cap = Cap(1, timedelta(days=90))
    free = datetime(2027, 4, 1, 10, 0, tzinfo=UTC)

    assert allowed_from([sent], cap, free - timedelta(seconds=1)) == free
    assert allowed_from([sent], cap, free) == free


def test_no_cap_holds_nothing_back():
    assert allowed_from([SEVEN] * 50, Cap(0, timedelta(days=1)), SEVEN) == SEVEN


@pytest.mark.parametrize(
    ("minutes", "last_sent", "late"),
    [
        (119, None, False),
        (120, None, False),
        (121, None, True),
        # Slow, but at work: the last one went out a minute ago.
        (600, 599, False),
        (600, 470, True),
    ],
)
def test_standing_still_is_late_and_slow_is_not(minutes, last_sent, late):
    sent_at = None if last_sent is None else SEVEN + timedelta(minutes=last_sent)

    assert (
        is_late(
            SEVEN + timedelta(minutes=minutes),
            newest_due=SEVEN,
            last_sent=sent_at,
            late_after=timedelta(hours=2),
        )
        is late
    )


def test_what_waited_for_the_morning_is_not_late_in_the_morning():
    assert not is_late(
        SEVEN,
        newest_due=SEVEN,
        last_sent=SEVEN - timedelta(hours=11),
        late_after=timedelta(hours=2),
    )
