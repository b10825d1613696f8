"""Staff pages about who may be written to: the list of suppressed addresses, wishes said at the
desk, topics and countries; and what the customer's page tells."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from core.models import AuditEntry
from customers.models import (
    CountryRule,
    Customer,
    MailPreference,
    PreferenceChange,
    Suppression,
    Topic,
)
from customers.services.suppressions import forget_address, suppress
from customers.suppressions import key_of
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.permission import SuppressionFactory, TopicFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
ANNA, LIST = "anna@example.pl", "/settings/suppressions/"


@pytest.fixture
def anna() -> Customer:
    TopicFactory(names={"en": "News"})
    customer = CustomerFactory(language="pl")
    IdentityFactory(customer=customer, value=ANNA)
    return customer


def shown(client: Client, query: str = "") -> set[str]:
    page = client.get(LIST + query).content.decode()
    return {name for name in ("ola@", "jan@", "gone@", "erased<") if name in page}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"ola@", "jan@", "erased<"}),
        ("?state=lifted", {"gone@"}),
        ("?state=all", {"ola@", "jan@", "gone@", "erased<"}),
        ("?reason=complaint", {"jan@"}),
        ("?scope=marketing", {"jan@"}),
        ("?q=OLA@", {"ola@"}),
        ("?q=example.pl&state=all", {"ola@", "jan@", "gone@"}),
        ("?q=nobody@example.pl", {"erased<"}),
        ("?q=%25", set()),
    ],
)
def test_the_list_is_filtered_and_searched(sign_in: SignIn, query: str, expected) -> None:
    SuppressionFactory(address="ola@example.pl")
    SuppressionFactory(address="jan@example.pl", scope="marketing", reason="complaint")
    SuppressionFactory(
        address="gone@example.pl",
        lifted_at="2026-11-22T10:00Z",
        lift_reason="The mailbox is back",
    )
    SuppressionFactory(address="nobody@example.pl")
    forget_address(address="nobody@example.pl")

    assert shown(sign_in("manager"), query) == expected


def test_a_long_list_has_pages_and_costs_the_same(
    sign_in: SignIn, django_assert_max_num_queries
) -> None:
    for number in range(120):
        SuppressionFactory(address=f"c{number:03}@example.pl")
    client = sign_in("admin")
    seen: list[str] = []
    query = ""
    for _page in range(3):
        with django_assert_max_num_queries(15):
            answer = client.get(LIST + query)
        seen += [f"c{n:03}" for n in range(120) if f"c{n:03}@" in answer.content.decode()]
        query = f"?{answer.context['older']}"

    assert sorted(seen) == [f"c{n:03}" for n in range(120)]
    assert query == "?"


def test_an_address_leads_to_its_customer(sign_in: SignIn, anna: Customer) -> None:
    SuppressionFactory(address=ANNA)

    assert f'href="/customers/{anna.pk}/"' in sign_in("manager").get(LIST).content.decode()


def test_a_manager_lifts_with_a_reason(sign_in: SignIn) -> None:
    row, client = SuppressionFactory(reason="hard_bounce"), sign_in("manager")
    address = f"{LIST}{row.pk}/lifting/"

    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "-customer"}).status_code == 302

    row.refresh_from_db()
    assert (row.lift_reason, row.lifted_by.username) == ("customer", "manager")
    assert b"It was lifted on" in client.get(address).content


def test_a_manager_suppresses_an_address_that_asked(sign_in: SignIn) -> None:
    client = sign_in("manager")

    assert client.post(f"{LIST}new/", {"address": "no", "scope": "all"}).status_code == 422
    form = {"address": " Ola@Example.PL", "scope": "marketing"}
    assert client.post(f"{LIST}new/", form).status_code == 302

    row = Suppression.objects.get()
    assert (row.address, row.key) == ("ola@example.pl", key_of("ola@example.pl"))
    assert (row.reason, row.source, row.actor.username) == ("asked", "staff", "manager")


@pytest.mark.parametrize("role", ["support", "marketer"])
def test_the_list_is_the_managers(sign_in: SignIn, role: str) -> None:
    row, client = SuppressionFactory(), sign_in(role)

    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{row.pk}/lifting/", {"reason": "x"}).status_code == 403


def state_on(client: Client, customer: Customer) -> str:
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    return page.partition('class="mail-state"')[2].partition("<details")[0]


def test_the_customers_page_tells_what_is_not_sent(sign_in: SignIn, anna: Customer) -> None:
    clerk, marketer = sign_in("support"), sign_in("marketer")
    assert state_on(marketer, anna) == ""
    SuppressionFactory(address=ANNA, reason="hard_bounce")
    SuppressionFactory(address=ANNA, scope="topic", topic="newsletter")
    clerk.post(f"/customers/{anna.pk}/preferences/pause/")

    told, masked = state_on(clerk, anna), state_on(marketer, anna)

    for words in ("Every mail", ANNA, "The address does not exist", "Paused until", "Not: News"):
        assert words in told
    assert ANNA not in masked
    assert "a•••@example.pl" in masked
    consents = clerk.get(f"/customers/{anna.pk}/consents/").content.decode()
    assert "What is not sent" in consents
    assert "The address does not exist" in consents


def test_what_is_suppressed_by_its_key_alone_is_told_too(sign_in: SignIn, anna: Customer) -> None:
    suppress(
        actor=None,
        address="",
        key=key_of(ANNA),
        scope="all",
        reason="unsubscribed",
        source="link",
        now="2026-11-22T10:00Z",
    )

    assert ANNA in state_on(sign_in("support"), anna)


def test_wishes_said_at_the_desk_are_the_clerks(sign_in: SignIn, anna: Customer) -> None:
    client, address = sign_in("support"), f"/customers/{anna.pk}/preferences/"
    assert 'value="newsletter" ' in client.get(address).content.decode()

    answer = client.post(address, {"frequency": "monthly", "language": ""})

    assert answer.status_code == 302
    anna.refresh_from_db()
    assert (anna.language, anna.mail_preference.frequency) == ("pl", "monthly")
    left = PreferenceChange.objects.filter(wish="topic_off", topic="newsletter").get()
    assert (left.source, left.actor.username) == ("staff", "support")
    audited = AuditEntry.objects.filter(action="preference.changed").latest("pk")
    assert audited.actor == left.actor.label
    assert client.post(address, {"frequency": "hourly"}).status_code == 422


def test_a_pause_begins_and_ends_at_the_desk(sign_in: SignIn, anna: Customer) -> None:
    client, address = sign_in("support"), f"/customers/{anna.pk}/preferences/"

    client.post(f"{address}pause/")
    row = MailPreference.objects.get()
    assert row.paused_until - row.updated_at == timedelta(days=30)
    assert b"End the pause" in client.get(address).content
    client.post(f"{address}resumption/")
    row.refresh_from_db()
    assert row.paused_until is None


def test_topics_are_named_and_put_away(sign_in: SignIn, anna: Customer) -> None:
    client = sign_in("manager")
    form = {"name_en": "Pottery classes", "name_pl": "Warsztaty", "nature": "general"}

    assert client.post("/settings/topics/new/", {"nature": "general"}).status_code == 422
    assert client.post("/settings/topics/new/", form | {"is_active": "on"}).status_code == 302
    topic = Topic.objects.get(key="pottery_classes")
    assert "Pottery classes" in client.get("/settings/consent/").content.decode()
    client.post(f"/settings/topics/{topic.pk}/", form)
    topic.refresh_from_db()
    assert not topic.is_active
    page = client.get(f"/customers/{anna.pk}/preferences/").content.decode()
    assert "pottery_classes" not in page
    assert AuditEntry.objects.filter(action="topic.saved").count() == 2


def test_a_country_asks_for_less_and_for_all_again(sign_in: SignIn) -> None:
    client = sign_in("admin")
    form = {"country": "DE", "survey_needs_consent": "on", "reason": "Counsel"}

    wrong = client.post("/settings/countries/new/", form | {"reason": ""})
    assert wrong.status_code == 422
    assert client.post("/settings/countries/new/", form).status_code == 302
    rule = CountryRule.objects.get()
    assert (rule.birthday_needs_consent, rule.survey_needs_consent) == (False, True)
    page = client.get("/settings/consent/").content.decode()
    assert "Germany" in page
    assert "Birthday mails need no consent" in page
    client.post(f"/settings/countries/{rule.pk}/removal/")
    assert not CountryRule.objects.exists()


def test_the_desk_asks_by_mail(sign_in: SignIn, anna: Customer) -> None:
    client, address = sign_in("support"), f"/customers/{anna.pk}/consents/request/"
    form = {"purpose": "survey", "address": ANNA, "text": "Pytajcie.", "language": "pl"}

    for wrong in ({"text": " "}, {"address": "jan@example.pl"}, {"language": "de"}):
        assert client.post(address, form | wrong).status_code == 422
    assert client.post(address, form).status_code == 302

    row = anna.consent_requests.get()
    assert (row.purpose, row.address, row.text) == ("survey", ANNA, "Pytajcie.")
    assert (row.actor.username, row.next_mail_at) == ("support", row.requested_at)
    assert b"Waits for an answer" in client.get(address).content
    assert sign_in("marketer").get(address).status_code == 403


def test_who_has_no_address_cannot_be_asked(sign_in: SignIn) -> None:
    page = sign_in("support").get(f"/customers/{CustomerFactory().pk}/consents/request/")

    assert b"No e-mail address" in page.content
