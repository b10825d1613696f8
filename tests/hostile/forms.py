"""Every address that takes a POST, with a form that it accepts."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Role
from tests.hostile import case_forms
from tests.hostile.loyalty_forms import CASHBACK, CHALLENGE, COUPONS, POINTS, REWARD, TILL
from tests.hostile.nasty import Value
from tests.hostile.world import World

# "@name" stands for the id of a row of the world, "@@role" for a member of the cast, "=name" for a
# word that the world knows.
PERSON = {
    "first_name": "Zofia",
    "last_name": "Wiśniewska",
    "language": "pl",
    "preferred_channel": "call",
    "contact_hint": "after 16:00",
    "birth_day": "3",
    "birth_month": "5",
    "birth_year": "1980",
    "address": "Długa 5",
    "postcode": "61-001",
    "city": "Poznań",
    "country": "PL",
    "timezone": "Europe/Warsaw",
    "tags": "vip, new one",
    "found_us": "a friend",
    "joined_on": "2024-05-01",
    "owner": "@@support",
    "branch": "@branch",
    "notes": "Likes green",
    "seen_at": "",
}
PROMISE = {"what": "Call", "due_on": "2026-12-01", "due_time": "10:30", "assignee": "@@support"}
SAID = {
    "channel": "message",
    "medium": "sms",
    "text": "About the bowl",
    "direction": "in",
    "outcome": "answered",
    "occurred_at": "2026-11-20T10:00",
}
# One condition of the filter, as the form of a segment sends it.
TREE = {"j0": "all", "f0-0": "city", "o0-0": "is", "v0-0": "Poznań", "w0-0": ""}
TOPIC = {
    **{
        "name_en": "Pottery",
        "name_pl": "Garncarstwo",
        "name_cs": "Hrnčířství",
        "name_ro": "Olărit",
    },
    "nature": "general",
    "is_active": "on",
}
RULE = {
    "country": "PL",
    "birthday_needs_consent": "on",
    "survey_needs_consent": "on",
    "reason": "Counsel, 3 May",
}
MAIL = {
    "subject": "News for {{ first_name }}",
    "preheader": "A few lines",
    "mjml": (
        "<mjml><mj-body><mj-section><mj-column><mj-text>News</mj-text></mj-column></mj-section>"
        '<mj-block name="foot" /></mj-body></mjml>'
    ),
    "opened": "=mark",
}
MAILBOX = {
    "name": "Shop",
    "host": "imap.example.com",
    "port": "993",
    "security": "tls",
    "username": "shop@example.com",
    "password": "correct horse battery",
    "folder": "INBOX",
    "read_since": "2026-11-01",
    "trusted_server": "mx.example.com",
    "moves_to": "Read",
    "marks_seen": "on",
}
MEMBER = {"name": "Nina", "email": "nina@example.pl", "role": "support", "branch": "@branch"}
SENDER = {
    "name": "Shop",
    "from_name": "Corner shop",
    "from_address": "shop@example.com",
    "reply_to": "",
    "kind": "catcher",
    "host": "",
    "port": "587",
    "security": "starttls",
    "username": "",
    "password": "",
    "no_password": "",
    "backend": "",
    "return_domain": "",
    "dkim_selector": "",
    "per_second": "10",
    "per_minute": "",
    "per_hour": "",
    "per_day": "",
    "connections": "4",
    "per_connection": "100",
    "is_default": "",
    "version": "1",
}
LIMIT = {
    "domain": "example.net",
    "sender": "",
    "per_second": "",
    "per_minute": "30",
    "per_hour": "",
}
FORMS: dict[str, dict[str, str]] = {
    "core:language": {"language": "pl", "next": "/day/"},
    "accounts:sign_in": {"username": "nobody", "password": "wrong", "next": "/"},
    "accounts:preferences": {
        "name": "Ada",
        "email": "ada@example.pl",
        "language": "pl",
        "theme": "dark",
    },
    "accounts:appearance": {"theme": "dark", "language": "pl", "next": "/day/"},
    "accounts:password": {
        "current": "correct horse battery",
        "password": "staple of a battery horse",
    },
    "accounts:shop": {
        "name": "Clay",
        "timezone": "Europe/Warsaw",
        "currency": "PLN",
        "language": "en",
        "color": "#8f5309",
    },
    "accounts:branches": {"name": "New Town"},
    "accounts:branch_edit": {"name": "Newer Town"},
    "accounts:person_create": {"username": "nina", **MEMBER},
    "accounts:person_edit": {**MEMBER, "is_active": "on"},
    "accounts:approval_refuse": {"answer": "Send another one"},
    "customers:new": {
        **PERSON,
        "email": "zofia@example.pl",
        "phone": "+48 601 222 333",
        "external": "Z-1",
    },
    "customers:edit": PERSON,
    "customers:contacts": {"kind": "external", "value": "A-17"},
    "customers:dates": {"label": "Wedding", "day": "5", "month": "6", "year": "2001"},
    "customers:consents": {
        "purpose": "marketing",
        "address": "anna@example.pl",
        "text": "I want news.",
        "language": "pl",
        "source": "paper",
        "source_note": "Form 7",
        "occurred_at": "2026-11-20T10:00",
    },
    "customers:withdraw": {"purpose": "marketing", "entry": "@consent"},
    "customers:consent_request": {
        "purpose": "survey",
        "address": "anna@example.pl",
        "text": "I want to be asked.",
        "language": "pl",
    },
    "customers:preferences": {"topics": "newsletter", "frequency": "weekly", "language": "pl"},
    "customers:suppression_new": {"address": "ola@example.pl", "scope": "all"},
    "customers:suppression_lift": {"reason": "The mailbox is back"},
    "customers:topic_new": TOPIC,
    "customers:topic_edit": TOPIC,
    "customers:country_rule_new": RULE,
    "customers:country_rule_edit": RULE,
    "customers:interaction_new": {**SAID, **PROMISE, "draft_name": "a1b2"},
    "customers:interaction_edit": SAID,
    "customers:draft": {**SAID, **PROMISE, "draft_name": "a1b2"},
    "customers:follow_up_new": {**PROMISE, "next": "/day/"},
    "customers:follow_up_edit": {**PROMISE, "next": "/day/"},
    "customers:follow_up_done": {"note": "She agreed", "next": "/day/"},
    "customers:follow_up_snooze": {"days": "3", "next": "/day/"},
    "customers:filter": {**TREE, "do": "show"},
    "customers:segment_new": {**TREE, "do": "save", "name": "From here"},
    "customers:segment_edit": {**TREE, "do": "save", "name": "From there"},
    "messaging:template_new": {"name": "Spring letter", "kind": "marketing", "topic": ""},
    "messaging:template": {"name": "Summer letter"},
    "messaging:template_edit": MAIL,
    "messaging:template_publish": MAIL,
    "messaging:incoming_assign": {"customer": "@other", "following": "on", "next": "/inbox/"},
    "messaging:inbox_aside": {"mail": "@incoming", "next": "/inbox/"},
    "messaging:inbox_back": {"mail": "@incoming", "next": "/inbox/"},
    "messaging:mailbox_new": {**MAILBOX, "name": "Complaints", "username": "c@example.com"},
    "messaging:mailbox": MAILBOX,
    "messaging:template_test": MAIL,
    "messaging:sender_new": {**SENDER, "name": "Newsletters"},
    "messaging:sender_edit": SENDER,
    "messaging:domain_limits": {**LIMIT, "domain": "example.org"},
    "messaging:domain_limit_edit": LIMIT,
    **case_forms.FORMS,
    "loyalty:points_redeem": {**POINTS, "units": "20", "reason": "A mug", "key": "a1"},
    "loyalty:points_adjust": {**POINTS, "change": "-5", "why": "A slip", "key": "a2"},
    "loyalty:reward_new": {**REWARD, "version": ""},
    "loyalty:reward_edit": REWARD,
    "loyalty:reward_claim": {"reward": "@reward", "cost": "100", "key": "a3", "next": "/day/"},
    "loyalty:saving_goal": {"reward": "@reward"},
    "loyalty:referrals": {
        "is_open": "on",
        "referrer_units": "200",
        "referee_units": "100",
        "minimum": "100.00",
        "monthly_cap": "5",
        "link": "https://shop.example/",
        "version": "2",
    },
    "loyalty:coupon_new": COUPONS,
    "loyalty:coupon_edit": {**COUPONS, "name": "Spring"},
    "loyalty:coupon_mint": {"number": "5", "batch": "Leaflet", "word": "", "limit": ""},
    "loyalty:coupon_word": {"word": "SUMMER26", "limit": "10", "number": "", "batch": ""},
    "loyalty:customer_coupons": {"campaign": "@coupon", "key": "a3"},
    "loyalty:coupon_use": {**TILL, "discount": "1000", "key": "k" * 32},
    "loyalty:rule_new": {
        "units": "50",
        "from_amount": "200.00",
        "stacks": "on",
        "segment": "@segment",
        "tier": "",
        "weekdays": "5",
        "first_day": "2026-12-01",
        "last_day": "2026-12-24",
        "version": "1",
    },
    "loyalty:rule_edit": {
        "times": "2.00",
        "category": "Ceramics",
        "product": "MUG-01",
        "stacks": "on",
        "segment": "@segment",
        "tier": "",
        "weekdays": "5",
        "first_day": "2026-12-01",
        "last_day": "2026-12-24",
        "version": "1",
    },
    "loyalty:programme_edit": {
        "earn_units": "2",
        "earn_amount": "1.00",
        "pending_days": "14",
        "expiry": "months",
        "expiry_months": "12",
        "debt_policy": "debt",
        "debt_limit": "0",
        "adjust_limit": "500",
        "worth": "1,00",
        "pays": "on",
        "version": "1",
    },
    "loyalty:cashback_new": {**CASHBACK, "currency": "EUR"},
    "loyalty:cashback_edit": CASHBACK,
    "loyalty:telling_edit": {
        "on_expiry_first": "on",
        "days_expiry_first": "30",
        "on_expiry_second": "on",
        "days_expiry_second": "7",
        "on_expiry_last": "on",
        "days_expiry_last": "1",
        "on_statement": "on",
        "days_statement": "3",
        "on_tier_ending": "on",
        "days_tier_ending": "14",
        "on_tier_up": "on",
        "on_reward_ready": "on",
        "on_challenge_won": "on",
        "on_badge_won": "on",
        "notice_least": "20",
        "version": "1",
    },
    "loyalty:tiers_edit": {
        "name_1": "Silver",
        "takes_1": "600",
        "perks_1": "Free delivery",
        "name_2": "Gold",
        "takes_2": "2000",
        "perks_2": "",
        **dict.fromkeys(("name_3", "takes_3", "perks_3"), ""),
        **dict.fromkeys(("name_4", "takes_4", "perks_4"), ""),
        **dict.fromkeys(("name_5", "takes_5", "perks_5"), ""),
        "basis": "spend",
        "window": "rolling",
        "months": "12",
        "grace_days": "30",
        "return_days": "14",
        "downgrade": "one_down",
        "version": "1",
    },
    "loyalty:tier_give": {
        "key": "gold",
        "last_day": "2027-06-30",
        "reason": "Sorry",
        "badge": "",
    },
    "loyalty:challenge_new": {**CHALLENGE, "name": "Four weeks running"},
    "loyalty:challenge_edit": CHALLENGE,
    "loyalty:badges": {"name": "Best friend", "icon": "star"},
    "loyalty:leaderboard": {
        "is_open": "on",
        "measure": "challenge",
        "span": "month",
        "challenge": "@challenge",
        "version": "1",
    },
    "customers:purchase_new": {
        "amount": "79,99",
        "currency": "PLN",
        "occurred_at": "2026-11-20T10:00",
        "number": "H-1",
        "key": "k" * 32,
        "branch": "@branch",
    },
    "customers:purchase_guest": {
        "amount": "79,99",
        "currency": "PLN",
        "occurred_at": "2026-11-20T10:00",
        "number": "H-2",
        "key": "g" * 32,
        "branch": "@branch",
    },
    "customers:refund_new": {"amount": "5,00", "occurred_at": "2026-11-20T10:00"},
    "customers:import_run": {
        "encoding": "utf-8-sig",
        "separator": ";",
        "timezone": "Europe/Warsaw",
        "currency": "PLN",
        "source": "till",
        "refund_prefix": "C",
        "skip_prefix": "A",
        "column_order_id": "0",
        "column_ordered_at": "1",
        "column_amount": "2",
        "column_email": "3",
    },
}
# A POST is all that they take.
ACTS: dict[str, dict[str, str]] = {
    "accounts:sign_out": {},
    "accounts:person_password": {},
    "customers:contact_remove": {},
    "customers:contact_primary": {},
    "customers:date_remove": {},
    "customers:duplicate_dismiss": {},
    "customers:duplicate_restore": {},
    "customers:interaction_undo": {},
    "customers:preferences_pause": {},
    "customers:preferences_resume": {},
    "customers:country_rule_remove": {},
    "customers:follow_up_reopen": {"next": "/day/"},
    "customers:follow_up_take": {"next": "/day/"},
    "customers:segment_delete": {},
    "customers:segment_restore": {},
    "messaging:sender_start": {},
    "messaging:sender_stop": {},
    "messaging:sender_archive": {},
    "messaging:sender_restore": {},
    "messaging:sender_test": {},
    "messaging:domain_limit_remove": {},
    "messaging:domain_limit_restore": {},
    "messaging:send_rest": {},
    "messaging:incoming_aside": {"next": "/inbox/"},
    "messaging:incoming_back": {},
    "messaging:incoming_new_customer": {},
    "messaging:incoming_rule_drop": {},
    "messaging:mailbox_stop": {},
    "messaging:mailbox_start": {},
    "messaging:mailbox_remove": {},
    "messaging:send_release": {},
    "messaging:send_pause": {},
    "messaging:send_call_off": {},
    "messaging:message_settle": {"arrived": "yes"},
    "messaging:template_archive": {},
    "messaging:template_restore": {},
    "messaging:template_discard": {},
    "messaging:templates_defaults": {},
    "messaging:version_reuse": {},
    "loyalty:redemption_reverse": {},
    "loyalty:tier_take_back": {},
    "accounts:approval_approve": {"next": "/day/"},
    "accounts:approval_withdraw": {"next": "/day/"},
    "loyalty:card_issue": {"next": "/day/"},
    "loyalty:card_replace": {},
    "loyalty:reward_archive": {},
    "loyalty:reward_restore": {},
    **case_forms.ACTS,
    "loyalty:claim_ready": {"next": "/day/"},
    "loyalty:claim_hand_over": {"next": "/day/"},
    "loyalty:claim_take_back": {"next": "/day/"},
    "loyalty:claim_cancel": {"next": "/day/"},
    "loyalty:coupon_stop": {},
    "loyalty:referral_accept": {},
    "loyalty:referral_decline": {},
    "loyalty:customer_referral": {},
    "loyalty:coupon_open": {},
    "loyalty:coupon_withdraw": {},
    "loyalty:coupon_restore": {},
    "loyalty:coupon_undo": {},
    "loyalty:challenge_stop": {},
    "loyalty:badge_give": {"badge": "@badge"},
    "loyalty:leaderboard_leave": {"next": "/"},
    "loyalty:leaderboard_join": {"next": "/"},
    "loyalty:rule_on": {},
    "loyalty:rule_off": {},
    "loyalty:programme_on": {},
    "loyalty:programme_off": {},
    "customers:purchase_undo": {},
    "customers:refund_undo": {},
    "customers:import_start": {},
    "customers:import_stop": {},
    "customers:import_continue": {},
    "customers:import_discard": {},
}
# Files are sent in another way (test_uploads.py).
UPLOADS = {"customers:imports"}
# Saves nothing and shows no form: see tests/messaging/test_template_pages.py.
SHOWN = {
    "messaging:template_preview",
    "messaging:incoming_pictures",
    "messaging:mailbox_try",
    "messaging:rules_example",
    "loyalty:programme_example",
    "loyalty:cashback_example",
    "loyalty:coupon_till",
    "messaging:sender_check",
}
# Its fields are named after the topics: see tests/messaging/test_mailing_rules.py.
BY_TOPIC = {"messaging:mailing_rules"}


def body(
    world: World, name: str, changes: Mapping[str, Value] | None = None
) -> list[tuple[str, Value]]:
    """The form that an address accepts, with changes."""
    given = FORMS.get(name) or ACTS.get(name) or {}
    return list((_known(world, given) | dict(changes or {})).items())


def _known(world: World, given: dict[str, str]) -> dict[str, Any]:
    return {field: _id(world, value) for field, value in given.items()}


def _id(world: World, value: str) -> str:
    if value.startswith("@@"):
        return str(world.cast[value[2:]].pk)
    if value.startswith("="):
        return world.links[value[1:]]
    return str(world.rows[value[1:]].pk) if value.startswith("@") else value


def poster(name: str) -> str | None:
    """Who sends it: the one who may do the most, nobody where people are to sign in."""
    return None if name == "accounts:sign_in" else Role.ADMIN
