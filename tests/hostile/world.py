"""One small shop in which every address of the product has something to show."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import Branch, Role, User
from customers import models
from customers.observers import PurchasesChanged, announce
from customers.rules.segment_language import Condition, Group, Join
from customers.services.consent_requests import request_consent
from customers.services.import_work import work_on_imports
from customers.services.importing import bring_file
from customers.services.search import index_customers
from customers.services.segments import save_segment
from customers.services.summaries import refresh_summaries
from customers.suppressions import key_of
from loyalty.card_links import card_token
from loyalty.services.cards import issue_card
from messaging.models import DomainLimit
from messaging.public_links import (
    MailLink,
    confirm_url,
    preferences_token,
    undo_token,
    unsubscribe_url,
)
from messaging.services.templates import mark_of
from retention.services.freshness import bring_up_to_date
from tests.architecture.test_permissions import ROUTES
from tests.conftest import make_user, untouched
from tests.factories import customers as made
from tests.factories import inbox, outbox, permission
from tests.factories import messaging as mails
from tests.factories.cases import case_of
from tests.factories.challenges import challenges_with
from tests.factories.coupons import coupons_of
from tests.factories.loyalty import (
    approvals_of,
    cashback_programme,
    double_on,
    redemption_of,
    rewards_of,
)
from tests.factories.referrals import referral_of
from tests.factories.tiers import ladder_with
from tests.hostile.nasty import Value, encoded

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
EVERYONE = (None, *Role.values)
BY_NAME = {route.name: route for route in ROUTES}
# What stands before an argument in an address says whose id it is.
OWNERS = {
    "customers": "customer",
    "contacts": "identity",
    "dates": "important_date",
    "duplicates": "pair",
    "interactions": "interaction",
    "follow-ups": "follow_up",
    "segments": "segment",
    "branches": "branch",
    "team": "person",
    "import": "run",
    "purchases": "purchase",
    "refunds": "refund",
    "suppressions": "suppression",
    "topics": "topic",
    "templates": "template",
    "versions": "version",
    "countries": "country_rule",
    "outbox": "message",
    "mailings": "send",
    "caught": "caught",
    "senders": "sender",
    "domain-limits": "domain_limit",
    "inbox": "incoming",
    "mail-incoming": "incoming",
    "pictures": "incoming",
    "mailboxes": "mailbox",
    "redemptions": "redemption",
    "approvals": "approval",
    "rewards": "reward",
    "claims": "claim",
    "coupons": "coupon",
    "referrals": "referral",
    "coupon-codes": "coupon_code",
    "coupon-uses": "coupon_use",
    "challenges": "challenge",
    "rules": "earning_rule",
    "programmes": "cashback",
    "cases": "case",
}
# Arguments that are words, or belong to a word.
WORDS = {
    "loyalty:rule_new": ("bonus",),
    "messaging:incoming_file": ("incoming", "0"),
    "customers:entry": ("interactions", "interaction"),
    "retention:list": ("kept",),
    "retention:csv": ("months",),
    "loyalty:cost_csv": ("months",),
    "loyalty:told": ("expiry_last",),
    "loyalty:told_preview": ("expiry_last", "en"),
    "messaging:template_edit": ("template", "en"),
    "messaging:template_preview": ("template", "en"),
    "messaging:template_publish": ("template", "en"),
    "messaging:template_discard": ("template", "en"),
    "messaging:template_test": ("template", "en"),
    "messaging:mail_hook": ("postmark", "tracking"),
}
# Links of mails: which word of the world stands in the address.
LINKS = {
    "messaging:unsubscribe": "leave_link",
    "messaging:one_click": "leave_link",
    "messaging:undo": "undo_link",
    "messaging:preferences": "choose_link",
    "messaging:preferences_pause": "choose_link",
    "messaging:preferences_resume": "choose_link",
    "messaging:preferences_leave": "choose_link",
    "messaging:preferences_return": "choose_link",
    "messaging:confirm": "confirm_link",
    "messaging:confirm_renew": "confirm_link",
    "loyalty:phone_card": "card_link",
    "loyalty:phone_card_qr": "card_link",
    "loyalty:phone_card_bars": "card_link",
}


@dataclass
class World:
    """The cast, one signed-in client for each, and a row of everything."""

    cast: dict[str, User]
    clients: dict[str | None, Client]
    rows: dict[str, Any] = field(default_factory=dict)
    # Words of mails' links, and what a text was opened with.
    links: dict[str, str] = field(default_factory=dict)

    def arguments(self, name: str) -> list[Any]:
        """Real arguments for a route."""
        route = BY_NAME[name]
        if name in LINKS:
            return [self.links[LINKS[name]]]
        if name in WORDS:
            words = [getattr(self.rows.get(word), "pk", word) for word in WORDS[name]]
            return [self.rows["customer"].pk, *words] if name == "customers:entry" else words
        parts = resolve(route.address()).route.split("/")
        before = [parts[place - 1] for place, part in enumerate(parts) if part.startswith("<")]
        return [self.rows[OWNERS[part]].pk for part in before]

    def address(self, name: str) -> str:
        """The address of a route with real arguments."""
        return reverse(name, args=self.arguments(name))

    def get(self, role: str | None, address: str, **headers: str) -> HttpResponseBase:
        """A GET that leaves nothing behind."""
        return self.send(role, "GET", address, headers=headers)

    def post(
        self, role: str | None, address: str, pairs: list[tuple[str, Value]], **extra: Any
    ) -> HttpResponseBase:
        """A form sent as a browser sends it, leaving nothing behind."""
        return self.send(role, "POST", address, data=encoded(pairs), content_type=FORM, **extra)

    def send(self, role: str | None, method: str, address: str, **extra: Any) -> HttpResponseBase:
        """Any request; what it writes, and what the browser would remember, is undone."""
        with untouched():
            return send(self.clients[role], method, address, **extra)


def send(client: Client, method: str, address: str, **extra: Any) -> HttpResponseBase:
    """The answer, read to its end; the client's cookies stay as they were."""
    remembered = same_cookies(client)
    response = client.generic(method, address, **extra)
    client.cookies = remembered
    response.whole = content(response)
    return response


def same_cookies(client: Client) -> SimpleCookie:
    """A copy of what the client's browser remembers."""
    cookies = SimpleCookie()
    cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    return cookies


def content(response: HttpResponseBase) -> bytes:
    """The body, streamed or not."""
    if response.streaming:
        return b"".join(response.streaming_content)
    return response.content


def build() -> World:
    """The shop. Inside the caller's transaction."""
    cast = {role: make_user(role) for role in Role.values}
    clients: dict[str | None, Client] = {None: Client(raise_request_exception=False)}
    for role, user in cast.items():
        clients[role] = Client(raise_request_exception=False)
        clients[role].force_login(user)
    world = World(cast, clients)
    world.rows = _people(cast) | _shop(cast)
    world.rows |= _file(world.rows["customer"], cast[Role.ADMIN])
    world.rows |= _sales(world.rows["customer"], world.rows["branch"])
    world.rows["earning_rule"] = double_on("Bowls", NOW)
    world.rows["cashback"] = cashback_programme(NOW)
    world.rows["redemption"] = redemption_of(world.rows["customer"], cast[Role.SUPPORT], NOW)
    world.rows |= challenges_with(world.rows["customer"], cast[Role.MANAGER], NOW)
    world.rows["tier_gift"] = ladder_with(world.rows["customer"], cast[Role.MANAGER], NOW)
    world.rows |= rewards_of(world.rows["customer"], cast[Role.SUPPORT], NOW)
    world.rows |= approvals_of(world.rows["customer"], cast[Role.SUPPORT], cast[Role.MANAGER], NOW)
    card = issue_card(actor=None, customer=world.rows["customer"], now=NOW)
    world.rows |= referral_of(world.rows["customer"], cast[Role.MARKETER], NOW)
    world.rows |= coupons_of(world.rows["customer"], cast[Role.SUPPORT], NOW)
    world.rows |= case_of(world.rows["customer"], cast[Role.SUPPORT], NOW)
    world.rows |= _import(cast[Role.MANAGER])
    world.rows |= _consent_settings() | _mails()
    world.links = _links(world.rows["customer"]) | {
        "mark": mark_of(world.rows["version"]),
        "card_link": card_token(card),
        "case_version": str(world.rows["case"].version),
    }
    world.rows |= _outbox(world.rows["customer"]) | _inbox()
    # What is stale would be derived anew in each of thousands of requests that are undone.
    refresh_summaries()
    bring_up_to_date(now=NOW)
    return world


def _people(cast: dict[str, User]) -> dict[str, Any]:
    customer = made.CustomerFactory(owner=cast[Role.SUPPORT], city="Poznań", notes="Likes blue")
    other = made.CustomerFactory(first_name="Jan", last_name="Kowalski")
    rows = {
        "customer": customer,
        "other": other,
        "identity": made.IdentityFactory(customer=customer, value="anna@example.pl"),
        "phone": made.IdentityFactory(customer=customer, kind="phone", value="+48 600 123 456"),
        "other_identity": made.IdentityFactory(customer=other, value="jan@example.pl"),
    }
    rows["pair"] = models.PossibleDuplicate.objects.create(
        first=customer, second=other, reason="phone", created_at=NOW
    )
    index_customers([customer.pk, other.pk])
    return rows


def _shop(cast: dict[str, User]) -> dict[str, Any]:
    tree = Group(Join.ALL, (Condition("city", "is", "Poznań"),))
    segment = save_segment(actor=cast[Role.ADMIN], segment=None, name="From Poznań", tree=tree)
    branch = Branch.objects.create(name="Old Town")
    return {"segment": segment, "branch": branch, "person": make_user(Role.SUPPORT, "ewa")}


def _file(customer: models.Customer, author: User) -> dict[str, Any]:
    tag = made.TagFactory(name="vip", key="vip")
    models.CustomerTag.objects.create(customer=customer, tag=tag)
    return {
        "tag": tag,
        "important_date": made.ImportantDateFactory(customer=customer),
        "interaction": made.InteractionFactory(
            customer=customer, actor=author, occurred_at=NOW, created_at=NOW
        ),
        "follow_up": made.FollowUpFactory(customer=customer, assignee=author),
        "consent": made.ConsentEntryFactory(customer=customer),
    }


def _sales(customer: models.Customer, branch: Branch) -> dict[str, Any]:
    """Three purchases and a refund; the first one's lines are known."""
    at = [datetime(2026, month, 5, 10, tzinfo=UTC) for month in (3, 6, 9)]
    bought = [
        made.PurchaseFactory(customer=customer, occurred_at=moment, branch=branch, number=f"P-{n}")
        for n, moment in enumerate(at)
    ]
    made.PurchaseLineFactory(purchase=bought[0])
    refund = made.RefundFactory(customer=customer, occurred_at=at[2], number="R-1")
    announce(PurchasesChanged(frozenset([customer.pk])))
    guest = made.PurchaseFactory(customer=None, occurred_at=at[2], number="G-1")
    return {"purchase": bought[0], "refund": refund, "guest_purchase": guest}


def _links(customer: models.Customer) -> dict[str, str]:
    """The signed words of the links that this customer got by mail."""
    address = "anna@example.pl"
    key = key_of(address)
    change = models.PreferenceChange.objects.create(
        customer=customer, wish="unsubscribed", source="link", at=NOW
    )
    asked = request_consent(
        actor=None,
        customer=customer,
        address=address,
        purpose="marketing",
        text="I want news.",
        language="en",
        now=NOW,
    )
    leaving = unsubscribe_url(MailLink(customer_id=customer.pk, address_key=key))
    return {
        "leave_link": leaving.rstrip("/").rpartition("/")[2],
        "choose_link": preferences_token(customer.pk, key),
        "confirm_link": confirm_url(asked).rstrip("/").rpartition("/")[2],
        "undo_link": undo_token(change, NOW),
    }


def _mails() -> dict[str, Any]:
    """A template with a draft."""
    version = mails.TemplateVersionFactory(template__kind="marketing", template__key="letter")
    return {"template": version.template, "version": version}


def _outbox(customer: models.Customer) -> dict[str, Any]:
    """A mail of which nobody knows whether it arrived."""
    message = outbox.MessageFactory(
        customer=customer,
        address="anna@example.pl",
        identity=False,
        state="uncertain",
        reason="line_broke",
    )
    message.steps.create(at=NOW, state="uncertain", reason="line_broke", phase="dot")
    return {
        "message": message,
        "send": outbox.SendFactory(sender=message.sender),
        "sender": message.sender,
        "domain_limit": DomainLimit.objects.create(domain="mail.example", per_minute=10),
        "caught": outbox.CaughtMailFactory(message=message),
    }


def _inbox() -> dict[str, Any]:
    """An unsorted mail with a layout and a file, and the mailbox that it came in by."""
    mail = inbox.IncomingMailFactory(html="<p>The cup</p>", has_remote_images=True)
    inbox.attach(mail)
    # A port where nobody answers: trying it ends at once.
    mailbox = inbox.MailboxFactory(host="127.0.0.1", port=9, security="none")
    inbox.CopyFactory(mail=mail, mailbox=mailbox)
    return {"incoming": mail, "mailbox": mailbox}


def _consent_settings() -> dict[str, Any]:
    return {
        "suppression": permission.SuppressionFactory(address="left@example.pl"),
        "topic": permission.TopicFactory(),
        "country_rule": models.CountryRule.objects.create(
            country="DE", birthday_needs_consent=False, reason="Counsel", set_at=NOW
        ),
    }


FILE = b"order_id;ordered_at;amount;email\nW-1;2026-10-01;79,99;ola@example.pl\nW-2;soon;5,00;\n"


def _import(manager: User) -> dict[str, Any]:
    """A file that was checked: one purchase to come, one row rejected."""
    run = bring_file(
        actor=manager,
        kind="purchases",
        filename="till.csv",
        upload=BytesIO(FILE),
        options={},
        now=NOW,
    )
    work_on_imports(NOW)
    run.refresh_from_db()
    return {"run": run}
