"""Calendar months as addresses and files write them: '2011-03'."""

import re

# The years that shops know; others are mistakes, and far ones leave the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2999
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_text(number: int) -> str:
    """24134 -> '2011-03'."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def month_from_text(text: str) -> int | None:
    """'2011-03' -> 24134 (year * 12 + month - 1); None for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    return int(found[1]) * 12 + int(found[2]) - 1
