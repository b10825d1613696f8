"""The due job that works on imports: claims one, checks or imports it, batch by batch.

A claim is a conditional UPDATE with a lease that each batch renews. Progress is written in the
transaction of the batch it counts, so that a worker killed at any moment leaves a run that
another goes on with, and nothing is done twice.
"""

import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core import clock
from core.bulk import insert_rows, reserve_ids
from core.jobs import DueJob, stopping
from core.services import audit
from core.services.shop import get_shop
from customers.models import ImportKind, ImportProblem, ImportRun, ImportStatus
from customers.rules.flaws import FileRefused
from customers.services import import_customers, import_purchases
from customers.services.batch import Saved
from customers.services.import_options import customer_options, purchase_options
from customers.services.import_report import MOST_LISTED, Problem, Step, Tally
from customers.services.importing import MOST_ROWS, PROGRESS, opener_of
from customers.services.people_states import PlannedPeople
from customers.services.planned_customers import PlannedCustomers
from customers.services.summaries import refresh_all

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=1)
# PostgreSQL's JSON refuses NUL; its picture stands for it.
NUL_SEEN = "\N{SYMBOL FOR NULL}"
AT_WORK = (ImportStatus.CHECKING, ImportStatus.RUNNING)


class Stopped(Exception):
    """Somebody asked the import to stop."""


class LeaseLost(Exception):
    """Another worker has taken the run over."""


class ProcessEnds(Exception):
    """The worker itself is told to stop; the next one goes on."""


def work_on_imports(now: datetime) -> int:
    """Take one import that waits and see it through; returns how many that was."""
    run = _claim(now)
    if run is None:
        return 0
    try:
        _work(run)
    except LeaseLost:
        logger.warning("import %s was taken over", run.pk)
    except ProcessEnds:
        ImportRun.objects.filter(pk=run.pk, lease_token=run.lease_token).update(lease_until=None)
    except Stopped:
        _finish(run, _stopped_status(run))
    except FileRefused as refused:
        told = {"code": refused.code, "values": _storable(refused.values)}
        _finish(run, ImportStatus.REFUSED, refusal=told)
    except Exception:
        logger.exception("import %s failed", run.pk)
        _finish(run, ImportStatus.STOPPED, refusal={"code": "unexpected", "values": {}})
    return 1


def _claim(now: datetime) -> ImportRun | None:
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    waiting = ImportRun.objects.filter(free, status__in=AT_WORK).order_by("pk")
    for pk in waiting.values_list("pk", flat=True)[:5]:
        token = secrets.token_hex(16)
        mine = waiting.filter(pk=pk).update(lease_until=now + LEASE, lease_token=token)
        if mine:
            return ImportRun.objects.get(pk=pk)
    return None


def _stopped_status(run: ImportRun) -> ImportStatus:
    checking = run.status == ImportStatus.CHECKING
    return ImportStatus.UPLOADED if checking else ImportStatus.STOPPED


def _work(run: ImportRun) -> None:
    dry = run.status == ImportStatus.CHECKING
    if run.stop_requested:
        raise Stopped
    if dry:
        _start_over(run)
    tally = _import(run, dry=dry)
    expected = tally.counts() | {"statuses": sorted(tally.statuses)} if dry else run.expected
    if dry:
        _finish(run, ImportStatus.READY, expected=expected)
        return
    with transaction.atomic():
        if not _finish(run, ImportStatus.DONE, expected=expected):
            raise LeaseLost
        audit.record(actor=None, action="import.done", target=run, details=tally.counts())
    refresh_all()


@transaction.atomic
def _start_over(run: ImportRun) -> None:
    """A check has nothing to go on with: its notes went with the worker that was killed."""
    run.problems.all().delete()
    for name in PROGRESS:
        setattr(run, name, 0)
    run.started_at = None
    run.save(update_fields=[*PROGRESS, "started_at"])


def _import(run: ImportRun, *, dry: bool) -> Tally:
    shop, now, start = get_shop(), clock.now(), _tally_of(run)
    watch = _Watch(run)
    if run.kind == ImportKind.PURCHASES:
        options = purchase_options(run, shop, MOST_ROWS)
        purchases = import_purchases.understand(opener_of(run), options)
        watch.begin(purchases.scan.rows, now)
        store = PlannedCustomers() if dry else None
        return import_purchases.import_purchases(
            purchases, now=now, watch=watch, start=start, dry_run_store=store
        )
    people = import_customers.understand(
        opener_of(run), customer_options(run, shop, now, MOST_ROWS)
    )
    watch.begin(people.scan.rows, now)
    planned = PlannedPeople() if dry else None
    return import_customers.import_customers(
        people, now=now, watch=watch, start=start, dry_run_store=planned
    )


def _tally_of(run: ImportRun) -> Tally:
    saved = Saved(run.created, run.updated, run.unchanged, run.customers_created)
    return Tally(run.rows_done, run.documents_done, run.skipped, run.rejected, saved)


class _Watch:
    """Writes progress and problems in each batch's transaction, and ends the work when asked."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run

    def begin(self, rows: int, now: datetime) -> None:
        """The file is read once: its rows are counted."""
        mine = ImportRun.objects.filter(pk=self._run.pk, lease_token=self._run.lease_token)
        mine.update(rows_total=rows, lease_until=clock.now() + LEASE)
        mine.filter(started_at=None).update(started_at=now)

    def __call__(self, step: Step) -> None:
        if stopping.is_set():
            raise ProcessEnds
        run = ImportRun.objects.select_for_update().defer("file").get(pk=self._run.pk)
        if run.lease_token != self._run.lease_token:
            raise LeaseLost
        if run.stop_requested:
            raise Stopped
        counts = step.tally.counts()
        run.rows_done, run.documents_done = counts.pop("rows"), step.tally.documents
        for name, count in counts.items():
            setattr(run, name, count)
        run.lease_until = clock.now() + LEASE
        run.save(update_fields=[*PROGRESS, "lease_until"])
        keep_problems(run, step.problems)


_COLUMNS = ("id", "run_id", "row", "column", "code", "values", "cells", "is_rejected")


def keep_problems(run: ImportRun, problems: Iterable[Problem]) -> None:
    """Keep all rejected rows, and the first of those rightly left out."""
    left_out = run.skipped
    kept = [problem for problem in problems if problem.is_rejected or left_out <= MOST_LISTED]
    ids = reserve_ids(ImportProblem, len(kept)) if kept else ()
    insert_rows(
        ImportProblem,
        _COLUMNS,
        [
            (
                pk,
                run.pk,
                problem.row,
                problem.column,
                problem.code,
                _json(_storable(problem.values)),
                _json([_without_nul(cell) for cell in problem.cells]),
                problem.is_rejected,
            )
            for pk, problem in zip(ids, kept, strict=True)
        ],
    )


def _without_nul(value: object) -> object:
    """Text with NUL made visible, since PostgreSQL keeps none; other values as they are."""
    return value.replace("\x00", NUL_SEEN) if isinstance(value, str) else value


def _storable(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _without_nul(value) for name, value in values.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@transaction.atomic
def _finish(run: ImportRun, status: ImportStatus, **values: object) -> bool:
    """Set the end, unless another worker has the run by now; whether it was set."""
    mine = ImportRun.objects.filter(pk=run.pk, lease_token=run.lease_token)
    changed = mine.update(
        status=status,
        finished_at=clock.now(),
        lease_until=None,
        lease_token="",
        stop_requested=False,
        **values,
    )
    return changed == 1


# The lease of the job is short, since each run has a lease of its own.
IMPORT_JOB = DueJob(work_on_imports, every=timedelta(seconds=5), lease=LEASE, slow=True)
