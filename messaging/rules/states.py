"""The life of a message as a graph: which state may follow which.

The graph is checked when this module is imported, so that a state nobody reaches, a dead end or
a way out of a final state stops the start and not a campaign.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a message is. `queued` and `retry` wait; `claimed` is in a worker's hands with
    nothing sent; `attempting` is being handed to the mail server; `uncertain` may or may not
    have been taken by it and waits for evidence or a person."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    ATTEMPTING = "attempting"
    RETRY = "retry"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"


class GraphBroken(Exception):
    """The graph has a state nobody reaches, a dead end, or a way out of a final state."""


FINAL = frozenset({State.SENT, State.FAILED, State.SUPPRESSED, State.EXPIRED})
WAITING = frozenset({State.QUEUED, State.RETRY})
# What nobody works on any more: final, or waiting for a person.
RESTING = FINAL | {State.UNCERTAIN}
# A message is born in one of these: planned, or stopped at planning.
BORN = frozenset({State.QUEUED, State.SUPPRESSED})

Graph = Mapping[State, frozenset[State]]

GRAPH: Graph = {
    State.QUEUED: frozenset({State.CLAIMED, State.SUPPRESSED, State.EXPIRED}),
    State.RETRY: frozenset({State.CLAIMED, State.SUPPRESSED, State.EXPIRED}),
    State.CLAIMED: frozenset(
        # Uncertain: the database server itself fell, and may have lost the attempt's mark.
        {
            State.ATTEMPTING,
            State.QUEUED,
            State.FAILED,
            State.SUPPRESSED,
            State.EXPIRED,
            State.UNCERTAIN,
        }
    ),
    State.ATTEMPTING: frozenset(
        {State.SENT, State.QUEUED, State.RETRY, State.FAILED, State.EXPIRED, State.UNCERTAIN}
    ),
    State.UNCERTAIN: frozenset({State.SENT, State.FAILED, State.RETRY}),
    State.SENT: frozenset(),
    State.FAILED: frozenset(),
    State.SUPPRESSED: frozenset(),
    State.EXPIRED: frozenset(),
}


def may_follow(before: State, after: State) -> bool:
    """Whether a message may go from one state to the other."""
    return after in GRAPH[before]


def reachable(graph: Graph, start: frozenset[State]) -> frozenset[State]:
    """All states that can be reached from the given ones, themselves included."""
    seen = set(start)
    waiting = list(start)
    while waiting:
        for after in graph[waiting.pop()] - seen:
            seen.add(after)
            waiting.append(after)
    return frozenset(seen)


def check(graph: Graph, *, born: frozenset[State], final: frozenset[State]) -> None:
    """Raise `GraphBroken` unless each state is reached, and each ends, and the final ones end."""
    if orphans := set(State) - reachable(graph, born):
        raise GraphBroken(f"nobody reaches {sorted(orphans)}")
    if leaks := {state for state in final if graph[state]}:
        raise GraphBroken(f"a way out of {sorted(leaks)}")
    endless = {state for state in graph if not reachable(graph, frozenset({state})) & final}
    if endless:
        raise GraphBroken(f"no end from {sorted(endless)}")


check(GRAPH, born=BORN, final=FINAL)
