from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from customers.models.suppression import ChoiceSource


class Nature(models.TextChoices):
    """What the law may see in a topic's mails, whatever the shop calls them."""

    GENERAL = "general", _("News and offers")
    BIRTHDAY = "birthday", _("Birthday greetings")
    SURVEY = "survey", _("Surveys")


class Topic(models.Model):
    """What people may leave on its own: the newsletter, offers, birthday greetings, surveys.

    `names` holds its name per language; templates and suppressions name it by `key`. One that is
    put away is not offered on preference pages any more; what was chosen about it stays.
    """

    key = models.CharField(max_length=40, unique=True, validators=[RegexValidator(r"^[a-z0-9_]+$")])
    names = models.JSONField(_("names"), default=dict)
    nature = models.CharField(
        _("kind"), max_length=10, choices=Nature.choices, default=Nature.GENERAL
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("offered on the preference page"), default=True)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.key

    def name_in(self, language: str, *others: str) -> str:
        """The name in the first language that has one; else any, else the key."""
        wanted = [self.names.get(code) for code in (language, *others, "en")]
        found = [name for name in (*wanted, *self.names.values()) if name]
        return str(found[0]) if found else self.key


class Frequency(models.TextChoices):
    """How often somebody wants to hear from the shop."""

    ANY = "any", _("As it comes")
    WEEKLY = "weekly", _("At most once a week")
    MONTHLY = "monthly", _("At most once a month")


class MailPreference(models.Model):
    """How often a customer wants mails, and until when none. No row: as it comes.

    Which topics stands in the suppressions of their addresses, so that it outlives their person;
    the language is that of the customer's file.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="mail_preference")
    frequency = models.CharField(
        _("how often"), max_length=10, choices=Frequency.choices, default=Frequency.ANY
    )
    paused_until = models.DateTimeField(_("paused until"), null=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.frequency


class Wish(models.TextChoices):
    """What somebody wished about mails."""

    SUBSCRIBED = "subscribed", _("Subscribed")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    TAKEN_BACK = "taken_back", _("Unsubscribing taken back")
    TOPIC_ON = "topic_on", _("Topic turned on")
    TOPIC_OFF = "topic_off", _("Topic turned off")
    PAUSED = "paused", _("Mails paused")
    RESUMED = "resumed", _("Pause ended")
    FREQUENCY = "frequency", _("Frequency changed")
    LANGUAGE = "language", _("Language changed")


class PreferenceChange(models.Model):
    """A wish about mails as it was said, for the timeline and for taking it back.

    `topic` is a topic's key, `value` the frequency, language or end of a pause chosen; `undo`
    says what unsubscribing changed.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="preference_changes")
    wish = models.CharField(max_length=20, choices=Wish.choices)
    topic = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=20, choices=ChoiceSource.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undo = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "at", "id"], name="preference_of_customer")]

    def __str__(self) -> str:
        return self.wish
