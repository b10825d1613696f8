"""Templates, as small as they may be. Instants are fixed, never `now`."""

from datetime import UTC, datetime

import factory

from messaging import models

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class TemplateFactory(factory.django.DjangoModelFactory[models.Template]):
    """A service mail without a topic."""

    class Meta:
        model = models.Template

    key = factory.Sequence(lambda number: f"template_{number}")
    name = "Thank you"
    kind = models.MessageClass.SERVICE
    created_at = NOON


class TemplateVersionFactory(factory.django.DjangoModelFactory[models.TemplateVersion]):
    """The first English draft, compiled by hand: greets by first name."""

    class Meta:
        model = models.TemplateVersion

    template = factory.SubFactory(TemplateFactory)
    language = "en"
    number = 1
    subject = "Hello {{ first_name }}"
    mjml = "<mjml><mj-body></mj-body></mjml>"
    html = "<html><body><p>Hello {{ first_name }}</p></body></html>"
    text = "Hello {{ first_name }}"
    sha256 = "0" * 64
    created_at = NOON
