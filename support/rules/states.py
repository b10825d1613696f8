"""The states of a case, the steps between them, and what each step asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a case stands. Reopening is a step, not a state."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"


class Step(StrEnum):
    """What happened to a case: one row of its log each. The first seven lead to a state."""

    RECEIVED = "received"
    TAKEN = "taken"
    ASKED = "asked"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    THANKED = "thanked"  # the customer only said thanks: the last reopening did not happen
    MERGED = "merged"
    UNMERGED = "unmerged"
    ACKNOWLEDGED = "acknowledged"
    RESPONDED = "responded"
    PROMISED = "promised"
    CHANGED = "changed"


OPEN_STATES = frozenset({State.NEW, State.IN_PROGRESS, State.WAITING})
DONE_STATES = frozenset({State.RESOLVED, State.CLOSED})
# From where a step leads, and where to. Others leave the state as it is.
WAYS: dict[Step, tuple[frozenset[State], State]] = {
    Step.RECEIVED: (frozenset({State.NEW}), State.NEW),
    Step.TAKEN: (frozenset({State.NEW}), State.IN_PROGRESS),
    Step.ASKED: (frozenset({State.IN_PROGRESS}), State.WAITING),
    Step.RESUMED: (frozenset({State.WAITING}), State.IN_PROGRESS),
    Step.RESOLVED: (frozenset({State.IN_PROGRESS, State.WAITING}), State.RESOLVED),
    Step.CLOSED: (frozenset({State.RESOLVED}), State.CLOSED),
    Step.REOPENED: (DONE_STATES, State.IN_PROGRESS),
    Step.MERGED: (frozenset(State) - {State.MERGED}, State.MERGED),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a case's log. `reverses` is the id of an entry that did not happen after all."""

    id: int
    at: datetime
    step: Step
    reverses: int | None = None


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """The entries that count, in the order in which they happened."""
    reversed_ids = {entry.reverses for entry in entries if entry.reverses}
    kept = [entry for entry in entries if entry.id not in reversed_ids and entry.reverses is None]
    return sorted(kept, key=lambda entry: (entry.at, entry.id))


def state_after(entries: Sequence[Entry]) -> State:
    """Where the log leads. What happened to a case before it was merged stands again when it is
    taken out of the other."""
    state = State.NEW
    for entry in standing(entries):
        if entry.step in WAYS:
            state = WAYS[entry.step][1]
    return state


def may_step(state: State, step: Step) -> bool:
    """Whether the step can be taken from the state."""
    return step not in WAYS or state in WAYS[step][0]
