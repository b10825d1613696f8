"""Doing what is due on accounts that nobody touched. Balances never depend on it: whoever touches
an account settles it first; this makes notices, lists and sums of all accounts true."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from core.jobs import DueJob
from loyalty.books import read_book
from loyalty.models import Account, Hold, HoldState, Lot
from loyalty.rules.lots import LotState
from loyalty.services.acts import Order, Work, perform

BATCH = 200


def settle_due(now: datetime) -> int:
    """Settle the accounts of which something is due by now; returns how many. Safe to repeat, to
    kill and to run twice at once."""
    accounts = due_accounts(now)[:BATCH]
    return sum(settle_account(account_id=account, now=now) for account in accounts)


def due_accounts(now: datetime) -> list[int]:
    """Ids of accounts with a lot that matures or lapses or a hold that ends, by now."""
    pending = Lot.objects.filter(state=LotState.PENDING, matures_at__lte=now)
    lapsing = Lot.objects.filter(state=LotState.OPEN, remaining__gt=0, expires_at__lte=now)
    ending = Hold.objects.filter(state=HoldState.OPEN, expires_at__lte=now)
    rows: list[QuerySet[Lot] | QuerySet[Hold]] = [pending, lapsing, ending]
    found = {account for some in rows for account in _owners(some)}
    return sorted(found)


def _owners(rows: QuerySet[Lot] | QuerySet[Hold]) -> list[int]:
    return list(rows.values_list("account_id", flat=True)[:BATCH])


@transaction.atomic
def settle_account(*, account_id: int, now: datetime) -> bool:
    """Do what is due on the account; False where another one did or is at it."""
    accounts = Account.objects.select_for_update(no_key=True, skip_locked=True)
    account = accounts.filter(pk=account_id).first()
    if account is None:
        return False
    book = read_book(account)
    book.settle(now)
    if not book.moves and not book.ended:
        return False
    act = Order(
        kind="settle",
        key=f"settle:{account.pk}:{account.version}",
        content={},
        actor=None,
        now=now,
    )
    perform(account, act, Work(lambda settled: {}))
    return True


SETTLE_JOB = DueJob(settle_due, every=timedelta(minutes=1))
