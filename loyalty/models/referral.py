from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from customers.models import Customer, Purchase


class ReferralScheme(models.Model):
    """What bringing a friend is worth, the shop's only one. Units are points; `minimum_minor` is
    what the friend's order is worth at least, in minor units of the shop's currency. `monthly_cap`
    is for how many friends somebody is rewarded in a month. `link` is the page of the shop that
    links lead to ("": codes only)."""

    is_open = models.BooleanField(default=False)
    referrer_units = models.PositiveIntegerField(default=200)
    referee_units = models.PositiveIntegerField(default=100)
    minimum_minor = models.BigIntegerField(default=10_000)
    monthly_cap = models.PositiveSmallIntegerField(default=5)
    link = models.URLField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="referral_one_scheme"),
            models.CheckConstraint(
                condition=models.Q(minimum_minor__gte=0), name="referral_minimum_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return "referrals"


class ReferralCode(models.Model):
    """The code by which a customer brings friends, in normal form (`loyalty.rules.coupon_code`)."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="referral_code")
    code = models.CharField(max_length=20, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class ReferralState(models.TextChoices):
    """Waits for the friend's order; or for somebody to look, because two files are alike."""

    WAITING = "waiting", pgettext_lazy("referral", "Waits for an order")
    FLAGGED = "flagged", pgettext_lazy("referral", "To be looked at")
    REWARDED = "rewarded", pgettext_lazy("referral", "Rewarded")
    CAPPED = "capped", pgettext_lazy("referral", "Above the month's limit")
    VOID = "void", pgettext_lazy("referral", "Void: order refunded")
    DECLINED = "declined", pgettext_lazy("referral", "Declined")


class Referral(models.Model):
    """A friend who came by somebody. A friend comes once, for ever. The two customers are None when
    erased. `minimum_minor` is frozen with the reward; `month` is that of the reward ('2026-11')."""

    referrer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="referrals_made")
    referee = models.OneToOneField(Customer, models.PROTECT, null=True, related_name="referral")
    state = models.CharField(max_length=10, choices=ReferralState.choices)
    purchase = models.ForeignKey(Purchase, models.SET_NULL, null=True, related_name="+")
    minimum_minor = models.BigIntegerField(default=0)
    month = models.CharField(max_length=7, blank=True)
    noted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(referrer=None)
                | models.Q(referee=None)
                | ~models.Q(referrer=models.F("referee")),
                name="referral_of_somebody_else",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="referrals_by_state"),
            models.Index(fields=["referrer", "month"], name="referrals_by_month"),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"
