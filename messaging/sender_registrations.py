"""Senders and the rules of mailings in the registries: policy, settings pages, set-up."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core.navigation import Link, settings_pages

policy.register(
    "messaging:senders",
    "messaging:sender",
    "messaging:sender_meter",
    "messaging:sender_dns",
    "messaging:deliverability",
    "messaging:deliverability_csv",
    read=policy.MANAGERS,
)
policy.register(
    "messaging:sender_new", "messaging:sender_edit", read=policy.ADMINS, write=policy.ADMINS
)
policy.register(
    "messaging:sender_check",
    "messaging:sender_test",
    "messaging:sender_stop",
    "messaging:sender_start",
    "messaging:sender_archive",
    "messaging:sender_restore",
    write=policy.ADMINS,
)
policy.register(
    "messaging:mailing_rules",
    "messaging:domain_limits",
    "messaging:domain_limit_edit",
    read=policy.MANAGERS,
    write=policy.MANAGERS,
)
policy.register(
    "messaging:rules_example",
    "messaging:domain_limit_remove",
    "messaging:domain_limit_restore",
    write=policy.MANAGERS,
)
settings_pages.register(
    "messaging:mailing_rules",
    Link(
        _("Mailing rules"),
        "messaging:mailing_rules",
        "moon-stars",
        31,
        sections=tuple(
            f"messaging:{name}" for name in ("mailing_rules", "domain_limits", "domain_limit_edit")
        ),
    ),
)
settings_pages.register(
    "messaging:senders",
    Link(
        _("Senders"),
        "messaging:senders",
        "send-check",
        30,
        sections=tuple(
            f"messaging:{name}"
            for name in (
                "senders",
                "sender",
                "sender_new",
                "sender_edit",
                "sender_check",
                "sender_test",
            )
        ),
    ),
)
