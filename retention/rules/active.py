"""How many customers are active at given days, from sums instead of sets.

A customer's purchase day `day`, followed by `next_day`, makes them active at the starts t of
all days in (day, min(next_day, day + window)]; the next purchase takes over from there. Each
purchase day therefore counts once: in on `day`, out on `min(next_day, day + window)`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate


def active_at(
    entered: Iterable[tuple[int, int]],
    left: Iterable[tuple[int, int]],
    starts: Sequence[int],
) -> list[int]:
    """The number active at each of the ascending start days.

    `entered` are (day, customers), `left` (last day of being active, customers). With 5 in on
    day 10 and out on day 40, the counts at 10, 11, 40, 41 are 0, 5, 5, 0.
    """
    changes = sorted(
        [(day + 1, number) for day, number in entered] + [(day + 1, -n) for day, n in left]
    )
    days = [day for day, _number in changes]
    totals = list(accumulate(number for _day, number in changes))
    found = [bisect_right(days, start) for start in starts]
    return [totals[index - 1] if index else 0 for index in found]
