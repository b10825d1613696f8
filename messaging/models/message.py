from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from messaging.models.send import Send
from messaging.models.sender import Sender
from messaging.models.template import MessageClass, TemplateVersion


class MessageState(models.TextChoices):
    """The states of `messaging.rules.states`, in words."""

    QUEUED = "queued", _("Waiting")
    CLAIMED = "claimed", _("About to go")
    ATTEMPTING = "attempting", _("Going out")
    RETRY = "retry", _("Will be tried again")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SUPPRESSED = "suppressed", _("Not sent")
    EXPIRED = "expired", _("Too late to send")
    UNCERTAIN = "uncertain", _("Uncertain")


class Reason(models.TextChoices):
    """Why a message waits or ended, as far as the outbox itself decides; other reasons come from
    the customer file (`customers.models.StopReason`) and from the sending checks."""

    QUIET_HOURS = "quiet_hours", _("Quiet hours at the customer's place")
    CAP = "cap", _("Written to recently")
    SAME_INBOX = "same_inbox", _("Another customer has the same inbox")
    NO_TEMPLATE = "no_template", _("No published text in any language")
    CALLED_OFF = "called_off", _("The send was called off")
    EXPIRY = "expiry", _("Its time had passed")
    RENDERING = "rendering", _("The text could not be made for this customer")
    BAD_ADDRESS = "bad_address", _("The address cannot be used")
    REFUSED = "refused", _("Refused by the mail server")
    PUT_OFF = "put_off", _("Put off by the mail server")
    GAVE_UP = "gave_up", _("Put off by the mail server too often")
    LINE_BROKE = "line_broke", _("The connection broke")
    SENDER_STOPPED = "sender_stopped", _("The sender stands still")
    WORKER_GONE = "worker_gone", _("The worker ended in between")
    EVIDENCE = "evidence", _("Seen to have arrived, or not")


class BounceKind(models.TextChoices):
    """The classes of `messaging.rules.bounce_classes`, in words."""

    HARD = "hard", _("The address does not exist")
    SOFT = "soft", _("Could not be delivered")


ON_THE_WAY = (MessageState.CLAIMED, MessageState.ATTEMPTING)
WAITS = (MessageState.QUEUED, MessageState.RETRY)
NEEDS_REASON = (
    MessageState.FAILED,
    MessageState.SUPPRESSED,
    MessageState.EXPIRED,
    MessageState.UNCERTAIN,
)


class Message(models.Model):
    """One mail to one person. What happens to it are its steps; this is where it stands.

    `dedupe_key` makes planning repeatable, `inbox_key` gives one inbox one copy of a send.
    `context` is frozen at planning. `next_at` is the instant from which it may be claimed.
    `claim_token` fences: whoever claimed it may write only while the token stands. `out_at` is
    when it last was on its way, for caps; empty while it waits. `reply_text` is what the server
    said last. What was reported after it had gone is kept apart from `state`: `delivered_at`,
    `bounced_at` with its `bounce`, `complained_at` are the earliest instants of each, so that the
    order in which reports come in changes nothing.
    """

    dedupe_key = models.CharField(max_length=120, unique=True)
    inbox_key = models.CharField(max_length=160, unique=True, null=True)
    message_id = models.CharField(max_length=255, unique=True)
    sender = models.ForeignKey(Sender, models.PROTECT, related_name="messages", db_index=False)
    send = models.ForeignKey(
        Send, models.PROTECT, null=True, related_name="messages", db_index=False
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="messages", db_index=False
    )
    template_version = models.ForeignKey(
        TemplateVersion, models.PROTECT, null=True, related_name="messages", db_index=False
    )
    message_class = models.CharField(max_length=10, choices=MessageClass.choices)
    topic = models.CharField(max_length=40, blank=True)
    context = models.JSONField(default=dict)
    address = models.CharField(max_length=254, blank=True)
    address_key = models.CharField(max_length=43, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    priority = models.PositiveSmallIntegerField(default=50)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState.choices)
    reason = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    claim_token = models.CharField(max_length=32, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    out_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=10, blank=True)
    reply_code = models.PositiveSmallIntegerField(null=True)
    reply_text = models.CharField(max_length=500, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=4, blank=True, choices=BounceKind.choices, db_default="")
    complained_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(bounced_at__isnull=False), name="message_bounced"
            ),
            models.Index(
                fields=["id"], condition=Q(complained_at__isnull=False), name="message_complained"
            ),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="message_at_provider"
            ),
            models.Index(
                fields=["sender", "priority", "next_at", "id"],
                condition=Q(state__in=WAITS),
                name="message_waits",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state__in=ON_THE_WAY), name="message_leased"
            ),
            models.Index(
                fields=["id"], condition=Q(state=MessageState.UNCERTAIN), name="message_uncertain"
            ),
            models.Index(fields=["send", "id"], name="message_of_send"),
            # Progress of a send is counted from this alone.
            models.Index(fields=["send", "state", "reason"], name="message_send_state"),
            models.Index(
                fields=["sender", "out_at"],
                condition=Q(out_at__isnull=False),
                name="message_sender_out",
            ),
            models.Index(
                fields=["sender", "claimed_at"],
                condition=Q(state=MessageState.FAILED, reason=Reason.REFUSED),
                name="message_refused",
            ),
            models.Index(fields=["customer", "-created_at", "-id"], name="message_of_customer"),
            models.Index(
                fields=["customer", "out_at"],
                condition=Q(out_at__isnull=False),
                name="message_out",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="messaging_message_state"
            ),
            models.CheckConstraint(
                condition=Q(message_class__in=MessageClass.values), name="messaging_message_class"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ON_THE_WAY, lease_until__isnull=False) & ~Q(claim_token="")
                | ~Q(state__in=ON_THE_WAY) & Q(lease_until=None, claim_token=""),
                name="messaging_message_claim",
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | ~Q(state=MessageState.SENT) & Q(sent_at=None),
                name="messaging_message_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=NEEDS_REASON) | ~Q(reason=""),
                name="messaging_message_reason",
            ),
            models.CheckConstraint(
                condition=Q(bounced_at=None, bounce="")
                | Q(bounced_at__isnull=False, bounce__in=BounceKind.values),
                name="messaging_message_bounce",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class MessageStep(models.Model):
    """One step in a message's life. Rows are never changed or deleted: triggers forbid it.

    `until` is when a deferred message may go. No address and no server's words stand here, so
    that nothing personal is in it.
    """

    message = models.ForeignKey(Message, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState.choices)
    reason = models.CharField(max_length=40, blank=True)
    phase = models.CharField(max_length=10, blank=True)
    reply_code = models.PositiveSmallIntegerField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="messaging_step_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.at:%Y-%m-%d %H:%M:%S}"


class CaughtMail(models.Model):
    """A mail that the catcher kept instead of sending it."""

    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="caught")
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=400, blank=True)
    content = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject
