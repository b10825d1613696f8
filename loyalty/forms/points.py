"""Units spent or corrected by hand: whole points, or money of the programme's currency."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.purchase import AmountField, TypedAmount, minor_of
from loyalty.models import Programme
from loyalty.services.adjusting import MOST

MINUS = ("-", "\N{MINUS SIGN}")


class SignedAmountField(AmountField):
    """An amount that may be below zero: '-5,00'."""

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        amount = super().clean(text[1:] if text.startswith(MINUS) else text)
        if amount is None or not text.startswith(MINUS):
            return amount
        return TypedAmount(-amount.number, amount.unit)


class _UnitsForm(forms.Form):
    """A form with a number of the programme's units."""

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme

    def _money(self, name: str, field: AmountField) -> None:
        """Ask for money in place of points, if the programme counts so."""
        if self.programme.is_money:
            self.fields[name] = field

    def _units(self, name: str) -> int:
        typed = self.cleaned_data[name]
        return minor_of(typed, self.programme.currency) if self.programme.is_money else typed


class RedeemForm(_UnitsForm):
    """How much, and for what."""

    units = forms.IntegerField(label=_("Points"), min_value=1, max_value=MOST)
    reason = forms.CharField(label=_("For what"), max_length=255, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._money("units", AmountField(label=_("Amount")))

    def clean_units(self) -> int:
        """Points, or minor units."""
        return self._units("units")


class AdjustForm(_UnitsForm):
    """Given (above zero) or taken, and why."""

    change = forms.IntegerField(
        label=_("Points"),
        min_value=-MOST,
        max_value=MOST,
        help_text=_("With a minus to take them."),
    )
    why = forms.CharField(label=_("Why"), max_length=255)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("With a minus to take it.")
        self._money("change", SignedAmountField(label=_("Amount"), help_text=words))

    def clean_change(self) -> int:
        """Points, or minor units."""
        return self._units("change")
