"""Books of accounts, read from the database; see `loyalty.rules.book`."""

from datetime import datetime

from loyalty import models
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket, Hold, Lot, LotState


def read_book(account: models.Account) -> Book:
    """The account's book as it was last settled: balances, lots that hold something, open holds.
    Two queries, four where something is reserved. Lock the account first to write."""
    rows = models.Lot.objects.filter(account=account).exclude(state=LotState.CLOSED)
    lots = [to_lot(row) for row in rows.order_by("id")]
    book = Book(
        balances={
            Bucket.PENDING: account.pending,
            Bucket.AVAILABLE: account.available,
            Bucket.RESERVED: account.reserved,
            Bucket.DEBT: account.debt,
        },
        at=account.settled_at,
        lots=lots,
    )
    if account.reserved:
        book.holds = _open_holds(account, {lot.pk: lot for lot in lots})
    return book


def settled_book(account: models.Account, now: datetime) -> Book:
    """The book as it stands at `now`; nothing is written."""
    book = read_book(account)
    book.settle(now)
    return book


def to_lot(row: models.Lot) -> Lot:
    """A stored lot as the rules know it."""
    return Lot(
        pk=row.pk,
        order=row.order,
        earned=row.earned,
        remaining=row.remaining,
        reserved=row.reserved,
        expired=row.expired,
        state=LotState(row.state),
        matures_at=row.matures_at,
        expires_at=row.expires_at,
    )


def _open_holds(account: models.Account, lots: dict[int | None, Lot]) -> list[Hold]:
    rows = models.Hold.objects.filter(account=account, state=models.HoldState.OPEN)
    parts: dict[int, list[tuple[Lot, int]]] = {}
    for part in models.HoldPart.objects.filter(hold__in=rows).order_by("id"):
        parts.setdefault(part.hold_id, []).append((lots[part.lot_id], part.amount))
    return [
        Hold(
            pk=row.pk,
            order=row.order,
            amount=row.amount,
            expires_at=row.expires_at,
            parts=parts[row.pk],
        )
        for row in rows.order_by("id")
    ]
