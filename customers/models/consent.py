from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer


class Purpose(models.TextChoices):
    """What a customer may agree to."""

    MARKETING = "marketing", _("Offers and news")
    SURVEY = "survey", _("Surveys")
    PROFILING = "profiling", _("Personal recommendations")


class ConsentAction(models.TextChoices):
    """Agreed, or taken back."""

    GRANTED = "granted", _("Granted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentSource(models.TextChoices):
    """Where the customer said so."""

    STAFF = "staff", _("Told to staff")
    FORM = "form", _("Form")
    IMPORT = "import", _("Import")
    SHOP = "shop", _("Online shop")
    PAPER = "paper", _("Paper")
    LINK = "link", _("Link in a mail")


class ConsentEntry(models.Model):
    """One line of the append-only consent ledger, per address and purpose.

    The present state of an address and purpose is its newest line by `occurred_at`, then id.
    `text` is the exact wording agreed to, `source_note` the proof (form, file, who heard it).
    Lines are never changed or deleted: triggers forbid it.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="consent_entries")
    address = models.CharField(max_length=254, blank=True)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    action = models.CharField(max_length=10, choices=ConsentAction.choices)
    text = models.TextField(_("wording"), blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=ConsentSource.choices)
    source_note = models.CharField(_("proof"), max_length=255, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "consent entries"
        indexes = [
            models.Index(
                fields=["customer", "purpose", "-occurred_at", "-id"], name="consent_newest"
            ),
            models.Index(fields=["customer", "occurred_at", "id"], name="consent_of_customer"),
            models.Index(fields=["address"], name="consent_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.action}"
