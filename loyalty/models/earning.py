from fractions import Fraction

from django.db import models
from django.utils.translation import gettext_lazy as _

from loyalty.models.account import Account, Operation
from loyalty.models.programme import Programme
from loyalty.rules.earning import Rule, RuleKind
from loyalty.rules.periods import Period

ALL_DAYS = (1 << 7) - 1
PERIODS = (Period.DAY, Period.MONTH, Period.YEAR, Period.DAYS, Period.EVER)


class EarningRule(models.Model):
    """A rule of how customers earn. What it says stands in its versions; `version` is the one that
    holds, while the rule is on."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rules")
    kind = models.CharField(
        max_length=10, choices=[(kind.value, kind.value) for kind in RuleKind], editable=False
    )
    is_on = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in RuleKind]),
                name="loyalty_rule_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="loyalty_rule_version_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RuleVersion(models.Model):
    """What a rule said from an instant on: never changed or deleted, since awards name it.

    Empty columns are no conditions. `times_percent` 150 is one and a half times. `segment` is the
    id of a saved segment and no foreign key, for a segment may go and this may not: then nobody is
    in it. `weekdays` has a bit for each day, Monday's lowest; 0 is all.
    """

    rule = models.ForeignKey(EarningRule, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    times_percent = models.PositiveIntegerField(default=100)
    units = models.PositiveIntegerField(default=0)
    from_minor = models.BigIntegerField(default=0)
    stacks = models.BooleanField(_("stacks"), default=False)
    event = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=120, blank=True)
    product = models.CharField(max_length=100, blank=True)
    segment = models.BigIntegerField(null=True)
    tier = models.CharField(max_length=40, blank=True)
    weekdays = models.PositiveSmallIntegerField(default=0)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    period = models.CharField(
        max_length=10, blank=True, choices=[(period.value, period.value) for period in PERIODS]
    )
    period_days = models.PositiveSmallIntegerField(default=0)
    most_times = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="loyalty_rule_version_once"),
            models.CheckConstraint(
                condition=models.Q(times_percent__range=(100, 10_000), from_minor__gte=0),
                name="loyalty_rule_numbers",
            ),
            models.CheckConstraint(
                condition=models.Q(weekdays__lt=ALL_DAYS), name="loyalty_rule_weekdays"
            ),
            models.CheckConstraint(
                condition=models.Q(first_day=None)
                | models.Q(last_day=None)
                | models.Q(first_day__lte=models.F("last_day")),
                name="loyalty_rule_days",
            ),
            models.CheckConstraint(
                condition=models.Q(period="", period_days=0, most_times=0)
                | (models.Q(period="days", period_days__gte=1))
                | (models.Q(period_days=0) & ~models.Q(period__in=["", "days"])),
                name="loyalty_rule_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}.{self.number}"

    @property
    def content(self) -> Rule:
        """What it says, as the rules reckon with it; the rule itself must be at hand."""
        return Rule(
            id=self.rule_id,
            version=self.number,
            kind=RuleKind(self.rule.kind),
            times=Fraction(self.times_percent, 100),
            units=self.units,
            from_minor=self.from_minor,
            stacks=self.stacks,
            event=self.event,
            category=self.category,
            product=self.product,
            segment=self.segment,
            tier=self.tier,
            weekdays=frozenset(day for day in range(7) if self.weekdays >> day & 1),
            first_day=self.first_day,
            last_day=self.last_day,
            period=Period(self.period) if self.period else None,
            period_days=self.period_days,
            most_times=self.most_times,
        )


class CapCount(models.Model):
    """Units granted to an account within one period of a cap, which begins on `window`; counted
    whatever refunds take back. Written under the account's lock."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    rule = models.ForeignKey(EarningRule, models.PROTECT, related_name="+")
    window = models.DateField()
    units = models.BigIntegerField()
    most = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "rule", "window"], name="loyalty_cap_count_once"
            ),
            models.CheckConstraint(
                condition=models.Q(units__gte=0, units__lte=models.F("most")),
                name="loyalty_cap_holds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} since {self.window}"


class EventReward(models.Model):
    """Units given for an event. `place` counts the account's rewards by the rule, from 1.

    `clear_at` is when the rule's limit had room for this one, as it was told from the rewards
    before it (None: it has no limit); two that come at once want the same place, and the database
    lets one have it. Written under the account's lock.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    rule = models.ForeignKey(EarningRule, models.PROTECT, related_name="+")
    operation = models.OneToOneField(Operation, models.PROTECT, related_name="event_reward")
    place = models.PositiveIntegerField()
    at = models.DateTimeField()
    clear_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "rule", "place"], name="loyalty_event_reward_place"
            ),
            models.CheckConstraint(
                condition=models.Q(place__gte=1)
                & (models.Q(clear_at=None) | models.Q(clear_at__lte=models.F("at"))),
                name="loyalty_event_reward_clear",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} for {self.account_id}"
