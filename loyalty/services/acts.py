"""The one way in which an account is written: locked, looked up, settled, done, stored.

`perform` holds the promises of every act: a key has one effect for ever, its repetition answers
what was answered, the same key for something else is refused, and a refusal changes nothing.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from django.db import IntegrityError, transaction

from core.services.audit import Actor
from loyalty.books import read_book
from loyalty.errors import key_reused
from loyalty.models import Account, Operation, OperationNote
from loyalty.rules.book import Book
from loyalty.services.storing import store_book

Result = dict[str, Any]
Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done: `content` is what a repetition must have in common."""

    kind: str
    key: str
    content: Mapping[str, Any]
    actor: Actor | None
    now: datetime
    reason: str = ""
    number: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)
    reverses: Operation | None = None

    def fingerprint(self, account: Account) -> str:
        """SHA-256 of what is to be done to whose account."""
        content = {"kind": self.kind, "account": account.pk, **self.content}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Done:
    """What an act answers; `replayed`: it was done before, and nothing was changed now."""

    result: Result
    operation: Operation
    replayed: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What an act does: `decide` acts on the settled book and answers the result; `keep` then
    writes what hangs on the operation, such as an award or a hold."""

    decide: Callable[[Book], Result]
    keep: Callable[[Operation, Book], None] | None = None


def perform(account: Account, order: Order, work: Work) -> Done:
    """Do the order on the locked account, in the caller's transaction. Raises `LoyaltyRefused`."""
    assert transaction.get_connection().in_atomic_block
    fingerprint = order.fingerprint(account)
    before = Operation.objects.filter(programme_id=account.programme_id, key=order.key).first()
    if before is not None:
        return replay(before, fingerprint)
    book = read_book(account)
    book.settle(order.now)
    result = work.decide(book)
    operation = _write(account, order, fingerprint, result, book.at)
    store_book(account, book, operation)
    if order.reason:
        OperationNote.objects.create(operation=operation, text=order.reason)
    if work.keep:
        work.keep(operation, book)
    return Done(result, operation, replayed=False)


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


def _write(
    account: Account, order: Order, fingerprint: str, result: Result, at: datetime
) -> Operation:
    return Operation.objects.create(
        account=account,
        programme_id=account.programme_id,
        key=order.key,
        fingerprint=fingerprint,
        kind=order.kind,
        actor=order.actor.label if order.actor else "system",
        order=order.number,
        terms=dict(order.terms),
        result=result,
        reverses=order.reverses,
        at=at,
        recorded_at=order.now,
    )
