from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.rules.business_time import DAY_MINUTES


class BusinessCalendar(models.Model):
    """Opening hours that deadlines are counted in. `country` names whose public holidays were put
    in when it was made, as the `holidays` library knows them ("GB-ENG": of England)."""

    code = models.CharField(
        _("code"), max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z0-9_-]+\Z")]
    )
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    timezone = models.CharField(_("time zone"), max_length=64)
    country = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.code


class CalendarDay(models.Model):
    """A day with hours of its own instead of its weekday's: a holiday has none."""

    calendar = models.ForeignKey(
        BusinessCalendar, models.CASCADE, related_name="days", db_index=False
    )
    day = models.DateField(_("day"))
    name = models.CharField(_("name of the day"), max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="support_calendar_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarWindow(models.Model):
    """Open from one minute of a day to another, on a weekday (Monday is 0) or on a day of its own.
    Windows of one day do not overlap; the service that writes them sees to it."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(null=True)
    day = models.ForeignKey(CalendarDay, models.CASCADE, null=True, related_name="windows")
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens"), closes__lte=DAY_MINUTES),
                name="support_window_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6), day=None)
                | Q(weekday__isnull=True, day__isnull=False),
                name="support_window_of_one_kind_of_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens}-{self.closes}"


class LegalRule(models.Model):
    """How many calendar days a shop has by law to answer a complaint; never paused. A change holds
    for complaints that come in later. `confirmed_at` None: nobody has had a lawyer look at it."""

    code = models.CharField(
        _("code"), max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z0-9_-]+\Z")]
    )
    country = models.CharField(_("country"), max_length=2)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=120)
    days = models.PositiveSmallIntegerField(_("days"))
    note = models.TextField(_("note"), blank=True)
    is_on = models.BooleanField(default=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=150, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__range=(1, 365)), name="support_legal_days"),
        ]

    def __str__(self) -> str:
        return self.code
