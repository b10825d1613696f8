from datetime import time, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.models.sender import Sender
from messaging.models.template import MessageClass, Template
from messaging.rules.caps import Cap
from messaging.rules.quiet_hours import QuietHours


class SendState(models.TextChoices):
    """How far a send is."""

    PLANNED = "planned", _("Planned, not released")
    RUNNING = "running", _("Going out")
    PAUSED = "paused", _("Paused")
    LATE = "late", _("Too late: waits for a person")
    DONE = "done", pgettext_lazy("mailing", "Done")
    CANCELLED = "cancelled", _("Called off")


class Send(models.Model):
    """One mailing to many people: a campaign, a file, a survey's invitations.

    It holds no cursor: what was sent to whom stands on the messages. `active_at` is when its
    last message went out, to the minute.
    """

    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=120)
    message_class = models.CharField(max_length=10, choices=MessageClass.choices)
    topic = models.CharField(max_length=40, blank=True)
    template = models.ForeignKey(Template, models.PROTECT, related_name="sends")
    sender = models.ForeignKey(Sender, models.PROTECT, related_name="sends")
    state = models.CharField(max_length=10, choices=SendState.choices, default=SendState.PLANNED)
    priority = models.PositiveSmallIntegerField(default=50)
    due_at = models.DateTimeField(_("goes out at"))
    expires_at = models.DateTimeField(null=True, blank=True)
    late_after_minutes = models.PositiveIntegerField(default=120)
    released_at = models.DateTimeField(null=True, blank=True)
    active_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SendState.values), name="messaging_send_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SendState.RUNNING) | models.Q(released_at__isnull=False),
                name="messaging_send_released",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def late_after(self) -> timedelta:
        """How long it may stand still before it asks a person."""
        return timedelta(minutes=self.late_after_minutes)


class MailingRules(models.Model):
    """The shop's rules for mails that nobody asked for: one row, changed on the settings page."""

    quiet_hours_on = models.BooleanField(_("keep quiet at night"), default=True)
    quiet_begin = models.TimeField(_("quiet from"), default=time(21))
    quiet_end = models.TimeField(_("quiet until"), default=time(8))
    cap_amount = models.PositiveSmallIntegerField(_("at most so many marketing mails"), default=1)
    cap_hours = models.PositiveIntegerField(_("in so many hours"), default=24)
    survey_cap_amount = models.PositiveSmallIntegerField(
        _("at most so many survey mails"), default=0
    )
    survey_cap_hours = models.PositiveIntegerField(_("in so many hours"), default=24)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "mailing rules"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cap_hours__gte=1, survey_cap_hours__gte=1),
                name="messaging_rules_hours",
            ),
            models.CheckConstraint(condition=models.Q(pk=1), name="messaging_rules_are_one"),
        ]

    def __str__(self) -> str:
        return "mailing rules"

    def quiet_hours(self) -> QuietHours | None:
        """The quiet hours, None where there are none."""
        return QuietHours(self.quiet_begin, self.quiet_end) if self.quiet_hours_on else None

    def cap(self) -> Cap:
        """The frequency cap of marketing mails."""
        return Cap(self.cap_amount, timedelta(hours=self.cap_hours))

    def survey_cap(self) -> Cap:
        """The frequency cap of survey mails."""
        return Cap(self.survey_cap_amount, timedelta(hours=self.survey_cap_hours))


class TopicCap(models.Model):
    """How often one person may get mails of one topic, beside the caps of their class. `topic` is
    the key of a topic of the customer file."""

    topic = models.CharField(max_length=40, unique=True)
    amount = models.PositiveSmallIntegerField()
    hours = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=1, hours__gte=1), name="messaging_topic_cap"
            ),
        ]

    def __str__(self) -> str:
        return self.topic

    def cap(self) -> Cap:
        """The topic's frequency cap."""
        return Cap(self.amount, timedelta(hours=self.hours))
