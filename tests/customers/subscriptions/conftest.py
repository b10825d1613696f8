"""Anna, who agreed to much."""

import pytest

from customers.models import Customer
from tests.customers.subscriptions.wishes import ANNA, DAY, SECOND
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.permission import TopicFactory


@pytest.fixture
def anna() -> Customer:
    """Agreed to marketing and surveys for one address, and to marketing as a whole."""
    for key, nature in (("newsletter", "general"), ("surveys", "survey")):
        TopicFactory(key=key, nature=nature)
    customer = CustomerFactory(language="pl")
    IdentityFactory(customer=customer, value=ANNA)
    IdentityFactory(customer=customer, value=SECOND, is_primary=False)
    for purpose, address in [("marketing", ANNA), ("survey", ANNA), ("marketing", "")]:
        ConsentEntryFactory(
            customer=customer, purpose=purpose, address=address, occurred_at=NOON - 9 * DAY
        )
    return customer
