from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch
from core.text import fold, squeeze
from customers.querysets import CustomerQuerySet


class Channel(models.TextChoices):
    """The ways a shop and a customer talk."""

    CALL = "call", _("Call")
    VISIT = "visit", _("Visit to the shop")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    CHAT = "chat", _("Chat")
    WHATSAPP = "whatsapp", _("WhatsApp")
    SOCIAL = "social", _("Social network")
    COMMENT = "comment", _("Blog comment")
    POST = "post", _("Letter")
    NOTE = "note", _("Note")


class Customer(models.Model):
    """A person who buys, or may. Contact data are identities; facts hang on the id.

    `name_key` is the folded "last first" in which lists are sorted and names are compared;
    services keep it by `set_name_key`. A birthday may lack its year, never its day or month.
    """

    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    name_key = models.CharField(max_length=300, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    address = models.CharField(_("street and number"), max_length=255, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    notes = models.TextField(_("notes"), blank=True, max_length=10_000)
    found_us = models.CharField(_("how they found us"), max_length=120, blank=True)
    preferred_channel = models.CharField(
        _("preferred channel"), max_length=20, blank=True, choices=Channel.choices
    )
    contact_hint = models.CharField(_("how to reach them best"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("owner")
    )
    branch = models.ForeignKey(
        Branch, models.SET_NULL, null=True, blank=True, verbose_name=_("branch")
    )
    joined_on = models.DateField(_("customer since"), null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["name_key", "id"], name="customers_by_name"),
            models.Index(fields=["created_at", "id"], name="customers_by_created"),
            models.Index(fields=["birth_month", "birth_day"], name="customers_by_birthday"),
        ]
        constraints = [
            models.CheckConstraint(
                # Where a part is unknown a range is too, and a check lets the unknown pass.
                condition=models.Q(birth_month=None, birth_day=None, birth_year=None)
                | models.Q(
                    birth_month__isnull=False,
                    birth_month__range=(1, 12),
                    birth_day__isnull=False,
                    birth_day__range=(1, 31),
                ),
                name="customers_birthday_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def set_name_key(self) -> None:
        """Keep the folded form in step with the names."""
        self.first_name, self.last_name = squeeze(self.first_name), squeeze(self.last_name)
        self.name_key = fold(f"{self.last_name} {self.first_name}")[:300]
