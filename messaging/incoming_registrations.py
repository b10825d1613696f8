"""Mails that come in, in the registries: personal data, merging, demo."""

from core import privacy
from core.demo import left_empty
from core.jobs import due_jobs
from customers.merging import OnMerge
from customers.merging import register as register_merge
from messaging import models
from messaging.hooks.incoming import KEY as RECEIVER
from messaging.hooks.incoming import receivers
from messaging.services.fetching import FETCH_JOB, FETCH_KEY
from messaging.services.forgetting_mails import SWEEP_JOB, SWEEP_KEY
from messaging.services.incoming import receive_mail

receivers.register(RECEIVER, receive_mail)
due_jobs.register(FETCH_KEY, FETCH_JOB)
due_jobs.register(SWEEP_KEY, SWEEP_JOB)

privacy.register(
    models.Mailbox,
    owner=None,
    impersonal=[
        "name",
        "host",
        "security",
        "username",
        "secret",
        "folder",
        "read_since",
        "trusted_server",
        "moves_to",
        "state",
        "trouble",
        "error_text",
        "error_at",
        "next_at",
        "read_at",
        "lease_until",
        "lease_token",
        "created_at",
    ],
)
# The row of an erased mail stays, empty: should its mailbox be read anew, `key` keeps it out.
privacy.register(
    models.IncomingMail,
    owner="customer",
    blank=[
        "message_id",
        "in_reply_to",
        "references",
        "from_name",
        "from_address",
        "from_key",
        "recipients",
        "subject",
        "subject_key",
        "text",
        "shown_text",
        "html",
    ],
    impersonal=[
        "key",
        "sent_at",
        "received_at",
        "kind",
        "kind_reason",
        "place",
        "reason",
        "matched_by",
        "sorted_at",
    ],
)
privacy.register(
    models.IncomingCopy, owner="mail__customer", impersonal=["key", "source", "at", "marked_at"]
)
privacy.register(models.IncomingAttachment, owner="mail__customer", delete_row=True)
privacy.register(models.AddressRule, owner="customer", delete_row=True)
register_merge("messaging.IncomingMail", "customer", OnMerge.MOVE)
register_merge("messaging.AddressRule", "customer", OnMerge.MOVE)

left_empty.register("messaging.AddressRule", "somebody says it of a mail")
