"""What bringing a friend is worth, and whose code somebody came by."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import house_helper, pair
from core.money import major_text
from core.services.shop import get_shop
from customers.forms.fields import LineField, check_storable
from customers.forms.purchase import AmountField, minor_of
from loyalty.models import ReferralScheme
from messaging.forms.sender import Renewed

MOST_UNITS = 100_000
PLAIN = ("is_open", "referrer_units", "referee_units", "monthly_cap", "link")


class SchemeForm(Renewed):
    """What both sides get, from which order on, how often."""

    is_open = forms.BooleanField(label=_("Reward bringing friends"), required=False)
    referrer_units = forms.IntegerField(
        label=_("Points for who brings a friend"), min_value=0, max_value=MOST_UNITS
    )
    referee_units = forms.IntegerField(
        label=_("Points for the friend"), min_value=0, max_value=MOST_UNITS
    )
    minimum = AmountField(label=_("Once the friend's order is worth"))
    monthly_cap = forms.IntegerField(
        label=_("Rewarded friends in a month"), min_value=1, max_value=1_000
    )
    link = forms.URLField(
        label=_("Page that links lead to"),
        required=False,
        assume_scheme="https",
        help_text=_("Of your web shop. Empty: codes only."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, scheme: ReferralScheme, **kwargs: Any) -> None:
        self._currency = get_shop().currency
        initial = {name: getattr(scheme, name) for name in (*PLAIN, "version")}
        initial["minimum"] = major_text(scheme.minimum_minor, self._currency)
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["minimum"].help_text = self._currency
        self.fields["link"].validators.append(check_storable)
        self.helper = house_helper(
            "version",
            "is_open",
            pair("referrer_units", "referee_units"),
            pair("minimum", "monthly_cap"),
            "link",
        )

    def clean(self) -> dict[str, Any]:
        """The amount in minor units."""
        data: dict[str, Any] = super().clean() or {}
        if amount := data.get("minimum"):
            try:
                data["minimum_minor"] = minor_of(amount, self._currency)
            except ValidationError as error:
                self.add_error("minimum", error)
        return data

    def values(self) -> dict[str, Any]:
        """What was sent, by the names of the scheme's fields."""
        names = (*PLAIN, "minimum_minor")
        return {name: self.cleaned_data[name] for name in names}


class CameByForm(forms.Form):
    """The code of who brought the customer."""

    code = LineField(label=_("Came by a friend: the friend's code"), max_length=60)
