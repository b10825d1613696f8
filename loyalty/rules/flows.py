"""What came in, what was spent, what lapsed: the moves between buckets as a shop speaks of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from loyalty.rules.lots import Bucket as B

Pair = tuple[str, str]


class Flow(StrEnum):
    """How units come into customers' hands, and leave them."""

    EARNED = "earned"
    GIVEN = "given"
    SPENT = "spent"
    LAPSED = "lapsed"
    CLAWED = "clawed"
    TAKEN = "taken"
    WRITTEN_OFF = "written_off"


COMES_IN = (Flow.EARNED, Flow.GIVEN, Flow.WRITTEN_OFF)
_OWN = (B.PENDING, B.AVAILABLE, B.RESERVED, B.DEBT)
_OUTSIDE = {
    B.ISSUED: (Flow.EARNED, Flow.EARNED),
    B.ADJUSTED: (Flow.GIVEN, Flow.TAKEN),
    B.REDEEMED: (Flow.SPENT, Flow.SPENT),
    B.EXPIRED: (Flow.LAPSED, Flow.LAPSED),
    B.CLAWED: (Flow.CLAWED, Flow.CLAWED),
    B.WRITTEN_OFF: (Flow.WRITTEN_OFF, Flow.WRITTEN_OFF),
}


def flow_of(source: str, target: str) -> tuple[Flow, int] | None:
    """Which flow a move belongs to, and whether it adds to it (1) or takes from it (-1): what is
    given back lowers what was spent. None: units only changed their place in the account."""
    if source in _OUTSIDE:
        flow = _OUTSIDE[B(source)][0]
        return flow, 1 if flow in COMES_IN else -1
    if target in _OUTSIDE:
        flow = _OUTSIDE[B(target)][1]
        return flow, -1 if flow in COMES_IN else 1
    return None


def pairs_of(flow: Flow) -> list[Pair]:
    """The moves that belong to a flow."""
    outside = list(_OUTSIDE)
    both = [pair for own in _OWN for other in outside for pair in ((own, other), (other, own))]
    return [pair for pair in both if (found := flow_of(*pair)) and found[0] is flow]


def flows(moves: Mapping[Pair, int]) -> dict[Flow, int]:
    """Units by flow, from units by pair of buckets."""
    sums = dict.fromkeys(Flow, 0)
    for pair, units in moves.items():
        found = flow_of(*pair)
        if found:
            sums[found[0]] += found[1] * units
    return sums


def change(sums: Mapping[Flow, int]) -> int:
    """By how much the flows changed what customers hold, debt counted against it."""
    return sum(units if flow in COMES_IN else -units for flow, units in sums.items())


@dataclass(frozen=True, slots=True)
class Month:
    """One month's flows, and what customers held at its end."""

    number: int
    flows: Mapping[Flow, int]
    held: int


def months_back(
    held_now: int, moves: Mapping[int, Mapping[Pair, int]], numbers: Iterable[int]
) -> list[Month]:
    """The months of these numbers, oldest first: walked back from what is held now, so that the
    last month's end is now. `moves` by month; a month without any is one of zeros."""
    found: list[Month] = []
    held = held_now
    for number in sorted(numbers, reverse=True):
        sums = flows(moves.get(number, {}))
        found.append(Month(number, sums, held))
        held -= change(sums)
    return found[::-1]
