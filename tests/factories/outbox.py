"""Senders, sends and messages, as small as they may be. Instants are fixed, never `now`."""

from datetime import UTC, datetime, timedelta

import factory

from customers.suppressions import key_of
from messaging import models
from tests.factories.customers import ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.messaging import TemplateFactory, TemplateVersionFactory

# In the middle of a working day wherever our customers live.
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


class SenderFactory(factory.django.DjangoModelFactory[models.Sender]):
    """A catcher: nothing leaves."""

    class Meta:
        model = models.Sender

    name = factory.Sequence(lambda number: f"Shop {number}")
    from_name = "Corner shop"
    from_address = "shop@example.com"
    kind = models.SenderKind.CATCHER
    connections = 1
    created_at = NOON


class SendFactory(factory.django.DjangoModelFactory[models.Send]):
    """A send that goes out."""

    class Meta:
        model = models.Send

    key = factory.Sequence(lambda number: f"send:{number}")
    name = "November news"
    message_class = models.MessageClass.MARKETING
    template = factory.SubFactory(TemplateFactory, kind="marketing")
    sender = factory.SubFactory(SenderFactory)
    state = models.SendState.RUNNING
    due_at = released_at = created_at = NOON


class MessageFactory(factory.django.DjangoModelFactory[models.Message]):
    """A marketing mail that waits; its customer has the address it goes to."""

    class Meta:
        model = models.Message
        skip_postgeneration_save = True

    dedupe_key = factory.Sequence(lambda number: f"test:{number}")
    message_id = factory.Sequence(lambda number: f"<{number}@example.com>")
    sender = factory.SubFactory(SenderFactory)
    customer = factory.SubFactory(CustomerFactory)
    template_version = factory.SubFactory(
        TemplateVersionFactory, published_at=NOON - timedelta(days=1)
    )
    message_class = models.MessageClass.MARKETING
    address = factory.Sequence(lambda number: f"reader{number}@example.com")
    address_key = factory.LazyAttribute(lambda row: key_of(row.address))
    domain = "example.com"
    state = models.MessageState.QUEUED
    due_at = next_at = created_at = NOON

    @factory.post_generation
    def identity(self, create, extracted, **kwargs):
        if create and self.customer and self.address and extracted is not False:
            IdentityFactory(customer=self.customer, value=self.address)


class CaughtMailFactory(factory.django.DjangoModelFactory[models.CaughtMail]):
    """A short mail that the catcher kept."""

    class Meta:
        model = models.CaughtMail

    message = factory.SubFactory(MessageFactory)
    recipient = "anna@example.com"
    subject = "News for you"
    content = b"Subject: News for you\r\nTo: anna@example.com\r\n\r\nHello, Anna <b>\r\n"
    at = NOON


def may_be_written_to(customer, *purposes):
    """Let the customer have agreed to the purposes, for every address."""
    for purpose in purposes or ("marketing",):
        long_ago = NOON - timedelta(days=90)
        ConsentEntryFactory(customer=customer, address="", purpose=purpose, occurred_at=long_ago)
    return customer


def reader(number, *, language="", **values):
    """A customer with an address who agreed to marketing."""
    customer = CustomerFactory(language=language, **values)
    IdentityFactory(customer=customer, value=f"r{number}@example.com")
    return may_be_written_to(customer)


def due_message(**values):
    """A message of a running send to somebody who may get it."""
    send = values.pop("send", None) or SendFactory()
    values = {"send": send, "sender": send.sender, "topic": send.topic} | values
    message = MessageFactory(**values)
    models.SenderPace.objects.get_or_create(sender=message.sender)
    may_be_written_to(message.customer)
    return message
