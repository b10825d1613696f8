from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models.sender import Security


class MailboxState(models.TextChoices):
    """How reading a mailbox goes."""

    NEW = "new", _("Not read yet")
    FINE = "fine", _("Read regularly")
    WAITING = "waiting", _("In trouble: tried again by itself")
    STOPPED = "stopped", _("Stands still until somebody looks")


class MailboxTrouble(models.TextChoices):
    """Why a mailbox cannot be read; what the server said stands beside it."""

    AUTH = "auth", _("The mail server refuses user name or password")
    FOLDER = "folder", _("There is no such folder")
    CONNECT = "connect", _("The mail server cannot be reached")
    TLS = "tls", _("The connection is not private: the server's certificate is not valid")
    ANSWER = "answer", _("The mail server gives an answer that cannot be understood")
    SECRET = "secret", _("The password cannot be read any more: enter it anew")


class Mailbox(models.Model):
    """A mailbox that customers write to, read by IMAP; nothing in it is ever deleted.

    `secret` is encrypted and never shown. `uid_validity` and `last_uid` say what was read so far:
    the server counts anew when `uid_validity` changes. `trying_uid` and `tries` are the mail in
    hand, so that one that kills its reader is noted and passed over. `lease_token` fences: whoever
    reads may write only while it stands. `trusted_server` is the name under which the shop's own
    mail server writes down what it found out about a sender (RFC 8601); "" believes nobody.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    host = models.CharField(_("mail server"), max_length=253)
    port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(
        _("security"), max_length=10, choices=Security.choices, default=Security.TLS
    )
    username = models.CharField(_("user name"), max_length=254)
    secret = models.TextField(blank=True, editable=False)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    read_since = models.DateField(_("mails since"), null=True, blank=True)
    trusted_server = models.CharField(
        _("name of the server that checks senders"), max_length=253, blank=True
    )
    marks_seen = models.BooleanField(_("mark what was read as seen"), default=True)
    moves_to = models.CharField(_("then move it to this folder"), max_length=200, blank=True)
    is_on = models.BooleanField(_("is read"), default=True)
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    trying_uid = models.BigIntegerField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(
        max_length=10, choices=MailboxState.choices, default=MailboxState.NEW, editable=False
    )
    trouble = models.CharField(
        max_length=10, choices=MailboxTrouble.choices, blank=True, editable=False
    )
    error_text = models.CharField(max_length=300, blank=True, editable=False)
    error_at = models.DateTimeField(null=True, editable=False)
    troubles = models.PositiveSmallIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(
                fields=["host", "username", "folder"], name="messaging_mailbox_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=MailboxState.values), name="messaging_mailbox_state"
            ),
            models.CheckConstraint(
                condition=models.Q(lease_until=None, lease_token="")
                | models.Q(lease_until__isnull=False) & ~models.Q(lease_token=""),
                name="messaging_mailbox_lease",
            ),
        ]

    def __str__(self) -> str:
        return self.name
