"""Taking it back restores what was; coming back is a consent of its own."""

import pytest

from core.errors import Refused
from customers.models import ConsentEntry, Customer, PreferenceChange, Suppression
from customers.services.subscriptions import subscribe, take_back, unsubscribe_from_all
from customers.services.suppressions import lift, suppress
from customers.suppressions import key_of
from tests.customers.subscriptions.wishes import ANNA, DAY, SECOND, leave, may, wish
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.permission import TopicFactory

pytestmark = pytest.mark.django_db


def test_taking_it_back_restores_what_was_and_only_that(anna) -> None:
    change = leave(anna)

    assert take_back(change=change, source="link", now=NOON)
    assert not take_back(change=change, source="link", now=NOON)

    assert may(anna) == {"service": True, "marketing": True, "survey": True}
    assert may(anna, SECOND)["marketing"] is True
    again = ConsentEntry.objects.filter(address=ANNA, purpose="marketing").order_by("pk").last()
    assert (again.action, again.text) == ("granted", "I want to hear about offers.")
    assert again.source_note == f"№ {change.pk}"
    assert not Suppression.objects.filter(lifted_at=None).exists()
    wishes = PreferenceChange.objects.order_by("pk").values_list("wish", flat=True)
    assert list(wishes) == ["unsubscribed", "taken_back"]


def test_taking_it_back_grants_nothing_that_was_never_granted() -> None:
    customer = CustomerFactory()
    IdentityFactory(customer=customer, value=ANNA)
    change = leave(customer)

    assert take_back(change=change, source="link", now=NOON)
    assert not ConsentEntry.objects.filter(action="granted").exists()


def test_taking_it_back_does_not_undo_something_newer(anna) -> None:
    change = leave(anna)
    ConsentEntryFactory(
        customer=anna, address=ANNA, action="withdrawn", source="staff", occurred_at=NOON + DAY
    )
    row = Suppression.objects.get()
    lift(actor=None, suppression=row, reason="told so", now=NOON)
    suppress(
        actor=None,
        address=ANNA,
        scope="topic",
        topic="newsletter",
        reason="asked",
        source="staff",
        now=NOON,
    )

    take_back(change=change, source="link", now=NOON + 2 * DAY)

    newest = ConsentEntry.objects.filter(address=ANNA, purpose="marketing")
    assert newest.order_by("-occurred_at").first().action == "withdrawn"
    assert Suppression.objects.filter(lifted_at=None, reason="asked").count() == 1


def test_leaving_everything_covers_all_addresses_and_is_taken_back(anna) -> None:
    change = unsubscribe_from_all(customer=anna, key=key_of(ANNA), source="preferences", now=NOON)

    stopped = {"service": True, "marketing": False, "survey": False}
    assert may(anna) == may(anna, SECOND) == stopped
    assert set(Suppression.objects.values_list("scope", "address")) == {
        ("marketing", ANNA),
        ("marketing", SECOND),
    }
    take_back(change=change, source="preferences", now=NOON)
    assert may(anna) == {"service": True, "marketing": True, "survey": True}


def come_back(customer: Customer, key: str = "") -> PreferenceChange:
    return subscribe(
        customer=customer,
        key=key or key_of(ANNA),
        text="Tak, chcę.",
        language="pl",
        source="preferences",
        now=NOON + DAY,
    )


def test_coming_back_is_a_consent_with_its_words(anna) -> None:
    unsubscribe_from_all(customer=anna, key=key_of(ANNA), source="preferences", now=NOON)

    change = come_back(anna)

    assert may(anna)["marketing"] is True
    line = ConsentEntry.objects.order_by("pk").last()
    assert (line.action, line.address, line.text) == ("granted", ANNA, "Tak, chcę.")
    assert (line.source, line.language, line.source_note) == ("link", "pl", f"№ {change.pk}")
    assert change.wish == "subscribed"


@pytest.mark.parametrize("why", ["hard_bounce", "soft_bounces", "complaint"])
def test_nobody_comes_back_by_a_link_from_a_bounce_or_a_complaint(anna, why: str) -> None:
    scope = "marketing" if why == "complaint" else "all"
    suppress(actor=None, address=ANNA, scope=scope, reason=why, source="provider", now=NOON)

    with pytest.raises(Refused):
        come_back(anna)
    with pytest.raises(Refused):
        come_back(anna, key_of("gone@example.pl"))


def test_coming_back_brings_the_topic_of_the_link_and_none_that_was_unticked(anna) -> None:
    TopicFactory(key="offers")
    wish(anna, topics=frozenset({"newsletter", "surveys"}))
    leave(anna)
    assert not may(anna, topic="newsletter")["marketing"]

    subscribe(
        customer=anna, key=key_of(ANNA), text="Yes", language="en", source="preferences", now=NOON
    )

    assert may(anna, topic="newsletter")["marketing"]
    assert not may(anna, topic="offers")["marketing"]
