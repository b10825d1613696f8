"""The outbox in the registries: ways of sending, due jobs, pages, timeline, personal data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import policy
from core import privacy
from core.demo import demo_parts, left_empty
from core.jobs import due_jobs
from core.navigation import Link, rail
from customers.merging import OnMerge
from customers.merging import register as register_merge
from customers.search import SearchSource, search_sources
from customers.timeline import TimelineSource, timeline_sources
from messaging import demo, models
from messaging.mail_search import find_mailings
from messaging.mail_timeline import mails, open_mail
from messaging.services.sends import SEND_JOB_KEY
from messaging.services.working import REAP_JOB, SEND_JOB
from messaging.transports import registrations as transport_registrations  # noqa: F401

policy.register("messaging:outbox", "messaging:message", read=policy.EVERYONE)
policy.register("messaging:message_settle", write=policy.MANAGERS)
policy.register("messaging:send_audience", read=policy.MANAGERS)
policy.register("messaging:caught_mails", "messaging:caught_mail", read=policy.MANAGERS)
policy.register(
    "messaging:sends", "messaging:send", "messaging:send_progress", read=policy.EVERYONE
)
policy.register(
    "messaging:send_release",
    "messaging:send_pause",
    "messaging:send_call_off",
    "messaging:send_rest",
    write=policy.MARKETING_UP,
)
rail.register(
    "outbox",
    Link(
        pgettext_lazy("menu", "Outbox"),
        "messaging:outbox",
        "send",
        61,
        sections=(
            "messaging:outbox",
            "messaging:message",
            "messaging:send",
            "messaging:caught",
            "messaging:deliver",
        ),
    ),
)
timeline_sources.register(
    "mails",
    TimelineSource(
        key="mails", kind="mails", label=_("Mails"), order=10, fetch=mails, open=open_mail
    ),
)
search_sources.register("mailings", SearchSource(_("Mailings"), "send", find_mailings))
due_jobs.register("messaging.reap", REAP_JOB)
due_jobs.register(SEND_JOB_KEY, SEND_JOB)

privacy.register(
    models.Sender,
    owner=None,
    impersonal=[
        "name",
        "from_name",
        "from_address",
        "reply_to",
        "return_domain",
        "kind",
        "host",
        "security",
        "username",
        "secret",
        "backend",
        "paused_for",
        "paused_text",
        "paused_at",
        "dkim_selector",
        "archived_at",
        "created_at",
    ],
)
privacy.register(models.SenderPace, owner=None, impersonal=["paid", "factor_at", "wait_until"])
privacy.register(models.DomainLimit, owner=None, impersonal=["domain", "paid", "removed_at"])
privacy.register(models.MailingRules, owner=None, impersonal=["quiet_begin", "quiet_end"])
privacy.register(models.TopicCap, owner=None, impersonal=["topic"])
privacy.register(
    models.Send,
    owner=None,
    impersonal=[
        "key",
        "name",
        "message_class",
        "topic",
        "state",
        "due_at",
        "expires_at",
        "released_at",
        "active_at",
        "finished_at",
        "created_at",
    ],
)
privacy.register(
    models.Message,
    owner="customer",
    blank=["address", "address_key", "domain", "context", "reply_text", "inbox_key"],
    impersonal=[
        "dedupe_key",
        "message_id",
        "message_class",
        "topic",
        "due_at",
        "expires_at",
        "next_at",
        "state",
        "reason",
        "lease_until",
        "claim_token",
        "claimed_at",
        "out_at",
        "sent_at",
        "phase",
        "provider_id",
        "created_at",
        "delivered_at",
        "bounced_at",
        "bounce",
        "complained_at",
    ],
)
privacy.register(
    models.DeliveryEvent,
    owner="message__customer",
    blank=["words"],
    impersonal=["source", "key", "kind", "status", "at", "recorded_at"],
)
privacy.register(
    models.Attempt,
    owner="message__customer",
    blank=["reply_text"],
    impersonal=[
        "token",
        "began_at",
        "lease_until",
        "ended_at",
        "state",
        "reason",
        "phase",
        "next_at",
        "sent_at",
        "out_at",
        "provider_id",
    ],
)
privacy.register(
    models.MessageStep,
    owner="message__customer",
    impersonal=["at", "state", "reason", "phase", "until"],
)
privacy.register(models.CaughtMail, owner="message__customer", delete_row=True)
register_merge("messaging.Message", "customer", OnMerge.MOVE)

demo_parts.register("mails", demo.PART)
for label, reason in {
    "messaging.Attempt": "stands only while a worker sends",
    "messaging.DomainLimit": "only for shops whose providers ask for it",
    "messaging.MailingRules": "until somebody changes them, the rules of the house hold",
    "messaging.TopicCap": "only for shops with topics of very different weight",
}.items():
    left_empty.register(label, reason)
