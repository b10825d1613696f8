"""The graph of states: sound as it is, and the check notices each way of being unsound."""

from itertools import pairwise

import pytest

from messaging.rules.states import BORN, FINAL, GRAPH, GraphBroken, State, check, may_follow


def test_the_way_of_a_message():
    way = [State.QUEUED, State.CLAIMED, State.ATTEMPTING, State.RETRY, State.CLAIMED]

    assert all(may_follow(a, b) for a, b in pairwise(way))
    assert may_follow(State.ATTEMPTING, State.UNCERTAIN)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_follows_a_final_state(state):
    assert not any(may_follow(state, after) for after in State)


def test_nothing_is_attempted_that_was_not_claimed():
    before = {state for state in State if may_follow(state, State.ATTEMPTING)}

    assert before == {State.CLAIMED}


def test_an_uncertain_message_is_never_queued_as_if_new():
    assert not may_follow(State.UNCERTAIN, State.QUEUED)
    assert not may_follow(State.UNCERTAIN, State.CLAIMED)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({State.CLAIMED: frozenset({State.SENT})}, "nobody reaches"),
        ({State.SENT: frozenset({State.QUEUED})}, "a way out"),
        ({State.UNCERTAIN: frozenset()}, "no end"),
    ],
)
def test_an_unsound_graph_is_refused(change, complaint):
    with pytest.raises(GraphBroken, match=complaint):
        check({**GRAPH, **change}, born=BORN, final=FINAL)
