"""The mails on a customer's timeline, each with its state; opened, with its steps."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from customers.models import Customer
from customers.timeline import Cursor, Entry, Opened, before
from messaging.fates import fate_of
from messaging.message_page import life_of
from messaging.models import Message, MessageState
from messaging.outbox_words import reason_words, tone


def mails(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """What was sent or was to be sent, newest first."""
    found = Message.objects.filter(before(cursor, "mails", "created_at"), customer=customer)
    rows = found.select_related("template_version__template", "send")
    rows = rows.defer("template_version__html", "template_version__text", "template_version__mjml")
    return map(_entry, rows.order_by("-created_at", "-pk")[:limit])


def _entry(row: Message) -> Entry:
    words = [str(row.get_state_display())]
    if row.reason and row.state != MessageState.SENT:
        words.append(str(reason_words(row.reason)))
    fate = fate_of(row)
    if fate:
        words.append(str(fate.label))
    return Entry(
        at=row.created_at,
        pk=row.pk,
        icon="envelope-paper",
        tone=_tone(row),
        title=_("Mail: %(name)s") % {"name": name_of(row)},
        text=" · ".join(words),
        meta=str(row.get_message_class_display()),
        opens=True,
    )


def _tone(row: Message) -> str:
    """Good as long as nobody says that it did not arrive, or was not wanted."""
    if row.bounce or row.complained_at:
        return "bad"
    return "good" if tone(row.state) == "good" else "plain"


def name_of(row: Message) -> str:
    """What a message is called: its template, else its send."""
    if row.template_version is not None:
        return row.template_version.template.title
    return str(row.send or row.message_id)


def open_mail(customer: Customer, pk: int, user: User) -> Opened | None:
    """The steps of a mail."""
    message = Message.objects.filter(customer=customer, pk=pk).first()
    if message is None:
        return None
    return "messaging/_opened_mail.html", {"message": message, "life": life_of(message)}
