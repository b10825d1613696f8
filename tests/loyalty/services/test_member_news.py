"""Members are told of tiers, rewards, challenges, badges and months: each once, switchable."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
import time_machine

from accounts.models import Role
from customers.services.purchases import add_purchase, add_refund
from loyalty.models import Challenge, News, RewardClaim, TellingRule, Told, Unsaid
from loyalty.services import badges, members
from loyalty.services.claiming import claim_reward, hand_over, make_ready, take_back
from loyalty.services.statements import tell_statements
from loyalty.services.telling_rules import change_telling
from loyalty.services.tier_notices import tell_tier_endings
from loyalty.services.tier_schemes import Rung, TierTerms, change_tiers
from messaging.models import CaughtMail, Message, MessageState
from messaging.services.default_templates import add_default_templates
from messaging.services.senders import default_sender
from messaging.services.sending import Slot
from tests.factories.accounts import UserFactory
from tests.factories.customers import ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.loyalty import RewardFactory
from tests.loyalty.bank import Bank, programme, settle, utc

ADDRESS = "anna@example.pl"
BEGAN = "2026-01-01T00:00"


@pytest.fixture(autouse=True)
def _in_later_years():
    with time_machine.travel(datetime(2028, 6, 1, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def anna(shop, db):
    """Anna may be written to about everything; Silver is from 500.00, Gold from 2,000.00."""
    add_default_templates()
    customer = CustomerFactory(first_name="Anna", language="en")
    IdentityFactory(customer=customer, value=ADDRESS, key=ADDRESS)
    ConsentEntryFactory(customer=customer, address="", occurred_at=utc(BEGAN))
    change_tiers(
        actor=None,
        programme=programme(),
        terms=TierTerms(),
        rungs=[Rung("silver", "Silver", 50_000, "free tea"), Rung("gold", "Gold", 200_000)],
        version=0,
        now=utc(BEGAN),
    )
    return customer


@pytest.fixture
def clerk(db):
    return UserFactory(role=Role.SUPPORT)


def buy(customer, number, amount_minor, at):
    return add_purchase(
        actor=None,
        customer=customer,
        number=number,
        occurred_at=utc(at),
        amount_minor=amount_minor,
        currency="PLN",
    )


def look(at):
    while members.look_at_marked(utc(at)):
        pass


def send(at):
    """What goes at the instant."""
    before = set(CaughtMail.objects.values_list("pk", flat=True))
    Slot(default_sender(), now=lambda: utc(at)).pump(lambda: True)
    return [row.subject for row in CaughtMail.objects.exclude(pk__in=before).order_by("pk")]


def words():
    """What the one mail says."""
    mail = message_from_bytes(bytes(CaughtMail.objects.get().content), policy=default)
    return mail.get_body(("plain",)).get_content()


def switch(kind, is_on, days=None):
    found = programme()
    found.refresh_from_db()
    change_telling(
        actor=None,
        programme=found,
        rules={kind: (is_on, days)},
        notice_least=20,
        version=found.version,
        now=utc("2026-11-01T12:00"),
    )


def kinds():
    return list(Told.objects.order_by("pk").values_list("kind", flat=True))


def test_a_tier_is_congratulated_on_once(anna):
    buy(anna, "A", 60_000, "2026-03-10T10:00")
    look("2026-03-10T10:01")
    look("2026-03-10T10:02")

    assert kinds() == [News.TIER_UP]
    assert send("2026-03-10T10:03") == ["You have reached Silver"]
    assert "What you get: free tea." in words()


def test_a_tier_that_is_gone_again_is_not_congratulated_on(anna):
    bought = buy(anna, "A", 60_000, "2026-03-10T10:00")
    look("2026-03-10T10:01")
    add_refund(
        actor=None,
        purchase=bought,
        number="R",
        occurred_at=utc("2026-03-10T11:00"),
        amount_minor=60_000,
    )
    look("2026-03-10T11:01")

    assert send("2026-03-10T11:02") == []
    assert Message.objects.get().reason == Unsaid.NO_LONGER


def test_what_was_reached_long_ago_is_no_news(anna):
    buy(anna, "A", 60_000, "2026-03-10T10:00")

    look("2026-03-13T10:00")

    assert kinds() == []


def test_without_consent_congratulations_are_not_sent_and_it_says_why(anna):
    other = CustomerFactory()
    IdentityFactory(customer=other, value="jan@example.pl", key="jan@example.pl")
    buy(other, "A", 60_000, "2026-03-10T10:00")

    look("2026-03-10T10:01")

    message = Message.objects.get(customer=other)
    assert (message.state, message.reason) == (MessageState.SUPPRESSED, "no_consent")


def until_september(anna):
    """Silver since 1 September 2026 through 31 August 2027, with its grace through 30 September."""
    buy(anna, "A", 40_000, "2026-03-10T10:00")
    buy(anna, "B", 20_000, "2026-09-01T10:00")
    look("2027-09-02T10:00")


def test_the_end_of_a_tier_is_told_before_it_comes(anna):
    until_september(anna)
    told = [tell_tier_endings(utc(at)) for at in ("2027-09-16T06:59", "2027-09-16T07:00")]

    assert told == [0, 1]
    assert tell_tier_endings(utc("2027-09-20T08:00")) == 0
    assert kinds() == [News.TIER_ENDING]
    assert send("2027-09-16T07:01") == ["You keep Silver through 30 September"]
    content = words()
    assert "more by then keeps it for another year" in content


def test_who_buys_enough_meanwhile_is_not_told_of_an_end(anna):
    until_september(anna)
    assert tell_tier_endings(utc("2027-09-16T07:00")) == 1
    buy(anna, "C", 60_000, "2027-09-16T07:10")
    look("2027-09-16T07:11")

    assert send("2027-09-16T07:12") == []
    assert Message.objects.get(template_version__template__key="tier_ending").reason == (
        Unsaid.NO_LONGER
    )


def claim_of(anna, clerk):
    bank = Bank(customer=anna)
    bank.earn("A", 30_000, "2026-03-10T10:00")
    settle("2026-04-10T00:00")
    reward = RewardFactory(names={"en": "A mug", "pl": "Kubek"}, cost=100)
    now = utc("2026-04-10T10:00")
    claim_reward(actor=clerk, customer=anna, reward=reward, now=now)
    return RewardClaim.objects.get()


def test_a_reward_that_is_ready_is_told_once(anna, clerk):
    claim = claim_of(anna, clerk)
    make_ready(actor=clerk, claim=claim, now=utc("2026-04-10T11:00"))
    assert send("2026-04-10T11:01") == ["Ready to be picked up: A mug"]

    claim.refresh_from_db()
    hand_over(actor=clerk, claim=claim, now=utc("2026-04-10T12:00"))
    take_back(actor=clerk, claim=claim, now=utc("2026-04-10T12:01"))
    assert kinds() == [News.REWARD_READY]


def test_a_reward_handed_over_at_once_needs_no_mail(anna, clerk):
    claim = claim_of(anna, clerk)
    make_ready(actor=clerk, claim=claim, now=utc("2026-04-10T11:00"))
    claim.refresh_from_db()
    hand_over(actor=clerk, claim=claim, now=utc("2026-04-10T11:00"))

    assert send("2026-04-10T11:01") == []
    assert Message.objects.get().reason == Unsaid.NO_LONGER


def test_what_is_switched_off_is_not_told(anna, clerk):
    switch(News.REWARD_READY, False)
    claim = claim_of(anna, clerk)

    make_ready(actor=clerk, claim=claim, now=utc("2026-04-10T11:00"))

    assert kinds() == []


def test_a_challenge_and_its_badge_are_one_mail_and_a_given_badge_another(anna, clerk):
    badge = badges.add_badge(actor=clerk, name="Regular", icon="star")
    Challenge.objects.create(
        programme=programme(),
        name="Two in March",
        kind="count",
        target=2,
        first_day=utc("2026-03-01T00:00").date(),
        last_day=utc("2026-03-31T00:00").date(),
        points=50,
        badge=badge,
    )
    for number in ("A", "B"):
        buy(anna, number, 1_000, "2026-03-10T10:00")
    look("2026-03-10T10:01")
    thanks = badges.add_badge(actor=clerk, name="Thanks", icon="heart")
    badges.give_badge(actor=clerk, badge=thanks, customer=anna, now=utc("2026-03-12T10:00"))

    assert kinds() == [News.CHALLENGE_WON, News.BADGE_WON]
    assert send("2026-03-10T10:02") == ["You have done it: Two in March"]
    content = words()
    assert "50 points" in content
    assert send("2026-03-12T10:00") == ["A badge for you: Thanks"]


def test_a_statement_is_off_until_somebody_wants_it(anna):
    Bank(customer=anna).earn("A", 30_000, "2026-11-10T10:00")

    assert tell_statements(utc("2026-12-03T08:00")) == 0


def test_a_statement_tells_the_month_once(anna):
    switch(News.STATEMENT, True, 3)
    bank = Bank(customer=anna)
    bank.earn("A", 30_000, "2026-10-01T10:00")
    bank.earn("B", 20_000, "2026-11-10T10:00")
    bank.refund("B", 5_000, "2026-11-12T10:00")
    bank.redeem(40, "2026-11-15T10:00")
    Bank(customer=CustomerFactory())

    found = [
        tell_statements(utc(at))
        for at in ("2026-12-03T07:59", "2026-12-03T08:00", "2026-12-03T08:05", "2026-12-20T08:00")
    ]

    assert found == [0, 1, 0, 0]
    row = Told.objects.get()
    assert (row.kind, row.occasion) == (News.STATEMENT, "2026-11-01")
    context = row.message.context
    assert (context["points_earned"], context["points_spent"]) == (150, 40)
    with time_machine.travel(utc("2026-12-03T08:10"), tick=False):
        assert send("2026-12-03T08:10") == ["Your points: November 2026"]


def test_a_statement_whose_week_has_passed_is_left_out(anna):
    switch(News.STATEMENT, True, 3)
    Bank(customer=anna).earn("A", 30_000, "2026-11-10T10:00")

    assert tell_statements(utc("2026-12-10T23:00")) == 0

    rule = TellingRule.objects.get(kind=News.STATEMENT)
    assert rule.done_through == utc("2026-11-01T00:00").date()
    assert tell_statements(utc("2027-01-03T08:00")) == 1
