"""Every act on an import in every state it can be in: done where it makes sense, refused, with
nothing changed, where it does not."""

import gzip
from datetime import timedelta

import pytest
import time_machine

from core.errors import Refused
from core.models import AuditEntry, JobState
from customers.models import ImportKind, ImportProblem, ImportRun, ImportStatus
from customers.services import import_purchases, import_work
from customers.services.import_report import MOST_LISTED, Problem
from customers.services.import_work import LEASE, keep_problems, work_on_imports
from customers.services.importing import (
    KEPT_FOR,
    change_options,
    continue_import,
    discard_import,
    forget_files,
    opener_of,
    start_import,
    stop_import,
)
from tests.customers.services.snapshots import nothing_changes
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON

pytestmark = pytest.mark.django_db
CONTENT = b"order_id,ordered_at,amount\n1,2026-01-05,5.00\n2,2026-01-06,7.00\n"
S = ImportStatus


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def run_in(status, **values):
    fine = {
        "kind": ImportKind.PURCHASES,
        "filename": "orders.csv",
        "file": gzip.compress(CONTENT),
        "size": len(CONTENT),
        "created_at": NOON,
    }
    return ImportRun.objects.create(status=status, **fine | values)


ACTS = {
    "options": lambda run, user: change_options(actor=user, run=run, options={"separator": ","}),
    "start": lambda run, user: start_import(actor=user, run=run),
    "stop": lambda run, user: stop_import(actor=user, run=run),
    "continue": lambda run, user: continue_import(actor=user, run=run),
    "discard": lambda run, user: discard_import(actor=user, run=run),
}
ALLOWED = {
    ("options", S.UPLOADED): S.CHECKING,
    ("options", S.CHECKING): S.CHECKING,
    ("options", S.READY): S.CHECKING,
    ("options", S.REFUSED): S.CHECKING,
    ("start", S.READY): S.RUNNING,
    ("stop", S.CHECKING): S.CHECKING,
    ("stop", S.RUNNING): S.RUNNING,
    ("continue", S.STOPPED): S.RUNNING,
    ("discard", S.UPLOADED): None,
    ("discard", S.CHECKING): None,
    ("discard", S.READY): None,
    ("discard", S.REFUSED): None,
}


@pytest.mark.parametrize("status", S.values)
@pytest.mark.parametrize("name", ACTS)
def test_an_act_fits_the_state_or_is_refused(name, status):
    run, user = run_in(status), UserFactory()
    key = (name, S(status))

    if key not in ALLOWED:
        with nothing_changes(), pytest.raises(Refused):
            ACTS[name](run, user)
        return
    ACTS[name](run, user)

    now = ImportRun.objects.filter(pk=run.pk).first()
    assert (now.status if now else None) == ALLOWED[key]


@pytest.mark.parametrize("name", ["options", "continue"])
def test_a_file_that_is_forgotten_cannot_be_read_again(name):
    run = run_in(S.STOPPED if name == "continue" else S.READY, file=None)

    with nothing_changes(), pytest.raises(Refused):
        ACTS[name](run, UserFactory())
    with pytest.raises(Refused):
        opener_of(run)


def test_a_check_by_old_options_says_nothing_of_the_new_ones(monkeypatch):
    run, real = run_in(S.CHECKING), import_purchases.understand

    def understand(open_raw, options):
        file = real(open_raw, options)
        change_options(actor=UserFactory(), run=run, options={"columns": {"amount": "Price"}})
        return file

    monkeypatch.setattr(import_purchases, "understand", understand)

    assert work_on_imports(NOON) == 1

    run.refresh_from_db()
    assert (run.status, run.refusal["code"]) == (S.UPLOADED, "unknown_column")
    assert (run.expected, run.rows_done, run.lease_until) == ({}, 0, None)


def test_only_who_ends_an_import_puts_it_on_record(monkeypatch):
    run, real = run_in(S.RUNNING), import_work._import

    def worked(mine, *, dry):
        tally = real(mine, dry=dry)
        ImportRun.objects.filter(pk=run.pk).update(lease_token="other")
        return tally

    monkeypatch.setattr(import_work, "_import", worked)
    work_on_imports(NOON)

    run.refresh_from_db()
    assert (run.status, run.lease_token) == (S.RUNNING, "other")
    assert not AuditEntry.objects.filter(action="import.done").exists()


@pytest.mark.parametrize(("name", "wakes"), [("start", S.READY), ("stop", S.RUNNING)])
def test_the_job_is_woken(name, wakes):
    JobState.objects.create(key="imports", next_at=NOON + timedelta(days=900))

    ACTS[name](run_in(wakes), UserFactory())

    assert JobState.objects.get(key="imports").next_at == NOON


@pytest.mark.parametrize("status", [S.UPLOADED, S.READY, S.STOPPED, S.DONE, S.REFUSED])
def test_a_run_that_is_not_at_work_is_left_alone(status):
    run_in(status)

    with nothing_changes():
        assert work_on_imports(NOON) == 0


@pytest.mark.parametrize(("ahead", "taken"), [(1, 0), (0, 1), (-1, 1)])
def test_a_run_is_taken_once_its_lease_has_run_out(ahead, taken):
    lease = NOON + timedelta(seconds=ahead)
    run = run_in(S.RUNNING, lease_until=lease, lease_token="other")

    assert work_on_imports(NOON) == taken
    run.refresh_from_db()
    assert (run.status == S.DONE) == bool(taken)
    assert run.lease_token == ("" if taken else "other")


def test_the_oldest_run_is_taken_first_and_one_at_a_time():
    first, second = run_in(S.CHECKING), run_in(S.CHECKING)

    assert work_on_imports(NOON) == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (S.READY, S.CHECKING)
    assert timedelta(minutes=1) == LEASE


@pytest.mark.parametrize(
    ("age", "status", "forgotten"),
    [
        (timedelta(0), S.DONE, False),
        (KEPT_FOR, S.DONE, False),
        (KEPT_FOR + timedelta(seconds=1), S.DONE, True),
        (KEPT_FOR + timedelta(seconds=1), S.UPLOADED, True),
        (KEPT_FOR + timedelta(seconds=1), S.RUNNING, False),
        (KEPT_FOR + timedelta(seconds=1), S.CHECKING, False),
    ],
)
def test_files_are_forgotten_a_week_later_unless_at_work(age, status, forgotten):
    run = run_in(status, created_at=NOON - age)
    keep_problems(run, [Problem(2, "amount", "no_amount", {}, ["1", ""])])

    assert forget_files(NOON) == forgotten
    assert forget_files(NOON) == 0

    run.refresh_from_db()
    assert (run.file is None) == forgotten


@pytest.mark.parametrize(
    ("skipped", "is_rejected", "kept"),
    [(MOST_LISTED, False, 1), (MOST_LISTED + 1, False, 0), (MOST_LISTED + 1, True, 1)],
)
def test_all_rejected_rows_are_kept_but_only_the_first_left_out(skipped, is_rejected, kept):
    run = run_in(S.RUNNING, skipped=skipped)

    keep_problems(run, [Problem(2, "", "nothing_paid", {}, ["1"], is_rejected=is_rejected)])

    assert ImportProblem.objects.count() == kept


def test_a_problem_keeps_its_cells_as_they_were():
    run = run_in(S.RUNNING)
    cells = ['"quoted"', "Łódź", "", "a\\b", "x" * 5_000, "{}", "null"]

    keep_problems(run, [Problem(7, "amount", "no_amount", {"value": "é", "most": 3}, cells)])

    problem = run.problems.get()
    assert (problem.row, problem.column, problem.code) == (7, "amount", "no_amount")
    assert problem.cells == cells
    assert problem.values == {"value": "é", "most": 3}
    assert problem.is_rejected
