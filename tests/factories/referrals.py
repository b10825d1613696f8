"""A friend who was brought along, made by the services."""

from datetime import datetime
from typing import Any

from accounts.models import User
from customers.models import Customer
from loyalty.models import Referral, ReferralState
from loyalty.services.referrals import change_scheme, note_referral, referral_code
from tests.factories.customers import CustomerFactory


def referral_of(customer: Customer, marketer: User, now: datetime) -> dict[str, Any]:
    """The scheme is open; the customer brought somebody new, who is to be looked at."""
    change_scheme(actor=marketer, values={"is_open": True}, version=1)
    code = referral_code(actor=marketer, customer=customer, now=now).code
    friend = CustomerFactory(first_name="Ola", last_name="Lis", name_key="ola lis")
    made = note_referral(actor=marketer, referee=friend, typed=code, now=now)
    Referral.objects.filter(pk=made.pk).update(state=ReferralState.FLAGGED)
    return {"referral": made}
