from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from messaging.querysets import TemplateQuerySet, TemplateVersionQuerySet


class MessageClass(models.TextChoices):
    """What a message is for; consent, caps and resending follow from it."""

    SERVICE = "service", _("Service")
    MARKETING = "marketing", _("Marketing")
    SURVEY = "survey", _("Survey")


class Template(models.Model):
    """A mail that the shop can send, in one or more languages; other code names it by `key`.

    What is in it are its versions. `topic` is what people may leave on its own ("" for none).
    """

    key = models.CharField(max_length=60, unique=True, validators=[RegexValidator(r"^[a-z0-9_]+$")])
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=MessageClass.choices)
    topic = models.CharField(_("topic"), max_length=40, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=MessageClass.values), name="messaging_template_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The name in the reader's language, for as long as it is the one it began with."""
        return gettext(self.name) if self.name else self.key


class TemplateVersion(models.Model):
    """One wording of a template in one language, compiled when it was saved.

    A draft until `published_at`; then, and once a message was planned with it (`used_at`), its
    content cannot be changed any more - neither by services nor in the database. `html`, `text`
    and `subject` hold Liquid that is rendered per recipient; `sha256` covers all the sources.
    """

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions")
    language = models.CharField(_("language"), max_length=10)
    number = models.PositiveIntegerField()
    subject = models.CharField(_("subject"), max_length=400)
    preheader = models.CharField(_("preview line"), max_length=400, blank=True)
    mjml = models.TextField()
    html = models.TextField()
    text = models.TextField()
    checks = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        ordering = ["template", "language", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "language", "number"], name="messaging_version_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="messaging_version_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} ({self.language}, {self.number})"

    @property
    def is_frozen(self) -> bool:
        """Whether its content may not be changed any more."""
        return self.published_at is not None or self.used_at is not None
