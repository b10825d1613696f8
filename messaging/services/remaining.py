"""Sending to those whom a mailing did not reach because it was called off or ran out of time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from messaging.models import Message, MessageState, Reason, Send, SendState
from messaging.services.planning import plan_messages
from messaging.services.sends import create_send

OVER = (SendState.DONE, SendState.CANCELLED)


def remaining_of(send: Send) -> QuerySet[Message]:
    """The mails of a mailing that nobody tried to send: called off, or too late. Those who may not
    be written to, and addresses that were refused, do not belong to them."""
    called_off = Q(state=MessageState.SUPPRESSED, reason=Reason.CALLED_OFF)
    return Message.objects.filter(called_off | Q(state=MessageState.EXPIRED), send=send)


@transaction.atomic
def plan_remaining(*, actor: User, send: Send, now: datetime) -> Send:
    """A mailing of the same template to the remaining, which waits to be released; asked for again
    it is the same one, so that nobody gets it twice. Refuses while the first is not over, or where
    nobody remains. Audited by what makes and plans it."""
    if send.state not in OVER:
        raise Refused(_("The mailing is not over yet."))
    customers = list(remaining_of(send).values_list("customer", flat=True))
    ids = [pk for pk in customers if pk is not None]
    if not ids:
        raise Refused(_("Nobody remains: everybody was settled."))
    rest = create_send(
        actor=actor,
        key=f"rest:{send.pk}",
        name=_("%(name)s, the remaining")[:120] % {"name": send.name[:90]},
        template=send.template,
        due_at=now,
        now=now,
        sender=None if send.sender.archived_at else send.sender,
        priority=send.priority,
    )
    plan_messages(actor=actor, send=rest, customer_ids=ids, now=now)
    return rest
