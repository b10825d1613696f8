"""What shares of complaints and bounces say about how mailbox providers see a sender.

**Source:** the rules that Google and Yahoo publish for bulk senders since February 2024: keep
complaints below 0.1 %, never reach 0.3 %. For bounces they name no number; 2 % of addresses that
do not exist, and 5 % of all, are common practice and ours, and so are 5 % refused at the door.
"""

from dataclasses import dataclass
from enum import StrEnum

AIM, NEVER = 0.1, 0.3
HARD_MOST, BOUNCED_MOST, REFUSED_MOST = 2.0, 5.0, 5.0
# Of fewer mails one complaint says nothing.
ENOUGH = 100


class Standing(StrEnum):
    """How it stands, from bad to good; `FEW`: too few mails to say."""

    COMPLAINTS = "complaints"
    WATCH = "watch"
    DEAD = "dead"
    REFUSED = "refused"
    BOUNCES = "bounces"
    FEW = "few"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Shares:
    """What became of mails that were offered. A share is per cent of those that were sent, that of
    the refused per cent of those that were offered (sent and refused); None where none was."""

    sent: int = 0
    delivered: int = 0
    hard: int = 0
    soft: int = 0
    complained: int = 0
    uncertain: int = 0
    refused: int = 0

    def share(self, name: str) -> float | None:
        """The share of one of the numbers."""
        whole = self.sent + self.refused if name == "refused" else self.sent
        return 100 * getattr(self, name) / whole if whole else None

    @property
    def standing(self) -> Standing:
        """The worst that can be said. 3 complaints of 1,000 are 0.3 %: too many; 1 is 0.1 %: watch;
        where fewer than a hundred mails were offered nothing is said."""
        if self.sent + self.refused < ENOUGH:
            return Standing.FEW
        complaints, hard = self.share("complained") or 0, self.share("hard") or 0
        if complaints >= NEVER:
            return Standing.COMPLAINTS
        if hard >= HARD_MOST:
            return Standing.DEAD
        if (self.share("refused") or 0) >= REFUSED_MOST:
            return Standing.REFUSED
        if self.sent and 100 * (self.hard + self.soft) / self.sent >= BOUNCED_MOST:
            return Standing.BOUNCES
        return Standing.WATCH if complaints >= AIM else Standing.GOOD
