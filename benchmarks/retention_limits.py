"""Asking many questions, each within a limit: one that takes longer is cut and reported as such."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from benchmarks.retention import say

MAKES = re.compile(r"CREATE TEMPORARY TABLE (\w+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What all questions took together; `cut`: at least that, since some were not finished."""

    seconds: float
    cut: bool

    def __str__(self) -> str:
        return f"{'at least ' if self.cut else ''}{self.seconds:.2f} s"

    def judge(self, ours: float) -> bool | None:
        """Whether ours took no longer; None where that is not known."""
        if ours <= self.seconds:
            return True
        return None if self.cut else False


def ask_all(
    who: str,
    questions: Mapping[str, str],
    ask: Callable[[str], None],
    interrupted: type[Exception],
) -> Asked:
    """Ask one after the other; `ask` raises `interrupted` where it takes too long. What needs a
    working table that was not finished is not asked."""
    total, unfinished, missing = 0.0, False, set[str]()
    for name, text in questions.items():
        if needed := sorted(table for table in missing if table in text):
            say(f"{who}: {name}", f"not asked, needs {needed[0]}")
            missing.update(MAKES.findall(text))
            continue
        begun, cut = time.perf_counter(), False
        try:
            ask(text)
        except interrupted:
            cut = unfinished = True
            missing.update(MAKES.findall(text))
        taken = time.perf_counter() - begun
        total += taken
        say(f"{who}: {name}", str(Asked(taken, cut)))
    together = Asked(total, unfinished)
    say(f"{who}: all together", str(together))
    return together


@contextmanager
def interrupting(interrupt: Callable[[], None], limit: float) -> Iterator[None]:
    """Call `interrupt` from another thread if the work takes longer than `limit` seconds."""
    timer = threading.Timer(limit, interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def patience(limit: float) -> Iterator[None]:
    """Raise `OperationalError` where a statement inside takes longer than `limit` seconds."""
    if connection.vendor == "sqlite":
        with interrupting(connection.connection.interrupt, limit):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{int(limit * 1000)}'")
    yield
