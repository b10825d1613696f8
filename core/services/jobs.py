"""Doing what is due: claim by a conditional UPDATE with a lease, run, set the next time.

Several processes may run this at once; a claim is given to one. A process killed half-way
leaves a lease that runs out, and the job is taken up again. So is one whose database was locked
or gone for a while: nothing that the database says ends the loop.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import Error, close_old_connections, connection, transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

from core import clock
from core.jobs import DueJob, due_jobs
from core.models import JobState

logger = logging.getLogger(__name__)


def _claim(key: str, job: DueJob, now: datetime) -> bool:
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    due = JobState.objects.filter(free, key=key, next_at__lte=now)
    return due.update(lease_until=now + job.lease) == 1


def _finish(key: str, *, next_at: datetime, now: datetime, error: str) -> None:
    JobState.objects.filter(key=key).update(
        next_at=next_at, lease_until=None, last_ran_at=now, last_error=error
    )


class JobFailed(Exception):
    """The job raised; what it said is on its row."""


@dataclass(frozen=True, slots=True)
class Round:
    """How much was done altogether, and the keys of the jobs that failed or were not reached."""

    done: int
    failed: list[str]


def run_job(key: str, now: datetime) -> int:
    """Run one job if it is due and free; returns how much it did.

    Raises `JobFailed`, after keeping the error on its row, or the database's error where the row
    cannot be read or written.
    """
    job = due_jobs.get(key)
    JobState.objects.get_or_create(key=key, defaults={"next_at": now})
    if not _claim(key, job, now):
        return 0
    try:
        done = job.run(now)
    except Exception as error:
        logger.exception("job %s failed", key)
        leave_dead_connections()
        _finish(key, next_at=now + max(job.every, timedelta(minutes=1)), now=now, error=repr(error))
        raise JobFailed(key) from error
    _finish(key, next_at=now if done else now + job.every, now=now, error="")
    return done


def run_due(at: datetime | None = None, *, slow: bool | None = None) -> Round:
    """Run each due job once, in order of registration.

    Each acts at the given instant, or by the clock as it begins: the one before may have taken
    long. `slow` leaves out the quick ones (True) or the slow ones (False). Never raises: a job
    whose row cannot be reached is left for the next round.
    """
    chosen = [key for key, job in due_jobs.items() if slow in (None, job.slow)]
    done = {key: _run_if_reached(key, at or clock.now()) for key in chosen}
    failed = [key for key, number in done.items() if number is None]
    return Round(sum(number or 0 for number in done.values()), failed)


def _run_if_reached(key: str, now: datetime) -> int | None:
    try:
        return run_job(key, now)
    except JobFailed:
        return None
    except Error as error:
        logger.warning("job %s waits for the database: %s", key, error)
        leave_dead_connections()
        return None


def slow_job_at_work(now: datetime) -> bool:
    """Whether some process is at a slow job."""
    slow = [key for key, job in due_jobs.items() if job.slow]
    return JobState.objects.filter(key__in=slow, lease_until__gt=now).exists()


def leave_dead_connections() -> None:
    """Close what is broken or too old, as between two requests; the next statement opens anew.
    Nothing is closed inside a transaction."""
    if not connection.in_atomic_block:
        close_old_connections()


def wake(key: str) -> None:
    """Make the job due at once, and ring the bell after commit where there is a broker.

    A bell that cannot be rung is only logged: the job loop finds the row anyway.
    """
    JobState.objects.filter(key=key).update(next_at=clock.now())
    if settings.REDIS_URL:
        is_slow = due_jobs.get(key).slow
        transaction.on_commit(lambda: _ring("run_slow_jobs" if is_slow else "run_due_jobs"))


def _ring(task: str) -> None:
    try:
        current_app.send_task(f"core.tasks.{task}", expires=60)
    except OperationalError:
        logger.warning("the broker does not answer; the job loop will find the work")
