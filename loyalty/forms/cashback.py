"""What customers get back in money, as the marketer sets it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.people import house_helper, pair
from core.money import known_currencies, major_text
from core.widgets import LongSelect
from customers.forms.fields import LineField
from customers.forms.purchase import AmountField, minor_of
from loyalty.forms.programme import EXPIRIES, MOST_MINOR
from loyalty.models import DebtPolicy, Programme
from loyalty.rules.award import Rounding
from messaging.forms.sender import Renewed, part

# 3.25 % is 325 for every 10,000 paid: exact in whole numbers.
PER_CENT = 100
WHOLE = 100 * PER_CENT
ROUNDINGS = [
    (Rounding.FLOOR.value, _("Always down")),
    (Rounding.HALF_UP.value, _("To the nearer; a half goes up")),
    (Rounding.HALF_EVEN.value, _("To the nearer; a half goes to the even number")),
]
PLAIN = ("name", "rounding", "pending_days", "expiry", "expiry_months", "debt_policy")
LIMITS = ("debt_limit", "adjust_limit")


class CashbackForm(Renewed):
    """Earning, waiting, life and debt of a programme of cashback; its currency is chosen once."""

    name = LineField(
        label=pgettext_lazy("of a thing", "Name"), max_length=80, initial=_("Cashback")
    )
    currency = forms.ChoiceField(label=_("Currency"), widget=LongSelect)
    percent = forms.DecimalField(
        label=_("Per cent of what was paid"),
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,
        initial=Decimal(3),
        help_text=_("What is paid with cashback or points earns nothing."),
    )
    rounding = forms.ChoiceField(
        label=_("Rounding"),
        choices=ROUNDINGS,
        help_text=_("Once for each purchase. Down never gives more than was promised."),
    )
    pending_days = forms.IntegerField(
        label=_("Days to wait for returns"),
        min_value=0,
        max_value=365,
        initial=14,
        help_text=_("Full days after that of the purchase. 0: it can be spent at once."),
    )
    expiry = forms.ChoiceField(label=_("Cashback expires"), choices=EXPIRIES)
    expiry_months = forms.IntegerField(label=_("Months"), min_value=1, max_value=120, initial=12)
    debt_policy = forms.ChoiceField(
        label=_("When cashback was spent before its purchase is refunded"),
        choices=DebtPolicy.choices,
    )
    debt_limit = AmountField(label=_("Limit of what is owed"), required=False)
    adjust_limit = AmountField(label=_("Support may give or take at once"), required=False)
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000, initial=1
    )

    def __init__(
        self, *args: Any, programme: Programme | None = None, currency: str = "", **kwargs: Any
    ) -> None:
        given = _initial(programme) if programme else {"currency": currency}
        super().__init__(*args, **{"initial": given, **kwargs})
        self._programme = programme
        what = ["name", pair("percent", "rounding")]
        if programme:
            del self.fields["currency"]
        else:
            what[0] = pair("name", "currency")
            field = self.fields["currency"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(code, code) for code in sorted(known_currencies())]
        self.helper = house_helper(
            "version",
            part(_("Earning"), *what),
            part(_("Waiting and expiry"), "pending_days", pair("expiry", "expiry_months")),
            part(_("Refunds"), "debt_policy", "debt_limit"),
            part(_("By hand"), "adjust_limit"),
        )

    def clean(self) -> dict[str, Any]:
        """The amounts in minor units of the programme's currency."""
        data: dict[str, Any] = super().clean() or {}
        for name in LIMITS:
            if self.counted_in and name not in self.errors:
                data[name] = self._minor(name)
        return data

    @property
    def counted_in(self) -> str:
        """The programme's currency, or the one chosen for it; "" where it is none."""
        if self._programme:
            return self._programme.currency
        return str(self.cleaned_data.get("currency") or "")

    def _minor(self, name: str) -> int:
        typed = self.cleaned_data.get(name)
        try:
            minor = minor_of(typed, self.counted_in) if typed else 0
        except ValidationError as error:
            self.add_error(name, error)
            return 0
        if minor > MOST_MINOR:
            self.add_error(name, _("Enter a smaller amount."))
        return minor

    def values(self) -> dict[str, Any]:
        """What was sent, by the names of the programme's fields."""
        data = self.cleaned_data
        rate = {"earn_units": int(data["percent"] * PER_CENT), "earn_minor": WHOLE}
        return {**{name: data[name] for name in (*PLAIN, *LIMITS)}, **rate}


def percent_of(programme: Programme) -> Decimal:
    """The share of what was paid that comes back, in per cent."""
    return Decimal(100 * programme.earn_units) / programme.earn_minor


def _initial(programme: Programme) -> dict[str, Any]:
    plain = {name: getattr(programme, name) for name in (*PLAIN, "version")}
    money = {
        name: major_text(amount, programme.currency) if (amount := getattr(programme, name)) else ""
        for name in LIMITS
    }
    return {**plain, **money, "percent": percent_of(programme)}
