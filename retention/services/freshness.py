"""How up to date the figures are, and making them so before somebody reads them.

Few changes are worked off by the reader; many are left to the due job, while readers are told
the state's instant and how far the job is. So no figure depends on when a job ran.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError

from core.jobs import DueJob
from core.patience import impatient
from customers.models import Purchase
from retention import sql
from retention.models import RollupState, StaleMark
from retention.services.rebuild import rebuild
from retention.services.refresh import refresh

# What a reader works off before reading; more is the job's.
INLINE = 10_000
BATCH = 20_000
# From this many marks on, deriving everything again is cheaper where they are a good part of all.
MANY = 100_000
# How long a reader waits for somebody else's refresh before showing the last state.
PATIENCE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether the figures agree with all committed purchases; else of when they are.

    `waiting` counts the changes not worked off yet (counting stops at a million), `progress`
    is the job's per cent, None where no job has begun. `refreshed_at` None: never.
    """

    current: bool
    refreshed_at: datetime | None
    waiting: int
    progress: int | None


def bring_up_to_date(*, now: datetime, wait: bool = False) -> Freshness:
    """Refresh what is stale, then say how fresh the figures are.

    A page works off up to `INLINE` changes and never waits long for others; `wait` (commands)
    works everything off, however long it takes. Not inside another transaction.
    """
    if not _anything_stale():
        return _freshness()
    if wait:
        work_off(now=now)
    elif _is_little():
        try:
            with impatient(PATIENCE_SECONDS):
                _work_once(now=now, limit=INLINE)
        except OperationalError:
            # Somebody else is at it, or writes much: their work shows at the next reading.
            return _freshness()
    return _freshness()


def work_off(*, now: datetime) -> int:
    """Work off all changes; returns how many."""
    done = 0
    while worked := _work_once(now=now, limit=BATCH):
        done += worked
    return done


def run_job(now: datetime) -> int:
    """The due job: one batch, or a rebuild where that is cheaper; returns how much it did."""
    if not _anything_stale():
        RollupState.objects.filter(pk=1).exclude(work_total=0).update(work_total=0)
        return 0
    waiting = _waiting()
    RollupState.objects.filter(pk=1, work_total__lt=waiting).update(work_total=waiting)
    return _work_once(now=now, limit=BATCH)


ROLLUP_JOB = DueJob(run_job, every=timedelta(seconds=10), lease=timedelta(hours=1), slow=True)


def _work_once(*, now: datetime, limit: int) -> int:
    if RollupState.objects.filter(pk=1, all_stale=True).exists() or _rebuild_is_cheaper():
        rebuild(now=now)
        return 1
    return refresh(now=now, limit=limit)


def _anything_stale() -> bool:
    stale = RollupState.objects.filter(pk=1, all_stale=True)
    return StaleMark.objects.exists() or stale.exists()


def _is_little() -> bool:
    if RollupState.objects.filter(pk=1, all_stale=True).exists():
        return not Purchase.objects.all()[INLINE : INLINE + 1].exists()
    return not StaleMark.objects.all()[INLINE : INLINE + 1].exists()


def _rebuild_is_cheaper() -> bool:
    marks = StaleMark.objects.all()
    if not marks[MANY : MANY + 1].exists():
        return False
    return marks.count() * 4 > Purchase.objects.count()


def _waiting() -> int:
    found = sql.fetch("SELECT count(*) FROM (SELECT 1 FROM retention_stalemark LIMIT 1000000) AS m")
    return int(found[0][0])


def _freshness() -> Freshness:
    state = RollupState.objects.filter(pk=1).first() or RollupState()
    waiting = _waiting()
    total = state.work_total
    return Freshness(
        current=waiting == 0 and not state.all_stale,
        refreshed_at=state.refreshed_at,
        waiting=waiting,
        progress=100 * max(total - waiting, 0) // total if total and waiting else None,
    )
