"""Leaving, taking it back, coming back; topics, how often, pauses; double opt-in."""

from datetime import timedelta

import pytest

from core.errors import Refused
from core.models import AuditEntry
from customers.models import (
    ConsentEntry,
    ConsentRequest,
    Customer,
    Identity,
    PreferenceChange,
    Suppression,
)
from customers.permission import stops_for
from customers.services.consent_requests import (
    LinkExpired,
    confirm_consent,
    due_requests,
    note_mail_sent,
    renew_request,
    request_consent,
)
from customers.services.country_rules import remove_country_rule, set_country_rule
from customers.services.preferences import Wishes, choose, pause, resume
from customers.services.subscriptions import (
    subscribe,
    take_back,
    unsubscribe,
    unsubscribe_from_all,
)
from customers.services.suppressions import lift, suppress
from customers.services.topics import save_topic
from customers.suppressions import key_of
from customers.timeline import read_page
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.permission import TopicFactory

pytestmark = pytest.mark.django_db
ANNA, SECOND = "anna@example.pl", "second@example.pl"
DAY = timedelta(days=1)


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


def leave(customer: Customer | None, **changes: object) -> PreferenceChange | None:
    values = {"key": key_of(ANNA), "message_class": "marketing", "source": "link"}
    return unsubscribe(customer=customer, **{"topic": "newsletter", "now": NOON} | values | changes)


def may(customer: Customer, address: str = ANNA, topic: str = "") -> dict[str, bool]:
    pair = (customer.pk, address)
    return {
        kind: not stops_for([pair], message_class=kind, topic=topic, now=NOON)
        for kind in ("service", "marketing", "survey")
    }


def test_leaving_marketing_stops_marketing_and_surveys_at_once_for_the_whole_person(anna) -> None:
    change = leave(anna)

    assert may(anna) == {"service": True, "marketing": False, "survey": False}
    assert may(anna, SECOND)["marketing"] is False
    newest = ConsentEntry.objects.filter(action="withdrawn").order_by("pk")
    assert set(newest.values_list("purpose", "address", "source", "actor")) == {
        ("marketing", ANNA, "link", None),
        ("marketing", "", "link", None),
    }
    row = Suppression.objects.get()
    assert (row.scope, row.topic, row.source, row.address) == ("topic", "newsletter", "link", ANNA)
    assert (change.wish, change.topic) == ("unsubscribed", "newsletter")
    assert AuditEntry.objects.filter(action="preference.changed", actor="system").count() == 1


def test_leaving_surveys_leaves_offers_alone(anna) -> None:
    leave(anna, message_class="survey", topic="surveys")

    assert may(anna) == {"service": True, "marketing": True, "survey": False}


def test_a_birthday_mail_leaves_marketing_whatever_its_class(anna) -> None:
    TopicFactory(key="birthday", nature="birthday")

    leave(anna, message_class="service", topic="birthday")

    assert may(anna)["marketing"] is False


def test_leaving_twice_is_once_and_gives_the_same_change(anna) -> None:
    first = leave(anna)
    lines = ConsentEntry.objects.count()

    assert leave(anna) == first
    assert ConsentEntry.objects.count() == lines
    assert Suppression.objects.count() == PreferenceChange.objects.count() == 1


def test_leaving_before_agreeing_is_on_record(anna) -> None:
    stranger = CustomerFactory()
    IdentityFactory(customer=stranger, value="jan@example.pl")

    leave(stranger, key=key_of("jan@example.pl"))

    line = ConsentEntry.objects.get(customer=stranger)
    assert (line.action, line.address) == ("withdrawn", "jan@example.pl")


def test_a_grant_dated_ahead_does_not_outlive_leaving(anna) -> None:
    ConsentEntryFactory(customer=anna, address=ANNA, occurred_at=NOON + timedelta(minutes=4))

    leave(anna)

    assert may(anna)["marketing"] is False


def test_after_erasure_the_address_alone_is_suppressed() -> None:
    assert leave(None) is None
    assert unsubscribe_from_all(customer=None, key="k", source="link", now=NOON) is None

    rows = Suppression.objects.values_list("key", "scope", "address")
    assert set(rows) == {(key_of(ANNA), "marketing", ""), ("k", "marketing", "")}


def test_an_address_that_was_taken_off_the_file_can_still_leave(anna) -> None:
    Identity.objects.filter(key=ANNA).delete()

    leave(anna)

    assert may(anna, SECOND)["marketing"] is False
    found = Suppression.objects.values_list("key", "scope")
    assert set(found) == {(key_of(ANNA), "topic"), (key_of(ANNA), "marketing")}


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


def wish(customer: Customer, actor=None, **wishes: object) -> list[str]:
    changes = choose(
        actor=actor,
        customer=customer,
        wishes=Wishes(**wishes),
        source="staff" if actor else "preferences",
        now=NOON,
    )
    return [f"{change.wish} {change.topic}{change.value}" for change in changes]


def test_a_topic_is_left_and_joined_for_all_addresses(anna) -> None:
    offered = TopicFactory._meta.model.objects.filter(is_active=True)
    every = frozenset(offered.values_list("key", flat=True))

    assert wish(anna, topics=every) == []
    assert wish(anna, topics=every - {"newsletter"}) == ["topic_off newsletter"]
    assert wish(anna, topics=every - {"newsletter"}) == []
    assert not may(anna, topic="newsletter")["marketing"]
    assert not may(anna, SECOND, topic="newsletter")["marketing"]
    assert may(anna)["marketing"]
    clerk = UserFactory()
    assert wish(anna, clerk, topics=every | {"nonsense"}) == ["topic_on newsletter"]
    assert may(anna, topic="newsletter")["marketing"]
    lifted = Suppression.objects.exclude(lifted_at=None)
    assert set(lifted.values_list("lifted_by", "lift_reason")) == {(clerk.pk, "-staff")}


def test_frequency_and_language_are_chosen_once(anna) -> None:
    assert wish(anna, frequency="monthly", language="cs") == [
        "frequency monthly",
        "language cs",
    ]
    assert wish(anna, frequency="monthly", language="cs") == []
    assert wish(anna, frequency="hourly", language="xx") == []
    anna.refresh_from_db()
    assert (anna.language, anna.updated_at) == ("cs", NOON)
    assert anna.mail_preference.frequency == "monthly"


def test_a_pause_lasts_thirty_days_and_ends_when_told(anna) -> None:
    change = pause(actor=None, customer=anna, source="preferences", now=NOON)

    assert anna.mail_preference.paused_until == NOON + 30 * DAY
    assert change.value == "2026-12-21T12:00+00:00"
    assert not may(anna)["marketing"]
    assert resume(actor=None, customer=anna, source="preferences", now=NOON)
    assert resume(actor=None, customer=anna, source="preferences", now=NOON) is None
    assert may(anna)["marketing"]


def test_the_timeline_tells_it_all(anna) -> None:
    pause(actor=None, customer=anna, source="preferences", now=NOON - DAY)
    wish(anna, frequency="weekly", language="cs")
    change = leave(anna, source="one_click")
    take_back(change=change, source="link", now=NOON + DAY)

    page = read_page(customer=anna, user=UserFactory(), kind="consents", limit=50)

    told = [(e.title, e.text, e.meta) for e in page.entries if e.source == "wishes"]
    assert told == [
        ("Unsubscribing taken back", "Newsletter", "Unsubscribe link"),
        ("Unsubscribed", "Newsletter", "Unsubscribe button of the mail program"),
        ("Language changed", "Czech", "Preference page"),
        ("Frequency changed", "At most once a week", "Preference page"),
        ("Mails paused", "until 20 December 2026", "Preference page"),
    ]


# --- Double opt-in -------------------------------------------------------------------------------


def ask(customer: Customer, **changes: object) -> ConsentRequest:
    values = {"address": ANNA, "purpose": "marketing", "text": "Tak.", "language": "pl"}
    return request_consent(actor=None, customer=customer, **values | {"now": NOON} | changes)


def newcomer() -> Customer:
    customer = CustomerFactory()
    IdentityFactory(customer=customer, value=ANNA)
    return customer


def test_a_consent_counts_once_it_is_confirmed() -> None:
    customer = newcomer()
    row = ask(customer)
    assert not may(customer)["marketing"]

    confirm_consent(request=row, now=NOON + DAY)
    confirm_consent(request=row, now=NOON + 30 * DAY)

    assert may(customer)["marketing"]
    line = ConsentEntry.objects.get()
    assert (line.text, line.source, line.language) == ("Tak.", "link", "pl")
    assert line.source_note == f"№ {row.pk}, 2026-11-21 12:00 UTC"
    assert PreferenceChange.objects.get().wish == "subscribed"


def test_the_link_is_mailed_at_once_and_once_more_after_a_day() -> None:
    row = ask(newcomer())

    def due(hours: float) -> list[ConsentRequest]:
        return list(due_requests(NOON + timedelta(hours=hours)))

    assert due(0) == [row]
    note_mail_sent(request=row, now=NOON)
    note_mail_sent(request=row, now=NOON)
    assert due(23.9) == []
    assert due(24) == [row]
    note_mail_sent(request=due(24)[0], now=NOON + DAY)
    assert due(167) == []
    row.refresh_from_db()
    assert (row.mails_sent, row.next_mail_at) == (2, None)


def test_a_confirmed_request_gets_no_reminder() -> None:
    row = ask(newcomer())
    note_mail_sent(request=row, now=NOON)

    confirm_consent(request=row, now=NOON)

    assert not due_requests(NOON + 2 * DAY).exists()


def test_a_link_that_is_too_old_grants_nothing_and_makes_room_for_a_new_one() -> None:
    customer = newcomer()
    row = ask(customer)

    with pytest.raises(LinkExpired):
        confirm_consent(request=row, now=NOON + 7 * DAY)
    fresh = renew_request(request=row, now=NOON + 8 * DAY)

    assert not ConsentEntry.objects.exists()
    assert (fresh.text, fresh.address) == (row.text, ANNA)
    assert list(due_requests(NOON + 8 * DAY)) == [fresh]
    confirm_consent(request=fresh, now=NOON + 9 * DAY)
    assert may(customer)["marketing"]


def test_a_second_request_ends_the_first() -> None:
    customer = newcomer()
    first, second = ask(customer), ask(customer, now=NOON + DAY)

    with pytest.raises(LinkExpired):
        confirm_consent(request=first, now=NOON + DAY)
    assert list(due_requests(NOON + DAY)) == [second]


def test_a_request_needs_words_and_an_address_of_theirs() -> None:
    customer = newcomer()
    for changes in ({"text": " "}, {"address": "jan@example.pl"}):
        with pytest.raises(Refused):
            ask(customer, **changes)
    row = ask(customer)
    Identity.objects.all().delete()
    with pytest.raises(Refused):
        confirm_consent(request=row, now=NOON)
    assert not ConsentEntry.objects.exists()


# --- What the shop sets --------------------------------------------------------------------------


def test_a_countrys_rule_needs_a_reason_and_goes_again() -> None:
    clerk = UserFactory(role="admin")
    values = {"country": "DE", "birthday_needs_consent": False, "survey_needs_consent": True}
    for reason in ("", " ", "x" * 256):
        with pytest.raises(Refused):
            set_country_rule(actor=clerk, reason=reason, now=NOON, **values)
    rule = set_country_rule(actor=clerk, reason="Counsel, 3 May", now=NOON, **values)
    again = set_country_rule(actor=clerk, reason="Counsel, 4 May", now=NOON, **values)

    assert (again.pk, again.reason, again.set_by) == (rule.pk, "Counsel, 4 May", clerk)
    audited = AuditEntry.objects.filter(action="consent.country_rule").first()
    assert audited.details == {"reason": "Counsel, 3 May", **values}
    remove_country_rule(actor=clerk, rule=rule)
    assert not rule.__class__.objects.exists()


def test_a_topic_is_named_and_keeps_its_key() -> None:
    save = {"actor": None, "nature": "general", "is_active": True}
    topic = save_topic(topic=None, names={"en": "Pottery  classes", "pl": ""}, **save)
    twin = save_topic(topic=None, names={"pl": "Pottery classes"}, **save)
    odd = save_topic(topic=None, names={"en": "Ελλάδα"}, **save)
    save_topic(topic=topic, names={"cs": "Kurzy"}, **save)

    assert (topic.key, twin.key, odd.key) == ("pottery_classes", "pottery_classes_2", "topic")
    assert topic.position < twin.position < odd.position
    topic.refresh_from_db()
    assert topic.names == {"cs": "Kurzy"}
    assert topic.name_in("pl") == "Kurzy"
    assert twin.name_in("cs", "pl") == "Pottery classes"
    for names in ({}, {"en": " "}, {"en": "x" * 61}):
        with pytest.raises(Refused):
            save_topic(topic=None, names=names, **save)


def test_whoever_reads_an_address_that_changed_hands_is_heard_too(anna) -> None:
    Identity.objects.get(key=ANNA).delete()
    other = CustomerFactory()
    IdentityFactory(customer=other, value=ANNA)
    ConsentEntryFactory(customer=other, purpose="marketing", address=ANNA, occurred_at=NOON - DAY)
    assert may(other)["marketing"]

    change = leave(anna, topic="")

    assert may(other) == {"service": True, "marketing": False, "survey": False}
    assert change is not None
    take_back(change=change, source="link", now=NOON + timedelta(hours=1))
    assert may(other)["marketing"]
