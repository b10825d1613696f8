"""What an address may ask of the report, checked before any figure is computed."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Branch
from customers.models import Tag
from retention.pages.asked import SHOWN, TABS
from retention.rules.month_texts import FIRST_YEAR, LAST_YEAR, month_from_text
from retention.rules.periods import Period, month_of

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class MonthField(forms.CharField):
    """A calendar month, '2011-03', as a month number; None where empty."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        number = month_from_text(text) if text else None
        if text and number is None:
            raise ValidationError(_("Write the month as year and month: 2026-11."))
        return number


class DayField(forms.DateField):
    """A civil date written YYYY-MM-DD in plain digits, within the years that shops know."""

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        words = _("Write the day as year, month and day: 2026-11-30.")
        if not DAY.fullmatch(str(value)):
            raise ValidationError(words)
        try:
            found = date.fromisoformat(str(value))
        except ValueError:
            raise ValidationError(words) from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValidationError(words)
        return found


class WholeField(forms.IntegerField):
    """A whole number in plain digits; other scripts' digits are refused, not guessed."""

    def to_python(self, value: Any) -> int | None:
        if value not in self.empty_values and not re.fullmatch("[0-9]{1,19}", str(value).strip()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class ReportForm(forms.Form):
    """A month or days, the window, the filters, and how to look at it; each may be left out.

    `to` is the first day after (as in the command), `through` the last day; `period` in the
    cleaned data is None where no days are asked for.
    """

    month = MonthField(label=gettext_lazy("Month"), required=False, max_length=20)
    to = DayField(label=gettext_lazy("Up to, without"), required=False)
    through = DayField(label=gettext_lazy("Last day"), required=False)
    window = WholeField(
        label=gettext_lazy("Days without a purchase"), required=False, min_value=1, max_value=730
    )
    branch = forms.ModelChoiceField(
        Branch.objects.all(),
        label=gettext_lazy("Branch"),
        required=False,
        empty_label=gettext_lazy("All branches"),
    )
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=40)
    tag = forms.ModelChoiceField(
        Tag.objects.all(),
        label=gettext_lazy("Tag"),
        required=False,
        empty_label=gettext_lazy("All customers"),
    )
    compare = forms.ChoiceField(
        choices=[("", ""), ("on", ""), ("off", "")], required=False, label=gettext_lazy("Compare")
    )
    show = forms.ChoiceField(choices=[(name, name) for name in SHOWN], required=False)
    tab = forms.ChoiceField(choices=[(name, name) for name in TABS], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A field cannot be named `from` in the class: it is a word of the language.
        self.fields["from"] = DayField(label=gettext_lazy("First day"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["period"] = None
        try:
            cleaned["period"] = self._period(cleaned)
        except ValidationError as error:
            self.add_error("from", error)
        return cleaned

    def _period(self, cleaned: dict[str, Any]) -> Period | None:
        start, end = cleaned.get("from"), cleaned.get("to")
        if end is None and cleaned.get("through") is not None:
            end = cleaned["through"] + timedelta(days=1)
        if start is None and end is None:
            month = cleaned.get("month")
            return None if month is None else month_of(month)
        if {"from", "to", "through"} & self.errors.keys():
            return None
        if start is None or end is None:
            raise ValidationError(_("Give both the first and the last day."))
        if end <= start:
            raise ValidationError(_("The period must end after it begins."))
        return Period(start, end)
