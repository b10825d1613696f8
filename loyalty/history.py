"""An account's movements for people: newest first, by the page, the lots of one act together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.functional import Promise

from loyalty.models import Account, Operation, Programme, Transfer
from loyalty.rules.lots import Bucket
from loyalty.words import MOVES, order_shown, signed

PAGE = 50
REDEMPTIONS = ("redeem", "capture")


@dataclass(frozen=True, slots=True)
class Movement:
    """One line. `undo` is the redemption that can be given back from here; None: none."""

    at: datetime
    words: str | Promise
    icon: str
    amount: str
    order: str
    reason: str
    undo: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of movements; `older` is where the next begins, None at the beginning."""

    movements: list[Movement]
    older: int | None


def movements(account: Account, below: int | None = None) -> Page:
    """The newest movements, or those before the transfer of this number."""
    rows = Transfer.objects.filter(account=account).order_by("-seq")
    if below is not None:
        rows = rows.filter(seq__lt=below)
    found = list(rows.select_related("operation__reversed_by", "operation__note")[: PAGE + 1])
    shown = found[:PAGE]
    programme = account.programme
    lines = [_movement(programme, list(some)) for _key, some in groupby(shown, key=_together)]
    return Page(lines, shown[-1].seq if len(found) > PAGE else None)


def _together(row: Transfer) -> tuple[int, str, str, datetime]:
    return row.operation_id, row.source, row.target, row.at


def _movement(programme: Programme, rows: list[Transfer]) -> Movement:
    first = rows[0]
    words, icon = MOVES[first.source, first.target]
    operation = first.operation
    by_act = first.at == operation.at
    return Movement(
        at=first.at,
        words=words,
        icon=icon,
        amount=signed(programme, first.source, first.target, _sum(rows)),
        order=order_shown(operation.order if by_act else ""),
        reason=note_of(operation) if by_act else "",
        undo=_undo(first, operation),
    )


def note_of(operation: Operation) -> str:
    """What was written beside the act; "" where nothing was, or it was erased."""
    return operation.note.text if hasattr(operation, "note") else ""


def _undo(row: Transfer, operation: Operation) -> int | None:
    if row.target != Bucket.REDEEMED or operation.kind not in REDEMPTIONS:
        return None
    return None if hasattr(operation, "reversed_by") else operation.pk


def _sum(rows: Iterable[Transfer]) -> int:
    return sum(row.amount for row in rows)
