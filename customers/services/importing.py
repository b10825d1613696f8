"""Imports on the page: a file is brought, checked, imported, stopped, gone on with, thrown away.

The work itself is done by a due job (`import_work`); these services only say what is wanted.
"""

import gzip
import io
import zlib
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused, still_there
from core.jobs import DueJob
from core.services import audit
from core.services.jobs import wake
from core.text import squeeze
from customers.models import ImportRun, ImportStatus
from customers.rules.csv_reading import GZIP, Opener, detect_encoding
from customers.rules.flaws import FileRefused
from customers.services.import_options import columns_of

JOB = "imports"
MOST_ROWS = 1_000_000
NOT_BEGUN = frozenset(
    {
        ImportStatus.UPLOADED,
        ImportStatus.CHECKING,
        ImportStatus.READY,
        ImportStatus.REFUSED,
    }
)
KEPT_FOR = timedelta(days=7)


def _read(upload: BinaryIO) -> bytes:
    """The file's bytes, unpacked; never more than the limit is held in memory. Raises
    `FileRefused`."""
    most = settings.IMPORT_MAX_BYTES
    content = upload.read(most + 1)
    if content.startswith(GZIP):
        try:
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(most + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise FileRefused("broken_gzip") from error
        # Packed twice: the reader would unpack it again, past the limit.
        if content.startswith(GZIP):
            raise FileRefused("not_csv")
    if len(content) > most:
        raise FileRefused("too_large", most=most // 2**20)
    return content


@transaction.atomic
def bring_file(
    *,
    actor: User,
    kind: str,
    filename: str,
    upload: BinaryIO,
    options: dict[str, Any],
    now: datetime,
) -> ImportRun:
    """Keep the file; where its columns are understood, have it checked at once. Audited.

    Raises `FileRefused` for what is no CSV, too large or empty; nothing is kept then.
    """
    content = _read(upload)
    detect_encoding(lambda: io.BytesIO(content))
    run = ImportRun.objects.create(
        kind=kind,
        filename=squeeze(filename)[-200:] or "file.csv",
        file=gzip.compress(content, compresslevel=5),
        size=len(content),
        options=options,
        requested_by=actor,
        created_at=now,
    )
    audit.record(actor=actor, action="import.brought", target=run)
    _check_if_understood(run)
    return run


def opener_of(run: ImportRun) -> Opener:
    """Opens the run's file anew each time it is read. Refuses one whose file is gone."""
    if run.file is None:
        raise Refused(_("The file is no longer kept. Bring it again."))
    content = gzip.decompress(bytes(run.file))

    def open_file() -> BinaryIO:
        return io.BytesIO(content)

    return open_file


def _check_if_understood(run: ImportRun) -> None:
    try:
        columns_of(run, opener_of(run))
    except FileRefused as refused:
        run.status, run.refusal, run.expected = ImportStatus.UPLOADED, _told(refused), {}
        _let_go(run)
        run.save(update_fields=["status", "refusal", "options", "expected", *LEASE])
        return
    run.status, run.refusal, run.expected = ImportStatus.CHECKING, {}, {}
    _begin(run)


def _told(refused: FileRefused) -> dict[str, Any]:
    return {"code": refused.code, "values": refused.values}


def _let_go(run: ImportRun) -> None:
    """Whoever is still at work on the run by its options of before changes nothing of it more."""
    run.stop_requested, run.lease_until, run.lease_token = False, None, ""


def _begin(run: ImportRun) -> None:
    """From nothing: no progress, no problems; the job is woken."""
    for name in PROGRESS:
        setattr(run, name, 0)
    _let_go(run)
    run.started_at = run.finished_at = None
    run.save()
    run.problems.all().delete()
    wake(JOB)


LEASE = ("stop_requested", "lease_until", "lease_token")
PROGRESS = (
    "rows_total",
    "rows_done",
    "documents_done",
    "created",
    "updated",
    "unchanged",
    "skipped",
    "rejected",
    "customers_created",
)


def _locked(run: ImportRun) -> ImportRun:
    """The row; raises `Gone` where it was thrown away."""
    return still_there(ImportRun.objects.select_for_update().filter(pk=run.pk))


@transaction.atomic
def change_options(*, actor: User, run: ImportRun, options: dict[str, Any]) -> ImportRun:
    """Read the file in another way, and check it again. Refuses while it is being imported and
    after. Audited."""
    run = _locked(run)
    if run.status not in NOT_BEGUN or run.file is None:
        raise Refused(_("This import has begun already."))
    run.options = options
    _check_if_understood(run)
    audit.record(actor=actor, action="import.options", target=run)
    return run


@transaction.atomic
def start_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Import the checked file. Refuses one that is not ready. Audited."""
    run = _locked(run)
    if run.status != ImportStatus.READY:
        raise Refused(_("The file has to be checked first."))
    run.status = ImportStatus.RUNNING
    _begin(run)
    audit.record(actor=actor, action="import.started", target=run)
    return run


@transaction.atomic
def stop_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Ask the worker to stop after the batch in hand. What is imported stays. Audited."""
    run = _locked(run)
    if not run.is_at_work:
        raise Refused(_("This import is not at work."))
    run.stop_requested = True
    run.save(update_fields=["stop_requested"])
    audit.record(actor=actor, action="import.stopped", target=run)
    wake(JOB)
    return run


@transaction.atomic
def continue_import(*, actor: User, run: ImportRun) -> ImportRun:
    """Go on where a stopped import was. Audited."""
    run = _locked(run)
    if run.status != ImportStatus.STOPPED or run.file is None:
        raise Refused(_("Only a stopped import can go on."))
    run.status, run.stop_requested, run.refusal = ImportStatus.RUNNING, False, {}
    run.finished_at = None
    run.save(update_fields=["status", "stop_requested", "refusal", "finished_at"])
    audit.record(actor=actor, action="import.continued", target=run)
    wake(JOB)
    return run


@transaction.atomic
def discard_import(*, actor: User, run: ImportRun) -> None:
    """Throw away a file that was not imported. Refuses one that was begun. Audited."""
    run = _locked(run)
    if run.status not in NOT_BEGUN:
        raise Refused(_("This import has begun already."))
    audit.record(actor=actor, action="import.discarded", target=run)
    run.delete()


def forget_files(now: datetime) -> int:
    """Empty the files, and the rows not taken, of imports that are a week old; returns how
    many imports that were."""
    old = ImportRun.objects.filter(Q(file__isnull=False), created_at__lt=now - KEPT_FOR)
    idle = old.exclude(status__in=[ImportStatus.CHECKING, ImportStatus.RUNNING])
    with transaction.atomic():
        ids = list(idle.values_list("pk", flat=True)[:100])
        for run in ImportRun.objects.filter(pk__in=ids).only("pk"):
            run.problems.all().delete()
        return ImportRun.objects.filter(pk__in=ids).update(file=None)


FORGET_JOB = DueJob(forget_files, every=timedelta(hours=1))
