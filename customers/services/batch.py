"""What the parts of one bulk save hand to each other."""

from dataclasses import dataclass, field

from customers.services.refund_linking import Touched


@dataclass(slots=True)
class Saved:
    """How many documents became what."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    customers_created: int = 0

    def add(self, other: "Saved") -> None:
        """Add another batch's numbers."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.customers_created += other.customers_created


@dataclass(slots=True)
class Batch:
    """One transaction's work in hand. `dry` looks and counts but writes nothing."""

    dry: bool = False
    branches: dict[str, int | None] = field(default_factory=dict)
    touched: Touched = field(default_factory=Touched)
    to_settle: set[int] = field(default_factory=set)
    saved: Saved = field(default_factory=Saved)
