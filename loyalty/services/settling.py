"""Doing what is due on accounts that nobody touched. Balances never depend on it: whoever touches
an account settles it first; this makes notices, lists and sums of all accounts true."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from core.jobs import DueJob, stopping
from loyalty.models import Hold, HoldState, Lot, Operation
from loyalty.rules.lots import LotState
from loyalty.services.acts import Order
from loyalty.services.opening import Opened, new_numbers, open_due
from loyalty.services.storing import store

logger = logging.getLogger(__name__)
# Accounts in one transaction: their owners wait for so long at most.
BATCH = 500
ROUNDS = 20


def settle_due(now: datetime) -> int:
    """Settle the accounts of which something is due by now; returns how many. Safe to repeat, to
    kill and to run twice at once. An account that cannot be settled holds up no other."""
    done, others = 0, set[int]()
    for _round in range(ROUNDS):
        accounts = due_accounts(now, others)
        if not accounts or stopping.is_set():
            break
        settled = _settle_or_each(accounts, now)
        others |= set(accounts) - settled
        done += len(settled)
    return done


def due_accounts(now: datetime, without: Collection[int] = ()) -> list[int]:
    """Ids of accounts with a lot that matures or lapses or a hold that ends, by now."""
    pending = Lot.objects.filter(state=LotState.PENDING, matures_at__lte=now)
    lapsing = Lot.objects.filter(state=LotState.OPEN, remaining__gt=0, expires_at__lte=now)
    ending = Hold.objects.filter(state=HoldState.OPEN, expires_at__lte=now)
    rows: list[QuerySet[Lot] | QuerySet[Hold]] = [pending, lapsing, ending]
    found = {account for some in rows for account in _owners(some, without)}
    return sorted(found)[:BATCH]


def _owners(rows: QuerySet[Lot] | QuerySet[Hold], without: Collection[int]) -> list[int]:
    owners = rows.exclude(account_id__in=without) if without else rows
    return list(owners.values_list("account_id", flat=True)[:BATCH])


def _settle_or_each(accounts: list[int], now: datetime) -> set[int]:
    """Settle them together; where one fails, each by itself."""
    try:
        return settle_accounts(accounts, now=now)
    except OperationalError:
        raise
    except Exception:
        if len(accounts) == 1:
            logger.exception("account %s cannot be settled", accounts[0])
            return set()
    return set().union(*(_settle_or_each([account], now) for account in accounts))


@transaction.atomic
def settle_accounts(accounts: list[int], *, now: datetime) -> set[int]:
    """Do what is due on the accounts; the ids of those where something was, and that no other
    process is at."""
    due = []
    for opened in open_due(accounts, now):
        opened.book.settle(now)
        if opened.book.moves or opened.book.ended:
            due.append(opened)
    numbers = new_numbers("loyalty_operation", len(due))
    for opened, number in zip(due, numbers, strict=True):
        opened.operation = number
    if due:
        store([(opened, _operation(opened, now)) for opened in due])
    return {opened.account.pk for opened in due}


def _operation(opened: Opened, now: datetime) -> Operation:
    account = opened.account
    key = f"settle:{account.pk}:{account.version}"
    order = Order(kind="settle", key=key, content={}, actor=None, now=now)
    return order.operation(opened, order.fingerprint(account), {})


SETTLE_JOB = DueJob(settle_due, every=timedelta(minutes=1))
