"""The leaderboard: switched on, kept up to date, left and joined again.

Scores are derived and may be written any number of times. Each carries the board's version, so that
after a change nothing of the old board shows while the job works the new one out.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refused
from core.jobs import DueJob
from core.services import audit
from core.services.audit import Actor
from core.services.jobs import wake
from customers.models import Customer
from loyalty.models import Leaderboard, LeaderboardOptOut, LeaderboardScore, Operation
from loyalty.models.leaderboard import Measure
from loyalty.scores import period_of, scores_of

BATCH = 500
JOB_KEY = "keep-leaderboard"
# Operations are counted once those that began before them have surely ended.
SURELY = timedelta(minutes=2)
EARNING = ("earn", "refund", "event", "challenge", "challenge_back")


def get_board() -> Leaderboard:
    """The board; closed until somebody opens it."""
    return Leaderboard.objects.select_related("challenge__programme").filter(
        pk=1
    ).first() or Leaderboard(pk=1)


@transaction.atomic
def change_board(*, actor: Actor | None, values: Mapping[str, Any], version: int) -> Leaderboard:
    """Switch the board on or off, or let it count something else; audited. Everybody is looked at
    anew. Locks the row. Raises `Refused`."""
    Leaderboard.objects.get_or_create(pk=1)
    board = Leaderboard.objects.select_for_update(no_key=True).get(pk=1)
    if board.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    if values["measure"] == Measure.CHALLENGE and values["challenge"] is None:
        raise Refused(_("Choose which challenge."), field="challenge")
    for name, value in values.items():
        setattr(board, name, value)
    newest = Operation.objects.order_by("-pk").values_list("pk", flat=True).first()
    board.version, board.filled_to, board.seen_operation = board.version + 1, 0, newest or 0
    board.save()
    details = {name: str(value) for name, value in sorted(values.items())}
    audit.record(actor=actor, action="leaderboard.changed", target=board, details=details)
    wake(JOB_KEY)
    return board


def look_at_scores(*, customers: Iterable[int], now: datetime) -> None:
    """Derive these customers' scores on the board as it is now; nothing while it is closed."""
    board = get_board()
    ids = sorted(set(customers))
    if not board.is_open or not ids:
        return
    found, period = scores_of(board, ids, now), period_of(board, now).first
    off = set(
        LeaderboardOptOut.objects.filter(customer__any_of=ids).values_list("customer", flat=True)
    )
    there = Customer.objects.filter(pk__any_of=sorted(found.keys() - off))
    rows = [
        LeaderboardScore(customer_id=pk, board=board.version, period=period, value=found[pk])
        for pk in there.values_list("pk", flat=True)
    ]
    LeaderboardScore.objects.filter(
        customer__any_of=sorted(set(ids) - {row.customer_id for row in rows})
    ).delete()
    LeaderboardScore.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["board", "period", "value"],
    )


def keep_board(now: datetime) -> int:
    """Look at customers who were not looked at since the last change, and at those whose points
    changed; returns how many. Safe to lose, to repeat and to kill half-way."""
    board = get_board()
    if not board.is_open:
        return 0
    if board.filled_to is not None:
        return _fill(board, now)
    return _follow(board, now) if board.measure == Measure.POINTS else 0


def _fill(board: Leaderboard, now: datetime) -> int:
    rows = Customer.objects.filter(pk__gt=board.filled_to).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    look_at_scores(customers=ids, now=now)
    mine = Leaderboard.objects.filter(pk=1, version=board.version)
    mine.update(filled_to=ids[-1] if ids else None)
    if not ids:
        LeaderboardScore.objects.filter(board__lt=board.version).delete()
    return len(ids)


def _follow(board: Leaderboard, now: datetime) -> int:
    rows = Operation.objects.filter(pk__gt=board.seen_operation).order_by("pk")
    newest = list(rows.values_list("pk", "kind", "account__customer", "recorded_at")[:BATCH])
    done = [row for row in newest if row[3] <= now - SURELY]
    look_at_scores(
        customers={customer for _pk, kind, customer, _at in done if customer and kind in EARNING},
        now=now,
    )
    if done:
        mine = Leaderboard.objects.filter(pk=1, version=board.version)
        mine.update(seen_operation=done[-1][0])
    return len(done)


@transaction.atomic
def leave_board(*, actor: Actor | None, customer: Customer, now: datetime) -> None:
    """The customer is on no board from now on; who has left stays so. Audited."""
    name = actor.label if actor else "system"
    _row, made = LeaderboardOptOut.objects.get_or_create(
        customer=customer, defaults={"at": now, "actor": name}
    )
    LeaderboardScore.objects.filter(customer=customer).delete()
    if made:
        audit.record(actor=actor, action="leaderboard.left", target=customer)


@transaction.atomic
def join_board(*, actor: Actor | None, customer: Customer, now: datetime) -> None:
    """The customer may be on the board again. Audited."""
    gone, _rows = LeaderboardOptOut.objects.filter(customer=customer).delete()
    if gone:
        look_at_scores(customers=[customer.pk], now=now)
        audit.record(actor=actor, action="leaderboard.joined", target=customer)


BOARD_JOB = DueJob(keep_board, every=timedelta(minutes=1), slow=True)
