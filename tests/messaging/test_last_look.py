"""The last look inside an UPDATE of messages: whatever was wished since planning wins."""

from collections.abc import Callable

import pytest

from customers.models import Customer, Identity
from customers.permission import is_stopped, read_policy
from customers.services.consents import record_consent
from customers.services.preferences import Wishes, choose, pause
from customers.services.subscriptions import take_back, unsubscribe, unsubscribe_from_all
from customers.services.suppressions import record_bounce, record_complaint
from customers.suppressions import key_of
from messaging.models import Message
from tests.factories.customers import ConsentEntryFactory
from tests.factories.outbox import NOON, MessageFactory
from tests.factories.permission import TopicFactory

pytestmark = pytest.mark.django_db
ANNA = "anna@example.pl"


@pytest.fixture
def message() -> Message:
    """A newsletter to Anna, who agreed to it; and one to somebody else, who must still get it."""
    TopicFactory()
    found = MessageFactory(address=ANNA, topic="newsletter")
    other = MessageFactory(address="jan@example.pl", topic="newsletter")
    for row in (found, other):
        ConsentEntryFactory(customer=row.customer, address="", occurred_at=NOON)
    return found


def went(message_class: str = "marketing") -> set[str]:
    """The addresses of the messages that the last look lets through."""
    policy = read_policy(message_class, "newsletter")
    Message.objects.exclude(is_stopped(policy, NOON)).update(priority=99)
    return set(Message.objects.filter(priority=99).values_list("address", flat=True))


def leave(customer: Customer) -> object:
    return unsubscribe(
        customer=customer,
        key=key_of(ANNA),
        message_class="marketing",
        topic="newsletter",
        source="one_click",
        now=NOON,
    )


def withdraw(customer: Customer) -> None:
    record_consent(
        actor=None,
        customer=customer,
        address=ANNA,
        purpose="marketing",
        action="withdrawn",
        text="",
        source="staff",
        source_note="",
        language="",
        occurred_at=NOON,
        now=NOON,
    )


LEAVING: dict[str, Callable[[Customer], object]] = {
    "one click": leave,
    "all": lambda customer: unsubscribe_from_all(
        customer=customer, key=key_of(ANNA), source="link", now=NOON
    ),
    "at the desk": withdraw,
    "topic": lambda customer: choose(
        actor=None,
        customer=customer,
        wishes=Wishes(topics=frozenset()),
        source="preferences",
        now=NOON,
    ),
    "pause": lambda customer: pause(actor=None, customer=customer, source="preferences", now=NOON),
    "erased, then left": lambda customer: unsubscribe(
        customer=None,
        key=key_of(ANNA),
        message_class="marketing",
        topic="newsletter",
        source="link",
        now=NOON,
    ),
    "complaint": lambda customer: record_complaint(address=ANNA, reference="c", now=NOON),
    "bounce": lambda customer: record_bounce(address=ANNA, is_hard=True, reference="b", now=NOON),
    "address gone": lambda customer: Identity.objects.filter(customer=customer).delete(),
}


def test_without_a_wish_both_go(message: Message) -> None:
    assert went() == {ANNA, "jan@example.pl"}


@pytest.mark.parametrize("how", LEAVING)
def test_a_wish_after_planning_wins(message: Message, how: str) -> None:
    LEAVING[how](message.customer)

    assert went() == {"jan@example.pl"}


def test_taken_back_it_goes_again(message: Message) -> None:
    change = leave(message.customer)

    take_back(change=change, source="link", now=NOON)

    assert went() == {ANNA, "jan@example.pl"}


@pytest.mark.parametrize(
    ("how", "goes"), [("all", True), ("complaint", True), ("bounce", False), ("pause", True)]
)
def test_service_mails_go_but_to_dead_addresses(message: Message, how: str, goes: bool) -> None:
    LEAVING[how](message.customer)

    assert (ANNA in went("service")) is goes
