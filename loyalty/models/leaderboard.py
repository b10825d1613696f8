from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from loyalty.models.challenge import Challenge
from loyalty.rules import leaderboard as rules


class Measure(models.TextChoices):
    """What places are given by."""

    POINTS = "points", _("Points earned")
    PURCHASES = "purchases", _("Number of purchases")
    CHALLENGE = "challenge", _("Progress in a challenge")


class Span(models.TextChoices):
    """Of which time it is counted."""

    MONTH = rules.Span.MONTH.value, _("This calendar month")
    QUARTER = rules.Span.QUARTER.value, _("This calendar quarter")
    ALL = rules.Span.ALL.value, _("All the time")


class Leaderboard(models.Model):
    """Whether members see who is first, and by what; the shop's only one, off until switched on.

    While `filled_to` is a number, customers with greater ids are still to be looked at since the
    last change; None: everybody has been. Points of operations up to `seen_operation` are counted.
    """

    is_open = models.BooleanField(default=False)
    measure = models.CharField(max_length=10, choices=Measure.choices, default=Measure.PURCHASES)
    span = models.CharField(max_length=10, choices=Span.choices, default=Span.MONTH)
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    filled_to = models.BigIntegerField(null=True)
    seen_operation = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="loyalty_one_leaderboard"),
            models.CheckConstraint(
                condition=~models.Q(measure="challenge") | models.Q(challenge__isnull=False),
                name="loyalty_leaderboard_challenge_named",
            ),
        ]

    def __str__(self) -> str:
        return "leaderboard"


class LeaderboardScore(models.Model):
    """What a customer has in the period of the board's version that it was reckoned for; derived,
    and worth nothing for other periods and versions. Who has nothing, or stays off, has none."""

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="leaderboard_score"
    )
    board = models.PositiveIntegerField()
    period = models.DateField()
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="loyalty_score_above_zero")
        ]
        indexes = [
            models.Index(
                fields=["board", "period", "-value", "customer"], name="loyalty_scores_best"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} of {self.customer_id}"


class LeaderboardOptOut(models.Model):
    """The customer wants to be on no leaderboard; `actor` is who wrote it down."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="leaderboard_opt_out")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.customer_id} stays off"
