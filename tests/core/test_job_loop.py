"""The job loop and a database that is locked or goes away: it waits, and goes on."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection

from core.jobs import DueJob, due_jobs
from core.management.commands.run_due import Command
from core.models import JobState
from core.services.jobs import Round, run_due

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no server that could go away"
)


class Rounds:
    """Two jobs: what the first does is given; the second counts its rounds, ends the loop."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.first: Callable[[], None] = lambda: None
        self.ran: list[str] = []

    def one(self, _now: datetime) -> int:
        self.ran.append("one")
        self.first()
        return 1

    def two(self, _now: datetime) -> int:
        self.ran.append("two")
        if self.ran.count("two") == 3:
            self.stop.set()
        return 1


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Rounds:
    rounds = Rounds()
    always = timedelta(seconds=0)
    jobs = {"one": DueJob(rounds.one, every=always), "two": DueJob(rounds.two, every=always)}
    monkeypatch.setattr(due_jobs, "_items", jobs)
    return rounds


class Locked:
    """An execute wrapper that lets no statement on the given job's row through."""

    def __init__(self, error: type[Exception]) -> None:
        self.error, self.left = error, 3

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if "core_jobstate" in sql and params and "one" in params and self.left:
            self.left -= 1
            raise self.error("database is locked")
        return execute(sql, params, many, context)


@pytest.fixture(params=[OperationalError, InterfaceError])
def locked(request: pytest.FixtureRequest) -> Iterator[Locked]:
    locked = Locked(request.param)
    with connection.execute_wrapper(locked):
        yield locked


def test_a_job_that_cannot_be_claimed_holds_up_no_other(
    db: None, rounds: Rounds, locked: Locked
) -> None:
    assert run_due(NOW) == Round(done=1, failed=["one"])

    assert rounds.ran == ["two"]


def test_a_locked_database_does_not_end_the_loop(
    transactional_db: None, rounds: Rounds, locked: Locked
) -> None:
    Command()._loop(rounds.stop)

    assert locked.left == 0
    assert rounds.ran.count("two") == 3


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_server_that_restarts_in_mid_job_does_not_end_the_loop(rounds: Rounds) -> None:
    def go_away_once() -> None:
        if rounds.ran.count("one") == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    rounds.first = go_away_once

    Command()._loop(rounds.stop)

    assert rounds.ran[:3] == ["one", "two", "two"]
    assert "Error" in JobState.objects.get(key="one").last_error


def test_every_round_begins_on_living_connections(
    db: None, rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    place = "core.management.commands.run_due.leave_dead_connections"
    monkeypatch.setattr(place, lambda: closed.append(len(rounds.ran)))

    Command()._rounds(rounds.stop, slow=False)

    assert closed == [0, 2, 4]


def test_each_job_acts_by_the_clock_as_it_begins(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[datetime] = []
    leased: list[datetime | None] = []

    def five_minutes(now: datetime) -> int:
        begun.append(now)
        traveller.shift(timedelta(minutes=5))
        return 1

    def look(now: datetime) -> int:
        begun.append(now)
        leased.append(JobState.objects.get(key="two").lease_until)
        return 1

    jobs = {
        key: DueJob(run, every=timedelta(0)) for key, run in (("one", five_minutes), ("two", look))
    }
    monkeypatch.setattr(due_jobs, "_items", jobs)

    with time_machine.travel(NOW, tick=False) as traveller:
        run_due()

    assert begun == [NOW, NOW + timedelta(minutes=5)]
    assert leased == [NOW + timedelta(minutes=15)]
    assert JobState.objects.get(key="two").last_ran_at == NOW + timedelta(minutes=5)


def test_at_a_given_instant_all_act_at_that(db: None, rounds: Rounds) -> None:
    run_due(NOW)

    ran = JobState.objects.values_list("last_ran_at", flat=True)
    assert set(ran) == {NOW}


def test_a_slow_job_holds_up_no_quick_one(
    transactional_db: None, rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[bool] = []

    def import_much(_now: datetime) -> int:
        waited.append(rounds.stop.wait(60))
        return 1

    jobs = {
        "slow": DueJob(import_much, every=timedelta(hours=1), slow=True),
        "two": DueJob(rounds.two, every=timedelta(0)),
    }
    monkeypatch.setattr(due_jobs, "_items", jobs)

    Command()._loop(rounds.stop)

    assert waited == [True]
    assert rounds.ran == ["two"] * 3
    assert JobState.objects.get(key="slow").lease_until is None


def test_what_may_take_minutes_is_done_apart() -> None:
    slow = {key for key, job in due_jobs.items() if job.slow}

    assert {"imports", "retention-rollups"} <= slow
    assert "seal-audit" not in slow
