"""Planning: one row per person, whether they will get the mail or not, each with its reason.

In chunks, each one transaction; repeating it changes nothing, because the dedupe keys are there
already. One inbox gets one copy of a send. The gate is asked here so that a plan can be judged,
and again before sending, because people change their minds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from core.batches import batched
from core.bulk import collecting_rarely, insert_missing
from core.services import audit
from customers.models import Customer, Identity, IdentityKind, StopReason
from customers.permission import stops_for
from messaging.checks import Stop, stops_by_checks
from messaging.models import Message, MessageState, Send, SendState, TemplateVersion
from messaging.services.planned_rows import COLUMNS, Mailing, Person, RowMaker, mailing_of
from messaging.services.steps import write_steps_of

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Planned:
    """How many rows were made, by state, and how many were stopped, by reason."""

    queued: int = 0
    stopped: Counter[str] = field(default_factory=Counter)

    @property
    def made(self) -> int:
        """All new rows."""
        return self.queued + self.stopped.total()


def plan_messages(
    *,
    actor: User | None,
    send: Send,
    customer_ids: Iterable[int],
    now: datetime,
    contexts: Mapping[int, Mapping[str, Any]] | None = None,
) -> Planned:
    """A row of the send for each customer; those who have one already keep it.

    `contexts` gives the occasion's fields by customer, frozen with the message. A send that was
    done and gets somebody new is planned again: it waits to be released.
    """
    total = Planned()
    with collecting_rarely():
        for ids in batched(dict.fromkeys(customer_ids), CHUNK):
            keys = {pk: f"send:{send.pk}:{pk}" for pk in ids}
            part = _plan(mailing_of(send), keys, contexts or {}, now)
            total = Planned(total.queued + part.queued, total.stopped + part.stopped)
    if total.queued:
        done = Send.objects.filter(pk=send.pk, state=SendState.DONE)
        done.update(state=SendState.PLANNED, finished_at=None)
    details = {"queued": total.queued, "stopped": dict(total.stopped)}
    audit.record(actor=actor, action="send.planned", target=send, details=details)
    return total


def plan_message(
    *,
    mailing: Mailing,
    customer: Customer,
    dedupe_key: str,
    now: datetime,
    context: Mapping[str, Any] | None = None,
) -> Message:
    """One message outside a send; the one that is there where the key is known already."""
    _plan(mailing, {customer.pk: dedupe_key}, {customer.pk: context or {}}, now)
    return Message.objects.get(dedupe_key=dedupe_key)


def plan_each(
    *,
    mailing: Mailing,
    keys: Mapping[int, str],
    contexts: Mapping[int, Mapping[str, Any]],
    now: datetime,
) -> dict[int, int]:
    """A message outside a send for each customer under their own key; where that is known already
    the one that is there. Ids of messages by customer; who is gone is left out."""
    _plan(mailing, keys, contexts, now)
    rows = Message.objects.filter(dedupe_key__any_of=set(keys.values()))
    there = dict(rows.values_list("dedupe_key", "pk"))
    return {pk: there[key] for pk, key in keys.items() if key in there}


@transaction.atomic
def _plan(
    mailing: Mailing,
    keys: Mapping[int, str],
    contexts: Mapping[int, Mapping[str, Any]],
    now: datetime,
) -> Planned:
    people = _people(list(keys))
    maker = RowMaker(mailing, people, now)
    rows = maker.rows(keys=keys, contexts=contexts, stops=_stops(mailing, people, now))
    made = insert_missing(Message, COLUMNS, rows, **maker.fixed())
    write_steps_of(made, now)
    unused = TemplateVersion.objects.filter(pk__in=maker.used_versions(), used_at=None)
    unused.update(used_at=now)
    return _counted(rows, set(made))


def _people(ids: Sequence[int]) -> list[Person]:
    """The customers with the address that mails go to: the primary one, else the oldest."""
    wanted = frozenset(ids)
    found = Identity.objects.filter(kind=IdentityKind.EMAIL, customer__any_of=wanted)
    addresses: dict[int, str] = {}
    for pk, key in found.order_by("-is_primary", "pk").values_list("customer_id", "key"):
        addresses.setdefault(pk, key)
    languages = dict(Customer.objects.filter(pk__any_of=wanted).values_list("pk", "language"))
    return [Person(pk, languages[pk], addresses.get(pk, "")) for pk in ids if pk in languages]


def _stops(mailing: Mailing, people: Sequence[Person], now: datetime) -> dict[int, Stop]:
    """Who is stopped for good, or for a while, and why."""
    stops = {p.pk: Stop(StopReason.NO_ADDRESS) for p in people if not p.address}
    pairs = [(p.pk, p.address) for p in people if p.address]
    gate = stops_for(pairs, message_class=mailing.message_class, topic=mailing.topic, now=now)
    for (pk, _address), stop in gate.items():
        stops[pk] = Stop(stop.reason, stop.until)
    left = [p.pk for p in people if p.pk not in stops]
    return stops | stops_by_checks(left, mailing.message_class, mailing.topic, now)


def _counted(rows: Sequence[tuple[Any, ...]], made: set[int]) -> Planned:
    state, reason = COLUMNS.index("state"), COLUMNS.index("reason")
    new = [row for row in rows if row[0] in made]
    stopped = Counter(str(row[reason]) for row in new if row[state] == MessageState.SUPPRESSED)
    return Planned(len(new) - stopped.total(), stopped)
