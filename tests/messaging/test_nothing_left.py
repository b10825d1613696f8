"""What the personal-data map says of mails is enough: done as it says, no address, no name and no
rendered text of an erased person stands in any messaging table; and until then each of their
mails is on their timeline."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from core.privacy import personal_data
from customers.suppressions import key_of
from customers.timeline import timeline_sources
from messaging.models import CaughtMail, DeliveryEvent, Message
from messaging.rules.replies import Phase, Reply
from messaging.services.feedback import Event, record_event
from messaging.services.planned_rows import Mailing
from messaging.services.planning import plan_message
from messaging.services.sending import Slot
from messaging.transports.base import Handed
from messaging.transports.catcher import CatcherConnection
from tests.conftest import make_user
from tests.factories.messaging import TemplateVersionFactory
from tests.factories.outbox import NOON, MessageFactory, SenderFactory, SendFactory, due_message

pytestmark = pytest.mark.django_db
NAME, LOCAL = "Sentynella", "sentynella.kowalska"
ADDRESS = f"{LOCAL}@example.com"
SENTINELS = (NAME.lower(), LOCAL, key_of(ADDRESS).lower())


@pytest.fixture
def anna(monkeypatch):
    """Somebody whose name and address went through all that mails have: sent, put off with the
    server's words about the address, returned."""
    said = iter([Reply(Phase.DOT, 250, "taken"), Reply(Phase.RCPT, 450, f"<{ADDRESS}> busy")])
    keep = CatcherConnection.hand_over

    def hand_over(self, parcel, meanwhile=lambda: None):
        keep(self, parcel)
        return Handed(next(said), provider_id="P-1")

    monkeypatch.setattr(CatcherConnection, "hand_over", hand_over)
    version = TemplateVersionFactory(
        published_at=NOON,
        subject="{{ first_name }}",
        html="<p>{{ incident_text }}",
        text="{{ incident_text }}",
    )
    first = due_message(
        template_version=version,
        context={"first_name": NAME, "incident_text": f"Dear {NAME}"},
        message_class="service",
        address=ADDRESS,
        address_key=key_of(ADDRESS),
        inbox_key=f"addr:1:{key_of(ADDRESS)}",
    )
    first.customer.first_name = NAME
    first.customer.save()
    mailing = Mailing(
        sender=first.sender,
        template=version.template,
        message_class="service",
        topic="",
        due_at=NOON,
    )
    plan_message(
        mailing=mailing,
        customer=first.customer,
        dedupe_key="again",
        now=NOON,
        context=first.context,
    )
    Slot(first.sender, now=lambda: NOON + timedelta(seconds=1)).pump(lambda: True)
    words = f"550 5.1.1 <{ADDRESS}> is not known here"
    event = Event(source="test", key="1", kind="hard", status="5.1.1", words=words)
    record_event(event=event, message_pk=first.pk, now=NOON + timedelta(minutes=1))
    return first.customer


def erased_as_the_map_says(customer):
    """Empty and delete what messaging's part of the map names, for one person."""
    mapped = [entry for label, entry in personal_data.items() if label.startswith("messaging.")]
    mine = [(entry, {entry.owner: customer.pk}) for entry in mapped if entry.owner]
    for entry, of_customer in mine:
        rows = entry.model._default_manager.filter(**of_customer)
        if entry.delete_row:
            rows.delete()
        elif entry.blank:
            names = sorted(entry.blank)
            rows.update(**{name: emptied(entry.model._meta.get_field(name)) for name in names})


def emptied(field):
    if field.null:
        return None
    return {} if isinstance(field, models.JSONField) else ""


def places_with_sentinels():
    """Each column of a messaging table in which something of the person is found."""
    found = set()
    for model in apps.get_app_config("messaging").get_models():
        for row in model._default_manager.values():
            for name, value in row.items():
                if isinstance(value, memoryview | bytes):
                    value = bytes(value).decode(errors="replace")
                if any(sentinel in str(value).lower() for sentinel in SENTINELS):
                    found.add(f"{model.__name__}.{name}")
    return found


def test_the_life_of_the_mails_left_traces(anna):
    assert sorted(Message.objects.values_list("state", flat=True)) == ["retry", "sent"]
    assert CaughtMail.objects.count() == 2
    assert DeliveryEvent.objects.count() == 1
    assert {"Message.address", "Message.context", "CaughtMail.content"} <= places_with_sentinels()


def test_nothing_is_left_once_the_map_was_followed(anna):
    erased_as_the_map_says(anna)

    assert places_with_sentinels() == set()
    assert Message.objects.filter(customer=anna).count() == 2


def test_each_mail_of_a_customer_is_on_the_timeline_whatever_its_state(anna):
    user = make_user("support")
    held = SendFactory(state="paused", sender=SenderFactory())
    values = {"customer": anna, "sender": held.sender, "send": held}
    MessageFactory(**values, address="a@example.com")
    MessageFactory(**values, address="b@example.com", state="suppressed", reason="no_consent")

    (fetch,) = [source.fetch for source in timeline_sources if source.key == "mails"]

    shown = list(fetch(anna, None, 50, user))

    assert {entry.pk for entry in shown} == set(Message.objects.values_list("pk", flat=True))
