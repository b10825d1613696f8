"""Form fields of the house: text as people type it, moments that can have been."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import is_storable, squeeze

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def check_storable(text: str) -> None:
    """Refuse what a database refuses."""
    if not is_storable(text):
        raise ValidationError(_("This text holds a character that cannot be kept."))


class LineField(forms.CharField):
    """One line: inner white space and invisible controls are squeezed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(check_storable)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return squeeze(text) if text else text


class LongField(forms.CharField):
    """Text of several lines, at most 10,000 characters."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        attributes = {"rows": rows, "data-autosize": True}
        kwargs.setdefault("widget", forms.Textarea(attrs=attributes))
        super().__init__(max_length=10_000, **kwargs)
        self.validators.append(check_storable)


class MomentField(forms.DateTimeField):
    """Day and minute in the shop's zone; empty means now.

    As an import reads it: a time that the clocks skip in spring moves forward by the gap, and of
    one that they show twice in autumn the first is meant.
    """

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            wall = (getattr(error, "params", None) or {}).get("datetime")
            if error.code != "ambiguous_timezone" or not isinstance(wall, datetime):
                raise
            return wall.replace(tzinfo=timezone.get_current_timezone(), fold=0)

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        return moment and self._possible(moment)

    def _possible(self, moment: datetime) -> datetime:
        if not 1970 < moment.year < 2200:
            raise ValidationError(_("Choose a moment in our time."))
        return moment.astimezone(UTC)


class DayField(forms.DateField):
    """A civil day, as the browser's own date picker writes it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not 1900 <= day.year < 2200:
            raise ValidationError(_("Choose a day in our time."))
        return day


class ClockField(forms.TimeField):
    """A wall time in the shop's zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(widget=widget, **kwargs)


def local_minute(moment: datetime) -> datetime:
    """An instant as the picker shows it: in the active zone, to the minute."""
    return timezone.localtime(moment).replace(second=0, microsecond=0)


def same_minute(shown: datetime, typed: datetime) -> bool:
    """Whether a picker that showed the one would send the other: equal on the wall clock."""
    return local_minute(shown).replace(tzinfo=None) == local_minute(typed).replace(tzinfo=None)
