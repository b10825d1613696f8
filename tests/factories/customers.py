"""Customers and what hangs on them, as small as they may be. Instants are fixed, never `now`."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import factory

from core.clock import local_date, month_number
from core.text import fold
from customers import models
from customers.rules import identity_keys

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Warsaw")


class CustomerFactory(factory.django.DjangoModelFactory[models.Customer]):
    """Anna Nowak, without any contact."""

    class Meta:
        model = models.Customer

    first_name = "Anna"
    last_name = "Nowak"
    name_key = factory.LazyAttribute(lambda row: fold(f"{row.last_name} {row.first_name}"))
    joined_on = date(2023, 3, 14)
    created_at = updated_at = NOON - timedelta(days=900)


def key_of(kind: str, value: str) -> str:
    rules = {
        models.IdentityKind.EMAIL: identity_keys.email_key,
        models.IdentityKind.PHONE: lambda text: identity_keys.phone_key(text, "PL"),
        models.IdentityKind.EXTERNAL: identity_keys.external_key,
    }
    return rules[models.IdentityKind(kind)](value) or value


class IdentityFactory(factory.django.DjangoModelFactory[models.Identity]):
    """An e-mail address; give `kind` and `value` for others, the key follows."""

    class Meta:
        model = models.Identity

    customer = factory.SubFactory(CustomerFactory)
    kind = models.IdentityKind.EMAIL
    value = factory.Sequence(lambda number: f"anna{number}@example.pl")
    key = factory.LazyAttribute(lambda identity: key_of(identity.kind, identity.value))
    is_primary = True
    created_at = NOON


class PurchaseFactory(factory.django.DjangoModelFactory[models.Purchase]):
    """100.00 PLN; the civil day and month follow `occurred_at` in Warsaw."""

    class Meta:
        model = models.Purchase

    customer = factory.SubFactory(CustomerFactory)
    source = "test"
    number = factory.Sequence(lambda number: f"P-{number}")
    occurred_at = NOON
    local_day = factory.LazyAttribute(
        lambda purchase: local_date(purchase.occurred_at, ZONE).toordinal()
    )
    local_month = factory.LazyAttribute(
        lambda purchase: month_number(local_date(purchase.occurred_at, ZONE))
    )
    gross_minor = 10_000
    currency = "PLN"


class PurchaseLineFactory(factory.django.DjangoModelFactory[models.PurchaseLine]):
    """One bowl."""

    class Meta:
        model = models.PurchaseLine

    purchase = factory.SubFactory(PurchaseFactory)
    product = "BOWL"
    name = "Bowl"
    quantity = 1
    amount_minor = 10_000


class RefundFactory(factory.django.DjangoModelFactory[models.Refund]):
    """50.00 PLN given back, of no known purchase."""

    class Meta:
        model = models.Refund

    customer = factory.SubFactory(CustomerFactory)
    source = "test"
    number = factory.Sequence(lambda number: f"R-{number}")
    occurred_at = NOON
    local_day = factory.LazyAttribute(
        lambda refund: local_date(refund.occurred_at, ZONE).toordinal()
    )
    local_month = factory.LazyAttribute(
        lambda refund: month_number(local_date(refund.occurred_at, ZONE))
    )
    amount_minor = 5_000
    currency = "PLN"


class InteractionFactory(factory.django.DjangoModelFactory[models.Interaction]):
    """A call."""

    class Meta:
        model = models.Interaction

    customer = factory.SubFactory(CustomerFactory)
    channel = models.Channel.CALL
    text = "Asked about the bowl"
    occurred_at = NOON
    created_at = NOON


class FollowUpFactory(factory.django.DjangoModelFactory[models.FollowUp]):
    """An open one, for nobody yet."""

    class Meta:
        model = models.FollowUp

    customer = factory.SubFactory(CustomerFactory)
    what = "Call back about the bowl"
    due_on = date(2026, 11, 21)
    created_at = NOON


class ConsentEntryFactory(factory.django.DjangoModelFactory[models.ConsentEntry]):
    """Agreed to offers, on paper."""

    class Meta:
        model = models.ConsentEntry

    customer = factory.SubFactory(CustomerFactory)
    address = "anna@example.pl"
    purpose = models.Purpose.MARKETING
    action = models.ConsentAction.GRANTED
    text = "I want to hear about offers."
    language = "en"
    source = models.ConsentSource.PAPER
    source_note = "Form 12"
    occurred_at = recorded_at = NOON


class TagFactory(factory.django.DjangoModelFactory[models.Tag]):
    class Meta:
        model = models.Tag

    name = factory.Sequence(lambda number: f"tag {number}")
    key = factory.LazyAttribute(lambda tag: tag.name)


class ImportantDateFactory(factory.django.DjangoModelFactory[models.ImportantDate]):
    """The name day of Anna."""

    class Meta:
        model = models.ImportantDate

    customer = factory.SubFactory(CustomerFactory)
    label = "Name day"
    month = 7
    day = 26
