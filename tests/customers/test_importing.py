import gzip
import io
from datetime import timedelta

import pytest

from core.errors import Refused
from core.jobs import stopping
from core.models import AuditEntry, JobState
from customers.models import Customer, ImportProblem, ImportRun, Purchase, PurchaseSummary
from customers.rules.flaws import FileRefused
from customers.services import import_customers, import_purchases, import_work
from customers.services.import_work import work_on_imports
from customers.services.importing import (
    bring_file,
    change_options,
    continue_import,
    discard_import,
    forget_files,
    start_import,
    stop_import,
)
from tests.customers.documents import NOW

pytestmark = pytest.mark.django_db
HEADER = "order_id,ordered_at,amount,customer_id"
GOOD = "\n".join([HEADER, *(f"{number},2026-01-05,5.00,C{number % 7}" for number in range(20))])


@pytest.fixture
def actor(cast):
    return cast["manager"]


@pytest.fixture
def bring(actor):
    def make(content=GOOD, *, kind="purchases", **options):
        upload = io.BytesIO(content.encode() if isinstance(content, str) else content)
        return bring_file(
            actor=actor,
            kind=kind,
            filename="orders.csv",
            upload=upload,
            options=options,
            now=NOW,
        )

    return make


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(import_purchases, "BATCH", 3)
    monkeypatch.setattr(import_customers, "BATCH", 3)


def work(now=NOW):
    work_on_imports(now)
    return ImportRun.objects.get()


def test_a_file_that_is_understood_is_checked_at_once(bring):
    run = bring()
    assert run.status == "checking"

    run = work()

    assert (run.status, run.expected["created"], run.expected["customers_created"]) == (
        "ready",
        20,
        7,
    )
    assert (run.rows_total, run.rows_done) == (20, 20)
    assert not Purchase.objects.exists()


def test_a_checked_file_is_imported(bring, actor, small_batches):
    bring()
    start_import(actor=actor, run=work())

    run = work()

    assert (run.status, run.created, run.customers_created) == ("done", 20, 7)
    assert (run.rows_done, run.documents_done, run.lease_until) == (20, 20, None)
    assert Purchase.objects.count() == 20
    assert PurchaseSummary.objects.count() == 7
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions >= {"import.brought", "import.started", "import.done"}


def test_customers_are_imported_too(bring, actor):
    bring("email,first_name\na@example.pl,Anna\nb@example.pl,Jan\n", kind="customers")
    start_import(actor=actor, run=work())

    run = work()

    assert (run.status, run.created, Customer.objects.count()) == ("done", 2, 2)


def test_rows_that_are_not_taken_are_kept_with_their_reason(bring):
    bring(f"{GOOD}\n99,never,5,C1\n99,2026-01-05,5,C1\n98,2026-01-05,0,C1\n97,x\x00,1,\n")

    run = work()

    assert (run.rejected, run.skipped) == (2, 1)
    problems = run.problems.order_by("row").values_list("row", "column", "code", "is_rejected")
    assert list(problems) == [
        (22, "ordered_at", "not_a_date", True),
        (23, "", "other_line", True),
        (24, "order_id", "nothing_paid", False),
        (25, "ordered_at", "not_a_date", True),
    ]
    assert run.problems.get(row=22).cells == ["99", "never", "5", "C1"]
    assert run.problems.get(row=25).cells[1] == "x\N{SYMBOL FOR NULL}"


def test_a_file_whose_columns_are_not_found_waits_for_them(bring, actor):
    run = bring("a,b,c\n1,2026-01-05,5.00\n")
    assert (run.status, run.refusal["code"]) == ("uploaded", "missing_columns")

    columns = {"order_id": 0, "ordered_at": 1, "amount": 2}
    change_options(actor=actor, run=run, options={"columns": columns})

    assert work().expected["created"] == 1


def test_a_file_that_breaks_half_way_is_refused_and_writes_nothing(bring):
    more = "\n".join(f"{number},2026-01-05,5.00,C1" for number in range(100, 200))
    bring(f'{GOOD}\n{more}\n21,2026-01-05,"5.00\n')

    run = work()

    assert (run.status, run.refusal["code"]) == ("refused", "unclosed_quote")
    assert not Purchase.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 spreadsheet", "not_csv"),
        (gzip.compress(b"PK\x03\x04 spreadsheet", mtime=0), "not_csv"),
        (gzip.compress(gzip.compress(b"a,b", mtime=0), mtime=0), "not_csv"),
        (b"\x1f\x8b broken", "broken_gzip"),
        (b"", "empty_file"),
        (b"x" * 2_000, "too_large"),
        (gzip.compress(b"x" * 2_000, mtime=0), "too_large"),
    ],
)
def test_what_is_no_csv_or_too_large_is_not_kept(bring, settings, content, code):
    settings.IMPORT_MAX_BYTES = 1_000

    with pytest.raises(FileRefused, match=code):
        bring(content)

    assert not ImportRun.objects.exists()


def test_too_many_rows_are_refused(bring, monkeypatch):
    monkeypatch.setattr(import_work, "MOST_ROWS", 5)
    bring()

    assert work().refusal == {"code": "too_many_rows", "values": {"most": 5}}


class Killed(BaseException):
    """What `kill -9` looks like from within: nothing after it runs."""


def kill_after(monkeypatch, batches):
    """Let the worker die while it saves the batch after this many."""
    real, done = import_purchases.save_documents, []

    def save(**arguments):
        saved = real(**arguments)
        done.append(saved)
        if len(done) > batches:
            raise Killed
        return saved

    monkeypatch.setattr(import_purchases, "save_documents", save)


@pytest.mark.parametrize("batches", [0, 1, 4, 6])
def test_a_killed_import_goes_on_and_does_nothing_twice(
    bring, actor, small_batches, monkeypatch, batches
):
    bring()
    start_import(actor=actor, run=work())
    with monkeypatch.context() as patched:
        kill_after(patched, batches)
        with pytest.raises(Killed):
            work_on_imports(NOW)
    run = ImportRun.objects.get()
    assert (run.status, run.created, run.rows_done) == ("running", batches * 3, batches * 3)
    assert Purchase.objects.count() == batches * 3

    work(NOW)
    assert ImportRun.objects.get().status == "running"
    run = work(run.lease_until + timedelta(seconds=1))

    assert (run.status, run.created, run.unchanged, run.rows_done) == ("done", 20, 0, 20)
    assert (Purchase.objects.count(), Customer.objects.count()) == (20, 7)


def test_a_killed_check_begins_again(bring, small_batches, monkeypatch):
    bring(f"{GOOD}\n99,never,5,C1\n")
    with monkeypatch.context() as patched:
        kill_after(patched, 3)
        with pytest.raises(Killed):
            work_on_imports(NOW)

    run = work(ImportRun.objects.get().lease_until + timedelta(seconds=1))

    assert (run.status, run.expected["created"], run.problems.count()) == ("ready", 20, 1)


def test_a_worker_whose_run_was_taken_over_writes_nothing_more(
    bring, actor, small_batches, monkeypatch
):
    bring()
    start_import(actor=actor, run=work())
    real = import_purchases.save_documents

    def steal(**arguments):
        ImportRun.objects.update(lease_token="another")
        return real(**arguments)

    monkeypatch.setattr(import_purchases, "save_documents", steal)
    run = work()

    assert (run.status, run.created) == ("running", 0)
    assert not Purchase.objects.exists()


def test_an_import_is_stopped_between_batches_and_goes_on(bring, actor, small_batches, monkeypatch):
    bring()
    start_import(actor=actor, run=work())
    real = import_purchases.save_documents

    def ask_to_stop(**arguments):
        if Purchase.objects.count() == 6:
            ImportRun.objects.update(stop_requested=True)
        return real(**arguments)

    with monkeypatch.context() as patched:
        patched.setattr(import_purchases, "save_documents", ask_to_stop)
        run = work()
    assert (run.status, run.created, Purchase.objects.count()) == ("stopped", 6, 6)

    continue_import(actor=actor, run=run)
    run = work()

    assert (run.status, run.created, Purchase.objects.count()) == ("done", 20, 20)


def test_a_waiting_import_is_stopped_before_it_begins(bring, actor):
    bring()
    start_import(actor=actor, run=work())
    stop_import(actor=actor, run=ImportRun.objects.get())

    assert work().status == "stopped"
    assert not Purchase.objects.exists()


def test_an_error_of_ours_stops_the_import_and_says_so(bring, actor, monkeypatch):
    bring()
    start_import(actor=actor, run=work())
    monkeypatch.setattr(import_purchases, "save_documents", lambda **_: 1 / 0)

    run = work()

    assert (run.status, run.refusal["code"]) == ("stopped", "unexpected")


def test_what_does_not_fit_the_state_is_refused(bring, actor):
    run = bring()
    for act in (start_import, continue_import):
        with pytest.raises(Refused):
            act(actor=actor, run=run)
    start_import(actor=actor, run=work())
    for act in (start_import, discard_import, continue_import):
        with pytest.raises(Refused):
            act(actor=actor, run=run)
    with pytest.raises(Refused):
        change_options(actor=actor, run=run, options={})
    work()
    with pytest.raises(Refused):
        stop_import(actor=actor, run=run)


def test_a_file_can_be_thrown_away_before_it_is_imported(bring, actor):
    discard_import(actor=actor, run=bring())

    assert not ImportRun.objects.exists()
    assert AuditEntry.objects.filter(action="import.discarded").exists()


def test_an_upload_wakes_the_job(bring):
    JobState.objects.create(key="imports", next_at=NOW + timedelta(days=900))

    bring()

    assert JobState.objects.get(key="imports").next_at < NOW + timedelta(days=900)


def test_files_are_forgotten_after_a_week_but_not_those_at_work(bring, actor):
    bring(f"{GOOD}\n99,never,5,C1\n")
    assert forget_files(NOW + timedelta(days=8)) == 0
    work()

    assert forget_files(NOW + timedelta(days=6)) == 0
    assert forget_files(NOW + timedelta(days=8)) == 1

    run = ImportRun.objects.get()
    assert (run.file, run.status) == (None, "ready")
    assert not ImportProblem.objects.exists()
    with pytest.raises(Refused):
        change_options(actor=actor, run=run, options={})


def test_nothing_waiting_is_nothing_done():
    assert work_on_imports(NOW) == 0


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next(
    bring, actor, small_batches, monkeypatch
):
    bring()
    start_import(actor=actor, run=work())
    asked = iter([False, False, True])
    with monkeypatch.context() as patch:
        patch.setattr(stopping, "is_set", lambda: next(asked))
        run = work()

    assert (run.status, run.rows_done, run.lease_until) == ("running", 6, None)
    assert Purchase.objects.count() == 6

    run = work()

    assert (run.status, run.rows_done, run.created) == ("done", 20, 20)
