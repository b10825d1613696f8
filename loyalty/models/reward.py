from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Segment
from loyalty.models.account import Account, Operation
from loyalty.models.programme import Programme
from loyalty.rules.periods import Period

PERIODS = (Period.EVER, Period.YEAR, Period.MONTH, Period.DAY)


class Reward(models.Model):
    """Something that customers get for units.

    `names` and `descriptions` hold texts by language; one name is enough. `stock` None: as many as
    are wanted; `stocked` is what stock and live claims add up to (None: nobody has counted);
    `limit_each` None: as often as somebody wants, else so often in each `limit_period`.
    The two dates are civil days of the shop, both belong to it. Where `segment_only` and the
    segment is gone, nobody may have it. Put away (`archived_at`) it is offered to nobody.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rewards")
    names = models.JSONField(_("names"), default=dict)
    descriptions = models.JSONField(_("descriptions"), default=dict, blank=True)
    cost = models.BigIntegerField()
    stock = models.IntegerField(null=True)
    stocked = models.IntegerField(null=True)
    limit_each = models.PositiveSmallIntegerField(null=True)
    limit_period = models.CharField(
        max_length=10,
        choices=[(period.value, period.value) for period in PERIODS],
        default=Period.EVER,
    )
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, related_name="+")
    segment_only = models.BooleanField(default=False)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["cost", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(cost__gt=0), name="loyalty_reward_costs"),
            models.CheckConstraint(
                condition=models.Q(stock=None) | models.Q(stock__gte=0),
                name="loyalty_reward_stock",
            ),
            models.CheckConstraint(
                condition=models.Q(limit_each=None) | models.Q(limit_each__gte=1),
                name="loyalty_reward_limit",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="loyalty_reward_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, *languages: str) -> str:
        """The name in the first language that has one; else any."""
        return _text_in(self.names, *languages)

    def description_in(self, *languages: str) -> str:
        """The description in the first language that has one; else any, else ""."""
        return _text_in(self.descriptions, *languages)


def _text_in(texts: dict[str, str], *languages: str) -> str:
    wanted = (texts.get(code) for code in (*languages, "en"))
    return next((text for text in (*wanted, *texts.values()) if text), "")


class RewardPicture(models.Model):
    """A reward's picture as it was drawn anew; `mark` changes with it, for addresses. Apart from
    the reward, so that lists do not read it, and in the database, so that a copy of that is whole.
    """

    reward = models.OneToOneField(Reward, models.CASCADE, related_name="picture")
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    mark = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"picture of reward {self.reward_id}"


class ClaimState(models.TextChoices):
    """Claimed and paid for, then made ready, then handed over; or cancelled on the way."""

    CLAIMED = "claimed", _("To get ready")
    READY = "ready", _("Ready to hand over")
    HANDED_OVER = "handed_over", _("Handed over")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (ClaimState.CLAIMED, ClaimState.READY)


class RewardClaim(models.Model):
    """A reward that somebody paid for with units. Its key is that of its operation.

    `period` and `slot` say which of the customer's claims in that period it is, counted from 1; a
    cancelled one leaves its slot to another.
    """

    reward = models.ForeignKey(Reward, models.PROTECT, related_name="claims")
    account = models.ForeignKey(Account, models.PROTECT, related_name="claims")
    operation = models.OneToOneField(Operation, models.PROTECT, related_name="claim")
    state = models.CharField(max_length=12, choices=ClaimState.choices, default=ClaimState.CLAIMED)
    cost = models.BigIntegerField()
    period = models.CharField(max_length=10, blank=True)
    slot = models.PositiveIntegerField()
    claimed_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reward", "account", "period", "slot"],
                condition=~models.Q(state="cancelled"),
                name="loyalty_claim_slot_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ClaimState.values), name="loyalty_claim_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(cost__gt=0, slot__gte=1), name="loyalty_claim_counts"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="loyalty_claims_by_state"),
            models.Index(fields=["account", "-id"], name="loyalty_claims_of_account"),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be handed over."""
        return self.state in OPEN_STATES


class SavingGoal(models.Model):
    """The reward that a customer saves for; one at a time."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="saving_goal")
    reward = models.ForeignKey(Reward, models.CASCADE, related_name="goals")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.customer_id} saves for {self.reward_id}"
