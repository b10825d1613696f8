"""The sets of a period: who was a customer at its start, who at its end, and what lies between."""


def set_figures(*, start: int, lost: int, end: int, new: int) -> dict[str, int]:
    """The six figures from the four that are counted.

    With S active at the start and E at the end: kept = S and E = S - lost; new = in E with the
    first purchase ever in the period; reactivated = E - S - new, those won back. So
    start = kept + lost and end = kept + new + reactivated, always.

    **Source:** `docs/algorithms/retention.md`. UCI April 2011, window 90: start 1776, lost 246,
    end 1891, new 300 -> kept 1530, reactivated 61.
    """
    kept = start - lost
    return {
        "customers_at_start": start,
        "kept": kept,
        "lost": lost,
        "new": new,
        "reactivated": end - kept - new,
        "customers_at_end": end,
    }
