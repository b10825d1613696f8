"""The clocks of a case: the worked numbers of the research, and any log."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.rules.business_time import Calendar, Window, time_between
from support.rules.clocks import (
    Targets,
    clocks_of,
    cycles_of,
    time_to_resolve,
    time_to_respond,
)
from support.rules.states import OPEN_STATES, Entry, State, Step, may_step, state_after

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = (Window(540, 1020),)
CALENDAR = Calendar(WARSAW, (OFFICE,) * 5 + ((), ()))
MINUTE = timedelta(minutes=1)
TARGETS = Targets(60 * MINUTE, 120 * MINUTE, 480 * MINUTE)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


def log(*steps):
    """Entries from (step, instant) or (step, instant, number of the entry that it reverses)."""
    return [
        Entry(number, at(step[1]), Step(step[0]), step[2] if len(step) > 2 else None)
        for number, step in enumerate(steps, start=1)
    ]


PAUSED = [
    ("received", "2026-03-27T16:00"),
    ("taken", "2026-03-27T16:20"),
    ("responded", "2026-03-27T16:25"),
    ("asked", "2026-03-27T16:30"),
]


def test_waiting_for_the_customer_has_no_due_time():
    clocks = clocks_of(log(*PAUSED), CALENDAR, TARGETS)

    assert clocks.due_resolve is None
    assert clocks.waiting_since == at("2026-03-27T16:30")
    assert clocks.responded_at == clocks.acknowledged_at == at("2026-03-27T16:25")
    (cycle,) = cycles_of(log(*PAUSED))
    left = TARGETS.resolve - cycle.used(CALENDAR, at("2026-03-30T12:00"))
    assert left == 450 * MINUTE


def test_what_is_left_runs_on_after_the_answer():
    entries = log(*PAUSED, ("resumed", "2026-03-31T11:00"))
    assert clocks_of(entries, CALENDAR, TARGETS).due_resolve == at("2026-04-01T10:30")
    resolved = log(*PAUSED, ("resumed", "2026-03-31T11:00"), ("resolved", "2026-04-01T10:20"))
    assert time_to_resolve(resolved, CALENDAR, at("2026-05-01T12:00")) == 470 * MINUTE


def test_resolved_while_waiting_the_pause_ends_first():
    entries = log(*PAUSED, ("resolved", "2026-03-31T12:00"))

    assert time_to_resolve(entries, CALENDAR, at("2026-05-01T12:00")) == 30 * MINUTE
    assert clocks_of(entries, CALENDAR, TARGETS).resolved_at == at("2026-03-31T12:00")


REOPENED = [
    ("received", "2026-05-04T09:00"),
    ("responded", "2026-05-04T10:30"),
    ("taken", "2026-05-04T10:30"),
    ("resolved", "2026-05-05T12:00"),
    ("reopened", "2026-05-07T09:00"),
    ("resolved", "2026-05-07T14:00"),
]


def test_each_cycle_has_a_fresh_time_and_they_add_up():
    entries = log(*REOPENED)

    assert time_to_respond(entries, CALENDAR) == 90 * MINUTE
    assert time_to_resolve(entries, CALENDAR, at("2026-06-01T12:00")) == 960 * MINUTE
    assert clocks_of(entries, CALENDAR, TARGETS).cycles == 2
    running = clocks_of(log(*REOPENED[:-1]), CALENDAR, TARGETS)
    assert running.due_resolve == at("2026-05-07T17:00")
    assert running.due_respond is None, "a reopening asks for no first response"


def test_only_thanks_undoes_the_reopening():
    entries = log(*REOPENED, ("reopened", "2026-05-08T10:00"), ("thanked", "2026-05-08T10:05", 7))

    clocks = clocks_of(entries, CALENDAR, TARGETS)
    assert (clocks.resolved_at, clocks.cycles) == (at("2026-05-07T14:00"), 2)
    assert time_to_resolve(entries, CALENDAR, at("2026-06-01T12:00")) == 960 * MINUTE
    assert state_after(entries) is State.RESOLVED


def test_a_merged_case_stands_still_and_comes_back_as_it_was():
    entries = log(*PAUSED, ("merged", "2026-03-30T10:00"))
    assert state_after(entries) is State.MERGED
    assert clocks_of(entries, CALENDAR, TARGETS).due_resolve is None
    again = log(*PAUSED, ("merged", "2026-03-30T10:00"), ("unmerged", "2026-03-30T12:00", 5))
    assert state_after(again) is State.WAITING
    assert clocks_of(again, CALENDAR, TARGETS) == clocks_of(log(*PAUSED), CALENDAR, TARGETS)


def test_an_automatic_mail_acknowledges_and_is_no_response():
    entries = log(("received", "2026-05-04T09:00"), ("acknowledged", "2026-05-04T09:01"))

    clocks = clocks_of(entries, CALENDAR, TARGETS)
    assert clocks.due_acknowledge is None
    assert clocks.due_respond == at("2026-05-04T11:00")
    before = clocks_of(entries[:1], CALENDAR, TARGETS)
    assert before.due_acknowledge == at("2026-05-04T10:00")


@pytest.mark.parametrize(
    ("state", "step", "may"),
    [
        (State.NEW, Step.TAKEN, True),
        (State.NEW, Step.RESOLVED, False),
        (State.NEW, Step.ASKED, False),
        (State.IN_PROGRESS, Step.ASKED, True),
        (State.WAITING, Step.RESOLVED, True),
        (State.RESOLVED, Step.TAKEN, False),
        (State.CLOSED, Step.REOPENED, True),
        (State.CLOSED, Step.MERGED, True),
        (State.MERGED, Step.REOPENED, False),
        (State.CLOSED, Step.RESPONDED, True),
    ],
)
def test_ways(state, step, may):
    assert may_step(state, step) is may


@st.composite
def logs(draw):
    """Any log that keeps to the ways, minutes apart, with reopenings taken back."""
    instant = at("2026-03-26T08:00")
    entries = [Entry(1, instant, Step.RECEIVED)]
    steps = st.sampled_from([step for step in Step if step not in {Step.RECEIVED, Step.UNMERGED}])
    for number in range(2, draw(st.integers(2, 25))):
        step = draw(steps)
        instant += draw(st.integers(0, 3_000)) * MINUTE
        if step is Step.THANKED:
            if entries[-1].step is Step.REOPENED:
                entries.append(Entry(number, instant, step, entries[-1].id))
        elif may_step(state_after(entries), step):
            entries.append(Entry(number, instant, step))
    return entries


@given(logs(), st.integers(0, 5_000))
def test_used_and_left_are_the_target_at_any_instant(entries, minutes):
    """While a clock runs, what was used and what is left until it is due are the target."""
    now = entries[-1].at + minutes * MINUTE
    clocks, last = clocks_of(entries, CALENDAR, TARGETS), cycles_of(entries)[-1]
    used = last.used(CALENDAR, now)
    if clocks.due_resolve is None:
        assert state_after(entries) not in {State.NEW, State.IN_PROGRESS}
        return

    assert state_after(entries) in OPEN_STATES - {State.WAITING}
    if used <= TARGETS.resolve:
        assert used + time_between(CALENDAR, now, clocks.due_resolve) == TARGETS.resolve
    else:
        assert clocks.due_resolve < now


@given(logs(), st.randoms())
def test_the_order_of_rows_does_not_matter(entries, chance):
    mixed = list(entries)
    chance.shuffle(mixed)

    assert clocks_of(mixed, CALENDAR, TARGETS) == clocks_of(entries, CALENDAR, TARGETS)
    assert state_after(mixed) == state_after(entries)


@given(logs())
def test_counting_on_step_by_step_gives_the_same(entries):
    """Time used grows by what lies between two entries, unless the clock stood still."""
    counted = timedelta()
    for number in range(1, len(entries)):
        before, here = entries[:number], entries[number]
        running = state_after(before) in {State.NEW, State.IN_PROGRESS}
        if running:
            counted += time_between(CALENDAR, entries[number - 1].at, here.at)
        if here.step is Step.THANKED:
            counted -= time_between(CALENDAR, entries[number - 1].at, here.at)

    assert time_to_resolve(entries, CALENDAR, entries[-1].at) == counted
