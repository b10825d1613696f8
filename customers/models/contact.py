"""What was said, and what was promised."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Channel, Customer


class Direction(models.TextChoices):
    """Who began."""

    INBOUND = "in", _("They contacted us")
    OUTBOUND = "out", _("We contacted them")
    NONE = "", _("Neither")


class Outcome(models.TextChoices):
    """How it ended."""

    ANSWERED = "answered", _("Answered")
    RESOLVED = "resolved", _("Resolved")
    CALL_BACK = "call_back", _("To be called back")
    NO_ANSWER = "no_answer", _("Nobody answered")
    FORWARDED = "forwarded", _("Passed on")


class Interaction(models.Model):
    """A call, a visit, a message or a note on a customer's file.

    `draft_key` names the draft that it was written as, which its author logs only once.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="interactions")
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices)
    direction = models.CharField(
        _("direction"), max_length=3, choices=Direction.choices, blank=True
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    text = models.TextField(_("what was said"), max_length=10_000, blank=True)
    occurred_at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    draft_key = models.CharField(max_length=36, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "occurred_at", "id"], name="interaction_of_customer"),
            models.Index(fields=["occurred_at"], name="interaction_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "draft_key"],
                condition=models.Q(draft_key__isnull=False),
                name="interaction_once_per_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.occurred_at:%Y-%m-%d}"


class InteractionDraft(models.Model):
    """What a clerk had typed for a customer before being called away; one per clerk and customer.

    `fields` are the raw form values, kept as typed.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "user"], name="draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.customer_id}"


class FollowUp(models.Model):
    """Something to do for a customer: what, who, when. Open until `done_at`.

    `source_kind` and `source_id` say what asked for it ("interaction", 12), without a key
    upwards. `due_on` is a civil date in the shop's zone, `due_time` a wall time there or None.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="follow_ups")
    what = models.CharField(_("what to do"), max_length=255)
    due_on = models.DateField(_("on"))
    due_time = models.TimeField(_("before"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("who"),
    )
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.BigIntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    done_note = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on", "due_time", "id"],
                condition=models.Q(done_at=None),
                name="follow_up_open_by_due",
            ),
            models.Index(
                fields=["customer", "due_on"],
                condition=models.Q(done_at=None),
                name="follow_up_open_of_customer",
            ),
            models.Index(
                fields=["customer", "done_at", "id"],
                condition=models.Q(done_at__isnull=False),
                name="follow_up_done_of_customer",
            ),
            models.Index(
                fields=["done_at"],
                condition=models.Q(done_at__isnull=False),
                name="follow_up_done_by_time",
            ),
        ]

    def __str__(self) -> str:
        return self.what
