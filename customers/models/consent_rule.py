from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.consent import Purpose
from customers.models.customer import Customer


class StopReason(models.TextChoices):
    """Why a mail may not go to an address now; the first that holds, in this order."""

    NO_ADDRESS = "no_address", _("The address is not on file any more")
    SUPPRESSED = "suppressed", _("The address is suppressed")
    WITHDRAWN = "withdrawn", _("Consent was taken back")
    NO_CONSENT = "no_consent", _("No consent was given")
    TOPIC_OFF = "topic_off", _("This topic is turned off")
    PAUSED = "paused", _("Mails are paused")


class CountryRule(models.Model):
    """Where a country's law asks for less than the house does, with the reason on record.

    Without a row birthday mails count as marketing, and surveys need consent to marketing or
    surveys. An objection is heeded in every country.
    """

    country = models.CharField(_("country"), max_length=2, unique=True)
    birthday_needs_consent = models.BooleanField(_("birthday mails need consent"), default=True)
    survey_needs_consent = models.BooleanField(_("surveys need consent"), default=True)
    reason = models.CharField(_("reason"), max_length=255)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["country"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="country_rule_has_reason"),
        ]

    def __str__(self) -> str:
        return self.country


class ConsentRequest(models.Model):
    """A consent that waits for its confirmation by a link in a mail (double opt-in).

    `next_mail_at` is when the outbox is to send the link: at once, and once more after a day
    unless it was confirmed; None when there is no more to send.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consent_requests")
    address = models.CharField(max_length=254)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    text = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    mails_sent = models.PositiveSmallIntegerField(default=0)
    next_mail_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_mail_at"],
                condition=models.Q(next_mail_at__isnull=False),
                name="consent_request_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.requested_at:%Y-%m-%d}"
