"""The providers whose webhooks are known, and how each proves that it is the provider.

django-anymail's views read and verify what providers post; nothing of its signals is used. A
provider counts as set up once its signing key or `ANYMAIL_WEBHOOK_SECRET` stands in the settings;
without either nothing is accepted.
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
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest


class _WithoutLibrary(amazon_ses.AmazonSESBaseWebhookView):  # type: ignore[misc]
    """Amazon's notifications need its library only to confirm a topic by themselves; without it
    the operator confirms the topic in Amazon's console."""

    def __init__(self, **options: Any) -> None:
        try:
            super().__init__(**options)
        except AnymailImproperlyInstalled:
            self.auto_confirm_enabled = False
            AnymailBaseWebhookView.__init__(self, **options)


class AmazonTracking(_WithoutLibrary, amazon_ses.AmazonSESTrackingWebhookView):  # type: ignore[misc]
    """Amazon's reports."""


class AmazonInbound(_WithoutLibrary, amazon_ses.AmazonSESInboundWebhookView):  # type: ignore[misc]
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
# Amazon's own proof is not checked, so its hooks need the secret like those without any.


class NotSetUp(Exception):
    """Nobody may post here: the provider is not known, or nothing is there to verify it by."""


class NoSecret(Exception):
    """The secret is missing: providers that were challenged send it then."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One provider's hook, ready to read a request."""

    view: Any

    def read(self, request: HttpRequest) -> list[Any]:
        """The events of a request. Raises `NoSecret`, anymail's `AnymailWebhookValidationFailure`
        where the provider is not who it says, and nearly anything else for what cannot be read."""
        if self.view.basic_auth and not request.headers.get("Authorization"):
            raise NoSecret
        self.view.run_validators(request)
        events: Iterable[Any] = self.view.parse_events(request)
        return list(events)


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
