"""Locks, always taken in the order in which they stand here: accounts by id, then holds and lots,
which need none of their own, since their account's is held."""

from datetime import datetime

from customers.models import Customer
from loyalty.models import Account, Programme


def lock_account(account_id: int) -> Account:
    """The account, locked to the end of the transaction, as it is now."""
    return Account.objects.select_for_update(no_key=True).get(pk=account_id)


def lock_account_of(*, customer: Customer, programme: Programme, now: datetime) -> Account:
    """The customer's account in the programme, opened where there is none, locked."""
    accounts = Account.objects.select_for_update(no_key=True)
    found = accounts.filter(customer=customer, programme=programme).first()
    if found is None:
        Account.objects.get_or_create(
            customer=customer, programme=programme, defaults={"settled_at": now}
        )
        found = accounts.get(customer=customer, programme=programme)
    return found
