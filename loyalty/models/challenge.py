from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from loyalty.models.account import Account, Operation
from loyalty.models.ledger import Lot
from loyalty.models.programme import Programme
from loyalty.rules import challenges as rules
from loyalty.rules import repeating


class ChallengeKind(models.TextChoices):
    """What is to be reached."""

    COUNT = rules.Kind.COUNT.value, _("A number of purchases")
    SUM = rules.Kind.SUM.value, _("A sum spent")
    STREAK = rules.Kind.STREAK.value, _("A purchase in each week or month running")


class Every(models.TextChoices):
    """What a streak is made of."""

    WEEK = rules.Every.WEEK.value, _("Weeks, from Monday")
    MONTH = rules.Every.MONTH.value, _("Calendar months")


class Repeats(models.TextChoices):
    """How often a challenge comes again."""

    NEVER = repeating.Repeats.NEVER.value, _("Once")
    WEEK = repeating.Repeats.WEEK.value, _("Every week, from Monday")
    MONTH = repeating.Repeats.MONTH.value, _("Every calendar month")
    QUARTER = repeating.Repeats.QUARTER.value, _("Every calendar quarter")


class BadgeIcon(models.TextChoices):
    """Icons of badges, of the product's own set."""

    AWARD = "award", pgettext_lazy("icon", "Rosette")
    TROPHY = "trophy", pgettext_lazy("icon", "Cup")
    STAR = "star", pgettext_lazy("icon", "Star")
    HEART = "heart", pgettext_lazy("icon", "Heart")
    GEM = "gem", pgettext_lazy("icon", "Gem")
    FIRE = "fire", pgettext_lazy("icon", "Flame")


class Badge(models.Model):
    """Something to be proud of, won by a challenge or given by hand."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    icon = models.CharField(
        _("icon"), max_length=20, choices=BadgeIcon.choices, default=BadgeIcon.AWARD
    )

    def __str__(self) -> str:
        return self.name


class BadgeHolding(models.Model):
    """A customer has the badge, once. `actor` is who gave it; "system" where a challenge did."""

    badge = models.ForeignKey(Badge, models.PROTECT, related_name="holdings", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="badges")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["badge", "customer"], name="loyalty_badge_once"),
        ]

    def __str__(self) -> str:
        return f"badge {self.badge_id}"


class Challenge(models.Model):
    """What members are asked to do within some local days, and what they get for it.

    `target` is purchases, minor units or weeks or months, by its kind. `category` empty: everything
    counts. It may be changed until its first day, afterwards only stopped: then nothing more is won
    (`stopped_at`). One that `repeats` is there anew in each week, month or quarter, for ever where
    `last_day` is None; its name and its last day may still be changed while it runs.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="challenges")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=10, choices=ChallengeKind.choices)
    target = models.PositiveBigIntegerField()
    every = models.CharField(max_length=10, choices=Every.choices, default=Every.WEEK)
    category = models.CharField(_("category"), max_length=120, blank=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    repeats = models.CharField(max_length=10, choices=Repeats.choices, blank=True)
    points = models.PositiveIntegerField(default=0)
    badge = models.ForeignKey(Badge, models.PROTECT, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__gte=1, last_day__gte=F("first_day")),
                name="loyalty_challenge_whole",
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=False) | ~Q(repeats=""),
                name="loyalty_challenge_ends_or_repeats",
            ),
        ]
        indexes = [models.Index(fields=["last_day"], name="loyalty_challenge_ends")]

    def __str__(self) -> str:
        return self.name


class ChallengeProgress(models.Model):
    """How far a customer is in the challenge's present repetition, which its first day names, or
    was in the one of their last purchase; derived from purchases, may be made again."""

    challenge = models.ForeignKey(
        Challenge, models.CASCADE, related_name="progress", db_index=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="challenge_progress")
    period = models.DateField()
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["challenge", "customer"], name="loyalty_progress_once"),
        ]
        indexes = [
            models.Index(fields=["challenge", "period", "-value"], name="loyalty_progress_best"),
        ]

    def __str__(self) -> str:
        return f"{self.value} of challenge {self.challenge_id}"


class ChallengeFinish(models.Model):
    """A member reached the challenge's target: once for each period, which the first day names.

    `lot` holds the reward's points; they wait as long as a purchase's. Where refunds undo it before
    they can be spent it is `taken_back_at`; reached again it is given again: `times` counts.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="finishes", db_index=False)
    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="finishes")
    period = models.DateField()
    at = models.DateTimeField()
    times = models.PositiveSmallIntegerField(default=1)
    operation = models.OneToOneField(Operation, models.PROTECT, null=True, related_name="+")
    lot = models.OneToOneField(Lot, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "challenge", "period"], name="loyalty_finish_once"
            ),
            models.CheckConstraint(condition=Q(times__gte=1), name="loyalty_finish_counted"),
        ]
        indexes = [
            models.Index(fields=["challenge", "period", "-at"], name="loyalty_finishes_of_period"),
        ]

    def __str__(self) -> str:
        return f"challenge {self.challenge_id} done"
