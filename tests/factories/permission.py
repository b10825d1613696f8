"""Topics and suppressions, as small as they may be."""

import factory

from customers import models
from customers.suppressions import key_of
from tests.factories.customers import NOON


class TopicFactory(factory.django.DjangoModelFactory[models.Topic]):
    """Found again where the migrations have made it."""

    class Meta:
        model = models.Topic
        django_get_or_create = ("key",)

    key = "newsletter"
    names = factory.LazyAttribute(lambda topic: {"en": topic.key.title()})
    nature = "general"


class SuppressionFactory(factory.django.DjangoModelFactory[models.Suppression]):
    """Anna's address, for every mail; the key follows the address."""

    class Meta:
        model = models.Suppression

    address = "anna@example.pl"
    key = factory.LazyAttribute(lambda row: key_of(row.address))
    scope = "all"
    reason = "asked"
    source = "staff"
    at = NOON
