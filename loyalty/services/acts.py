"""The one way in which an account is written: locked, looked up, settled, done, stored.

`perform` holds the promises of every act: a key has one effect for ever, its repetition answers
what was answered, the same key for something else is refused, and a refusal changes nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from django.db import IntegrityError, transaction

from core.services.audit import Actor
from customers.models import Customer
from loyalty.errors import key_reused
from loyalty.locks import lock_account_of
from loyalty.models import Account, Operation, Programme
from loyalty.rules.book import Book
from loyalty.services.opening import Opened, open_again, open_of
from loyalty.services.storing import NOTES, More, Row, Table, store

Result = dict[str, Any]
Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done: `content` is what a repetition must have in common. `earned` names an
    order that is awarded once, whichever the key."""

    kind: str
    key: str
    content: Mapping[str, Any]
    actor: Actor | None
    now: datetime
    reason: str = ""
    number: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)
    reverses: Operation | None = None
    earned: str | None = None

    def fingerprint(self, account: Account) -> str:
        """SHA-256 of what is to be done to whose account."""
        content = {"kind": self.kind, "account": account.pk, **self.content}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def operation(self, opened: Opened, fingerprint: str, result: Result) -> Operation:
        """The row that stands for it, not stored yet."""
        return Operation(
            pk=opened.operation,
            account=opened.account,
            programme_id=opened.account.programme_id,
            key=self.key,
            fingerprint=fingerprint,
            kind=self.kind,
            actor=self.actor.label if self.actor else "system",
            order=self.number,
            terms=dict(self.terms),
            result=result,
            reverses=self.reverses,
            at=opened.book.at,
            recorded_at=self.now,
        )

    def with_note(self, more: More | None) -> More:
        """What is stored with the operation, and what was written beside it."""

        def rows(operation: Operation) -> Iterator[tuple[Table, Row]]:
            if self.reason:
                yield NOTES, (operation.pk, self.reason)
            yield from more(operation) if more else ()

        return rows


@dataclass(frozen=True, slots=True)
class Done:
    """What an act answers; `replayed`: it was done before, and nothing was changed now."""

    result: Result
    operation: Operation
    replayed: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What an act does: `begin` is told the locked account; `decide` acts on the settled book and
    answers the result; `more` names rows that are stored with the operation, such as its award;
    `keep` then writes what else hangs on it, such as a hold."""

    decide: Callable[[Book], Result]
    keep: Callable[[Operation, Book], None] | None = None
    more: More | None = None
    begin: Callable[[Account], None] | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """The account of a customer in a programme, opened with the first act."""

    customer: Customer
    programme: Programme


def perform(whose: Account | Whose, order: Order, work: Work) -> Done:
    """Do the order on the account, in the caller's transaction: one that the caller has locked, or
    a customer's, which is locked here. Raises `LoyaltyRefused`."""
    assert transaction.get_connection().in_atomic_block
    opened = _open(whose, order)
    account, book = opened.account, opened.book
    fingerprint = order.fingerprint(account)
    if opened.before is not None:
        return replay(Operation.objects.get(pk=opened.before), fingerprint)
    if work.begin:
        work.begin(account)
    book.settle(order.now)
    result = work.decide(book)
    operation = order.operation(opened, fingerprint, result)
    store([(opened, operation)], order.with_note(work.more))
    if work.keep:
        work.keep(operation, book)
    return Done(result, operation, replayed=False)


def _open(whose: Account | Whose, order: Order) -> Opened:
    if isinstance(whose, Account):
        return open_again(whose, key=order.key, earned=order.earned)
    owner, programme = whose.customer.pk, whose.programme.pk
    found = open_of(customer=owner, programme=programme, key=order.key, earned=order.earned)
    if found is None:
        account = lock_account_of(customer=whose.customer, programme=whose.programme, now=order.now)
        found = open_again(account, key=order.key, earned=order.earned)
    return found


def again_if_outrun(service: Callable[Arguments, Done]) -> Callable[Arguments, Done]:
    """Stands above the service's transaction. Where somebody used the same key or order on another
    account at the same instant, the service is done again: now theirs can be read."""

    @wraps(service)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Done:
        try:
            return service(*args, **kwargs)
        except IntegrityError:
            return service(*args, **kwargs)

    return run


def replay(before: Operation, fingerprint: str) -> Done:
    """What was answered before. Refuses where it was something else."""
    if before.fingerprint != fingerprint:
        raise key_reused()
    return Done(before.result, before, replayed=True)
