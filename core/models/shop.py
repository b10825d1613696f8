from zoneinfo import ZoneInfo

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.countries import country_of

EVERGREEN = "#1f6b4f"


class Shop(models.Model):
    """The one shop that this installation serves.

    `migrate` makes the row from SHOP_TIMEZONE and SHOP_CURRENCY; afterwards the settings page
    rules. `color` is the shop's own, for what customers see: mails and public pages.
    """

    name = models.CharField(_("name of the shop"), max_length=120, default="", blank=True)
    timezone = models.CharField(_("time zone"), max_length=64)
    currency = models.CharField(
        _("currency"), max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    color = models.CharField(
        _("colour"),
        max_length=7,
        default=EVERGREEN,
        validators=[RegexValidator(r"^#[0-9a-f]{6}$")],
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="core_shop_is_one"),
        ]

    def __str__(self) -> str:
        return self.name or "Perennial"

    @property
    def zone(self) -> ZoneInfo:
        """The shop's business time zone."""
        return ZoneInfo(self.timezone)

    @property
    def country(self) -> str:
        """The country that the zone, else the currency, names; "" where neither does."""
        return country_of(self.timezone, self.currency)
