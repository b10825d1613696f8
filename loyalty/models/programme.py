from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.money import major_text, minor_digits
from loyalty.rules.award import Rounding
from loyalty.rules.calendar import ExpiryKind, Lifetime

POINTS = "points"


class ProgrammeKind(models.TextChoices):
    """Points of the shop's own, or money of the programme's currency."""

    POINTS = "points", _("Points")
    CASHBACK = "cashback", _("Cashback")


class DebtPolicy(models.TextChoices):
    """What happens to units that were spent before their order was refunded: future earnings
    repay them, the shop writes them off, or they are owed up to a limit."""

    DEBT = "debt", _("The customer owes them to future earnings")
    CLAMP = "clamp", _("The shop writes them off")
    LIMIT = "limit", _("The customer owes up to a limit, the rest is written off")


class Programme(models.Model):
    """A loyalty programme: what its units are, how they are earned by spending, how long they
    wait and live.

    Units are points, or minor units of `currency`. `earn_units` are earned for each `earn_minor`
    minor units of what was paid. `adjust_limit` is how many units support may give or take by hand
    at once. Purchases before `started_at` earn nothing by themselves. `worth_per_hundred` is what a
    hundred units are worth to who spends them, in minor units of the currency: what the shop owes
    is told by it, and what they pay of a purchase where `pays` says that they may. While it is not
    on, purchases earn nothing; `on_since` is when it was last switched on again (None: it was never
    off), and purchases before that earn nothing either. Of fewer
    than `notice_least` units that lapse nobody is told.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=10, choices=ProgrammeKind.choices)
    currency = models.CharField(_("currency"), max_length=3)
    earn_units = models.PositiveIntegerField(default=1)
    earn_minor = models.PositiveIntegerField()
    rounding = models.CharField(
        max_length=10,
        choices=[(rounding.value, rounding.value) for rounding in Rounding],
        default=Rounding.FLOOR,
    )
    pending_days = models.PositiveSmallIntegerField(default=14)
    expiry = models.CharField(
        max_length=10,
        choices=[(kind.value, kind.value) for kind in ExpiryKind],
        default=ExpiryKind.MONTHS,
    )
    expiry_months = models.PositiveSmallIntegerField(default=12)
    debt_policy = models.CharField(
        max_length=10, choices=DebtPolicy.choices, default=DebtPolicy.DEBT
    )
    debt_limit = models.PositiveIntegerField(default=0)
    adjust_limit = models.PositiveIntegerField(default=500)
    worth_per_hundred = models.PositiveIntegerField(default=100)
    notice_least = models.PositiveIntegerField(default=20)
    started_at = models.DateTimeField()
    is_on = models.BooleanField(default=True, db_default=True)
    on_since = models.DateTimeField(null=True)
    pays = models.BooleanField(default=False, db_default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(earn_units__gte=1, earn_minor__gte=1),
                name="loyalty_programme_earns",
            ),
            models.CheckConstraint(
                condition=models.Q(pending_days__lte=365, expiry_months__range=(1, 120)),
                name="loyalty_programme_lifetime",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="cashback")
                | models.Q(earn_units__lte=models.F("earn_minor"), worth_per_hundred=100),
                name="loyalty_cashback_within_paid",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_money(self) -> bool:
        """Its units are minor units of the currency."""
        return self.kind == ProgrammeKind.CASHBACK

    @property
    def earns_since(self) -> datetime:
        """Purchases before this instant earn nothing by themselves."""
        return max(self.started_at, self.on_since or self.started_at)

    @property
    def lifetime(self) -> Lifetime:
        """How long its units wait and live."""
        return Lifetime(self.pending_days, ExpiryKind(self.expiry), self.expiry_months)

    @property
    def most_debt(self) -> int | None:
        """How many units a customer may owe; None: any number."""
        if self.debt_policy == DebtPolicy.DEBT:
            return None
        return self.debt_limit if self.debt_policy == DebtPolicy.LIMIT else 0

    def money(self, minor: int) -> dict[str, str]:
        """An amount of its currency as mails take it."""
        return {"amount": major_text(minor, self.currency), "currency": self.currency}

    def worth_minor(self, units: int) -> int:
        """What so many units are worth, in minor units, a fraction rounded down."""
        return units * self.worth_per_hundred // 100


def one_major_unit(currency: str) -> int:
    """Minor units in 1.00 of the currency."""
    return int(10 ** minor_digits(currency))
