"""Bringing spent units back into the lots they were of."""

from collections.abc import Iterable
from datetime import datetime

from core.services.shop import shop_zone
from loyalty.books import to_lot
from loyalty.models import Lot as StoredLot
from loyalty.rules.book import Book
from loyalty.rules.calendar import lives_through
from loyalty.rules.lots import Lot, LotState

# What comes back lives this long at least: else giving back would be taking away.
LEAST_DAYS = 30


def give_back(
    book: Book, parts: Iterable[tuple[StoredLot | None, int]], account: int | None = None
) -> int:
    """Give back so many units of each lot; how many in all. Those of lots that live less than 30
    days more come as lots of their own, valid through the thirtieth day. Debt is repaid first.
    `account` is the book's: lots of one that was joined to it come as new ones of the same end."""
    least = lives_through(book.at, LEAST_DAYS, shop_zone())
    returned = 0
    for row, amount in parts:
        assert row is not None, "what is redeemed was always of a lot"
        lot = to_lot(row)
        lasts = lot.lapses_at >= least
        ends = row.expires_at if lasts else least
        own = lasts and account in {None, row.account_id}
        book.give_back(_in_book(book, lot) if own else _renewed(book, lot, amount, ends), amount)
        returned += amount
    return returned


def _in_book(book: Book, lot: Lot) -> Lot:
    """The lot as the book has it; a closed one comes back into the book."""
    for known in book.lots:
        if known.pk == lot.pk:
            return known
    book.lots.append(lot)
    return lot


def _renewed(book: Book, lot: Lot, amount: int, expires_at: datetime | None) -> Lot:
    """A new, still empty lot for what comes back of one that lapses too soon or is elsewhere."""
    new = Lot(
        pk=None,
        order=lot.order,
        earned=amount,
        remaining=0,
        reserved=0,
        expired=0,
        state=LotState.OPEN,
        matures_at=book.at,
        expires_at=expires_at,
    )
    book.lots.append(new)
    return new
