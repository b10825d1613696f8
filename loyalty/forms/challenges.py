"""A challenge as the marketer sets it up, and badges."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.people import house_helper, pair
from core.money import major_text
from customers.forms.fields import DayField, LineField
from customers.forms.purchase import AmountField, minor_of
from customers.models import PurchaseLine
from loyalty.models import Badge, Challenge, Programme
from loyalty.models.challenge import BadgeIcon, ChallengeKind, Every, Repeats
from messaging.forms.sender import Renewed, part

MOST_COUNTED = 1_000
MOST_CATEGORIES = 200


class ChallengeForm(Renewed):
    """What is to be done, when, and what is won."""

    name = LineField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    kind = forms.ChoiceField(label=_("What is to be reached"), choices=ChallengeKind.choices)
    target = AmountField(
        label=_("How much or how many"),
        help_text=_("A number of purchases, a sum, or a number of weeks or months."),
    )
    every = forms.ChoiceField(
        label=_("For a streak"), choices=Every.choices, initial=Every.WEEK, required=False
    )
    category = forms.ChoiceField(label=_("Only this category"), required=False)
    first_day = DayField(label=_("First day"))
    last_day = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: one that repeats goes on.")
    )
    repeats = forms.ChoiceField(label=_("How often"), choices=Repeats.choices, required=False)
    points = forms.IntegerField(
        label=_("Points"), min_value=0, max_value=100_000, required=False, initial=0
    )
    badge = forms.ModelChoiceField(
        label=_("Badge"), queryset=Badge.objects.order_by("name"), required=False, empty_label="–"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(
        self, *args: Any, programme: Programme, challenge: Challenge | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"initial": _initial(challenge), **kwargs})
        self._programme = programme
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *_categories(challenge)]
        self.helper = house_helper(
            "version",
            part(
                _("What is to be done"), "name", pair("kind", "target"), pair("every", "category")
            ),
            part(_("When"), "repeats", pair("first_day", "last_day")),
            part(_("What is won"), pair("points", "badge")),
        )

    def clean(self) -> dict[str, Any]:
        """The target in units of the kind."""
        data: dict[str, Any] = super().clean() or {}
        if (target := data.get("target")) and data.get("kind"):
            try:
                data["target"] = self._target(target, data["kind"])
            except ValidationError as error:
                self.add_error("target", error)
        return data

    def _target(self, target: Any, kind: str) -> int:
        if kind == ChallengeKind.SUM:
            return minor_of(target, self._programme.currency)
        if target.unit or target.number != int(target.number) or target.number > MOST_COUNTED:
            raise ValidationError(_("Enter a whole number, at most a thousand."))
        return int(target.number)

    def values(self) -> dict[str, Any]:
        """What was sent, by the names of the challenge's fields."""
        names = set(self.base_fields) - {"version"}
        values = {name: self.cleaned_data[name] for name in sorted(names)}
        return {**values, "points": values["points"] or 0, "every": values["every"] or Every.WEEK}


def _initial(challenge: Challenge | None) -> dict[str, Any]:
    if challenge is None:
        return {"version": 1, "points": 0, "every": Every.WEEK, "repeats": Repeats.NEVER}
    names = [name for name in ChallengeForm.base_fields if name != "target"]
    values = {name: getattr(challenge, name) for name in names}
    is_money = challenge.kind == ChallengeKind.SUM
    target = challenge.target
    return values | {
        "target": major_text(target, challenge.programme.currency) if is_money else target
    }


def _categories(challenge: Challenge | None) -> list[tuple[str, str]]:
    """Categories on file, and the challenge's own."""
    lines = PurchaseLine.objects.exclude(category="").order_by("category")
    found = set(lines.values_list("category", flat=True).distinct()[:MOST_CATEGORIES])
    if challenge and challenge.category:
        found.add(challenge.category)
    return [(name, name) for name in sorted(found)]


class RunningChallengeForm(Renewed):
    """What may still be changed of a challenge that repeats and runs."""

    name = LineField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    last_day = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: it goes on without an end.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, challenge: Challenge, **kwargs: Any) -> None:
        initial = {name: getattr(challenge, name) for name in self.base_fields}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.helper = house_helper("version", pair("name", "last_day"))


class BadgeForm(forms.Form):
    """A new badge."""

    name = LineField(label=pgettext_lazy("of a thing", "Name"), max_length=40)
    icon = forms.ChoiceField(label=_("Icon"), choices=BadgeIcon.choices)


class GiveBadgeForm(forms.Form):
    """Which badge a customer gets."""

    badge = forms.ModelChoiceField(
        label=_("Badge"), queryset=Badge.objects.order_by("name"), empty_label=None
    )
