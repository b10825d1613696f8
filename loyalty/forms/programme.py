"""How customers earn, as the marketer sets it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import house_helper, pair
from core.money import major_text
from customers.forms.purchase import AmountField, minor_of
from loyalty.models import DebtPolicy, Programme
from loyalty.rules.calendar import ExpiryKind
from messaging.forms.sender import Renewed, part

EXPIRIES = [
    (ExpiryKind.MONTHS.value, _("So many months after the purchase")),
    (ExpiryKind.YEAR_END.value, _("At the end of the year in which those months end")),
    (ExpiryKind.NEVER.value, _("Never")),
]
MOST_UNITS = 100_000
MOST_MINOR = 100_000_000
# Amounts as typed, and the fields of the programme that hold them in minor units.
MONEY = {"earn_amount": "earn_minor", "worth": "worth_per_hundred"}


class ProgrammeForm(Renewed):
    """Earning, waiting, life and debt of a programme."""

    earn_units = forms.IntegerField(
        label=_("So many points"), min_value=1, max_value=MOST_UNITS, initial=1
    )
    earn_amount = AmountField(label=_("For every"))
    pending_days = forms.IntegerField(
        label=_("Days to wait for returns"),
        min_value=0,
        max_value=365,
        help_text=_("Full days after that of the purchase. 0: points can be spent at once."),
    )
    expiry = forms.ChoiceField(label=_("Points expire"), choices=EXPIRIES)
    expiry_months = forms.IntegerField(label=_("Months"), min_value=1, max_value=120)
    debt_policy = forms.ChoiceField(
        label=_("When points were spent before their purchase is refunded"),
        choices=DebtPolicy.choices,
    )
    debt_limit = forms.IntegerField(
        label=_("Limit of what is owed"), min_value=0, max_value=1_000_000
    )
    adjust_limit = forms.IntegerField(
        label=_("Support may give or take at once"), min_value=0, max_value=1_000_000
    )
    worth = AmountField(
        label=_("A hundred points are worth"),
        help_text=_("What they save the customer, so that the shop sees what it owes."),
    )
    pays = forms.BooleanField(
        label=_("Customers may pay a part of a purchase with points"),
        required=False,
        help_text=_("At the worth above, where a purchase is entered. That part earns nothing."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(programme), **kwargs})
        self._programme = programme
        self.fields["earn_amount"].help_text = programme.currency
        self.helper = house_helper(
            "version",
            part(_("Earning"), pair("earn_units", "earn_amount")),
            part(_("Waiting and expiry"), "pending_days", pair("expiry", "expiry_months")),
            part(_("Refunds"), "debt_policy", "debt_limit"),
            part(_("By hand"), "adjust_limit"),
            part(_("Worth"), "worth", "pays"),
        )

    def clean(self) -> dict[str, Any]:
        """The amounts in minor units of the programme's currency."""
        data: dict[str, Any] = super().clean() or {}
        for field, name in MONEY.items():
            if data.get(field):
                data[name] = self._minor(field)
        return data

    def _minor(self, field: str) -> int | None:
        try:
            minor = minor_of(self.cleaned_data[field], self._programme.currency)
        except ValidationError as error:
            self.add_error(field, error)
            return None
        if minor > MOST_MINOR:
            self.add_error(field, _("Enter a smaller amount."))
        return minor

    def values(self) -> dict[str, Any]:
        """What was sent, by the names of the programme's fields."""
        names = set(self.base_fields) - {"version", *MONEY} | set(MONEY.values())
        return {name: self.cleaned_data[name] for name in sorted(names)}


def _initial(programme: Programme) -> dict[str, Any]:
    names = [name for name in ProgrammeForm.base_fields if name not in MONEY]
    values = {name: getattr(programme, name) for name in names}
    money = {
        field: major_text(getattr(programme, name), programme.currency)
        for field, name in MONEY.items()
    }
    return {**values, **money}
