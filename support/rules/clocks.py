"""The clocks of a case, worked out from its log: they are stored, but never counted on from what
was stored, so that no pause, reopening or change of severity can leave them wrong.

**Source:** what stops and pauses which clock is ours (docs/algorithms/clocks.md); the stages
of handling complaints follow the public summaries of ISO 10002.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from support.rules.business_time import Calendar, Stretch, due_after, time_between
from support.rules.states import Entry, Step, standing


@dataclass(frozen=True, slots=True)
class Targets:
    """How long it may take: to acknowledge by the clock on the wall, to respond and to resolve in
    business time."""

    acknowledge: timedelta
    respond: timedelta
    resolve: timedelta


@dataclass(frozen=True, slots=True)
class Cycle:
    """One stretch of work, from receipt or a reopening to a resolution (None: it goes on).
    `waiting_since` is set while it waits for the customer."""

    began: datetime
    ended: datetime | None
    pauses: tuple[Stretch, ...]
    waiting_since: datetime | None

    def used(self, calendar: Calendar, now: datetime) -> timedelta:
        """Business time that it has taken by now, waiting left out."""
        until = self.ended or self.waiting_since or now
        return time_between(calendar, self.began, until, self.pauses)


@dataclass(frozen=True, slots=True)
class Clocks:
    """When what is due, and when it was done; a due time None: it is done, or waits."""

    acknowledged_at: datetime | None
    responded_at: datetime | None
    resolved_at: datetime | None
    waiting_since: datetime | None
    due_acknowledge: datetime | None
    due_respond: datetime | None
    due_resolve: datetime | None
    cycles: int


def clocks_of(entries: Sequence[Entry], calendar: Calendar, targets: Targets) -> Clocks:
    """What the log says. The first response is the first of all cycles; each cycle has a fresh time
    to resolve."""
    log = standing(entries)
    received, cycles = log[0].at, cycles_of(entries)
    last = cycles[-1]
    acknowledged = _first(log, {Step.ACKNOWLEDGED, Step.RESPONDED})
    responded = _first(log, {Step.RESPONDED})
    runs = last.ended is None
    due = due_after(calendar, last.began, targets.resolve, last.pauses).at
    return Clocks(
        acknowledged_at=acknowledged,
        responded_at=responded,
        resolved_at=last.ended,
        waiting_since=last.waiting_since if runs else None,
        due_acknowledge=received + targets.acknowledge if runs and not acknowledged else None,
        due_respond=(
            due_after(calendar, received, targets.respond).at if runs and not responded else None
        ),
        due_resolve=due if runs and not last.waiting_since else None,
        cycles=len(cycles),
    )


def cycles_of(entries: Sequence[Entry]) -> list[Cycle]:
    """The stretches of work that the log tells of; at least one."""
    cycles: list[Cycle] = []
    for entry in standing(entries):
        if entry.step in {Step.RECEIVED, Step.REOPENED}:
            cycles.append(Cycle(entry.at, None, (), None))
        elif cycles:
            cycles[-1] = _after(cycles[-1], entry)
    return cycles


def _after(cycle: Cycle, entry: Entry) -> Cycle:
    if cycle.ended is not None:
        return cycle
    if entry.step is Step.ASKED:
        return Cycle(cycle.began, None, cycle.pauses, entry.at)
    if entry.step is Step.RESUMED:
        return Cycle(cycle.began, None, _paused(cycle, entry.at), None)
    if entry.step in {Step.RESOLVED, Step.MERGED}:
        return Cycle(cycle.began, entry.at, _paused(cycle, entry.at), None)
    return cycle


def _paused(cycle: Cycle, until: datetime) -> tuple[Stretch, ...]:
    if cycle.waiting_since is None:
        return cycle.pauses
    return (*cycle.pauses, Stretch(cycle.waiting_since, until))


def time_to_resolve(entries: Sequence[Entry], calendar: Calendar, now: datetime) -> timedelta:
    """Business time of all cycles together, waiting left out."""
    return sum((cycle.used(calendar, now) for cycle in cycles_of(entries)), timedelta())


def time_to_respond(entries: Sequence[Entry], calendar: Calendar) -> timedelta | None:
    """Business time from receipt to the first response of a person; None: there was none yet."""
    log = standing(entries)
    responded = _first(log, {Step.RESPONDED})
    return None if responded is None else time_between(calendar, log[0].at, responded)


def _first(log: Sequence[Entry], steps: set[Step]) -> datetime | None:
    return next((entry.at for entry in log if entry.step in steps), None)
