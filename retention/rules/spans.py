"""Which spans of days a customer bought in, as one whole number per customer.

The starts and ends of the windows and periods that a question is about cut time into spans;
each gets a bit. A customer's bits say everything about all the windows: whoever has a bit in
common with a window bought in it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# As many spans as a 64-bit whole number holds without its sign.
MOST_SPANS = 62


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans between ascending days; span n is [edges[n], edges[n + 1])."""

    edges: tuple[int, ...]

    @classmethod
    def between(cls, days: Iterable[int]) -> "Spans":
        """The spans cut by the given days; ValueError for more than 63 of them."""
        edges = tuple(sorted(set(days)))
        if not 2 <= len(edges) <= MOST_SPANS + 1:
            raise ValueError(f"{len(edges)} edges do not make 1 to {MOST_SPANS} spans")
        return cls(edges)

    @property
    def low(self) -> int:
        """The first day of all."""
        return self.edges[0]

    @property
    def high(self) -> int:
        """The day after the last."""
        return self.edges[-1]

    def mask(self, low: int, high: int) -> int:
        """The bits of the days [low, high); both have to be edges."""
        first, last = bisect_left(self.edges, low), bisect_left(self.edges, high)
        if self.edges[first] != low or self.edges[last] != high:
            raise ValueError("a mask begins and ends at edges")
        return (1 << last) - (1 << first)

    def bit_of(self, column: str) -> str:
        """SQL for the bit of a day between `low` and `high`."""
        return halving(column, self.edges, [str(1 << n) for n in range(len(self.edges) - 1)])


def halving(column: str, edges: Sequence[int], answers: Sequence[str]) -> str:
    """SQL for the answer of the span in which a day lies, by halving: five comparisons find one
    of thirty spans. Answer n belongs to [edges[n], edges[n + 1])."""
    if len(answers) == 1:
        return answers[0]
    middle = len(answers) // 2
    below = halving(column, edges[: middle + 1], answers[:middle])
    above = halving(column, edges[middle:], answers[middle:])
    return f"CASE WHEN {column} < {edges[middle]} THEN {below} ELSE {above} END"
