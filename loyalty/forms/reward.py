"""A reward of the catalogue, and what a clerk sends to claim one."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import DayField, LineField
from customers.forms.preference import OWN_NAMES
from customers.models import Segment
from loyalty.models import Reward
from loyalty.rules.periods import Period
from loyalty.rules.pictures import Fault, Picture, PictureRefused, draw_anew
from loyalty.services.rewards import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    MOST_EACH,
    MOST_STOCK,
    MOST_UNITS,
    RewardTerms,
)

PERIODS = [
    (Period.EVER.value, _("altogether")),
    (Period.YEAR.value, _("in a year")),
    (Period.MONTH.value, _("in a month")),
    (Period.DAY.value, _("in a day")),
]
FAULTS = {
    Fault.TOO_LARGE: _("The picture is too large. Bring one of up to 8 MB."),
    Fault.NOT_A_PICTURE: _("This is no picture that we know. Bring a JPEG, PNG or WebP file."),
}


class RewardForm(forms.Form):
    """Names and descriptions by language, the cost, and who may have it when and how often."""

    cost = forms.IntegerField(label=_("Costs, in points"), min_value=1, max_value=MOST_UNITS)
    stock = forms.IntegerField(
        label=_("How many there are"),
        min_value=0,
        max_value=MOST_STOCK,
        required=False,
        help_text=_("Empty: as many as are wanted."),
    )
    seen_stock = forms.IntegerField(
        min_value=0, max_value=MOST_STOCK, required=False, widget=forms.HiddenInput
    )
    limit_each = forms.IntegerField(
        label=_("How many one customer may have"),
        min_value=1,
        max_value=MOST_EACH,
        required=False,
        help_text=_("Empty: as many as they can pay for."),
    )
    limit_period = forms.ChoiceField(label=_("Counted"), choices=PERIODS)
    segment = forms.ModelChoiceField(
        queryset=Segment.objects.none(),
        label=_("For whom"),
        required=False,
        empty_label=_("For everybody"),
    )
    starts_on = DayField(label=_("First day"), required=False)
    ends_on = DayField(label=_("Last day"), required=False)
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, up to 8 MB. Only what is to be seen is kept."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    without_picture = forms.BooleanField(label=_("Without a picture"), required=False)
    version = forms.IntegerField(
        min_value=1, max_value=1_000_000_000, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, segments: list[Segment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["segment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Segment.objects.filter(pk__in=[segment.pk for segment in segments])
        self.fields = {**_texts("name", LONGEST_NAME), **_texts("about", LONGEST_DESCRIPTION)} | (
            self.fields
        )

    def clean_picture(self) -> Picture | None:
        """The picture drawn anew; None where none was brought."""
        upload = self.cleaned_data["picture"]
        if not upload:
            return None
        try:
            return draw_anew(upload.read())
        except PictureRefused as refused:
            raise forms.ValidationError(FAULTS[refused.fault]) from refused

    def name_fields(self) -> list[forms.BoundField]:
        """The names, one for each language."""
        return [self[f"name_{code}"] for code, _name in settings.LANGUAGES]

    def about_fields(self) -> list[forms.BoundField]:
        """The descriptions, one for each language."""
        return [self[f"about_{code}"] for code, _name in settings.LANGUAGES]

    def other_fields(self) -> list[forms.BoundField]:
        """What is neither a name nor a description nor the picture, nor hidden."""
        return [self[name] for name in ("cost", "stock", "segment", "starts_on", "ends_on")]

    def terms(self) -> RewardTerms:
        """What was sent, ready for `services.rewards.save_reward`."""
        data = self.cleaned_data
        return RewardTerms(
            names={code: data[f"name_{code}"] for code, _name in settings.LANGUAGES},
            descriptions={code: data[f"about_{code}"] for code, _name in settings.LANGUAGES},
            limit_period=Period(data["limit_period"]),
            **{name: data[name] for name in PLAIN},
        )


PLAIN = ("cost", "stock", "seen_stock", "limit_each", "segment", "starts_on", "ends_on")


def _texts(kind: str, longest: int) -> dict[str, forms.Field]:
    return {
        f"{kind}_{code}": LineField(label=OWN_NAMES[code], required=False, max_length=longest)
        for code, _name in settings.LANGUAGES
    }


def reward_fields(reward: Reward) -> dict[str, Any]:
    """What the form shows of a reward."""
    texts = {f"name_{code}": text for code, text in reward.names.items()}
    texts |= {f"about_{code}": text for code, text in reward.descriptions.items()}
    plain = {name: getattr(reward, name) for name in PLAIN if name != "seen_stock"}
    more = {"limit_period": reward.limit_period, "version": reward.version}
    return {**texts, **plain, **more, "seen_stock": reward.stock}


class ClaimForm(forms.Form):
    """Which reward, at which cost the person saw it."""

    reward = forms.IntegerField(min_value=1, max_value=2**62)
    cost = forms.IntegerField(min_value=1, max_value=MOST_UNITS)


class GoalForm(forms.Form):
    """Which reward is saved for; 0: none."""

    reward = forms.IntegerField(min_value=0, max_value=2**62)
