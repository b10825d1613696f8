"""Where joined accounts and their lots are now: whoever acts for an old order asks here."""

from contextlib import suppress

from django.db import transaction

from loyalty.locks import lock_account
from loyalty.models import Account, AccountJoin, Lot, LotSuccessor


class _WentOn(Exception):
    """The units were moved while the lock was waited for."""


def standing_account(account_id: int) -> Account:
    """The account in which this one's units are now, locked: its own where it is not joined. A join
    or its end that comes meanwhile is followed; the wrong account's lock is given back first, for
    who holds one lock and waits for another must take them by id."""
    while True:
        with suppress(_WentOn), transaction.atomic():
            account = lock_account(_end(account_id))
            if _end(account_id) != account.pk:
                raise _WentOn
            return account


def _end(account_id: int) -> int:
    """Follow the joins that stand; none of them leads back."""
    joins = AccountJoin.objects.filter(source=account_id, undone_at=None)
    target = joins.values_list("target_id", flat=True).first()
    return account_id if target is None else _end(target)


def line_of(lot: Lot) -> list[Lot]:
    """The lot and those that went on for it, the newest last."""
    line = [lot]
    while next_one := LotSuccessor.objects.filter(lot=line[-1]).select_related("successor").first():
        line.append(next_one.successor)
    return line


def lots_of_line(lot: Lot, account: Account) -> tuple[Lot, int]:
    """Where a lot's units are on the account, and how many of the lot have lapsed elsewhere."""
    line = line_of(lot)
    here = next((one for one in reversed(line) if one.account_id == account.pk), lot)
    return here, sum(one.expired for one in line if one.pk != here.pk)
