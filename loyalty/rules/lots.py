"""What an account holds: lots of units, each with its age; and what moves between buckets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

NEVER = datetime.max.replace(tzinfo=UTC)


class Bucket(StrEnum):
    """Where units can be. The first four are the account's own; the others are names for what
    left it or came into it. Debt counts against the account: moving units out of it raises it."""

    PENDING = "pending"
    AVAILABLE = "available"
    RESERVED = "reserved"
    DEBT = "debt"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    CLAWED = "clawed"
    ADJUSTED = "adjusted"
    WRITTEN_OFF = "written_off"
    MOVED = "moved"


OWN_BUCKETS = (Bucket.PENDING, Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DEBT)


class LotState(StrEnum):
    """Pending until it matures; then open while it holds anything; then closed."""

    PENDING = "pending"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(slots=True, kw_only=True)
class Lot:
    """Units that came in together and lapse together.

    `pk` None: not stored yet. `remaining` can be spent once the lot is open, `reserved` belongs to
    holds, `expired` has lapsed unused; what is missing from `earned` was spent or taken back.
    `expires_at` is exclusive: at that instant the lot has lapsed; None: never.
    """

    pk: int | None
    order: str
    earned: int
    remaining: int
    reserved: int
    expired: int
    state: LotState
    matures_at: datetime
    expires_at: datetime | None

    @property
    def lapses_at(self) -> datetime:
        """When it lapses; the end of time where it never does."""
        return self.expires_at or NEVER

    def close_if_empty(self) -> None:
        """An empty lot is closed, one that holds something again is open."""
        if self.state is not LotState.PENDING:
            self.state = LotState.OPEN if self.remaining or self.reserved else LotState.CLOSED


@dataclass(slots=True, kw_only=True)
class Hold:
    """Units set aside for one order until `expires_at`, and the lots they were taken from."""

    pk: int
    order: str
    amount: int
    expires_at: datetime
    parts: list[tuple[Lot, int]]


@dataclass(frozen=True, slots=True)
class Move:
    """One step: so many units from one bucket to another, of one lot (None: debt has no lot)."""

    at: datetime
    source: Bucket
    target: Bucket
    amount: int
    lot: Lot | None


def soonest_first(lots: Iterable[Lot]) -> list[Lot]:
    """Lots in the order in which they are spent: soonest to lapse, then oldest."""
    return sorted(lots, key=lambda lot: (lot.lapses_at, lot.pk is None, lot.pk or 0))
