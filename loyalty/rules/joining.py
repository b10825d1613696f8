"""Moving what one account holds into another: lots keep their origin, age and end, debt goes along.

Each side is a move of its own account to or from `moved`, so that both balance and both chains
hold; the two sides move the same, which `loyalty_reconcile` proves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket, Lot, LotState


@dataclass(frozen=True, slots=True)
class Load:
    """What is carried: so many units of each lot, and debt."""

    parts: tuple[tuple[Lot, int], ...]
    debt: int

    @property
    def units(self) -> int:
        """Units of all lots together."""
        return sum(amount for _lot, amount in self.parts)


def pick_up(book: Book, lots: Iterable[Lot], debt: int) -> Load:
    """Take all that is left of these lots of the book, and so much of its debt."""
    parts = [(lot, lot.remaining) for lot in lots if lot.remaining]
    for lot, amount in parts:
        book.take_from(lot, amount, Bucket.MOVED)
    owed = min(debt, book[Bucket.DEBT])
    book.move(Bucket.MOVED, Bucket.DEBT, owed, None)
    return Load(tuple(parts), owed)


def put_down(book: Book, load: Load) -> list[Lot]:
    """Bring the load into the book, each part as a lot of its own; those lots, in the load's order.
    What has matured can be spent, after debt is repaid."""
    book.move(Bucket.DEBT, Bucket.MOVED, load.debt, None)
    book.repay()
    lots = [_like(lot, amount) for lot, amount in load.parts]
    for lot in lots:
        book.add(lot, Bucket.MOVED)
    return lots


def _like(lot: Lot, amount: int) -> Lot:
    return Lot(
        pk=None,
        order=lot.order,
        earned=amount,
        remaining=amount,
        reserved=0,
        expired=0,
        state=LotState.PENDING,
        matures_at=lot.matures_at,
        expires_at=lot.expires_at,
    )
