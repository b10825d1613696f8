"""When bounces and complaints end mails to an address.

A hard bounce or a complaint does at once; a soft one the fifth time within 14 days, since a full
mailbox may be emptied. **Source:** the product's own promise (docs/consent.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SOFT_LIMIT = 5
SOFT_WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be suppressed, and why: the scope and reason of a suppression."""

    scope: str
    reason: str


AT_ONCE = {
    "hard": Verdict("all", "hard_bounce"),
    # Whoever complains about an offer still wants the answer to their order.
    "complaint": Verdict("marketing", "complaint"),
}


def verdict(kind: str, soft_ones: Iterable[datetime], now: datetime) -> Verdict | None:
    """What follows from one more fault of this kind ("hard", "soft", "complaint").

    `soft_ones` are the instants of the address's soft bounces, the present one among them,
    since it was last lifted. Those of exactly 14 days ago do not count any more.
    """
    if kind in AT_ONCE:
        return AT_ONCE[kind]
    recent = [at for at in soft_ones if now - SOFT_WINDOW < at <= now]
    return Verdict("all", "soft_bounces") if len(recent) >= SOFT_LIMIT else None
