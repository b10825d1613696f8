"""A customer's points, made by the services."""

from datetime import UTC, datetime, timedelta

import factory

from accounts.models import User
from customers.models import Customer
from loyalty.models import Operation, Reward
from loyalty.services.earning import earn_for_order
from loyalty.services.programmes import get_programme
from loyalty.services.redeeming import redeem


def redemption_of(customer: Customer, clerk: User, now: datetime) -> Operation:
    """300 points that can be spent, of which 40 were, and 120 that wait; the redemption."""
    programme = get_programme()
    for order, days, minor in (("T-1", 30, 30_000), ("T-2", 1, 12_000)):
        earn_for_order(
            actor=None,
            customer=customer,
            programme=programme,
            order=order,
            amount_minor=minor,
            currency=programme.currency,
            now=now - timedelta(days=days),
        )
    words = {"customer": customer, "programme": programme, "units": 40}
    return redeem(actor=clerk, now=now, reason="A mug", **words).operation


class RewardFactory(factory.django.DjangoModelFactory[Reward]):
    """A reward for everybody, without an end."""

    class Meta:
        model = Reward

    programme = factory.LazyFunction(get_programme)
    names = {"en": "A mug"}
    cost = 100
    created_at = datetime(2026, 1, 1, tzinfo=UTC)
