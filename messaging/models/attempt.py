from django.db import models
from django.db.models import Q

from messaging.models.message import Message, MessageState


class Attempt(models.Model):
    """The mark of one attempt, until it is entered into its message: a narrow row, since it is
    paid for every single mail.

    `token` and `lease_until` are the worker's, as with a claim. `state` is "" while the mail is
    being handed over; once it has ended the columns are what the message becomes. `is_burned`
    False gives the attempt back.
    """

    message = models.OneToOneField(
        Message, models.PROTECT, primary_key=True, related_name="attempt", db_constraint=False
    )
    token = models.CharField(max_length=32)
    began_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, blank=True, choices=MessageState.choices)
    reason = models.CharField(max_length=40, blank=True)
    phase = models.CharField(max_length=10, blank=True)
    reply_code = models.PositiveSmallIntegerField(null=True)
    reply_text = models.CharField(max_length=500, blank=True)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    out_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=255, blank=True)
    is_burned = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="", ended_at=None)
                | Q(state__in=MessageState.values, ended_at__isnull=False),
                name="messaging_attempt_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.state or 'going out'}"
