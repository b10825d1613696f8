"""The providers whose webhooks are known, and how each proves that it is the provider.

django-anymail's views read and verify what providers post; nothing of its signals is used. A
provider counts as set up once its signing key (Amazon: the shop's topics) or
`ANYMAIL_WEBHOOK_SECRET` stands in the settings; without either nothing is accepted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailImproperlyInstalled
from anymail.webhooks import (
    amazon_ses,
    brevo,
    mailersend,
    mailgun,
    mailjet,
    mandrill,
    postal,
    postmark,
    resend,
    sendgrid,
    sparkpost,
    unisender_go,
)
from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from messaging.hooks import amazon


class _Amazon(amazon_ses.AmazonSESBaseWebhookView):  # type: ignore[misc]
    """Amazon's notifications. Where the shop names its topics each has to be signed by Amazon; they
    are confirmed by themselves then, else (with the secret alone) only by Amazon's library."""

    def __init__(self, **options: Any) -> None:
        named = str(settings.ANYMAIL.get("AMAZON_SES_TOPICS", ""))
        self.topics = [topic.strip() for topic in named.split(",") if topic.strip()]
        if self.topics:
            self.warn_if_no_basic_auth = False
        try:
            super().__init__(**options)
        except AnymailImproperlyInstalled:
            self.auto_confirm_enabled = False
            AnymailBaseWebhookView.__init__(self, **options)

    def validate_request(self, request: HttpRequest) -> None:
        """Its signature; anymail looks at the secret and the headers as well."""
        if self.topics:
            amazon.prove(self._parse_sns_message(request), self.topics)

    def auto_confirm_sns_subscription(self, sns_message: dict[str, Any]) -> None:
        """Agree to the topic's posts."""
        if self.topics:
            amazon.confirm(sns_message)
        else:
            super().auto_confirm_sns_subscription(sns_message)


class AmazonTracking(_Amazon, amazon_ses.AmazonSESTrackingWebhookView):  # type: ignore[misc]
    """Amazon's reports."""


class AmazonInbound(_Amazon, amazon_ses.AmazonSESInboundWebhookView):  # type: ignore[misc]
    """Amazon's incoming mails."""


TRACKING = {
    "amazon_ses": AmazonTracking,
    "brevo": brevo.BrevoTrackingWebhookView,
    "mailersend": mailersend.MailerSendTrackingWebhookView,
    "mailgun": mailgun.MailgunTrackingWebhookView,
    "mailjet": mailjet.MailjetTrackingWebhookView,
    "mandrill": mandrill.MandrillCombinedWebhookView,
    "postal": postal.PostalTrackingWebhookView,
    "postmark": postmark.PostmarkTrackingWebhookView,
    "resend": resend.ResendTrackingWebhookView,
    "sendgrid": sendgrid.SendGridTrackingWebhookView,
    "sparkpost": sparkpost.SparkPostTrackingWebhookView,
    "unisender_go": unisender_go.UnisenderGoTrackingWebhookView,
}
INBOUND = {
    "amazon_ses": AmazonInbound,
    "brevo": brevo.BrevoInboundWebhookView,
    "mailersend": mailersend.MailerSendInboundWebhookView,
    "mailgun": mailgun.MailgunInboundWebhookView,
    "mailjet": mailjet.MailjetInboundWebhookView,
    "postal": postal.PostalInboundWebhookView,
    "postmark": postmark.PostmarkInboundWebhookView,
    "resend": resend.ResendInboundWebhookView,
    "sendgrid": sendgrid.SendGridInboundWebhookView,
    "sparkpost": sparkpost.SparkPostInboundWebhookView,
}
HOOKS = {"tracking": TRACKING, "inbound": INBOUND, "inbound_mime": INBOUND}


class NotSetUp(Exception):
    """Nobody may post here: the provider is not known, or nothing is there to verify it by."""


class NoSecret(Exception):
    """The secret is missing: providers that were challenged send it then."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One provider's hook, ready to read a request."""

    view: Any

    def prove(self, request: HttpRequest) -> None:
        """Raise unless the provider is who it says: `NoSecret`, anymail's
        `AnymailWebhookValidationFailure`, `amazon.NotNow` where that cannot be told now, and nearly
        anything else for what cannot be read."""
        if self.view.basic_auth and not request.headers.get("Authorization"):
            raise NoSecret
        self.view.run_validators(request)

    def events(self, request: HttpRequest) -> list[Any]:
        """The events of a request that was proved; raises as `prove` does."""
        found: Iterable[Any] = self.view.parse_events(request)
        return list(found)


def open_hook(provider: str, kind: str) -> Hook:
    """The hook of a provider; raises `NotSetUp`."""
    made = HOOKS.get(kind, {}).get(provider)
    if made is None:
        raise NotSetUp
    try:
        view = made()
    except (ImproperlyConfigured, AnymailImproperlyInstalled) as error:
        raise NotSetUp from error
    if view.warn_if_no_basic_auth and not view.basic_auth:
        raise NotSetUp
    return Hook(view)
