"""What a person does with a link, and what the shop may send after it."""

from datetime import timedelta

from customers.models import Customer, PreferenceChange
from customers.permission import stops_for
from customers.services.preferences import Wishes, choose
from customers.services.subscriptions import unsubscribe
from customers.suppressions import key_of
from tests.factories.customers import NOON

ANNA, SECOND = "anna@example.pl", "second@example.pl"
DAY = timedelta(days=1)


def leave(customer: Customer | None, **changes: object) -> PreferenceChange | None:
    values = {"key": key_of(ANNA), "message_class": "marketing", "source": "link"}
    return unsubscribe(customer=customer, **{"topic": "newsletter", "now": NOON} | values | changes)


def may(customer: Customer, address: str = ANNA, topic: str = "") -> dict[str, bool]:
    pair = (customer.pk, address)
    return {
        kind: not stops_for([pair], message_class=kind, topic=topic, now=NOON)
        for kind in ("service", "marketing", "survey")
    }


def wish(customer: Customer, actor=None, **wishes: object) -> list[str]:
    changes = choose(
        actor=actor,
        customer=customer,
        wishes=Wishes(**wishes),
        source="staff" if actor else "preferences",
        now=NOON,
    )
    return [f"{change.wish} {change.topic}{change.value}" for change in changes]
