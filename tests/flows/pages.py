"""Every page of the product: the sweep visits each. A new route has to be listed here."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from customers.rules.segment_language import Condition, Group, Join
from customers.rules.segment_text import write_text

Rows = dict[str, Any]
Address = Callable[[Rows], str]

NESTED = Group(
    Join.ANY,
    (
        Condition("purchases", "at_least", 3),
        Group(Join.ALL, (Condition("city", "is", "Brno"),)),
    ),
)
WHERE = f"?where={quote(write_text(NESTED))}"
# Routes that answer a GET with something else than a page of their own.
NO_PAGE = {
    "core:health": "JSON for a machine",
    "home": "sends each role to its own page",
    "customers:timeline": "a piece; without htmx it sends on to the customer",
    "customers:count": "a piece",
    "customers:export": "a file",
    "loyalty:cost_csv": "a file",
    "customers:import_progress": "a piece",
    "customers:import_rejected": "a file",
    "messaging:version_preview": "a mail, for a frame",
    "loyalty:told_preview": "a mail, for a frame",
    "messaging:sender_checks": "a piece",
    "messaging:send_audience": "a file",
    "messaging:send_progress": "a piece",
    "messaging:sender_dns": "a piece",
    "messaging:deliverability_csv": "a file",
    "messaging:sender_meter": "a piece",
    "messaging:incoming_search": "a piece; without htmx it sends on to the mail",
    "messaging:incoming_html": "a mail, for a frame",
    "messaging:incoming_file": "a file",
    "loyalty:reward_picture": "a picture",
    "loyalty:card_qr": "a picture",
    "loyalty:card_bars": "a picture",
    "loyalty:coupon_csv": "a file",
    "retention:freshness": "a piece",
    "retention:csv": "a file",
}


def plain(route: str, query: str = "") -> Address:
    """The address of a route without arguments."""
    return lambda rows: reverse(route) + query


def of(route: str, key: str, query: str = "") -> Address:
    """The address of a route about one row."""
    return lambda rows: reverse(route, args=[rows[key].pk]) + query


def worded(route: str, word: str) -> Address:
    """The address of a route whose argument is a word."""
    return lambda rows: reverse(route, args=[word])


def wording(key: str, language: str, query: str = "") -> Address:
    """The editor of one language of a template."""
    return lambda rows: reverse("messaging:template_edit", args=[rows[key].pk, language]) + query


def entry(source: str, key: str) -> Address:
    """An entry of the timeline, opened on a page of its own."""
    return lambda rows: reverse("customers:entry", args=[rows["customer"].pk, source, rows[key].pk])


def listed(name: str, query: str = "") -> Address:
    """A list behind a figure."""
    return lambda rows: reverse("retention:list", args=[name]) + query


# The name of a page begins with its route; what follows tells its variants apart.
PAGES: dict[str, Address] = {
    "core:style": plain("core:style"),
    "accounts:preferences": plain("accounts:preferences"),
    "accounts:password": plain("accounts:password"),
    "accounts:shop": plain("accounts:shop"),
    "accounts:branches": plain("accounts:branches"),
    "accounts:branch_edit": of("accounts:branch_edit", "branch"),
    "accounts:team": plain("accounts:team"),
    "accounts:person_create": plain("accounts:person_create"),
    "accounts:person_edit": of("accounts:person_edit", "support"),
    "accounts:audit_log": plain("accounts:audit_log"),
    "accounts:approvals": plain("accounts:approvals"),
    "accounts:requests": plain("accounts:requests"),
    "customers:day": plain("customers:day"),
    "customers:day everybody": plain("customers:day", "?who=all"),
    "customers:customer": of("customers:customer", "customer"),
    "customers:customer bare": of("customers:customer", "bare"),
    "customers:customer filtered": of("customers:customer", "customer", "?kind=consents"),
    "customers:entry purchase": entry("purchases", "purchase"),
    "customers:entry interaction": entry("interactions", "interaction"),
    "customers:entry consent": entry("consents", "consent"),
    "customers:new": plain("customers:new", "?email=ewa@example.pl"),
    "customers:edit": of("customers:edit", "customer"),
    "customers:contacts": of("customers:contacts", "customer"),
    "customers:dates": of("customers:dates", "customer"),
    "customers:consents": of("customers:consents", "customer"),
    "customers:consents bare": of("customers:consents", "bare"),
    "customers:consent_request": of("customers:consent_request", "customer"),
    "customers:consent_request bare": of("customers:consent_request", "bare"),
    "customers:preferences": of("customers:preferences", "customer"),
    "messaging:outbox": plain("messaging:outbox"),
    "messaging:outbox nobody": plain("messaging:outbox", "?state=expired"),
    "messaging:sends": plain("messaging:sends"),
    "messaging:send running": of("messaging:send", "running_send"),
    "messaging:send done": of("messaging:send", "done_send"),
    "messaging:deliverability": plain("messaging:deliverability"),
    "messaging:mailing_rules": plain("messaging:mailing_rules"),
    "messaging:domain_limits": plain("messaging:domain_limits", "?domain=wp.pl&per_minute=120"),
    "messaging:domain_limit_edit": of("messaging:domain_limit_edit", "domain_limit"),
    "messaging:senders": plain("messaging:senders"),
    "messaging:sender": of("messaging:sender", "sender"),
    "messaging:sender stopped": of("messaging:sender", "stopped_sender"),
    "messaging:sender_new": plain("messaging:sender_new"),
    "messaging:sender_edit": of("messaging:sender_edit", "sender"),
    "messaging:caught_mails": plain("messaging:caught_mails"),
    "messaging:caught_mail": of("messaging:caught_mail", "caught"),
    "messaging:message": of("messaging:message", "message"),
    "messaging:message reported": of("messaging:message", "reported"),
    "messaging:outbox came back": plain("messaging:outbox", "?fate=hard"),
    "messaging:inbox": plain("messaging:inbox"),
    "messaging:inbox aside": plain("messaging:inbox", "?state=aside"),
    "messaging:inbox nobody": plain("messaging:inbox", "?state=automatic"),
    "messaging:incoming": of("messaging:incoming", "incoming"),
    "messaging:incoming laid out": of("messaging:incoming", "incoming", "?view=html"),
    "messaging:incoming searched": of("messaging:incoming", "incoming", "?q=anna"),
    "messaging:incoming sorted": of("messaging:incoming", "sorted_mail"),
    "messaging:incoming bare": of("messaging:incoming", "bare_mail"),
    "messaging:mailboxes": plain("messaging:mailboxes"),
    "messaging:mailbox_new": plain("messaging:mailbox_new"),
    "messaging:mailbox": of("messaging:mailbox", "mailbox"),
    "loyalty:points": of("loyalty:points", "customer"),
    "loyalty:points bare": of("loyalty:points", "bare"),
    "loyalty:cost": plain("loyalty:cost"),
    "loyalty:cost_movements": plain("loyalty:cost_movements", "?month=2026-11-01&flow=earned"),
    "loyalty:cost_lapsing": plain("loyalty:cost_lapsing", "?month=never"),
    "loyalty:referrals": plain("loyalty:referrals"),
    "loyalty:coupons": plain("loyalty:coupons"),
    "loyalty:coupon": of("loyalty:coupon", "coupon"),
    "loyalty:coupon searched": of("loyalty:coupon", "coupon", "?q=nothing"),
    "loyalty:coupon_new": plain("loyalty:coupon_new"),
    "loyalty:coupon_edit": of("loyalty:coupon_edit", "coupon"),
    "loyalty:customer_coupons": of("loyalty:customer_coupons", "customer"),
    "loyalty:customer_coupons bare": of("loyalty:customer_coupons", "bare"),
    "loyalty:coupon_till": plain("loyalty:coupon_till"),
    "loyalty:programme": plain("loyalty:programme"),
    "loyalty:programme_edit": plain("loyalty:programme_edit"),
    "loyalty:cashback_new": plain("loyalty:cashback_new"),
    "loyalty:challenges": plain("loyalty:challenges"),
    "loyalty:challenge": of("loyalty:challenge", "running"),
    "loyalty:challenge planned": of("loyalty:challenge", "challenge"),
    "loyalty:challenge monthly": of("loyalty:challenge", "monthly"),
    "loyalty:challenge_new": plain("loyalty:challenge_new"),
    "loyalty:challenge_edit": of("loyalty:challenge_edit", "challenge"),
    "loyalty:challenge_edit running": of("loyalty:challenge_edit", "monthly"),
    "loyalty:leaderboard": plain("loyalty:leaderboard"),
    "loyalty:badges": plain("loyalty:badges"),
    "loyalty:telling_edit": plain("loyalty:telling_edit"),
    "loyalty:told": worded("loyalty:told", "expiry_last"),
    "loyalty:tiers": plain("loyalty:tiers"),
    "loyalty:tiers_edit": plain("loyalty:tiers_edit"),
    "loyalty:tier": of("loyalty:tier", "customer"),
    "loyalty:tier bare": of("loyalty:tier", "bare"),
    "loyalty:rewards": plain("loyalty:rewards"),
    "loyalty:rewards away": plain("loyalty:rewards", "?state=away"),
    "loyalty:reward_new": plain("loyalty:reward_new"),
    "loyalty:reward_edit": of("loyalty:reward_edit", "reward"),
    "loyalty:claims": plain("loyalty:claims"),
    "support:cases": plain("support:cases"),
    "support:cases open": plain("support:cases", "?view=open"),
    "support:cases done": plain("support:cases", "?view=done"),
    "support:case_new": of("support:case_new", "customer"),
    "support:case": of("support:case", "case"),
    "support:case waiting": of("support:case", "waiting_case"),
    "support:case resolved": of("support:case", "resolved_case"),
    "support:case joined": of("support:case", "joined_case"),
    "support:case_edit": of("support:case_edit", "case"),
    "loyalty:claims nobody": plain("loyalty:claims", "?state=handed_over"),
    "loyalty:card": of("loyalty:card", "customer"),
    "loyalty:card_scan": plain("loyalty:card_scan"),
    "loyalty:card_scan nobody": plain("loyalty:card_scan", "?number=12345"),
    "loyalty:shelf": of("loyalty:shelf", "customer"),
    "loyalty:shelf bare": of("loyalty:shelf", "bare"),
    "loyalty:rule_kinds": plain("loyalty:rule_kinds"),
    **{
        f"loyalty:rule_new {kind}": worded("loyalty:rule_new", kind)
        for kind in ("multiplier", "bonus", "event", "cap", "excluded")
    },
    "loyalty:rule_edit": of("loyalty:rule_edit", "earning_rule"),
    "loyalty:cashback_edit": of("loyalty:cashback_edit", "cashback"),
    "customers:suppressions": plain("customers:suppressions"),
    "customers:suppressions all": plain("customers:suppressions", "?state=all&q=example"),
    "customers:suppressions nobody": plain("customers:suppressions", "?q=xyzzy"),
    "customers:suppression_new": plain("customers:suppression_new"),
    "customers:suppression_lift": of("customers:suppression_lift", "suppression"),
    "customers:suppression_lift lifted": of("customers:suppression_lift", "lifted"),
    "customers:consent_settings": plain("customers:consent_settings"),
    "customers:topic_new": plain("customers:topic_new"),
    "customers:topic_edit": of("customers:topic_edit", "topic"),
    "customers:country_rule_new": plain("customers:country_rule_new"),
    "customers:country_rule_edit": of("customers:country_rule_edit", "country_rule"),
    "customers:interaction_edit": of("customers:interaction_edit", "interaction"),
    "customers:follow_up_new": of("customers:follow_up_new", "customer"),
    "customers:follow_up_edit": of("customers:follow_up_edit", "follow_up"),
    "customers:follow_up_edit done": of("customers:follow_up_edit", "done"),
    "customers:purchase_pick": plain("customers:purchase_pick"),
    "customers:purchase_pick nobody": plain("customers:purchase_pick", "?q=xyzzy"),
    "customers:purchase_guest": plain("customers:purchase_guest"),
    "customers:purchase_new": of("customers:purchase_new", "customer"),
    "customers:refund_new": of("customers:refund_new", "purchase"),
    "customers:list": plain("customers:list"),
    "customers:list filtered": plain("customers:list", WHERE),
    "customers:list refused": plain("customers:list", "?where=nonsense"),
    "customers:list segment": lambda rows: f"/customers/?segment={rows['segment'].pk}",
    "customers:filter": plain("customers:filter"),
    "customers:segments": plain("customers:segments"),
    "customers:segment_new": plain("customers:segment_new", WHERE),
    "customers:segment_edit": of("customers:segment_edit", "segment"),
    "customers:search": plain("customers:search"),
    "customers:search found": plain("customers:search", "?q=gmail"),
    "customers:search nobody": plain("customers:search", "?q=xyzzy"),
    "customers:imports": plain("customers:imports"),
    "customers:import_run ready": of("customers:import_run", "ready_run"),
    "customers:import_run done": of("customers:import_run", "done_run"),
    "customers:import_run not understood": of("customers:import_run", "strange_run"),
    "customers:import_run at work": of("customers:import_run", "waiting_run"),
    "messaging:templates": plain("messaging:templates"),
    "messaging:template_new": plain("messaging:template_new"),
    "messaging:template": of("messaging:template", "template"),
    "messaging:template_edit": wording("template", "en"),
    "messaging:template_edit source": wording("template", "pl", "?as=source"),
    "messaging:template_edit unwritten": wording("letter", "cs"),
    "messaging:version": of("messaging:version", "version"),
    "retention:report": plain("retention:report"),
    "retention:report curves": plain("retention:report", "?tab=curves"),
    "retention:report money": plain("retention:report", "?show=money&window=365"),
    "retention:report refused": plain("retention:report", "?window=nonsense"),
    "retention:definitions": plain("retention:definitions"),
    "retention:list start": listed("start"),
    "retention:list empty": listed("lost", "?month=1999-01"),
    "retention:list purchases": listed("purchases"),
}
# Pages that look different to these roles.
OTHERS = {
    "support": [
        "accounts:requests",
        "customers:day",
        "customers:customer",
        "customers:list",
        "retention:list start",
    ],
    "marketer": [
        "customers:customer",
        "customers:list",
        "customers:consents",
        "customers:search nobody",
        "retention:list start",
    ],
}


def route_of(page: str) -> str:
    """The route of a page's name."""
    return page.partition(" ")[0]
