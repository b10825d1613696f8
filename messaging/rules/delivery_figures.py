"""How mails fared, in numbers: per sender and domain of the recipients.

Every share is of the mails that the other side took (`sent`), refusals of those that were offered
(`sent` and `refused`); None where there were none, never 0. A mail counts once in each column: one
that was delivered and then complained about is in both. "Delivered" is known only where somebody
reports it, so what is neither delivered nor bounced is simply unknown.

**Source:** Google and Yahoo ask bulk senders to keep complaints under 0.3 % and best under 0.1 %
(Email sender guidelines, 2024).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

COMPLAINTS_HIGH, COMPLAINTS_TOO_HIGH = Fraction(1, 1000), Fraction(3, 1000)
OTHERS = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFigures:
    """Counts of mails of one sender to one domain (`OTHERS` for the small ones together)."""

    sender_id: int
    domain: str
    sent: int = 0
    delivered: int = 0
    soft: int = 0
    hard: int = 0
    complained: int = 0
    refused: int = 0

    @property
    def delivered_share(self) -> Fraction | None:
        """Mails reported as delivered, of those sent."""
        return _share(self.delivered, self.sent)

    @property
    def bounced_share(self) -> Fraction | None:
        """Mails that came back, for good or not, of those sent."""
        return _share(self.soft + self.hard, self.sent)

    @property
    def hard_share(self) -> Fraction | None:
        """Mails to addresses that do not exist, of those sent."""
        return _share(self.hard, self.sent)

    @property
    def complained_share(self) -> Fraction | None:
        """Mails marked as unwanted, of those sent."""
        return _share(self.complained, self.sent)

    @property
    def refused_share(self) -> Fraction | None:
        """Mails refused at the door, of those offered."""
        return _share(self.refused, self.sent + self.refused)

    def plus(self, other: "DeliveryFigures", domain: str) -> "DeliveryFigures":
        """Both together, under one name."""
        return DeliveryFigures(
            sender_id=self.sender_id,
            domain=domain,
            sent=self.sent + other.sent,
            delivered=self.delivered + other.delivered,
            soft=self.soft + other.soft,
            hard=self.hard + other.hard,
            complained=self.complained + other.complained,
            refused=self.refused + other.refused,
        )


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def total(figures: Iterable[DeliveryFigures], sender_id: int) -> DeliveryFigures:
    """All domains of a sender together."""
    result = DeliveryFigures(sender_id=sender_id, domain=OTHERS)
    for row in figures:
        if row.sender_id == sender_id:
            result = result.plus(row, OTHERS)
    return result


def largest(figures: Iterable[DeliveryFigures], most: int) -> list[DeliveryFigures]:
    """The domains with the most mails of each sender, the largest first; the rest, and mails of
    people who were erased, in one row under `OTHERS` at the end, so that the sums stay."""
    ordered = sorted(
        figures, key=lambda row: (row.sender_id, -(row.sent + row.refused), row.domain)
    )
    shown: list[DeliveryFigures] = []
    for sender_id, rows in groupby(ordered, key=lambda row: row.sender_id):
        own = list(rows)
        named = [row for row in own if row.domain != OTHERS][:most]
        rest = [row for row in own if row not in named]
        shown += [*named, total(rest, sender_id)] if rest else named
    return shown
