from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from loyalty.models.account import Account
from loyalty.models.programme import Programme
from loyalty.rules import tiers as rules


class Basis(models.TextChoices):
    """What qualifies for a tier."""

    SPEND = rules.Basis.SPEND.value, _("Money paid")
    ORDERS = rules.Basis.ORDERS.value, _("Number of purchases")
    POINTS = rules.Basis.POINTS.value, _("Points earned by purchases")


class Window(models.TextChoices):
    """Of which time it is counted."""

    ROLLING = rules.Window.ROLLING.value, _("The last so many months")
    CALENDAR = rules.Window.CALENDAR.value, _("The calendar year")
    ANNIVERSARY = rules.Window.ANNIVERSARY.value, _("The year since the first purchase's day")


class Downgrade(models.TextChoices):
    """What a tier becomes that was not reached again."""

    ONE_DOWN = rules.Downgrade.ONE_DOWN.value, _("One tier down")
    REQUALIFY = rules.Downgrade.REQUALIFY.value, _("The tier that was reached, if any")


class TierReason(models.TextChoices):
    """Why a tier changed."""

    EARNED = rules.Reason.EARNED.value, _("earned")
    MISSED = rules.Reason.MISSED.value, _("not reached again")
    REFUNDED = rules.Reason.REFUNDED.value, _("refunded")
    RULES = rules.Reason.RULES.value, _("the rules changed")
    BY_HAND = rules.Reason.BY_HAND.value, _("given by hand")
    HAND_ENDED = rules.Reason.HAND_ENDED.value, _("what was given by hand is over")
    CORRECTED = rules.Reason.CORRECTED.value, _("purchases were put right")


class TierScheme(models.Model):
    """How tiers are won and lost from `since` on, until the scheme of the next version. Never
    changed: a change is a new version. One without tiers switches them off."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="tier_schemes", db_index=False
    )
    version = models.PositiveIntegerField()
    since = models.DateTimeField()
    basis = models.CharField(max_length=10, choices=Basis.choices, default=Basis.SPEND)
    window = models.CharField(max_length=12, choices=Window.choices, default=Window.ROLLING)
    months = models.PositiveSmallIntegerField(default=12)
    grace_days = models.PositiveSmallIntegerField(default=30)
    return_days = models.PositiveSmallIntegerField(default=14)
    downgrade = models.CharField(
        max_length=12, choices=Downgrade.choices, default=Downgrade.ONE_DOWN
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="loyalty_scheme_once"),
            models.CheckConstraint(
                condition=Q(months__range=(1, 60), grace_days__lte=365, return_days__lte=365),
                name="loyalty_scheme_times",
            ),
        ]

    def __str__(self) -> str:
        return f"tiers {self.version}"


class Tier(models.Model):
    """One step of a scheme's ladder, from 1 upwards. `key` names the same tier in every version."""

    scheme = models.ForeignKey(TierScheme, models.PROTECT, related_name="tiers", db_index=False)
    rank = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=40)
    threshold = models.PositiveBigIntegerField()
    perks = models.CharField(_("what members get"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "rank"], name="loyalty_tier_rank_once"),
            models.UniqueConstraint(fields=["scheme", "key"], name="loyalty_tier_key_once"),
            models.UniqueConstraint(
                fields=["scheme", "threshold"], name="loyalty_tier_threshold_once"
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1, threshold__gte=1), name="loyalty_tier_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TierGift(models.Model):
    """A tier given by hand until an instant, with the reason; what was earned is never lowered by
    it. Taken back by bringing `until` forward."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tier_gifts")
    key = models.SlugField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=255)
    actor = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="loyalty_tier_gift_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} by hand"


class TierStanding(models.Model):
    """Where a customer stands now. Derived from purchases, schemes and gifts by
    `loyalty.services.tiers`: it may be dropped and made again.

    `rank` is 0 and `key` empty without a tier. `ends_at` is the end of the tier's year,
    `weighed_at` the end of the grace that follows if the tier was not reached again. `value` is
    what counts now, `needed` what keeps the tier, `missing` what the next one takes. `next_at` is
    when time alone may change something.
    """

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="tier_standing"
    )
    key = models.SlugField(max_length=40, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    weighed_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False)
    value = models.BigIntegerField(default=0)
    needed = models.BigIntegerField(null=True)
    missing = models.BigIntegerField(null=True)
    next_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(key="", rank=0, since=None, ends_at=None, weighed_at=None)
                | ~Q(key="") & Q(rank__gte=1, since__isnull=False, ends_at__isnull=False),
                name="loyalty_standing_whole",
            ),
            models.CheckConstraint(
                condition=Q(weighed_at=None) | Q(weighed_at__gte=F("ends_at")),
                name="loyalty_standing_grace",
            ),
        ]
        indexes = [
            models.Index(fields=["key", "customer"], name="loyalty_standing_by_tier"),
            models.Index(fields=["next_at"], name="loyalty_standing_due"),
            models.Index(fields=["rank", "missing"], name="loyalty_standing_close"),
        ]

    def __str__(self) -> str:
        return self.key or "no tier"


class TierChange(models.Model):
    """A member's tier became another one. Written once, never changed or deleted; each begins with
    the tier that the one before it ended with. `seq` counts the member's changes from 1."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="tier_changes", db_index=False
    )
    seq = models.PositiveIntegerField()
    before = models.SlugField(max_length=40, blank=True)
    after = models.SlugField(max_length=40, blank=True)
    before_name = models.CharField(max_length=40, blank=True)
    after_name = models.CharField(max_length=40, blank=True)
    went_up = models.BooleanField()
    reason = models.CharField(max_length=12, choices=TierReason.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "seq"], name="loyalty_tier_change_once"),
            models.CheckConstraint(
                condition=Q(seq__gte=1) & ~Q(before=F("after")), name="loyalty_tier_change_changes"
            ),
        ]
        indexes = [models.Index(fields=["account", "-at", "-id"], name="loyalty_changes_newest")]

    def __str__(self) -> str:
        return f"{self.before or '-'} to {self.after or '-'}"


class MemberMark(models.Model):
    """The customer's purchases changed, and their tier and challenges have not been looked at
    since. As `AwardMark`."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="+")
    number = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return f"purchases of {self.customer_id}"
