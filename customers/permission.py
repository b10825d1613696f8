"""The gate: may this mail go to this address now? Asked when mails are planned, and once more
at the moment of sending.

`stops_for` answers for many at once in a bounded number of queries. `is_stopped` is the same
question as a condition inside an UPDATE, so that a wish said a moment ago still wins. Tests hold
both against `customers.rules.permission`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from customers.models import (
    ConsentAction,
    ConsentEntry,
    CountryRule,
    Customer,
    Identity,
    IdentityKind,
    MailPreference,
    Nature,
    Purpose,
    Scope,
    StopReason,
    Suppression,
    Topic,
)
from customers.rules.permission import Facts, Gate, Line, gate_of, next_wanted, stop
from customers.suppressions import key_of, stops

Pair = tuple[int, str]
ASKED = {
    Gate.SERVICE: [],
    Gate.MARKETING: [Purpose.MARKETING],
    Gate.SURVEY: [Purpose.MARKETING, Purpose.SURVEY],
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Why not, and until when where that is known."""

    reason: StopReason
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a class and topic of mail has to pass, and the countries where nobody needs to be
    asked beforehand. Read once per batch by `read_policy`."""

    message_class: str
    topic: str
    gate: Gate
    free_countries: frozenset[str] = frozenset()


def read_policy(message_class: str, topic: str) -> Policy:
    """The policy for mails of a class ("service", "marketing", "survey") and topic ("": none);
    at most two queries."""
    nature = Topic.objects.filter(key=topic).values_list("nature", flat=True).first()
    gate = gate_of(message_class, nature or "")
    return Policy(message_class, topic, gate, _free_countries(gate, nature))


def _free_countries(gate: Gate, nature: str | None) -> frozenset[str]:
    if gate == Gate.SURVEY:
        rules = CountryRule.objects.filter(survey_needs_consent=False)
    elif nature == Nature.BIRTHDAY:
        rules = CountryRule.objects.filter(birthday_needs_consent=False)
    else:
        return frozenset()
    return frozenset(rules.values_list("country", flat=True))


def stops_for(
    pairs: Collection[Pair], *, message_class: str, topic: str, now: datetime
) -> dict[Pair, Stop]:
    """Which of these (customer id, e-mail address) may not get such a mail now, and why; those
    who may are not in the answer. At most seven queries, whatever the number.

    Addresses are compared in their normal form; an address that is not the customer's is a stop.
    """
    policy = read_policy(message_class, topic)
    known = _facts(pairs, policy, now)
    free = _customers_in(policy.free_countries, {customer for customer, _address in pairs})
    found = {}
    for pair, facts in known.items():
        reason = stop(policy.gate, facts, now, asks_first=pair[0] not in free)
        if reason:
            until = facts.paused_until if reason == StopReason.PAUSED else None
            found[pair] = Stop(StopReason(reason), until)
    return found


def _facts(pairs: Collection[Pair], policy: Policy, now: datetime) -> dict[Pair, Facts]:
    customers = {customer for customer, _address in pairs}
    addresses = {address for _customer, address in pairs}
    keys = {address: key_of(address) for address in addresses}
    theirs = _their_addresses(customers, addresses)
    wide, narrow = _suppressed(set(keys.values()), policy)
    lines, pauses = _lines(customers, policy.gate), _pauses(customers, policy.gate, now)
    return {
        (customer, address): Facts(
            has_address=(customer, address) in theirs,
            suppressed=keys[address] in wide,
            topic_off=keys[address] in narrow,
            paused_until=pauses.get(customer),
            lines=(*lines[customer, ""], *lines[customer, address]),
        )
        for customer, address in pairs
    }


def _their_addresses(customers: set[int], addresses: set[str]) -> set[Pair]:
    # Not asked by address too: PostgreSQL would compare each address with each customer's.
    rows = Identity.objects.filter(kind=IdentityKind.EMAIL, customer__any_of=customers)
    pairs = rows.values_list("customer_id", "key")
    return {(customer, key) for customer, key in pairs if key in addresses}


def _suppressed(keys: set[str], policy: Policy) -> tuple[set[str], set[str]]:
    """Keys that get nothing of this class, and keys that left the topic."""
    live = Suppression.objects.filter(stops(policy.gate, policy.topic), key__any_of=keys)
    rows = set(live.values_list("key", "scope"))
    narrow = {key for key, scope in rows if scope == Scope.TOPIC}
    return {key for key, scope in rows if scope != Scope.TOPIC}, narrow


def _lines(customers: set[int], gate: Gate) -> dict[Pair, list[Line]]:
    found: dict[Pair, list[Line]] = defaultdict(list)
    if not ASKED[gate]:
        return found
    rows = ConsentEntry.objects.filter(customer__any_of=customers, purpose__in=ASKED[gate])
    columns = ("customer_id", "address", "purpose", "action", "occurred_at", "pk")
    for customer, address, purpose, action, at, pk in rows.values_list(*columns):
        line = Line(purpose, action == ConsentAction.GRANTED, at, pk)
        found[customer, address].append(line)
    return found


def _pauses(customers: set[int], gate: Gate, now: datetime) -> dict[int, datetime]:
    if gate == Gate.SERVICE:
        return {}
    rows = MailPreference.objects.filter(customer__any_of=customers, paused_until__gt=now)
    return {pk: until for pk, until in rows.values_list("customer_id", "paused_until") if until}


def _customers_in(countries: frozenset[str], customers: set[int]) -> set[int]:
    if not countries:
        return set()
    rows = Customer.objects.filter(pk__any_of=customers, country__in=countries)
    return set(rows.values_list("pk", flat=True))


def is_stopped(
    policy: Policy,
    now: datetime,
    *,
    customer: str = "customer_id",
    address: str = "address",
    key: str = "address_key",
) -> Q:
    """The condition on rows with a customer, an address and its key that their mail may not go.

    For the last check: `rows.exclude(is_stopped(policy, now)).update(state=...)`. The names are
    columns of the rows; `key` "" compares addresses as they stand, where rows keep no key.
    """
    on_file = Identity.objects.filter(
        kind=IdentityKind.EMAIL, customer=OuterRef(customer), key=OuterRef(address)
    )
    owner = {"key": OuterRef(key)} if key else {"address": OuterRef(address)}
    scopes = stops(policy.gate, policy.topic)
    found = Q(~Exists(on_file)) | Q(Exists(Suppression.objects.filter(scopes, **owner)))
    if policy.gate == Gate.SERVICE:
        return found
    paused = MailPreference.objects.filter(customer=OuterRef(customer), paused_until__gt=now)
    return found | Q(Exists(paused)) | _lacks_consent(policy, customer, address)


def _lacks_consent(policy: Policy, customer: str, address: str) -> Q:
    """Who objected; and who did not agree, but in countries where nobody needs to."""
    lines = ConsentEntry.objects.filter(customer=OuterRef(customer)).filter(
        Q(address=OuterRef(address)) | Q(address="")
    )
    newest = _newest(lines.filter(purpose__in=ASKED[policy.gate]))
    stopped = Q(Exact(newest, ConsentAction.WITHDRAWN))
    if policy.gate == Gate.SURVEY:
        surveys = _newest(lines.filter(purpose=Purpose.SURVEY))
        stopped |= Q(Exact(surveys, ConsentAction.WITHDRAWN))
    silent = Q(Exact(newest, ""))
    if policy.free_countries:
        free = Customer.objects.filter(country__in=policy.free_countries)
        silent &= Q(~Exists(free.filter(pk=OuterRef(customer))))
    return stopped | silent


def _newest(lines: QuerySet[ConsentEntry]) -> Coalesce:
    """What the newest of the lines says, "" where there is none: never unknown."""
    newest = lines.order_by("-occurred_at", "-pk").values("action")[:1]
    return Coalesce(Subquery(newest), Value(""))


def wanted_from(last_sent: Mapping[int, datetime]) -> dict[int, datetime]:
    """From when on another marketing mail is welcome, for customers who asked for few and got
    one at the given instant; the others are not in the answer. One query."""
    rows = MailPreference.objects.filter(customer__any_of=set(last_sent))
    found = {}
    for customer, frequency in rows.values_list("customer_id", "frequency"):
        if wanted := next_wanted(frequency, last_sent[customer]):
            found[customer] = wanted
    return found
