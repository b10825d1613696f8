from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer, Segment
from loyalty.rules.coupon_code import shown
from loyalty.rules.discounts import WHOLE_RATE
from loyalty.rules.periods import Period


class CouponKind(models.TextChoices):
    """What a coupon gives."""

    PERCENT = "percent", _("A percentage off")
    VALUE = "value", _("A sum off")
    DELIVERY = "delivery", _("Free delivery")
    GIFT = "gift", _("A gift")


class CampaignState(models.TextChoices):
    """A campaign's codes can be used while it is open; stopping it can be taken back."""

    OPEN = "open", pgettext_lazy("coupon campaign", "Open")
    STOPPED = "stopped", pgettext_lazy("coupon campaign", "Stopped")


PERIODS = [
    (Period.EVER.value, pgettext_lazy("so many times", "in all")),
    (Period.DAY.value, pgettext_lazy("so many times", "a day")),
    (Period.WEEK.value, pgettext_lazy("so many times", "a week")),
    (Period.MONTH.value, pgettext_lazy("so many times", "a month")),
    (Period.YEAR.value, pgettext_lazy("so many times", "a year")),
]


class CouponCampaign(models.Model):
    """What a family of codes gives, to whom, when and how often. Its uses are counted elsewhere
    (`CouponTally`, `CouponCounter`), so that changing it waits for nobody.

    `rate` is in hundredths of a per cent, money in minor units of `currency`; `value_minor` is the
    sum off, or what a gift costs the shop. Instants: valid from `starts_at` until before `ends_at`
    (None: no end); a code given to a customer also ends `given_days` local days later (None: with
    the campaign). `item` names the products or category a coupon is for ("": the whole order).
    Limits None: none. `together`: how many codes one order may use, this one included; of one
    `group` an order uses one. `for_segment` stays when the segment is deleted: then nobody fits.
    """

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=CouponKind.choices)
    rate = models.PositiveIntegerField(default=0)
    value_minor = models.BigIntegerField(default=0)
    most_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    gift = models.CharField(max_length=120, blank=True)
    item = models.CharField(max_length=120, blank=True)
    minimum_minor = models.BigIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    given_days = models.PositiveSmallIntegerField(null=True, blank=True)
    for_segment = models.BooleanField(default=False)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True, related_name="+")
    customer_limit = models.PositiveIntegerField(null=True, blank=True)
    customer_per = models.CharField(max_length=10, choices=PERIODS, default=Period.EVER.value)
    total_limit = models.PositiveIntegerField(null=True, blank=True)
    total_per = models.CharField(max_length=10, choices=PERIODS, default=Period.EVER.value)
    budget_minor = models.BigIntegerField(null=True, blank=True)
    together = models.PositiveSmallIntegerField(default=1)
    group = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=10, choices=CampaignState.choices, default=CampaignState.OPEN
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rate__lte=WHOLE_RATE, value_minor__gte=0, minimum_minor__gte=0),
                name="coupon_campaign_amounts",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(kind=CouponKind.PERCENT, rate__gt=0)
                    | models.Q(kind=CouponKind.VALUE, value_minor__gt=0)
                    | models.Q(kind=CouponKind.DELIVERY)
                    | (models.Q(kind=CouponKind.GIFT) & ~models.Q(gift=""))
                ),
                name="coupon_campaign_gives_something",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="coupon_campaign_lasts",
            ),
            models.CheckConstraint(
                condition=models.Q(together__gte=1), name="coupon_campaign_together"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether its codes can be used at all."""
        return self.state == CampaignState.OPEN


class CouponTally(models.Model):
    """What a campaign's uses add up to: captured (`used`) and reserved (`held`), their cost, and
    what was paid in the orders of captured ones. `budget_minor` is the limit that held when money
    was last set aside (None: none)."""

    campaign = models.OneToOneField(
        CouponCampaign, models.CASCADE, primary_key=True, related_name="tally"
    )
    used = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    spent_minor = models.BigIntegerField(default=0)
    held_minor = models.BigIntegerField(default=0)
    paid_minor = models.BigIntegerField(default=0)
    budget_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used__gte=0, held__gte=0, spent_minor__gte=0, held_minor__gte=0),
                name="coupon_tally_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(budget_minor=None)
                | models.Q(budget_minor__gte=models.F("spent_minor") + models.F("held_minor")),
                name="coupon_within_budget",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} uses"


class CouponCode(models.Model):
    """One code. `code` is its normal form (`loyalty.rules.coupon_code`), `typed` what the shop
    chose where it is a word. `limit` is how often it can be used (None: as the campaign says);
    `customer` is who alone may use it (None: whoever has it). `is_public` codes are advertised:
    of those anybody is told why they do not fit. A `withdrawn_at` one is used no more."""

    campaign = models.ForeignKey(CouponCampaign, models.PROTECT, related_name="codes")
    code = models.CharField(max_length=60, unique=True)
    typed = models.CharField(max_length=60, blank=True)
    is_public = models.BooleanField(default=False)
    batch = models.CharField(max_length=80, blank=True)
    limit = models.PositiveIntegerField(null=True, blank=True, default=1)
    used = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="coupon_codes"
    )
    given_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(limit=None)
                | models.Q(limit__gte=models.F("used") + models.F("held")),
                name="coupon_code_within_limit",
            ),
            models.CheckConstraint(
                condition=models.Q(used__gte=0, held__gte=0), name="coupon_code_not_negative"
            ),
            models.CheckConstraint(condition=~models.Q(code=""), name="coupon_code_is_filled"),
        ]
        indexes = [
            models.Index(fields=["campaign", "-id"], name="coupon_codes_newest"),
            models.Index(fields=["campaign", "batch"], name="coupon_codes_by_batch"),
        ]

    def __str__(self) -> str:
        return self.typed or shown(self.code)


class UseState(models.TextChoices):
    """A use is reserved until exactly one of the others ends it; one that was captured can still
    be taken back by a person."""

    RESERVED = "reserved", pgettext_lazy("coupon use", "Reserved")
    CAPTURED = "captured", pgettext_lazy("coupon use", "Used")
    RELEASED = "released", pgettext_lazy("coupon use", "Taken back")
    EXPIRED = "expired", pgettext_lazy("coupon use", "Time ran out")


LIVE = (UseState.RESERVED, UseState.CAPTURED)


class CouponUse(models.Model):
    """A code in an order, once. `lines` is what went off each line of the basket; `basket_minor`
    what was bought before discounts, `paid_minor` what was left to pay, delivery included;
    `cost_minor` counts against the budget. The two periods are those in which it was counted."""

    campaign = models.ForeignKey(
        CouponCampaign, models.PROTECT, related_name="uses", db_index=False
    )
    code = models.ForeignKey(CouponCode, models.PROTECT, related_name="uses", db_index=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="coupon_uses"
    )
    order = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=UseState.choices, default=UseState.RESERVED)
    discount_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    basket_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    lines = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)
    customer_period = models.CharField(max_length=10)
    total_period = models.CharField(max_length=10)
    actor = models.CharField(max_length=80)
    reserved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "order"], name="coupon_once_per_order"),
            models.CheckConstraint(
                condition=models.Q(
                    discount_minor__gte=0,
                    cost_minor__gte=models.F("discount_minor"),
                    basket_minor__gte=0,
                    paid_minor__gte=0,
                ),
                name="coupon_use_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(state=UseState.RESERVED, ended_at=None)
                | (~models.Q(state=UseState.RESERVED) & models.Q(ended_at__isnull=False)),
                name="coupon_use_ended_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "-reserved_at", "-id"], name="coupon_uses_newest"),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(state=UseState.RESERVED),
                name="coupon_uses_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"coupon in order {self.order}"


class CouponCounter(models.Model):
    """How often a campaign was used in one period: by one customer, or by all (`customer` None).
    `most` is the limit that held at the last use (None: none)."""

    campaign = models.ForeignKey(
        CouponCampaign, models.CASCADE, related_name="counters", db_index=False
    )
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    period = models.CharField(max_length=10)
    used = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    most = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "customer", "period"],
                condition=models.Q(customer__isnull=False),
                name="coupon_counter_of_customer",
            ),
            models.UniqueConstraint(
                fields=["campaign", "period"],
                condition=models.Q(customer__isnull=True),
                name="coupon_counter_of_all",
            ),
            models.CheckConstraint(
                condition=models.Q(most=None)
                | models.Q(most__gte=models.F("used") + models.F("held")),
                name="coupon_counter_within_limit",
            ),
            models.CheckConstraint(
                condition=models.Q(used__gte=0, held__gte=0), name="coupon_counter_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} in {self.period}"
