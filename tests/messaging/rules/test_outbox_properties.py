"""What holds for every limit, cap, pause and night, whatever the numbers."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.caps import Cap, allowed_from, is_late
from messaging.rules.quiet_hours import QuietHours, first_allowed, instant_of
from messaging.rules.rates import (
    LENGTH,
    LOWEST_FACTOR,
    Limit,
    Window,
    earliest,
    lowered,
    raised,
    reserve,
    slowed,
)
from messaging.rules.replies import OPENING, Phase, Reply, Verdict, judge, too_fast, unknown_address
from messaging.rules.retries import DELAYS, SPREAD, next_try
from messaging.rules.states import (
    BORN,
    GRAPH,
    RESTING,
    WAITING,
    State,
    may_follow,
    reachable,
)

NOON = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
ZONES = ["Europe/Warsaw", "Europe/Bucharest", "Europe/London", "America/New_York", "Asia/Kathmandu"]
# Zones whose clocks change at midnight, by half an hour, and never.
ODD_ZONES = ["America/Santiago", "Australia/Lord_Howe", "UTC"]
INSTANTS = st.timedeltas(timedelta(days=-365), timedelta(days=365)).map(lambda by: NOON + by)
NIGHT = QuietHours(time(21), time(8))


# Quiet hours


@given(
    instant=INSTANTS,
    zone=st.sampled_from([*ZONES, *ODD_ZONES]),
    begin=st.integers(4, 23),
    end=st.integers(4, 23),
)
def test_nobody_is_woken_and_nobody_waits_longer_than_needed(instant, zone, begin, end):
    zone, quiet = ZoneInfo(zone), QuietHours(time(begin), time(end))

    allowed = first_allowed(instant, zone, quiet)

    assert not quiet.holds(allowed.astimezone(zone).time())
    assert instant <= allowed <= instant + timedelta(hours=25)
    assert first_allowed(allowed, zone, quiet) == allowed
    if allowed > instant:
        assert quiet.holds(instant.astimezone(zone).time())
        assert allowed.astimezone(zone).time() == quiet.end


@given(wall=st.times(), begin=st.times(), end=st.times())
def test_what_is_not_quiet_is_quiet_the_other_way_round(wall, begin, end):
    if begin == end:
        assert not QuietHours(begin, end).holds(wall)
    else:
        assert QuietHours(begin, end).holds(wall) is not QuietHours(end, begin).holds(wall)


@pytest.mark.parametrize(
    ("wall", "quiet", "is_quiet"),
    [
        (time(20, 59, 59, 999999), NIGHT, False),
        (time(21), NIGHT, True),
        (time(0), NIGHT, True),
        (time(7, 59, 59, 999999), NIGHT, True),
        (time(8), NIGHT, False),
        (time(23, 59), QuietHours(time(21), time(0)), True),
        (time(0), QuietHours(time(21), time(0)), False),
        (time(0), QuietHours(time(0), time(8)), True),
    ],
)
def test_the_edges_of_the_night(wall, quiet, is_quiet):
    assert quiet.holds(wall) is is_quiet


@pytest.mark.parametrize(
    ("instant", "zone", "quiet", "expected"),
    [
        # The hour that comes twice: its second run is past the end already.
        ("2027-10-30T21:00Z", "Europe/Warsaw", (22, 0, 2, 30), "2027-10-31T00:30Z"),
        ("2027-10-31T01:10Z", "Europe/Warsaw", (22, 0, 2, 30), "2027-10-31T01:10Z"),
        # Clocks that go forward at midnight: there is no midnight on that day in Santiago.
        ("2026-09-06T02:00Z", "America/Santiago", (20, 0, 0, 0), "2026-09-06T04:00Z"),
        # Half an hour of daylight saving, and a zone off by three quarters of an hour.
        ("2026-10-03T11:00Z", "Australia/Lord_Howe", (21, 0, 8, 0), "2026-10-03T21:00Z"),
        ("2027-01-15T16:00Z", "Asia/Kathmandu", (21, 0, 8, 0), "2027-01-16T02:15Z"),
        # Until midnight, in the last minute of a year.
        ("2026-12-31T22:59Z", "Europe/Warsaw", (21, 0, 0, 0), "2026-12-31T23:00Z"),
    ],
)
def test_nights_on_odd_clocks(instant, zone, quiet, expected):
    begin_hour, begin_minute, end_hour, end_minute = quiet
    hours = QuietHours(time(begin_hour, begin_minute), time(end_hour, end_minute))

    allowed = first_allowed(datetime.fromisoformat(instant), ZoneInfo(zone), hours)

    assert allowed == datetime.fromisoformat(expected)


@given(
    day=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    wall=st.times(),
    zone=st.sampled_from([*ZONES, *ODD_ZONES]),
)
def test_a_wall_time_is_shown_by_the_wall_unless_it_is_skipped(day, wall, zone):
    zone = ZoneInfo(zone)

    shown = instant_of(day, wall, zone).astimezone(zone)

    skipped = shown.replace(tzinfo=None) - datetime.combine(day, wall)
    assert skipped in {timedelta(0), timedelta(minutes=30), timedelta(hours=1)}
    assert shown.fold == 0


# Caps and lateness


@given(
    wishes=st.lists(st.integers(0, 500), min_size=1, max_size=40),
    amount=st.integers(1, 4),
    hours=st.integers(1, 100),
)
def test_no_window_holds_more_than_the_cap(wishes, amount, hours):
    cap, sent = Cap(amount, timedelta(hours=hours)), []
    for wish in sorted(wishes):
        now = max([NOON + timedelta(hours=wish), *sent])
        sent.append(allowed_from(sent[::-1], cap, now))

    for first in sent:
        assert sum(first <= one < first + cap.window for one in sent) <= amount


@given(earlier=st.lists(st.integers(-200, 0), max_size=9), amount=st.integers(0, 3))
def test_a_cap_frees_itself_at_the_instant_it_names(earlier, amount):
    sent, cap = [NOON + timedelta(hours=hour) for hour in earlier], Cap(amount, timedelta(days=2))

    allowed = allowed_from(sent, cap, NOON)

    assert allowed_from(sent, cap, allowed) == allowed
    if allowed > NOON:
        just_before = allowed - timedelta(microseconds=1)
        assert allowed_from(sent, cap, just_before) == allowed


@given(
    due=st.integers(-600, 0), last=st.none() | st.integers(-600, 0), late_after=st.integers(1, 300)
)
def test_late_is_counted_from_the_newer_of_the_two(due, last, late_after):
    since = max(due, due if last is None else last)

    found = is_late(
        NOON,
        newest_due=NOON + timedelta(minutes=due),
        last_sent=None if last is None else NOON + timedelta(minutes=last),
        late_after=timedelta(minutes=late_after),
    )

    assert found is (-since > late_after)


# Rates

AMOUNTS = st.integers(1, 200)
LIMITS = st.lists(
    st.builds(Limit, st.sampled_from([Window.SECOND, Window.MINUTE, Window.HOUR]), AMOUNTS),
    min_size=1,
    max_size=3,
    unique_by=lambda limit: limit.window,
)


@given(limits=LIMITS, gaps=st.lists(st.integers(0, 900), min_size=1, max_size=30))
def test_all_limits_hold_together_for_any_rhythm(limits, gaps):
    now, paid, instants = NOON, {}, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        slots, paid = reserve(limits, paid, now, wanted=200, horizon=timedelta(seconds=2))
        instants += slots

    assert instants == sorted(instants)
    for limit in limits:
        length = LENGTH[limit.window]
        for first in instants[:: max(1, len(instants) // 50)]:
            assert sum(first <= one < first + length for one in instants) <= limit.amount


@given(limits=LIMITS, wanted=st.integers(0, 50), horizon=st.integers(0, 60))
def test_slots_are_never_in_the_past_nor_beyond_the_horizon(limits, wanted, horizon):
    reach = timedelta(seconds=horizon)

    slots, paid = reserve(limits, {}, NOON, wanted=wanted, horizon=reach)

    assert len(slots) <= wanted
    assert all(NOON <= slot <= NOON + reach for slot in slots)
    assert set(paid) == ({limit.window for limit in limits} if slots else set())
    if len(slots) < wanted:
        assert earliest(limits, paid, NOON) > NOON + reach


@pytest.mark.parametrize(
    ("limit", "burst", "seconds"),
    [
        (Limit(Window.SECOND, 10), 1, 1 / 9.8),
        (Limit(Window.MINUTE, 60), 6, 60 / 54),
        (Limit(Window.HOUR, 5), 1, 3600 / 4.9),
        (Limit(Window.DAY, 1), 1, 86_400 / 0.98),
    ],
)
def test_what_goes_at_once_and_how_far_the_others_are_apart(limit, burst, seconds):
    assert limit.burst == burst
    assert limit.interval.total_seconds() == pytest.approx(seconds, abs=0.001)


def test_a_bucket_that_was_never_used_is_full_and_an_unused_one_fills_up_again():
    limits = [Limit(Window.MINUTE, 60)]
    _slots, paid = reserve(limits, {}, NOON, wanted=6, horizon=timedelta(0))

    assert earliest(limits, {}, NOON) == NOON
    assert earliest(limits, paid, NOON) > NOON
    assert earliest(limits, paid, NOON + timedelta(minutes=1)) == NOON + timedelta(minutes=1)


@given(factor=st.floats(LOWEST_FACTOR, 1), seconds=st.integers(-100, 10_000))
def test_a_share_stays_a_share(factor, seconds):
    assert LOWEST_FACTOR <= lowered(factor) <= factor
    assert factor <= raised(factor, timedelta(seconds=seconds)) <= 1


def test_slowing_keeps_the_other_limits_as_they_are():
    limits = [Limit(Window.SECOND, 20), Limit(Window.MINUTE, 100), Limit(Window.DAY, 5_000)]

    assert slowed(limits, 0.25) == [Limit(Window.SECOND, 5.0), *limits[1:]]
    assert slowed([], 0.05) == [Limit(Window.SECOND, 1.0)]


# Retries


@given(attempts=st.integers(1, len(DELAYS)), chance=st.floats(0, 1, exclude_max=True))
def test_a_retry_is_at_most_a_tenth_late(attempts, chance):
    pause = next_try(attempts, NOON, chance) - NOON

    shortest = timedelta(minutes=DELAYS[attempts - 1])
    assert shortest <= pause <= shortest * (1 + SPREAD)


def test_the_last_pauses_are_hours():
    pauses = [next_try(attempts, NOON, 0.0) - NOON for attempts in (5, 6)]

    assert pauses == [timedelta(hours=6), timedelta(hours=12)]


# Answers


@pytest.mark.parametrize("phase", sorted(OPENING))
@pytest.mark.parametrize("code", [0, 421, 454, 500, 535])
def test_trouble_before_the_mail_is_the_senders(phase, code):
    assert judge(Reply(phase, code), reused=True) is Verdict.STOP


@given(
    phase=st.sampled_from([Phase.RCPT, Phase.DATA, Phase.DOT]),
    code=st.integers(400, 599),
    reused=st.booleans(),
)
def test_an_answer_about_the_mail_is_for_now_or_for_good(phase, code, reused):
    expected = Verdict.RETRY if code < 500 else Verdict.FAILED

    assert judge(Reply(phase, code), reused=reused) is expected


@given(phase=st.sampled_from(Phase), code=st.integers(200, 299))
def test_agreement_asks_for_no_patience_and_names_no_dead_address(phase, code):
    reply = Reply(phase, code, "2.1.5 5.1.1 ok")

    assert not too_fast(reply)
    assert not unknown_address(reply)


@pytest.mark.parametrize("code", [400, 421, 450, 499])
def test_every_put_off_sender_is_asked_for_patience(code):
    assert too_fast(Reply(Phase.MAIL, code))


@pytest.mark.parametrize(
    ("phase", "code"), [(Phase.MAIL, 550), (Phase.MAIL, 0), (Phase.DATA, 451), (Phase.DOT, 0)]
)
def test_other_troubles_do_not_slow_the_sender(phase, code):
    assert not too_fast(Reply(phase, code))


# States


def test_waiting_resting_and_the_rest_are_apart():
    assert {State.QUEUED, State.RETRY} == WAITING
    assert set(State) - RESTING - WAITING == {State.CLAIMED, State.ATTEMPTING}
    assert reachable(GRAPH, BORN) == set(State)
    assert reachable(GRAPH, frozenset({State.SENT})) == {State.SENT}


@pytest.mark.parametrize("after", [State.CLAIMED, State.SUPPRESSED, State.EXPIRED])
@pytest.mark.parametrize("before", sorted(WAITING))
def test_what_waits_goes_or_ends(before, after):
    assert may_follow(before, after)


@pytest.mark.parametrize("state", sorted(set(State) - {State.ATTEMPTING, State.UNCERTAIN}))
def test_only_what_was_attempted_is_sent(state):
    assert not may_follow(state, State.SENT)
