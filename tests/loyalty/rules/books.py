"""Books as tests of the rules build them."""

from datetime import UTC, datetime

from loyalty.rules.book import Book
from loyalty.rules.lots import OWN_BUCKETS, Bucket, Hold, Lot, LotState

EARLY = datetime(2020, 1, 1, tzinfo=UTC)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def lot(pk, units, *, expires=None, matures=None):
    """A lot that is open, or pending until it matures; instants in UTC."""
    return Lot(
        pk=pk,
        order=f"O{pk}",
        earned=units,
        remaining=units,
        reserved=0,
        expired=0,
        state=LotState.PENDING if matures else LotState.OPEN,
        matures_at=utc(matures) if matures else EARLY,
        expires_at=utc(expires) if expires else None,
    )


def book(*lots, debt=0, at="2026-11-15T12:00"):
    balances = dict.fromkeys(OWN_BUCKETS, 0)
    for one in lots:
        where = Bucket.PENDING if one.state is LotState.PENDING else Bucket.AVAILABLE
        balances[where] += one.remaining
    balances[Bucket.DEBT] = debt
    return Book(balances=balances, at=utc(at), lots=list(lots))


def hold(of, units, *, until, pk=1):
    """Set so many units of the book aside."""
    held = Hold(
        pk=pk,
        order=f"H{pk}",
        amount=units,
        expires_at=utc(until),
        parts=of.take(units, Bucket.RESERVED),
    )
    of.holds.append(held)
    return held


def standing(of):
    """Pending, available, reserved, debt."""
    return tuple(of[bucket] for bucket in OWN_BUCKETS)


def moves(of):
    return [
        (str(move.source), str(move.target), move.amount, move.lot.pk if move.lot else None)
        for move in of.moves
    ]
