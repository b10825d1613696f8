"""Writing a book's moves down: transfers with their chain, lots, ended holds, the snapshot."""

from loyalty import models
from loyalty.rules.book import Book
from loyalty.rules.chain import link
from loyalty.rules.lots import Bucket, Lot, Move


def store_book(account: models.Account, book: Book, operation: models.Operation) -> None:
    """Store what the book did since it was read, in the caller's transaction; the account must be
    locked. The account's instance carries the new snapshot afterwards."""
    _store_lots(account, book, operation)
    transfers = [_transfer(account, operation, move) for move in book.moves]
    models.Transfer.objects.bulk_create(transfers)
    if book.ended:
        ended = models.Hold.objects.filter(pk__in=[hold.pk for hold in book.ended])
        ended.update(state=models.HoldState.EXPIRED)
    _store_snapshot(account, book)


def _store_lots(account: models.Account, book: Book, operation: models.Operation) -> None:
    moved = {id(move.lot) for move in book.moves}
    for lot in book.lots:
        if lot.pk is None:
            lot.pk = _new_lot(account, operation, lot).pk
        elif id(lot) in moved:
            models.Lot.objects.filter(pk=lot.pk).update(
                remaining=lot.remaining,
                reserved=lot.reserved,
                expired=lot.expired,
                state=lot.state,
            )


def _new_lot(account: models.Account, operation: models.Operation, lot: Lot) -> models.Lot:
    return models.Lot.objects.create(
        account=account,
        operation=operation,
        order=lot.order,
        earned=lot.earned,
        remaining=lot.remaining,
        reserved=lot.reserved,
        expired=lot.expired,
        state=lot.state,
        matures_at=lot.matures_at,
        expires_at=lot.expires_at,
    )


def _transfer(account: models.Account, operation: models.Operation, move: Move) -> models.Transfer:
    """The account's next transfer; the account's version and chain go on with it."""
    lot = move.lot.pk if move.lot else None
    account.version += 1
    account.chain = link(
        account.chain,
        account=account.pk,
        seq=account.version,
        operation=operation.pk,
        lot=lot,
        source=move.source,
        target=move.target,
        amount=move.amount,
        at=move.at,
    )
    return models.Transfer(
        account=account,
        seq=account.version,
        operation=operation,
        lot_id=lot,
        source=move.source,
        target=move.target,
        amount=move.amount,
        at=move.at,
        recorded_at=operation.recorded_at,
        hash=account.chain,
    )


def _store_snapshot(account: models.Account, book: Book) -> None:
    account.pending = book[Bucket.PENDING]
    account.available = book[Bucket.AVAILABLE]
    account.reserved = book[Bucket.RESERVED]
    account.debt = book[Bucket.DEBT]
    account.settled_at = book.at
    account.save(
        update_fields=[
            *("pending", "available", "reserved", "debt"),
            *("settled_at", "version", "chain"),
        ]
    )
