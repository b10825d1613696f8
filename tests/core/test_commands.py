"""The operator's commands: exit codes, one JSON document, nothing else."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core import clock
from core.jobs import DueJob, due_jobs
from core.models import AuditEntry, JobState
from core.services import audit

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def run(*arguments: str) -> Any:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When each of two jobs, the only ones, was asked."""
    instants: list[datetime] = []

    def work(now: datetime) -> int:
        instants.append(now)
        return len(instants)

    job = DueJob(work, every=timedelta(minutes=1))
    monkeypatch.setattr(due_jobs, "_items", {"first": job, "second": job})
    return instants


def test_run_due_once_does_each_job_once(db: None, asked: list[datetime]) -> None:
    assert run("run_due", "--once") == {"done": 3, "failed": []}

    assert len(asked) == 2
    assert set(JobState.objects.values_list("key", "lease_until")) == {
        ("first", None),
        ("second", None),
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--once"], "2 done\nfirst failed\n"),
        (["--at", "2027-03-20T10:00:00Z"], "2 done\nfirst failed\n"),
        (["--once", "--json"], '{"done": 2, "failed": ["first"]}\n'),
    ],
)
def test_run_due_once_exits_one_when_a_job_failed(
    db: None, asked: list[datetime], arguments: list[str], told: str
) -> None:
    def fail(_now: datetime) -> int:
        asked.append(NOW)
        raise ValueError("no luck")

    due_jobs._items["first"] = DueJob(fail, every=timedelta(minutes=1))
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("run_due", *arguments, stdout=out)

    assert (ended.value.code, out.getvalue()) == (1, told)


@pytest.mark.parametrize(
    ("given", "instant"),
    [
        ("2027-03-20T10:00:00+01:00", datetime(2027, 3, 20, 9, tzinfo=UTC)),
        ("2027-03-20T10:00:00Z", datetime(2027, 3, 20, 10, tzinfo=UTC)),
        ("2027-03-20T10:00:00", datetime(2027, 3, 20, 9, tzinfo=UTC)),
        ("2027-03-29", datetime(2027, 3, 28, 22, tzinfo=UTC)),
    ],
)
def test_run_due_acts_at_the_given_instant(
    db: None, asked: list[datetime], given: str, instant: datetime
) -> None:
    run("run_due", "--at", given)

    assert asked == [instant, instant]


@pytest.mark.parametrize("given", ["tomorrow", "2027-02-30", "1e400", ""])
def test_an_instant_that_is_none_is_bad_usage(db: None, given: str) -> None:
    with pytest.raises(CommandError) as error:
        call_command("run_due", "--at", given)

    assert error.value.returncode == 2


def test_audit_verify_counts_and_finds_no_break(db: None) -> None:
    audit.record(actor=None, action="test.one")
    audit.record(actor=None, action="test.two")
    audit.seal_entries(clock.now() + timedelta(minutes=1))
    audit.record(actor=None, action="test.three")

    assert run("audit_verify") == {"entries": 3, "unsealed": 1, "broken": []}


def test_audit_verify_exits_one_on_a_break(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    audit.record(actor=None, action="test.one")
    audit.seal_entries(clock.now() + timedelta(minutes=1))
    AuditEntry.objects.update(seal="f" * 64)

    with pytest.raises(SystemExit) as stopped:
        call_command("audit_verify", "--json")

    assert stopped.value.code == 1
    assert json.loads(capsys.readouterr().out)["broken"] == [1]


def test_audit_verify_speaks_to_people_too(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("audit_verify")

    assert capsys.readouterr().out == "0 entries, 0 not sealed yet, broken: []\n"
