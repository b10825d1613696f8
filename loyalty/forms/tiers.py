"""The ladder as the marketer sets it, and a tier given by hand."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.people import house_helper, pair
from core.money import major_text
from customers.forms.fields import DayField, LineField
from customers.forms.purchase import AmountField, minor_of
from loyalty.models.tier import Basis, Downgrade, Window
from loyalty.services.tier_gifts import LONGEST_REASON
from loyalty.services.tier_schemes import Rung, TierTerms
from loyalty.tiers import Ladder
from messaging.forms.sender import Renewed, part

ROWS = range(1, 6)
MOST_COUNTED = 1_000_000


class TiersForm(Renewed):
    """Up to five tiers and how they are counted. A row without a name is no tier."""

    basis = forms.ChoiceField(
        label=_("What counts"),
        choices=Basis.choices,
        help_text=_("When another thing counts than before, everybody begins anew."),
    )
    window = forms.ChoiceField(label=_("Of which time"), choices=Window.choices)
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=60)
    grace_days = forms.IntegerField(
        label=_("Days of grace"),
        min_value=0,
        max_value=365,
        help_text=_("After the year of a tier, to reach it again."),
    )
    downgrade = forms.ChoiceField(label=_("After the grace"), choices=Downgrade.choices)
    return_days = forms.IntegerField(
        label=_("Days to bring purchases back"),
        min_value=0,
        max_value=365,
        help_text=_("A refund within them takes back at once what the purchase had won."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)

    def __init__(self, *args: Any, ladder: Ladder, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(ladder), **kwargs})
        self._ladder = ladder
        for row in ROWS:
            self._add_row(row)
        rows = [(f"name_{row}", f"takes_{row}", f"perks_{row}") for row in ROWS]
        self.helper = house_helper(
            "version",
            *(
                part(_("Tier %(number)d") % {"number": row}, pair(name, takes), perks)
                for row, (name, takes, perks) in zip(ROWS, rows, strict=True)
            ),
            part(_("How it is counted"), "basis", pair("window", "months")),
            part(_("How it is lost"), pair("grace_days", "return_days"), "downgrade"),
        )

    def _add_row(self, row: int) -> None:
        self.fields[f"name_{row}"] = LineField(
            label=pgettext_lazy("of a thing", "Name"), max_length=40, required=False
        )
        self.fields[f"takes_{row}"] = AmountField(
            label=_("Takes"), required=False, help_text=self._ladder.programme.currency
        )
        self.fields[f"perks_{row}"] = LineField(
            label=_("What members get"), max_length=200, required=False
        )

    def clean(self) -> dict[str, Any]:
        """Each named row with what it takes."""
        data: dict[str, Any] = super().clean() or {}
        data["rungs"] = [rung for row in ROWS if (rung := self._rung(row, data))]
        return data

    def _rung(self, row: int, data: dict[str, Any]) -> Rung | None:
        name, takes = data.get(f"name_{row}"), data.get(f"takes_{row}")
        if not name and not takes:
            return None
        lacking = f"takes_{row}" if name else f"name_{row}"
        if not name or not takes:
            if lacking not in self.errors:
                self.add_error(lacking, _("A tier needs a name and what it takes."))
            return None
        try:
            threshold = self._threshold(takes, data.get("basis"))
        except ValidationError as error:
            self.add_error(f"takes_{row}", error)
            return None
        return Rung(self._key_of(row, name), name, threshold, data.get(f"perks_{row}") or "")

    def _threshold(self, takes: Any, basis: str | None) -> int:
        if basis == Basis.SPEND:
            return minor_of(takes, self._ladder.programme.currency)
        if takes.unit or takes.number != int(takes.number) or takes.number > MOST_COUNTED:
            raise ValidationError(_("Enter a whole number, at most a million."))
        return int(takes.number)

    def _key_of(self, row: int, name: str) -> str:
        """A tier is the same one by its name, or else by its place."""
        tiers = self._ladder.tiers
        same = [tier.key for tier in tiers if tier.name.casefold() == name.casefold()]
        if same:
            return same[0]
        sent = {(self.data.get(f"name_{other}") or "").casefold() for other in ROWS}
        here = tiers[row - 1] if row <= len(tiers) else None
        return here.key if here and here.name.casefold() not in sent else ""

    def terms(self) -> TierTerms:
        """How tiers are counted, as sent."""
        names = ("basis", "window", "months", "grace_days", "return_days", "downgrade")
        return TierTerms(**{name: self.cleaned_data[name] for name in names})


def _initial(ladder: Ladder) -> dict[str, Any]:
    scheme = ladder.scheme
    values: dict[str, Any] = {"version": scheme.version if scheme else 0}
    for name in ("basis", "window", "months", "grace_days", "return_days", "downgrade"):
        values[name] = getattr(scheme or TierTerms(), name)
    for row, tier in enumerate(ladder.tiers, start=1):
        values[f"name_{row}"], values[f"perks_{row}"] = tier.name, tier.perks
        is_money = values["basis"] == Basis.SPEND
        values[f"takes_{row}"] = (
            major_text(tier.threshold, ladder.programme.currency) if is_money else tier.threshold
        )
    return values


class GiveTierForm(forms.Form):
    """A tier, through which day, and why."""

    key = forms.ChoiceField(label=_("Tier"))
    last_day = DayField(label=_("Last day"))
    reason = LineField(label=_("Why"), max_length=LONGEST_REASON)

    def __init__(self, *args: Any, ladder: Ladder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(tier.key, tier.name) for tier in ladder.tiers]
