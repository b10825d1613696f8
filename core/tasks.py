"""Celery's doors: a task only rings the bell. Quick and slow jobs have one each, so that an import
of an hour takes one of a worker's two hands and mails go on with the other."""

from celery import shared_task

from core import clock
from core.services.jobs import run_due, slow_job_at_work


@shared_task(name="core.tasks.run_due_jobs", expires=60)  # type: ignore[untyped-decorator]
def run_due_jobs() -> None:
    """Do the quick jobs that are due now."""
    run_due(slow=False)


@shared_task(name="core.tasks.run_slow_jobs", expires=60)  # type: ignore[untyped-decorator]
def run_slow_jobs() -> None:
    """Do the slow jobs that are due now, unless somebody is at one."""
    if not slow_job_at_work(clock.now()):
        run_due(slow=True)
