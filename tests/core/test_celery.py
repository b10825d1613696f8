"""Celery and Redis for real: the bell rings, a worker does what is due."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import transaction
from redis.connection import Connection

from core import clock, tasks
from core.jobs import DueJob, due_jobs
from core.models import JobState
from core.services import jobs
from crm.celery import app

needs_redis = pytest.mark.skipif(not settings.REDIS_URL, reason="REDIS_URL is not set")


@pytest.fixture
def ran() -> Iterator[list[datetime]]:
    calls: list[datetime] = []

    def work(now: datetime) -> int:
        calls.append(now)
        return 0

    due_jobs.register("bell-test", DueJob(work, every=timedelta(hours=1)))
    yield calls
    del due_jobs._items["bell-test"]


@needs_redis
def test_waking_a_job_makes_a_worker_run_it(transactional_db: None, ran: list[datetime]) -> None:
    JobState.objects.create(key="bell-test", next_at=datetime.fromisoformat("2099-01-01T00:00Z"))

    with start_worker(app, pool="solo", perform_ping_check=False):
        with transaction.atomic():
            jobs.wake("bell-test")
        deadline = time.monotonic() + 120
        while not ran and time.monotonic() < deadline:
            time.sleep(0.05)

    assert len(ran) == 1


def test_a_worker_has_a_hand_free_for_mails_while_a_slow_job_is_at_work(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[bool] = []
    monkeypatch.setattr(tasks, "run_due", lambda *, slow: rounds.append(slow))
    monkeypatch.setitem(
        due_jobs._items, "slow", DueJob(lambda now: 0, every=timedelta(hours=1), slow=True)
    )
    JobState.objects.create(key="slow", next_at=clock.now(), lease_until=clock.now())
    tasks.run_slow_jobs()
    JobState.objects.update(lease_until=clock.now() + timedelta(minutes=1))

    tasks.run_due_jobs()
    tasks.run_slow_jobs()

    assert rounds == [True, False]


@pytest.mark.parametrize(("slow", "task"), [(True, "run_slow_jobs"), (False, "run_due_jobs")])
def test_the_bell_is_the_jobs_own(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, slow: bool, task: str
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(jobs, "_ring", rung.append)
    job = DueJob(lambda now: 0, every=timedelta(hours=1), slow=slow)
    monkeypatch.setitem(due_jobs._items, "bell-test", job)

    jobs.wake("bell-test")

    assert rung == [task]


@pytest.fixture
def calls_to_the_broker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry per connection that is tried."""
    calls: list[str] = []
    connect = Connection._connect

    def counted(self: Connection) -> Any:
        calls.append(f"{self.host}:{self.port}")
        return connect(self)

    monkeypatch.setattr(Connection, "_connect", counted)
    return calls


def test_a_broker_that_is_gone_costs_little_and_loses_nothing(
    transactional_db: None,
    monkeypatch: pytest.MonkeyPatch,
    ran: list[datetime],
    calls_to_the_broker: list[str],
) -> None:
    JobState.objects.create(key="bell-test", next_at=datetime.fromisoformat("2099-01-01T00:00Z"))
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    # No connection to a broker that an earlier test has found is left to be used.
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)

    with transaction.atomic():
        jobs.wake("bell-test")

    assert calls_to_the_broker == ["127.0.0.1:1"] * 2
    jobs.run_due(datetime.now().astimezone() + timedelta(seconds=1))
    assert len(ran) == 1
