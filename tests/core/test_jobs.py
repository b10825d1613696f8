from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from core.jobs import DueJob, due_jobs
from core.models import JobState
from core.services.jobs import run_due, run_job, wake

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Work:
    """A job whose amounts of work are given beforehand."""

    def __init__(self, *amounts: int) -> None:
        self.amounts = list(amounts)
        self.ran: list[datetime] = []

    def __call__(self, now: datetime) -> int:
        self.ran.append(now)
        return self.amounts.pop(0) if self.amounts else 0


@pytest.fixture
def registered() -> Iterator[Work]:
    work = Work(3)
    due_jobs.register("test-job", DueJob(work, every=timedelta(minutes=5)))
    yield work
    del due_jobs._items["test-job"]


def test_a_job_with_work_is_due_again_at_once(db: None, registered: Work) -> None:
    assert run_job("test-job", NOW) == 3

    state = JobState.objects.get(key="test-job")
    assert (state.next_at, state.lease_until, state.last_ran_at) == (NOW, None, NOW)


def test_a_job_without_work_waits_its_pause(db: None, registered: Work) -> None:
    run_job("test-job", NOW)
    run_job("test-job", NOW)

    assert JobState.objects.get(key="test-job").next_at == NOW + timedelta(minutes=5)
    assert run_job("test-job", NOW + timedelta(minutes=4)) == 0
    assert len(registered.ran) == 2


def test_a_leased_job_is_left_alone_until_the_lease_ends(db: None, registered: Work) -> None:
    lease = NOW + timedelta(minutes=10)
    JobState.objects.create(key="test-job", next_at=NOW, lease_until=lease)

    assert run_job("test-job", NOW + timedelta(minutes=9)) == 0
    assert run_job("test-job", lease) == 3


def test_a_failing_job_keeps_its_error_and_the_others_run(db: None, registered: Work) -> None:
    def fail(now: datetime) -> int:
        raise ValueError("no luck")

    due_jobs.register("failing", DueJob(fail, every=timedelta(seconds=1)))
    try:
        result = run_due(NOW)
    finally:
        del due_jobs._items["failing"]

    assert (result.done >= 3, result.failed) == (True, ["failing"])
    state = JobState.objects.get(key="failing")
    assert state.last_error == "ValueError('no luck')"
    assert state.next_at == NOW + timedelta(minutes=1)
    assert state.lease_until is None


def test_waking_makes_a_job_due_now(db: None, registered: Work) -> None:
    JobState.objects.create(key="test-job", next_at=NOW + timedelta(days=3650))

    wake("test-job")

    assert JobState.objects.get(key="test-job").next_at < NOW + timedelta(days=3650)
