"""One account in memory: what is due happens, then one act is done, and the moves are kept.

Nothing here reads a clock or a database. The caller loads a book under the account's lock, acts,
and stores the moves; a reader loads one, settles it and stores nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from loyalty.rules.lots import OWN_BUCKETS, Bucket, Hold, Lot, LotState, Move, soonest_first

# At one instant units first come in, then come free, then lapse.
_MATURES, _COMES_FREE, _LAPSES = range(3)


@dataclass(slots=True, kw_only=True)
class Book:
    """Balances, lots that still hold something, and open holds of one account.

    `at` is the instant up to which everything is done; it never goes back, so that a clock that
    does cannot reorder what has happened. `ended` names holds whose time ran out.
    """

    balances: dict[Bucket, int]
    at: datetime
    lots: list[Lot]
    holds: list[Hold] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    ended: list[Hold] = field(default_factory=list)

    def __getitem__(self, bucket: Bucket) -> int:
        return self.balances[bucket]

    def settle(self, now: datetime) -> None:
        """Do what has become due by `now`, in the order in which it became due."""
        while (due := self._next_due()) is not None and due[0] <= now:
            instant, what, _place, thing = due
            self.at = max(self.at, instant)
            if isinstance(thing, Hold):
                self.ended.append(thing)
                self.release(thing)
            elif what == _MATURES:
                self._mature(thing)
            else:
                self._lapse(thing)
        self.at = max(self.at, now)

    def _next_due(self) -> tuple[datetime, int, int, Lot | Hold] | None:
        return min(self._due(), key=lambda due: due[:3], default=None)

    def _due(self) -> Iterable[tuple[datetime, int, int, Lot | Hold]]:
        for place, lot in enumerate(self.lots):
            if lot.state is LotState.PENDING:
                yield lot.matures_at, _MATURES, place, lot
            elif lot.remaining and lot.expires_at:
                yield lot.expires_at, _LAPSES, place, lot
        for place, hold in enumerate(self.holds):
            yield hold.expires_at, _COMES_FREE, place, hold

    def move(self, source: Bucket, target: Bucket, amount: int, lot: Lot | None) -> None:
        """Write one move down and carry the balances."""
        if not amount:
            return
        for bucket, change in ((source, -amount), (target, amount)):
            if bucket in OWN_BUCKETS:
                self.balances[bucket] += -change if bucket is Bucket.DEBT else change
        self.moves.append(Move(self.at, source, target, amount, lot))

    def add(self, lot: Lot, source: Bucket) -> None:
        """A new lot comes in; it matures at once where its time has come."""
        self.lots.append(lot)
        self.move(source, Bucket.PENDING, lot.remaining, lot)
        self.settle(self.at)

    def take(self, amount: int, target: Bucket) -> list[tuple[Lot, int]]:
        """Move available units out, of the lots that lapse soonest. The amount must be there."""
        parts = []
        for lot in self.open_lots():
            part = min(amount, lot.remaining)
            if part:
                parts.append((lot, part))
                self._take_of(lot, part, target)
                amount -= part
        assert not amount, "more was taken than is available"
        return parts

    def _take_of(self, lot: Lot, part: int, target: Bucket) -> None:
        lot.remaining -= part
        lot.reserved += part if target is Bucket.RESERVED else 0
        lot.close_if_empty()
        self.move(Bucket.AVAILABLE, target, part, lot)

    def take_from(self, lot: Lot, most: int, target: Bucket) -> int:
        """Take at most so many of one lot, pending or open; returns how many."""
        part = min(most, lot.remaining)
        source = Bucket.PENDING if lot.state is LotState.PENDING else Bucket.AVAILABLE
        lot.remaining -= part
        if lot.state is LotState.PENDING and not lot.remaining:
            lot.state = LotState.CLOSED
        lot.close_if_empty()
        self.move(source, target, part, lot)
        return part

    def open_lots(self) -> list[Lot]:
        """Lots that can be spent, soonest to lapse first."""
        return soonest_first(
            lot for lot in self.lots if lot.state is LotState.OPEN and lot.remaining
        )

    def capture(self, hold: Hold, amount: int) -> None:
        """Spend so many of the hold's units, of its soonest lots; the others come free."""
        for lot, part in hold.parts:
            spent = min(amount, part)
            lot.reserved -= spent
            lot.close_if_empty()
            self.move(Bucket.RESERVED, Bucket.REDEEMED, spent, lot)
            amount -= spent
            self._free(lot, part - spent)
        self.holds.remove(hold)
        self.repay()
        self.settle(self.at)

    def release(self, hold: Hold) -> None:
        """All of the hold's units come free, into their own lots with their own ends."""
        for lot, part in hold.parts:
            self._free(lot, part)
        self.holds.remove(hold)
        self.repay()

    def _free(self, lot: Lot, part: int) -> None:
        lot.reserved -= part
        lot.remaining += part
        lot.close_if_empty()
        self.move(Bucket.RESERVED, Bucket.AVAILABLE, part, lot)

    def _mature(self, lot: Lot) -> None:
        lot.state = LotState.OPEN
        self.move(Bucket.PENDING, Bucket.AVAILABLE, lot.remaining, lot)
        self.repay()

    def _lapse(self, lot: Lot) -> None:
        part = lot.remaining
        lot.remaining, lot.expired = 0, lot.expired + part
        lot.close_if_empty()
        self.move(Bucket.AVAILABLE, Bucket.EXPIRED, part, lot)

    def repay(self) -> None:
        """What is owed is paid first: nobody has available units and debt."""
        self.take(min(self[Bucket.AVAILABLE], self[Bucket.DEBT]), Bucket.DEBT)

    def give_back(self, lot: Lot, amount: int) -> None:
        """Redeemed units come back into a lot of the book's."""
        lot.remaining += amount
        lot.close_if_empty()
        self.move(Bucket.REDEEMED, Bucket.AVAILABLE, amount, lot)
        self.repay()
        self.settle(self.at)
