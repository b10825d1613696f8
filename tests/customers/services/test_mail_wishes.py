"""Suppressions, preferences, requests and countries' rules: what each refuses, keeps and leaves
alone, also in the database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.models import AuditEntry
from customers.models import (
    ConsentEntry,
    ConsentRequest,
    CountryRule,
    Customer,
    DeliveryFault,
    MailPreference,
    PreferenceChange,
    StopReason,
    Suppression,
    Topic,
)
from customers.permission import read_policy, stops_for, wanted_from
from customers.rules.permission import Gate
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
from customers.services.suppressions import (
    forget_address,
    lift,
    recognise,
    record_bounce,
    record_complaint,
    suppress,
)
from customers.suppressions import key_of, live_suppressions
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.permission import SuppressionFactory, TopicFactory

pytestmark = pytest.mark.django_db
ANNA = "anna@example.pl"
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


@pytest.fixture
def anna() -> Customer:
    Topic.objects.all().delete()
    for key, active in (("newsletter", True), ("offers", True), ("old", False)):
        TopicFactory(key=key, is_active=active)
    customer: Customer = CustomerFactory(language="pl", country="DE")
    IdentityFactory(customer=customer, value=ANNA)
    ConsentEntryFactory(customer=customer, address=ANNA, occurred_at=NOON - DAY)
    return customer


def stopped(customer: Customer, now: datetime = NOON, **mail: str) -> str:
    mail = {"message_class": "marketing", "topic": ""} | mail
    found = stops_for([(customer.pk, ANNA)], now=now, **mail)
    return found[customer.pk, ANNA].reason if found else ""


@given(
    st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?", fullmatch=True), st.sampled_from([" ", "\t", ""])
)
def test_one_address_has_one_key_however_it_is_typed(name: str, space: str) -> None:
    plain = f"{name}@example.pl"

    keys = {key_of(f"{space}{plain.upper()}{space}"), key_of(plain), key_of(plain.title())}

    assert keys == {key_of(plain)}
    assert len(key_of(plain)) == 43
    assert key_of(f"x{plain}") not in keys


@pytest.mark.parametrize(
    ("scope", "topic", "stops"),
    [
        ("all", "", {"service", "marketing", "survey"}),
        ("marketing", "", {"marketing", "survey"}),
        ("topic", "newsletter", set()),
    ],
)
def test_each_scope_stops_what_it_says(
    anna: Customer, scope: str, topic: str, stops: set[str]
) -> None:
    SuppressionFactory(scope=scope, topic=topic)

    classes = ("service", "marketing", "survey")
    found = {kind: stopped(anna, message_class=kind) for kind in classes}

    assert {kind for kind, reason in found.items() if reason} == stops
    assert set(found.values()) <= {"", StopReason.SUPPRESSED}
    if scope == "topic":
        assert stopped(anna, topic="newsletter") == StopReason.TOPIC_OFF
        assert stopped(anna, topic="offers") == ""


def test_a_topic_that_nobody_knows_is_a_plain_class(anna: Customer) -> None:
    assert read_policy("service", "nowhere").gate == Gate.SERVICE
    assert read_policy("marketing", "nowhere").free_countries == frozenset()
    assert stopped(anna, topic="nowhere") == ""


@pytest.mark.parametrize(
    ("frequency", "after"), [("any", None), ("weekly", 7 * DAY), ("monthly", 30 * DAY)]
)
def test_few_mails_are_welcome_again_after_their_gap(
    anna: Customer, frequency: str, after: timedelta | None
) -> None:
    choose(actor=None, customer=anna, wishes=Wishes(frequency=frequency), source="staff", now=NOON)

    assert wanted_from({anna.pk: NOON}) == ({anna.pk: NOON + after} if after else {})


@pytest.mark.parametrize("moment", [NOON - MOMENT, NOON, NOON + 30 * DAY - MOMENT])
def test_a_pause_holds_until_its_last_instant(anna: Customer, moment: datetime) -> None:
    pause(actor=None, customer=anna, source="preferences", now=NOON)

    assert stopped(anna, moment) == StopReason.PAUSED
    assert stopped(anna, NOON + 30 * DAY) == ""
    assert stopped(anna, moment, message_class="service") == ""


def test_a_pause_is_begun_anew_and_ended_once(anna: Customer) -> None:
    clerk = UserFactory()
    for day in (0, 10):
        change = pause(actor=clerk, customer=anna, source="staff", now=NOON + day * DAY)

    assert change.value == (NOON + 40 * DAY).isoformat(timespec="minutes")
    ends = [
        resume(actor=clerk, customer=anna, source="staff", now=NOON + 11 * DAY)
        for _time in range(2)
    ]
    assert [end is None for end in ends] == [False, True]
    assert MailPreference.objects.get().paused_until is None
    assert resume(actor=clerk, customer=CustomerFactory(), source="staff", now=NOON) is None


@pytest.mark.parametrize(
    ("wishes", "changed"),
    [
        (Wishes(), []),
        (Wishes(topics=frozenset({"newsletter", "offers"})), []),
        (Wishes(topics=frozenset({"newsletter", "offers", "nowhere"})), []),
        (Wishes(topics=frozenset({"offers"})), ["topic_off newsletter"]),
        (Wishes(topics=frozenset()), ["topic_off newsletter", "topic_off offers"]),
        (Wishes(frequency="any", language="pl"), []),
        (Wishes(frequency="hourly", language="de"), []),
        (Wishes(frequency="monthly", language="ro"), ["frequency monthly", "language ro"]),
    ],
)
def test_wishes_change_what_they_say_and_nothing_twice(
    anna: Customer, wishes: Wishes, changed: list[str]
) -> None:
    made = [
        choose(actor=None, customer=anna, wishes=wishes, source="preferences", now=NOON)
        for _time in range(2)
    ]

    said = [f"{row.wish} {row.topic}{row.value}" for row in made[0]]
    assert (sorted(said), made[1]) == (changed, [])
    assert PreferenceChange.objects.count() == len(changed)
    assert AuditEntry.objects.filter(action="preference.changed").count() == len(changed)
    assert not Suppression.objects.filter(topic__in=["old", "nowhere"]).exists()


def test_a_topic_is_left_for_the_address_of_the_link_too(anna: Customer) -> None:
    key = key_of("left.long.ago@example.pl")

    choose(
        actor=None,
        customer=anna,
        wishes=Wishes(topics=frozenset({"offers"})),
        source="preferences",
        now=NOON,
        key=key,
    )

    rows = live_suppressions([key, key_of(ANNA)])
    assert {(row.key, row.address, row.topic) for row in rows} == {
        (key, "", "newsletter"),
        (key_of(ANNA), ANNA, "newsletter"),
    }


@pytest.mark.parametrize(
    "broken",
    [
        {"scope": "topic", "topic": ""},
        {"scope": "marketing", "topic": "offers"},
        {"lifted_at": NOON},
        {"lift_reason": "why"},
        {},
    ],
)
def test_the_database_refuses_half_suppressions_and_live_ones_twice(broken: dict[str, Any]) -> None:
    SuppressionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        SuppressionFactory(**broken)

    SuppressionFactory(lifted_at=NOON, lift_reason="Asked for it")
    assert Suppression.objects.count() == 2


@pytest.mark.parametrize("reason", ["x" * 255, " x\u00a0 y "])
def test_a_lifted_suppression_stays_as_the_record(anna: Customer, reason: str) -> None:
    row = suppress(actor=None, address=ANNA, scope="all", reason="asked", source="staff", now=NOON)

    lift(actor=None, suppression=row, reason=reason, now=NOON)

    kept = Suppression.objects.get()
    assert (kept.lifted_at, kept.lift_reason) == (NOON, " ".join(reason.split()))
    assert live_suppressions([row.key]) == []
    assert stopped(anna) == ""


def test_a_reference_is_one_report_whatever_it_reports() -> None:
    assert record_complaint(address=ANNA, reference="e1", now=NOON)

    assert record_bounce(address=ANNA, is_hard=True, reference="e1", now=NOON) is None

    assert DeliveryFault.objects.get().kind == "complaint"
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryFault.objects.create(key="k", kind="soft", reference="e1", at=NOON)


def test_a_late_report_counts_on_its_own_day() -> None:
    for number in range(5):
        found = record_bounce(
            address=ANNA,
            is_hard=False,
            reference=f"s{number}",
            now=NOON + 60 * DAY,
            at=NOON + number * DAY,
        )

    assert found is None
    assert set(DeliveryFault.objects.values_list("at", flat=True)) == {
        NOON + number * DAY for number in range(5)
    }


def test_addresses_are_forgotten_and_known_again_alone() -> None:
    SuppressionFactory()
    SuppressionFactory(address="jan@example.pl")

    assert [forget_address(address=ANNA), forget_address(address=ANNA)] == [1, 0]
    recognise(["other@example.pl", "jan@example.pl"])
    assert set(Suppression.objects.values_list("address", flat=True)) == {"", "jan@example.pl"}
    recognise([ANNA])
    assert set(Suppression.objects.values_list("address", flat=True)) == {ANNA, "jan@example.pl"}


def ask(customer: Customer, **changes: Any) -> ConsentRequest:
    values = {"address": ANNA, "purpose": "survey", "text": "Tak.", "language": "pl", "now": NOON}
    return request_consent(actor=None, customer=customer, **values | changes)


@pytest.mark.parametrize(
    ("changes", "field"), [({"address": "ANNA@example.pl"}, "address"), ({"text": "\n\t"}, "text")]
)
def test_a_request_is_refused_at_its_field(
    anna: Customer, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask(anna, **changes)

    assert refused.value.field == field
    assert not ConsentRequest.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_link_grants_until_its_last_instant(anna: Customer) -> None:
    row = ask(anna)
    with pytest.raises(LinkExpired):
        confirm_consent(request=row, now=NOON + 7 * DAY)

    confirm_consent(request=row, now=NOON + 7 * DAY - MOMENT)

    granted = ConsentEntry.objects.get(purpose="survey")
    assert (granted.address, granted.text, granted.action) == (ANNA, "Tak.", "granted")
    row.refresh_from_db()
    assert (row.confirmed_at, row.next_mail_at) == (NOON + 7 * DAY - MOMENT, None)


def test_requests_for_other_purposes_stay_open(anna: Customer) -> None:
    survey, marketing = ask(anna), ask(anna, purpose="marketing")

    again = ask(anna, now=NOON + DAY)

    assert list(due_requests(NOON + DAY)) == [marketing, again]
    survey.refresh_from_db()
    assert (survey.expires_at, survey.next_mail_at) == (NOON + DAY, None)


def test_a_mail_under_way_does_not_wake_what_was_replaced_or_confirmed(anna: Customer) -> None:
    replaced = ask(anna)
    confirmed = ask(anna, now=NOON + MOMENT)
    confirm_consent(request=confirmed, now=NOON + MOMENT)

    for row in (replaced, confirmed):
        note_mail_sent(request=row, now=NOON + MOMENT)

    assert not due_requests(NOON + 2 * DAY).exists()


def test_a_new_link_needs_an_address_that_is_still_theirs(anna: Customer) -> None:
    row = ask(anna)
    anna.identities.all().delete()

    with pytest.raises(Refused) as refused:
        renew_request(request=row, now=NOON + 8 * DAY)

    assert refused.value.field == "address"
    assert ConsentRequest.objects.count() == 1


def test_a_countrys_rule_is_removed_once_on_record() -> None:
    rule = set_country_rule(
        actor=None,
        country="DE",
        birthday_needs_consent=False,
        survey_needs_consent=True,
        reason="  Counsel,\n3 May ",
        now=NOON,
    )

    for _time in range(2):
        remove_country_rule(actor=None, rule=rule)

    assert rule.reason == "Counsel, 3 May"
    removed = AuditEntry.objects.filter(action="consent.country_rule_removed")
    assert [row.details for row in removed] == [{"country": "DE"}]


@pytest.mark.parametrize("broken", [{"reason": ""}, {"country": "DE"}])
def test_the_database_wants_a_reason_and_one_rule_per_country(broken: dict[str, str]) -> None:
    CountryRule.objects.create(country="DE", reason="Counsel", set_at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        CountryRule.objects.create(
            **{"country": "AT", "reason": "Counsel", "set_at": NOON} | broken
        )
