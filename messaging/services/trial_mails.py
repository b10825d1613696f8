"""Test mails: a version as it would look, to the person who writes it and to nobody else."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from customers.suppressions import key_of
from messaging.assembling import domain_of
from messaging.models import Message, MessageClass, MessageState, TemplateVersion
from messaging.services.senders import default_sender
from messaging.services.steps import write_steps_of
from messaging.services.templates import mark_used

# Before everything else that waits: somebody sits in front of the inbox.
PRIORITY = 1


@transaction.atomic
def send_test_mail(
    *, actor: User, version: TemplateVersion, data: Mapping[str, Any], now: datetime
) -> Message:
    """Put a mail to the actor's own address into the outbox, filled with the data as they are
    now; audited. It counts as a use, so that what was read stays what is kept. Refuses an actor
    without an address."""
    address = actor.email.strip().lower()
    if not address:
        raise Refused(_("Give your e-mail address in your preferences first."))
    sender = default_sender()
    domain = domain_of(sender.from_address)
    message = Message.objects.create(
        dedupe_key=f"test:{secrets.token_hex(12)}",
        message_id=f"<{secrets.token_hex(12)}@{domain}>",
        sender=sender,
        template_version=version,
        message_class=MessageClass.SERVICE,
        context=dict(data),
        address=address,
        address_key=key_of(address),
        domain=address.rpartition("@")[2],
        priority=PRIORITY,
        due_at=now,
        next_at=now,
        state=MessageState.QUEUED,
        created_at=now,
    )
    write_steps_of([message.pk], now)
    mark_used(version_ids=[version.pk], now=now)
    audit.record(actor=actor, action="template.tested", target=version)
    return message
