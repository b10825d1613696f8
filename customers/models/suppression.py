from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What is not sent any more."""

    ALL = "all", _("Every mail")
    MARKETING = "marketing", _("Marketing and surveys")
    TOPIC = "topic", _("One topic")


class SuppressionReason(models.TextChoices):
    """Why nothing more is sent."""

    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    HARD_BOUNCE = "hard_bounce", _("The address does not exist")
    SOFT_BOUNCES = "soft_bounces", _("Could not be delivered many times")
    COMPLAINT = "complaint", _("Marked as unwanted")
    ASKED = "asked", _("Asked us to stop")


class ChoiceSource(models.TextChoices):
    """Where a wish about mails was said, or what told us."""

    LINK = "link", _("Unsubscribe link")
    ONE_CLICK = "one_click", _("Unsubscribe button of the mail program")
    PREFERENCES = "preferences", _("Preference page")
    CONFIRMATION = "confirmation", _("Confirmation link")
    STAFF = "staff", _("Told to staff")
    PROVIDER = "provider", _("Delivery report")


class Suppression(models.Model):
    """An address that gets no more mails, or no more of some; until it is lifted.

    The address is kept as `key` (`customers.suppressions.key_of`), so that the wish outlives the
    erasure of its person: `address` is then emptied, and the address is known again when somebody
    brings it. `topic` names a `Topic` where the scope is one. Lifted rows stay as the record.
    """

    key = models.CharField(max_length=43)
    address = models.CharField(_("address"), max_length=254, blank=True)
    scope = models.CharField(_("what"), max_length=10, choices=Scope.choices)
    topic = models.CharField(_("topic"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=SuppressionReason.choices)
    source = models.CharField(_("source"), max_length=20, choices=ChoiceSource.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    lift_reason = models.CharField(_("why it was lifted"), max_length=255, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["address"],
                condition=models.Q(lifted_at=None),
                name="suppression_live_address",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "scope", "topic"],
                condition=models.Q(lifted_at=None),
                name="suppression_live_once",
            ),
            models.CheckConstraint(
                condition=models.Q(scope="topic") ^ models.Q(topic=""),
                name="suppression_topic_named",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None) ^ ~models.Q(lift_reason=""),
                name="suppression_lifted_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.topic}".strip()


class FaultKind(models.TextChoices):
    """How a mail went wrong after it was handed over."""

    HARD = "hard", _("Does not exist")
    SOFT = "soft", _("Could not be delivered")
    COMPLAINT = "complaint", _("Marked as unwanted")


class DeliveryFault(models.Model):
    """A bounce or complaint about an address, by its key; `reference` makes it count once."""

    key = models.CharField(max_length=43)
    kind = models.CharField(max_length=10, choices=FaultKind.choices)
    reference = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "kind", "at"], name="fault_of_key")]

    def __str__(self) -> str:
        return self.kind
