"""What reports make of a message: facts that do not depend on the order in which they come in."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from messaging.rules.bounce_classes import Bounce
from messaging.rules.delivery_reports import Action, DeliveryReport, RecipientReport


class Kind(StrEnum):
    """What was reported about a mail."""

    DELIVERED = "delivered"
    PASSED_ON = "passed_on"
    LATE = "late"
    SOFT = "soft"
    HARD = "hard"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


# From harmless to grave.
_ACTIONS = {
    Action.DELIVERED: Kind.DELIVERED,
    Action.RELAYED: Kind.PASSED_ON,
    Action.EXPANDED: Kind.PASSED_ON,
    Action.DELAYED: Kind.LATE,
}
_GRAVITY = list(Kind)


@dataclass(frozen=True, slots=True)
class Facts:
    """The earliest instants at which a message arrived, came back (and how) and was complained
    about; None where nobody said so."""

    delivered_at: datetime | None = None
    bounced_at: datetime | None = None
    bounce: str = ""
    complained_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """The facts by their names."""
        return asdict(self)


def with_event(facts: Facts, kind: Kind, at: datetime) -> Facts:
    """The facts with one more event: a hard bounce outweighs soft ones, an earlier instant a later
    one. Whoever complained has received the mail."""
    if kind is Kind.DELIVERED:
        return replace(facts, delivered_at=_earlier(facts.delivered_at, at))
    if kind is Kind.COMPLAINED:
        return replace(facts, complained_at=_earlier(facts.complained_at, at))
    if kind in {Kind.HARD, Kind.SOFT}:
        is_hard = kind is Kind.HARD or facts.bounce == Bounce.HARD
        bounce = Bounce.HARD if is_hard else Bounce.SOFT
        return replace(facts, bounced_at=_earlier(facts.bounced_at, at), bounce=str(bounce))
    return facts


def _earlier(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)


def kind_of_report(report: DeliveryReport, address: str) -> tuple[Kind, RecipientReport | None]:
    """What a report says about the mail to an address, and where it says so (None: a complaint).

    Where several recipients are named and none of them is the address (it was passed on to them),
    the least grave counts: one of them may have got it.
    """
    if report.is_complaint:
        return Kind.COMPLAINED, None
    named = [one for one in report.recipients if address.lower() in one.addresses]
    graded = sorted(named or report.recipients, key=_gravity)
    told = graded[-1] if named else graded[0]
    return _kind(told), told


def _kind(told: RecipientReport) -> Kind:
    return Kind(told.bounce) if told.bounce else _ACTIONS[told.action]


def _gravity(told: RecipientReport) -> int:
    return _GRAVITY.index(_kind(told))
