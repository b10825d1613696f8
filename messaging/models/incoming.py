from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Interaction
from messaging.models.mailbox import Mailbox
from messaging.models.message import Message
from messaging.querysets import IncomingMailQuerySet


class MailKind(models.TextChoices):
    """Who or what wrote a mail."""

    PERSON = "person", _("Written by a person")
    AUTOMATIC = "automatic", _("Automatic answer or bulk mail")
    REPORT = "report", _("Delivery report")
    LOOP = "loop", _("Our own mail, come back")


class MailPlace(models.TextChoices):
    """Where a mail lies."""

    MATCHED = "matched", _("With a customer")
    UNSORTED = "unsorted", _("Unsorted")
    SET_ASIDE = "set_aside", _("Set aside")


class MatchedBy(models.TextChoices):
    """What tied a mail to its customer."""

    THREAD = "thread", _("It answers a mail of ours to this customer")
    PROOF = "proof", _("The mail server has proved the sender")
    RULE = "rule", _("Somebody said that mails from this address belong here")
    PERSON = "person", _("Sorted by hand")


class Unsure(models.TextChoices):
    """Why a mail lies among the unsorted."""

    UNKNOWN = "unknown", _("Nobody on file has this address")
    UNPROVED = "unproved", _("The address is on file, but nothing proves who wrote")
    OTHER_SENDER = "other_sender", _("It answers a mail that went to somebody else")
    FORGED = "forged", _("The mail server says that the sender is forged")
    NO_SENDER = "no_sender", _("It does not say who wrote it")
    TOO_LARGE = "too_large", _("Too large: only its head was read")
    UNREADABLE = "unreadable", _("It could not be read; the whole mail is attached")
    LEFT = "left", _("Reading it failed several times: it lies in the mailbox still")
    TAKEN_BACK = "taken_back", _("Somebody took it back from a customer or from what was set aside")


class AttachmentFault(models.TextChoices):
    """Why an attachment was not kept."""

    TOO_LARGE = "too_large", _("Too large")
    TOO_MANY = "too_many", _("Too many attachments")
    TOTAL = "total", _("Together the attachments are too large")
    BROKEN = "broken", _("Broken: it could not be decoded")


class IncomingMail(models.Model):
    """A mail that came in, once, however many times and in however many mailboxes it came.

    `key` is the hash of what it says: see `messaging.rules.incoming_mail.content_key`. `text` is
    the whole text, `shown_text` the same without quotes and signature. `html` is sanitised and
    loads nothing from elsewhere: the address of a remote image stands in `data-remote`, one of the
    mail's own in `data-content`. `kind_reason` is the header that gave an automatic mail away.
    `answers` is the message of ours that it names, also where the mail was not tied to its
    customer. `from_key` is the address as `email_key` has it, `subject_key` the subject's words as
    `messaging.rules.mail_subjects` has them.
    """

    key = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=255, blank=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    references = models.TextField(blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=254, blank=True)
    from_key = models.CharField(max_length=254, blank=True)
    recipients = models.TextField(blank=True)
    subject = models.CharField(max_length=400, blank=True)
    subject_key = models.CharField(max_length=400, blank=True, db_default="")
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    text = models.TextField(blank=True)
    shown_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    has_remote_images = models.BooleanField(default=False)
    raw_size = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=MailKind.choices)
    kind_reason = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=10, choices=MailPlace.choices)
    reason = models.CharField(max_length=20, choices=Unsure.choices, blank=True)
    matched_by = models.CharField(max_length=10, choices=MatchedBy.choices, blank=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="incoming_mails", db_index=False
    )
    interaction = models.OneToOneField(
        Interaction, models.SET_NULL, null=True, related_name="incoming_mail"
    )
    answers = models.ForeignKey(Message, models.PROTECT, null=True, related_name="answered_by")
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    sorted_at = models.DateTimeField(null=True)

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                condition=Q(place=MailPlace.UNSORTED),
                name="incoming_unsorted",
            ),
            models.Index(
                fields=["received_at", "id"],
                condition=Q(place=MailPlace.SET_ASIDE),
                name="incoming_set_aside",
            ),
            models.Index(fields=["customer", "received_at", "id"], name="incoming_of_customer"),
            models.Index(fields=["from_key"], name="incoming_from"),
            models.Index(fields=["message_id"], name="incoming_by_message_id"),
            # SQLite walks it where subjects are searched; PostgreSQL has an index of the words.
            models.Index(fields=["subject_key"], name="incoming_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MailKind.values), name="messaging_incoming_kind"
            ),
            models.CheckConstraint(
                condition=Q(place=MailPlace.MATCHED, customer__isnull=False) & ~Q(matched_by="")
                | Q(place__in=[MailPlace.UNSORTED, MailPlace.SET_ASIDE], customer=None)
                & Q(matched_by=""),
                name="messaging_incoming_place",
            ),
            models.CheckConstraint(
                condition=~Q(place=MailPlace.UNSORTED) | ~Q(reason=""),
                name="messaging_unsorted_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.key


class IncomingCopy(models.Model):
    """Where a mail was found: a mailbox's, or a provider's call; `key` makes it count once.

    `marked_at` is when the mailbox's server was told that the mail was read; None where it still
    has to be.
    """

    mail = models.ForeignKey(IncomingMail, models.CASCADE, related_name="copies")
    key = models.CharField(max_length=200, unique=True)
    source = models.CharField(max_length=120)
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, related_name="copies")
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    marked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "incoming copies"
        indexes = [
            models.Index(
                fields=["mailbox", "uid"],
                condition=Q(marked_at=None, mailbox__isnull=False),
                name="incoming_copy_unmarked",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class IncomingAttachment(models.Model):
    """A file that came with a mail. `path` is where it lies below `settings.MAIL_FILES_DIR`; ""
    where it was refused for `fault`. `content_id` is the name by which the HTML shows it."""

    mail = models.ForeignKey(IncomingMail, models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    content_id = models.CharField(max_length=255, blank=True)
    path = models.CharField(max_length=200, blank=True)
    fault = models.CharField(max_length=10, choices=AttachmentFault.choices, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["mail", "position"], name="messaging_attachment_once"),
            models.CheckConstraint(
                condition=Q(path="") ^ Q(fault=""), name="messaging_attachment_kept_or_refused"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AddressRule(models.Model):
    """Mails from this address belong to this customer, though nothing proves who wrote them:
    somebody said so. `key` is the address in lower case."""

    key = models.CharField(max_length=254, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="address_rules")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
