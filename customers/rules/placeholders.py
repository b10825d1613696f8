"""What programs write into a cell that has nothing to say."""

_NOTHING = frozenset({"null", "nan", "none", "n/a", "#n/a", "-", "(null)"})


def something(text: str) -> str:
    """The cell without outer white space; "" for 'NULL', 'nan' and the like."""
    text = text.strip()
    return "" if text.lower() in _NOTHING else text
