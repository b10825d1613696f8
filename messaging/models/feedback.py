from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.models.message import Message, MessageStep


class EventKind(models.TextChoices):
    """What was reported about a mail after it had gone."""

    DELIVERED = "delivered", _("Delivered")
    PASSED_ON = "passed_on", _("Passed on to another server")
    LATE = "late", _("Not delivered yet")
    SOFT = "soft", _("Came back: could not be delivered")
    HARD = "hard", _("Came back: the address does not exist")
    COMPLAINED = "complained", _("Marked as unwanted")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed at the provider")


class DeliveryEvent(models.Model):
    """One thing that a server or a provider reported, once. Rows are never changed or deleted:
    triggers forbid it; only `words` is emptied when the person is erased.

    `source` is the provider's name, or "report" for a mail; `key` is its own name for the event,
    or a digest. `at` is when it happened as far as we know. A report about no mail that we know
    has no message and no step: it is kept, and changes nothing. Addresses in `words` are masked.
    """

    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="events")
    step = models.OneToOneField(MessageStep, models.PROTECT, null=True, related_name="event")
    source = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    status = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="messaging_event_once"),
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="messaging_event_kind"
            ),
            models.CheckConstraint(
                condition=Q(message=None, step=None) | Q(message__isnull=False, step__isnull=False),
                name="messaging_event_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"
