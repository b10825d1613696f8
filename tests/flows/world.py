"""The shops in which the stories play: one file to work on, or forty people with three years
behind them and a row of everything."""

import io
import random
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import Branch, User
from core import clock
from core.clock import local_date
from core.services.shop import get_shop
from customers import demo
from customers.models import Customer, ImportRun, Purchase, Refund, Segment
from customers.rules.demo_world import people as demo_people
from customers.services.country_rules import set_country_rule
from customers.services.customers import CustomerFields, create_customer
from customers.services.identities import SAME_PHONE, NewIdentity, note_possible_duplicate
from customers.services.import_work import work_on_imports
from customers.services.importing import bring_file, start_import
from customers.services.interactions import save_draft
from customers.services.preferences import pause
from customers.services.suppressions import forget_address, lift, suppress
from loyalty.services.cards import issue_card
from messaging.models import DomainLimit, Message, Template
from messaging.services.default_templates import add_default_templates
from messaging.services.feedback import Event, record_event
from messaging.services.sorting_mails import assign_mail, set_aside_mail
from retention.services.freshness import bring_up_to_date
from tests.factories import customers as made
from tests.factories import inbox, permission
from tests.factories.cases import cases_of
from tests.factories.challenges import challenges_with, monthly_one
from tests.factories.coupons import coupons_of
from tests.factories.loyalty import (
    approvals_of,
    cashback_programme,
    double_on,
    redemption_of,
    rewards_of,
)
from tests.factories.messaging import TemplateFactory
from tests.factories.outbox import (
    CaughtMailFactory,
    MessageFactory,
    SenderFactory,
    SendFactory,
)
from tests.factories.referrals import referral_of
from tests.factories.tiers import ladder_with

COUNT = 40
FILE = "customer_id;email;first_name\nN1;ewa@example.pl;Ewa\nN2;broken;Jan\n"
NOT_UNDERSTOOD = "alpha;beta\n1;2\n"


def add_customer(name: str, *, email: str = "", phone: str = "", **fields: Any) -> Customer:
    """A customer as a person at the desk adds one."""
    first, _space, last = name.partition(" ")
    contacts = [("email", email), ("phone", phone)]
    return create_customer(
        actor=None,
        now=clock.now(),
        fields=CustomerFields(first_name=first, last_name=last, **fields),
        identities=[NewIdentity(kind, value) for kind, value in contacts if value],
        tags=[],
    )


def fill_shop() -> None:
    """Forty customers, made by the demo's own services; needs a person called support."""
    chance, now = random.Random(7), clock.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "people", partial(demo_people, count=COUNT))
        for name, number in {"GUESTS": 20, "REMEMBERED": 20, "PROMISED": 16}.items():
            patch.setattr(demo, name, number)
        demo.make_customers(chance, now)
    bring_up_to_date(now=now, wait=True)


def build(people: dict[str, User]) -> dict[str, Any]:
    """The full shop: the rows that addresses name."""
    branch = Branch.objects.create(name="Old Town")
    fill_shop()
    now = clock.now()
    bought = Purchase.objects.filter(customer__isnull=False, lines__isnull=False)
    purchase = bought.order_by("pk").first()
    customer = purchase.customer
    rows = {
        "branch": branch,
        "customer": customer,
        "bare": Customer.objects.create(created_at=now, updated_at=now),
        "purchase": purchase,
        "refund": Refund.objects.order_by("pk").first(),
        "segment": Segment.objects.order_by("pk").first(),
        "support": people["support"],
        **_file(customer, people["support"], now),
        **_wishes(customer, people["manager"], now),
        **_runs(people["manager"]),
        **_mails(),
        **_outbox(customer, now),
        **_inbox(customer, people["support"], now),
        "redemption": redemption_of(customer, people["support"], now),
        **challenges_with(customer, people["manager"], now),
        "monthly": monthly_one(customer, people["manager"], now),
        "tier_gift": ladder_with(customer, people["manager"], now),
        **rewards_of(customer, people["support"], now),
        **approvals_of(customer, people["support"], people["manager"], now),
        "card": issue_card(actor=None, customer=customer, now=now),
        **referral_of(customer, people["marketer"], now),
        **coupons_of(customer, people["support"], now),
        "earning_rule": double_on("Bowls", now),
        "cashback": cashback_programme(now),
        **cases_of(customer, people["support"], now),
    }
    bring_up_to_date(now=clock.now(), wait=True)
    return rows


def _file(customer: Customer, author: User, now: datetime) -> dict[str, Any]:
    made.IdentityFactory(customer=customer, value="second@example.pl", is_primary=False)
    words = {"customer": customer, "occurred_at": now, "created_at": now}
    done = made.FollowUpFactory(customer=customer, due_on=now, created_at=now, assignee=author)
    done.__class__.objects.filter(pk=done.pk).update(done_at=now, done_by=author)
    today = local_date(now, get_shop().zone)
    for days in (-1, 0, 3):
        due = made.FollowUpFactory(
            customer=customer, due_on=today + timedelta(days=days), created_at=now, assignee=author
        )
    save_draft(actor=author, now=now, customer=customer, fields={"text": "Half a sentence"})
    note_possible_duplicate(
        first=customer, second=made.CustomerFactory(), reason=SAME_PHONE, now=now
    )
    return {
        "interaction": made.InteractionFactory(actor=author, **words),
        "consent": made.ConsentEntryFactory(customer=customer),
        "important_date": made.ImportantDateFactory(customer=customer),
        "done": done,
        "follow_up": due,
    }


def _wishes(customer: Customer, manager: User, now: datetime) -> dict[str, Any]:
    """Addresses that get no mails, topics, a country that asks for less."""
    topic = permission.TopicFactory(names={"en": "News", "pl": "Nowości"})
    said = {"actor": None, "source": "link", "reason": "unsubscribed", "now": now}
    lifted = suppress(address="gone@example.pl", scope="all", **said)
    lift(actor=manager, suppression=lifted, reason="The mailbox is back", now=now)
    suppress(address="nobody@example.pl", scope="marketing", **said)
    forget_address(address="nobody@example.pl")
    suppress(address="second@example.pl", scope="topic", topic=topic.key, **said)
    pause(actor=None, customer=customer, source="preferences", now=now)
    rule = set_country_rule(
        actor=manager,
        country="DE",
        birthday_needs_consent=False,
        survey_needs_consent=True,
        reason="Counsel, 3 May 2026",
        now=now,
    )
    return {
        "topic": topic,
        "suppression": suppress(address="second@example.pl", scope="all", **said),
        "lifted": lifted,
        "country_rule": rule,
    }


def bring(actor: User, content: str, filename: str, kind: str = "customers") -> ImportRun:
    """A file on the import page, as it is before anybody worked on it."""
    return bring_file(
        actor=actor,
        kind=kind,
        filename=filename,
        upload=io.BytesIO(content.encode()),
        options={},
        now=clock.now(),
    )


def _mails() -> dict[str, Any]:
    """The default templates, and one of the shop's own that is not written yet."""
    add_default_templates()
    survey = Template.objects.get(key="survey")
    return {
        "template": survey,
        "version": survey.versions.get(language="en"),
        "letter": TemplateFactory(name="Spring letter", kind="marketing"),
    }


def _reported(customer: Customer, now: datetime) -> Message:
    """A mail that went, was late and came back."""
    message = MessageFactory(
        customer=customer,
        address="third@example.pl",
        identity=False,
        state="sent",
        sent_at=now,
        out_at=now,
        attempts=1,
        created_at=now,
    )
    message.steps.create(at=now, state="sent")
    for kind, words in (("late", "451 4.7.1 Greylisted"), ("hard", "550 5.1.1 User unknown")):
        event = Event(source="postmark", key=kind, kind=kind, at=now, words=words)
        record_event(event=event, message_pk=message.pk, now=now)
    return message


def _outbox(customer: Customer, now: datetime) -> dict[str, Any]:
    """A mail that went through some steps and may have arrived; a sender that stands still."""
    stopped = SenderFactory(paused_for="auth", paused_text="535 bad password", paused_at=now)
    message = MessageFactory(
        customer=customer,
        address="second@example.pl",
        identity=False,
        state="uncertain",
        reason="line_broke",
        created_at=now,
    )
    for values in (
        {"state": "queued", "reason": "quiet_hours", "until": now},
        {"state": "claimed"},
        {"state": "attempting"},
        {"state": "uncertain", "reason": "line_broke", "phase": "dot"},
    ):
        message.steps.create(at=now, **values)
    sends = {
        state: SendFactory(
            name=f"November, {state}", state=state, sender=message.sender, due_at=now
        )
        for state in ("planned", "running", "late", "done")
    }
    mails = {"customer": customer, "identity": False, "sender": message.sender, "created_at": now}
    for values in (
        {"state": "sent", "sent_at": now, "out_at": now},
        {"state": "failed", "reason": "refused"},
        {"state": "suppressed", "reason": "no_consent"},
        {"state": "expired", "reason": "cap"},
        {"state": "queued", "reason": "quiet_hours"},
    ):
        MessageFactory(send=sends["running"], **mails, **values)
        if values["state"] != "queued":
            MessageFactory(send=sends["done"], **mails, **values)
    MessageFactory(send=sends["running"], next_at=now, **mails)
    caught = CaughtMailFactory(message=message)
    return {
        "message": message,
        "reported": _reported(customer, now),
        "caught": caught,
        "sender": message.sender,
        "stopped_sender": stopped,
        "domain_limit": DomainLimit.objects.create(domain="gmail.com", per_minute=300),
        "running_send": sends["running"],
        "done_send": sends["done"],
    }


def _inbox(customer: Customer, actor: User, now: datetime) -> dict[str, Any]:
    """Mails that wait for somebody, one on a file, one put aside; mailboxes that go and do not."""
    mailbox = inbox.MailboxFactory(name="Box one", state="fine", read_at=now)
    troubled = {"state": "stopped", "trouble": "auth", "error_text": "NO", "error_at": now}
    inbox.MailboxFactory(name="Box two", **troubled)
    html = '<p>The <b>cup</b> came broken.</p><img alt="" data-remote="https://a.example/x.png">'
    words = {"received_at": now - timedelta(hours=2), "answers": Message.objects.first()}
    mail = inbox.IncomingMailFactory(
        text="Broken.\n\n> Thank you", shown_text="Broken.", html=html, **words
    )
    mail.__class__.objects.filter(pk=mail.pk).update(has_remote_images=True)
    inbox.attach(mail)
    inbox.attach(mail, name="film.mov", fault="too_large")
    inbox.CopyFactory(mail=mail, mailbox=mailbox)
    bare = {"text": "", "shown_text": "", "from_name": "", "from_address": "", "subject": ""}
    nobody = inbox.IncomingMailFactory(reason="no_sender", received_at=now, **bare)
    sorted_mail = inbox.IncomingMailFactory(received_at=now)
    assign_mail(actor=actor, mail=sorted_mail, customer=customer, now=now, following=True)
    spam = inbox.IncomingMailFactory(received_at=now)
    set_aside_mail(actor=actor, mail=spam, now=now)
    return {
        "incoming": mail,
        "bare_mail": nobody,
        "sorted_mail": sorted_mail,
        "mailbox": mailbox,
    }


def _runs(actor: User) -> dict[str, ImportRun]:
    """One import in each state."""
    done = bring(actor, FILE, "done.csv")
    work_on_imports(clock.now())
    done.refresh_from_db()
    start_import(actor=actor, run=done)
    work_on_imports(clock.now())
    ready = bring(actor, FILE.replace("N1", "N7").replace("ewa", "ola"), "ready.csv")
    work_on_imports(clock.now())
    return {
        "done_run": done,
        "ready_run": ready,
        "strange_run": bring(actor, NOT_UNDERSTOOD, "strange.csv"),
        "waiting_run": bring(actor, FILE, "waiting.csv"),
    }
