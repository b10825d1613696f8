from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.querysets import DomainLimitQuerySet, SenderQuerySet
from messaging.rules.rates import Limit, Window


class SenderKind(models.TextChoices):
    """By what way mails leave."""

    SMTP = "smtp", _("Mail server (SMTP)")
    PROVIDER = "provider", _("Mail provider")
    CATCHER = "catcher", _("Mail catcher: nothing leaves")


class Security(models.TextChoices):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls", _("STARTTLS")
    TLS = "tls", _("TLS from the start")
    NONE = "none", _("None: only inside one machine or network")


class StopKind(models.TextChoices):
    """Why a sender stands still."""

    PERSON = "person", _("Paused by a person")
    AUTH = "auth", _("The mail server refused the sign-in")
    REFUSED = "refused", _("The mail server refuses this sender")
    CONNECT = "connect", _("The mail server cannot be reached")


class Sender(models.Model):
    """Whom mails come from and by which way they leave, how fast at most.

    `secret` is encrypted and never shown. A sender with `paused_for` sends nothing until a
    person lets it; what waits keeps its attempts. `return_domain` takes bounces by VERP,
    `dkim_selector` says where its key stands in DNS. One with `archived_at` is not offered any
    more. `version` counts the changes, so that nobody overwrites what they have not seen.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    from_name = models.CharField(_("name that people see"), max_length=120, blank=True)
    from_address = models.CharField(_("address that mails come from"), max_length=254)
    reply_to = models.CharField(_("answers go to"), max_length=254, blank=True)
    return_domain = models.CharField(_("domain for bounces"), max_length=253, blank=True)
    kind = models.CharField(_("way"), max_length=10, choices=SenderKind.choices)
    host = models.CharField(_("mail server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(
        _("port"), default=587, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(
        _("security"), max_length=10, choices=Security.choices, default=Security.STARTTLS
    )
    username = models.CharField(_("user name"), max_length=254, blank=True)
    secret = models.TextField(blank=True, editable=False)
    backend = models.CharField(_("provider"), max_length=120, blank=True)
    per_second = models.PositiveIntegerField(_("mails a second"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(_("mails a minute"), null=True, blank=True)
    per_hour = models.PositiveIntegerField(_("mails an hour"), null=True, blank=True)
    per_day = models.PositiveIntegerField(_("mails a day"), null=True, blank=True)
    connections = models.PositiveSmallIntegerField(
        _("connections at a time"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(32)],
    )
    per_connection = models.PositiveIntegerField(_("mails on one connection"), default=100)
    dkim_selector = models.CharField(_("DKIM selector"), max_length=63, blank=True)
    is_default = models.BooleanField(_("used where no other is named"), default=False)
    paused_for = models.CharField(max_length=10, choices=StopKind.choices, blank=True)
    paused_text = models.CharField(max_length=300, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = SenderQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="messaging_one_default_sender",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=SenderKind.values), name="messaging_sender_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(connections__range=(1, 32), per_connection__gte=1),
                name="messaging_sender_connections",
            ),
            models.CheckConstraint(
                condition=models.Q(per_second=None) | models.Q(per_second__gte=1),
                name="messaging_sender_rate",
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(archived_at=None),
                name="messaging_default_sender_kept",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def limits(self) -> list[Limit]:
        """The limits that a person set."""
        given = {
            Window.SECOND: self.per_second,
            Window.MINUTE: self.per_minute,
            Window.HOUR: self.per_hour,
            Window.DAY: self.per_day,
        }
        return [Limit(window, amount) for window, amount in given.items() if amount]


class SenderPace(models.Model):
    """What changes with every batch of a sender: how far its limits are used up, at which share
    of them it may run since a server asked for patience, and how often it could not connect.

    `paid` maps a window to the instant (seconds since 1970) by which all that went is paid for.
    """

    sender = models.OneToOneField(Sender, models.CASCADE, related_name="pace")
    paid = models.JSONField(default=dict)
    factor = models.FloatField(default=1.0)
    factor_at = models.DateTimeField(null=True)
    troubles = models.PositiveSmallIntegerField(default=0)
    wait_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(factor__gt=0, factor__lte=1), name="messaging_pace_factor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id}: {self.factor:.2f}"


class DomainLimit(models.Model):
    """How fast mails may go to one domain, by all senders or (`sender`) by one of them. One with
    `removed_at` limits nothing any more, and can be taken back for a while."""

    sender = models.ForeignKey(Sender, models.CASCADE, null=True, blank=True)
    domain = models.CharField(_("domain"), max_length=253)
    per_second = models.PositiveIntegerField(_("mails a second"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(_("mails a minute"), null=True, blank=True)
    per_hour = models.PositiveIntegerField(_("mails an hour"), null=True, blank=True)
    paid = models.JSONField(default=dict, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = DomainLimitQuerySet.as_manager()

    class Meta:
        ordering = ["domain", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "domain"],
                condition=models.Q(removed_at=None),
                name="messaging_domain_once",
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(sender=None, removed_at=None),
                name="messaging_domain_once_for_all",
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    def limits(self) -> list[Limit]:
        """The limits that a person set."""
        given = {
            Window.SECOND: self.per_second,
            Window.MINUTE: self.per_minute,
            Window.HOUR: self.per_hour,
        }
        return [Limit(window, amount) for window, amount in given.items() if amount]
