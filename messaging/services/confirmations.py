"""The mails of a double opt-in: the link to confirm, and one reminder after a day.

What is due stands in the customers' `ConsentRequest`; each mail is planned once, under a key of its
own, in the transaction that notes it as sent.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from core.jobs import DueJob
from customers.models import ConsentRequest
from customers.services.consent_requests import due_requests, note_mail_sent
from customers.suppressions import key_of
from messaging.assembling import domain_of
from messaging.models import Message, MessageClass, MessageState, Sender, Template
from messaging.public_links import confirm_url
from messaging.rendering import version_for
from messaging.services.senders import default_sender
from messaging.services.steps import write_steps_of
from messaging.services.templates import mark_used

TEMPLATE = "confirm"
BATCH = 100
# Somebody who has just asked looks into the mailbox.
PRIORITY = 5


def mail_confirmations(now: datetime) -> int:
    """Plan the mails that are due; returns how many. Where the shop has put its template away
    they stay due. Raises `NoVersion` for a template without words."""
    template = Template.objects.kept().filter(key=TEMPLATE).first()
    waiting = list(due_requests(now)[:BATCH]) if template else []
    if template is None or not waiting:
        return 0
    sender = default_sender()
    for request in waiting:
        _mail(request, template, sender, now)
    return len(waiting)


@transaction.atomic
def _mail(request: ConsentRequest, template: Template, sender: Sender, now: datetime) -> None:
    version = version_for(template, request.language or request.customer.language)
    domain = domain_of(sender.from_address)
    message, is_new = Message.objects.get_or_create(
        dedupe_key=f"doi:{request.pk}:{request.mails_sent}",
        defaults={
            "message_id": f"<{secrets.token_hex(12)}@{domain}>",
            "sender": sender,
            "customer": request.customer,
            "template_version": version,
            "message_class": MessageClass.SERVICE,
            "context": {"confirm_url": confirm_url(request), "consent_text": request.text},
            "address": request.address,
            "address_key": key_of(request.address),
            "domain": request.address.rpartition("@")[2],
            "priority": PRIORITY,
            "due_at": now,
            "next_at": now,
            "expires_at": request.expires_at,
            "state": MessageState.QUEUED,
            "created_at": now,
        },
    )
    if is_new:
        write_steps_of([message.pk], now)
        mark_used(version_ids=[version.pk], now=now)
    note_mail_sent(request=request, now=now)


CONFIRM_JOB = DueJob(mail_confirmations, every=timedelta(seconds=20))
