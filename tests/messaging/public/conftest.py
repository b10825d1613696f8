"""Anna, who agreed to mails, at noon."""

from collections.abc import Iterator

import pytest
import time_machine

from customers.models import Customer
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.permission import TopicFactory
from tests.messaging.public.links import ANNA, DAY


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def anna() -> Customer:
    for key, nature in (("newsletter", "general"), ("surveys", "survey")):
        TopicFactory(key=key, nature=nature)
    customer = CustomerFactory(language="en")
    IdentityFactory(customer=customer, value=ANNA)
    ConsentEntryFactory(customer=customer, address=ANNA, occurred_at=NOON - 9 * DAY)
    return customer
