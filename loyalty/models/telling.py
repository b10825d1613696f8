from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.models.account import Account
from loyalty.models.programme import Programme
from messaging.models import Message


class News(models.TextChoices):
    """What members are told by mail, each switched on and off by itself."""

    EXPIRY_FIRST = "expiry_first", _("Points expire: first notice")
    EXPIRY_SECOND = "expiry_second", _("Points expire: second notice")
    EXPIRY_LAST = "expiry_last", _("Points expire: last notice")
    STATEMENT = "statement", _("Monthly statement")
    TIER_UP = "tier_up", _("A tier reached")
    TIER_ENDING = "tier_ending", _("A tier about to be lost")
    REWARD_READY = "reward_ready", _("A reward is ready")
    CHALLENGE_WON = "challenge_won", _("A challenge is won")
    BADGE_WON = "badge_won", _("A badge is given")


class Unsaid(models.TextChoices):
    """Why nothing was sent, as far as the programme itself decides; other reasons stand on the
    message."""

    TOO_LATE = "too_late", _("Its time had passed")
    OVERTAKEN = "overtaken", _("A nearer notice went instead")
    TOO_LITTLE = "too_little", _("Too few points to write about")
    NOTHING_LEFT = "nothing_left", _("Nothing is left to expire")
    NO_LONGER = "no_longer", _("It is no longer so")
    NO_TEXT = "no_text", _("Its template is put away")


class TellingRule(models.Model):
    """Whether members of the programme are told one kind of news.

    `days`: for notices of expiry and of a tier's end how many days before the last day; for the
    statement the day of the month. `done_through` is the last day (for statements the first day of
    the last month) of which nothing is to be told any more.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="telling_rules", db_index=False
    )
    kind = models.CharField(max_length=20, choices=News.choices)
    is_on = models.BooleanField()
    days = models.PositiveSmallIntegerField(null=True)
    done_through = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "kind"], name="loyalty_telling_once"),
            models.CheckConstraint(condition=Q(kind__in=News.values), name="loyalty_telling_known"),
            models.CheckConstraint(
                condition=Q(days=None) | Q(days__range=(1, 365)), name="loyalty_telling_days"
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Told(models.Model):
    """A member was told something, or was not, with the reason: once for ever for account, kind and
    `occasion` (the last day of the units, the month, the change). `units` is the number that was
    planned; what the mail says is reckoned again as it goes. The mail's own fate is its message's.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="told", db_index=False)
    kind = models.CharField(max_length=20, choices=News.choices)
    occasion = models.CharField(max_length=60)
    message = models.OneToOneField(Message, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=20, choices=Unsaid.choices, blank=True)
    units = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "occasion"], name="loyalty_told_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=News.values), name="loyalty_told_known"),
            models.CheckConstraint(
                condition=Q(message=None) & ~Q(reason="") | Q(message__isnull=False, reason=""),
                name="loyalty_told_or_why_not",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-id"], name="loyalty_told_newest"),
            models.Index(fields=["kind", "at"], name="loyalty_told_since"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"
