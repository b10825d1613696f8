"""The registry of due jobs: work that is found in the database and done without a broker."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.registry import Registry


@dataclass(frozen=True, slots=True)
class DueJob:
    """A function of the present instant that does some due work and returns how much it did.

    It must be safe to lose, to repeat and to kill half-way. `every` is the pause after a run
    that found nothing; `lease` is how long a run may take before another process may take over.
    A `slow` one may work for minutes: the job loop does those apart, so that no other waits.
    """

    run: Callable[[datetime], int]
    every: timedelta
    lease: timedelta = timedelta(minutes=10)
    slow: bool = False


# Set when the process is told to stop: jobs that work for long look at it between two steps.
stopping = threading.Event()
due_jobs: Registry[DueJob] = Registry("due jobs")
