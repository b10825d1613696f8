"""The sending checks: what apps above know against writing to somebody now (a hold-out group, an
open complaint). Asked for whole batches, at planning and again before sending."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Stop:
    """Why not, in a code of at most 40 characters; `until` defers instead of ending."""

    reason: str
    until: datetime | None = None


Check = Callable[[Sequence[int], str, str, datetime], Mapping[int, Stop]]


@dataclass(frozen=True, slots=True)
class SendingCheck:
    """`ask(customer_ids, message_class, topic, now)` answers those who must not be written to;
    `words` name each of its reasons for people."""

    ask: Check
    words: Mapping[str, str | Promise]


sending_checks: Registry[SendingCheck] = Registry("sending checks")


def stops_by_checks(
    customer_ids: Sequence[int], message_class: str, topic: str, now: datetime
) -> dict[int, Stop]:
    """Everybody whom some check stops; the first check that does counts."""
    found: dict[int, Stop] = {}
    for check in sending_checks:
        for customer, stop in check.ask(customer_ids, message_class, topic, now).items():
            found.setdefault(customer, stop)
    return found
