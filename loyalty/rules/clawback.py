"""Taking back what an order earned when its money goes back."""

from dataclasses import dataclass

from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket, Lot


@dataclass(frozen=True, slots=True)
class Claw:
    """What a refund took: `clawed` with what is owed or written off for it, `lapsed` of what was
    due but had expired unused, so that there was nothing to take."""

    clawed: int
    debt_added: int
    written_off: int
    lapsed: int


def claw_back(
    book: Book,
    *,
    lot: Lot | None,
    due: int,
    lapsed_before: int,
    most_debt: int | None,
    lapsed_elsewhere: int = 0,
) -> Claw:
    """Take `due` units back: of the order's own lot, then of the lots that lapse soonest, then as
    debt, up to `most_debt` (None: any), the rest written off.

    What the own lot lost by lapsing counts first against what it cannot give any more;
    `lapsed_before` of that has been counted by earlier refunds of the order. `lapsed_elsewhere` is
    what lapsed of it on an account that was joined to this one, or was.
    """
    taken = book.take_from(lot, due, Bucket.CLAWED) if lot else 0
    lapsed = min(due - taken, lot.expired + lapsed_elsewhere - lapsed_before) if lot else 0
    rest = due - taken - lapsed
    others = min(rest, book[Bucket.AVAILABLE])
    book.take(others, Bucket.CLAWED)
    owed = rest - others
    book.move(Bucket.DEBT, Bucket.CLAWED, owed, None)
    over = 0 if most_debt is None else min(owed, max(0, book[Bucket.DEBT] - most_debt))
    book.move(Bucket.WRITTEN_OFF, Bucket.DEBT, over, None)
    return Claw(due - lapsed, owed - over, over, lapsed)
