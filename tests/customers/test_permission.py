"""The gate against the database: for many at once, inside an UPDATE, and after any sequence of
wishes the same as the plain rule."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import CountryRule, Customer, Identity, MailPreference, StopReason
from customers.permission import Stop, is_stopped, read_policy, stops_for, wanted_from
from customers.rules.permission import Facts, Line, gate_of, stop
from customers.services.consents import record_consent
from customers.services.preferences import pause, resume
from customers.services.suppressions import lift, suppress
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.permission import SuppressionFactory, TopicFactory

pytestmark = pytest.mark.django_db
ANNA, SECOND = "anna@example.pl", "second@example.pl"


def anna(**fields: object) -> Customer:
    customer = CustomerFactory(**fields)
    IdentityFactory(customer=customer, value=ANNA)
    return customer


def reason(customer: Customer, message_class: str = "marketing", topic: str = "") -> str:
    pair = (customer.pk, ANNA)
    found = stops_for([pair], message_class=message_class, topic=topic, now=NOON)
    return found[pair].reason if found else ""


def test_nobody_gets_marketing_without_consent_and_everybody_gets_service() -> None:
    customer = anna()

    assert reason(customer) == StopReason.NO_CONSENT
    assert reason(customer, "survey") == StopReason.NO_CONSENT
    assert reason(customer, "service") == ""
    ConsentEntryFactory(customer=customer)
    assert reason(customer) == reason(customer, "survey") == ""


def test_an_address_of_somebody_else_is_none() -> None:
    customer, other = anna(), CustomerFactory()
    ConsentEntryFactory(customer=other, address="")

    assert reason(other) == reason(other, "service") == StopReason.NO_ADDRESS
    Identity.objects.filter(customer=customer).delete()
    assert reason(customer, "service") == StopReason.NO_ADDRESS


def test_a_country_that_asks_for_less_asks_for_less_of_just_that() -> None:
    TopicFactory(key="birthday", nature="birthday")
    here, there = anna(country="DE"), CustomerFactory(country="PL")
    IdentityFactory(customer=there, value=SECOND)
    values = {"set_at": NOON, "reason": "Counsel, 3 May"}
    rule = CountryRule.objects.create(country="DE", birthday_needs_consent=False, **values)

    assert reason(here, "service", "birthday") == reason(here, "marketing", "birthday") == ""
    assert reason(here, "marketing") == reason(here, "survey") == StopReason.NO_CONSENT
    pair = (there.pk, SECOND)
    found = stops_for([pair], message_class="service", topic="birthday", now=NOON)
    assert found == {pair: Stop(StopReason.NO_CONSENT)}
    rule.survey_needs_consent = False
    rule.save()
    assert reason(here, "survey") == ""
    ConsentEntryFactory(customer=here, purpose="survey", action="withdrawn")
    assert reason(here, "survey") == StopReason.WITHDRAWN


def test_a_pause_says_until_when() -> None:
    customer = anna()
    ConsentEntryFactory(customer=customer)
    pause(actor=None, customer=customer, source="preferences", now=NOON)

    found = stops_for([(customer.pk, ANNA)], message_class="marketing", topic="", now=NOON)

    assert list(found.values()) == [Stop(StopReason.PAUSED, NOON + timedelta(days=30))]


@pytest.mark.parametrize("topic", ["", "surveys"])
def test_a_thousand_cost_what_one_does(topic: str, django_assert_max_num_queries) -> None:
    TopicFactory(key="surveys", nature="survey")
    CountryRule.objects.create(
        country="DE", survey_needs_consent=False, reason="Counsel", set_at=NOON
    )
    customers = Customer.objects.bulk_create(
        Customer(country="DE", created_at=NOON, updated_at=NOON) for _n in range(1_000)
    )
    pairs = [(customer.pk, f"c{customer.pk}@example.pl") for customer in customers]
    Identity.objects.bulk_create(
        Identity(customer_id=pk, kind="email", value=key, key=key, created_at=NOON)
        for pk, key in pairs
    )
    SuppressionFactory(address=pairs[7][1])

    with django_assert_max_num_queries(8):
        found = stops_for(pairs, message_class="survey", topic=topic, now=NOON)

    assert found == {pairs[7]: Stop(StopReason.SUPPRESSED)}


def test_nobody_is_asked_about_nobody(django_assert_max_num_queries) -> None:
    assert stops_for([], message_class="marketing", topic="", now=NOON) == {}


def test_how_often_is_told_for_those_who_asked_for_few() -> None:
    weekly, often = CustomerFactory(), CustomerFactory()
    MailPreference.objects.create(customer=weekly, frequency="weekly", updated_at=NOON)
    MailPreference.objects.create(customer=often, updated_at=NOON)
    last = {weekly.pk: NOON, often.pk: NOON, 0: NOON}

    assert wanted_from(last) == {weekly.pk: NOON + timedelta(days=7)}


# --- Any sequence of wishes against a plain model ------------------------------------------------

TOPICS = {"newsletter": "general", "birthday": "birthday", "surveys": "survey"}
PURPOSES = ("marketing", "survey")
ADDRESSES = (ANNA, SECOND)
act = st.one_of(
    st.tuples(
        st.sampled_from(["granted", "withdrawn"]),
        st.sampled_from(PURPOSES),
        st.sampled_from([*ADDRESSES, ""]),
        st.integers(-3, 0),
    ),
    st.tuples(
        st.sampled_from(["suppress", "lift"]),
        st.sampled_from(["all", "marketing", *TOPICS]),
        st.sampled_from(ADDRESSES),
        st.just(0),
    ),
    st.tuples(st.sampled_from(["pause", "resume"]), st.just(""), st.just(""), st.just(0)),
    st.tuples(
        st.sampled_from(["forget", "bring"]), st.just(""), st.sampled_from(ADDRESSES), st.just(0)
    ),
    st.tuples(
        st.just("rule"), st.sampled_from(["birthday", "survey", "none"]), st.just(""), st.just(0)
    ),
)


@dataclass
class Model:
    """What the acts mean, in plain Python."""

    lines: list[tuple[str, Line]] = field(default_factory=list)
    suppressed: set[tuple[str, str]] = field(default_factory=set)
    addresses: set[str] = field(default_factory=lambda: set(ADDRESSES))
    paused_until: datetime | None = None
    free: str = "none"

    def reason(self, address: str, message_class: str, topic: str, now: datetime) -> str:
        nature = TOPICS.get(topic, "")
        gate = gate_of(message_class, nature)
        wide = {"all"} if gate == "service" else {"all", "marketing"}
        facts = Facts(
            has_address=address in self.addresses,
            suppressed=any((scope, address) in self.suppressed for scope in wide),
            topic_off=(topic, address) in self.suppressed,
            paused_until=self.paused_until,
            lines=tuple(line for owner, line in self.lines if owner in ("", address)),
        )
        is_free = self.free == ("survey" if gate == "survey" else nature)
        return stop(gate, facts, now, asks_first=not is_free)


@dataclass
class World:
    """The same acts done by the services."""

    customer: Customer
    model: Model = field(default_factory=Model)
    now: datetime = NOON

    def do(self, step: tuple[str, str, str, int]) -> None:
        what, about, address, days = step
        self.now += timedelta(minutes=1)
        doer = getattr(self, f"do_{what}", None)
        if doer is None:
            self.say(what, about, address, self.now + timedelta(days=days))
        else:
            doer(about, address)

    def say(self, action: str, purpose: str, address: str, at: datetime) -> None:
        entry = record_consent(
            actor=None,
            customer=self.customer,
            address=address,
            purpose=purpose,
            action=action,
            text="Yes",
            source="paper",
            source_note="7",
            language="pl",
            occurred_at=at,
            now=self.now,
        )
        self.model.lines.append((address, Line(purpose, action == "granted", at, entry.pk)))

    def do_suppress(self, scope: str, address: str) -> None:
        topic = scope if scope in TOPICS else ""
        values = {"scope": "topic" if topic else scope, "topic": topic, "now": self.now}
        suppress(actor=None, address=address, reason="asked", source="staff", **values)
        self.model.suppressed.add((scope, address))

    def do_lift(self, scope: str, address: str) -> None:
        topic = scope if scope in TOPICS else ""
        values = {"scope": "topic" if topic else scope, "topic": topic, "now": self.now}
        row = suppress(actor=None, address=address, reason="asked", source="staff", **values)
        lift(actor=None, suppression=row, reason="Asked for it", now=self.now)
        self.model.suppressed.discard((scope, address))

    def do_pause(self, _about: str, _address: str) -> None:
        pause(actor=None, customer=self.customer, source="preferences", now=self.now)
        self.model.paused_until = self.now + timedelta(days=30)

    def do_resume(self, _about: str, _address: str) -> None:
        resume(actor=None, customer=self.customer, source="preferences", now=self.now)
        self.model.paused_until = None

    def do_forget(self, _about: str, address: str) -> None:
        Identity.objects.filter(customer=self.customer, key=address).delete()
        self.model.addresses.discard(address)

    def do_bring(self, _about: str, address: str) -> None:
        if address not in self.model.addresses:
            IdentityFactory(customer=self.customer, value=address)
            self.model.addresses.add(address)

    def do_rule(self, free: str, _address: str) -> None:
        CountryRule.objects.all().delete()
        CountryRule.objects.create(
            country="DE",
            birthday_needs_consent=free != "birthday",
            survey_needs_consent=free != "survey",
            reason="Counsel",
            set_at=self.now,
        )
        self.model.free = free


def asked(world: World, message_class: str, topic: str, now: datetime) -> None:
    """Both ways of asking give what the model says."""
    pairs = [(world.customer.pk, address) for address in ADDRESSES]
    found = stops_for(pairs, message_class=message_class, topic=topic, now=now)
    expected = {
        pair: words
        for pair in pairs
        if (words := world.model.reason(pair[1], message_class, topic, now))
    }
    assert {pair: stop.reason for pair, stop in found.items()} == expected
    policy = read_policy(message_class, topic)
    stopped = is_stopped(policy, now, customer="customer_id", address="key", key="")
    rows = Identity.objects.filter(customer=world.customer, kind="email").exclude(stopped)
    assert set(rows.values_list("customer_id", "key")) == set(pairs) - expected.keys()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(act, max_size=12), st.integers(0, 31))
def test_after_any_wishes_the_answer_is_the_models(steps: list, later: int) -> None:
    for key, nature in TOPICS.items():
        TopicFactory(key=key, nature=nature)
    CountryRule.objects.all().delete()
    Identity.objects.all().delete()
    # Each example has a shop of its own: suppressions of the one before are over.
    for row in list(_live()):
        lift(actor=None, suppression=row, reason="next example", now=NOON)
    customer = CustomerFactory(country="DE")
    for address in ADDRESSES:
        IdentityFactory(customer=customer, value=address)
    world = World(customer)

    for step in steps:
        world.do(step)
    now = world.now + timedelta(days=later)
    for message_class in ("service", "marketing", "survey"):
        for topic in ("", *TOPICS):
            asked(world, message_class, topic, now)


def _live():
    return SuppressionFactory._meta.model.objects.filter(lifted_at=None)
