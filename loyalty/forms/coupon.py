"""Coupon campaigns, codes and the till, as people fill them in."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.people import house_helper, pair
from core.clock import local_date, start_of_day
from core.money import major_text
from core.services.shop import get_shop
from customers.forms.fields import DayField, LineField
from customers.forms.purchase import AmountField, minor_of
from customers.models import Segment
from loyalty.models import CouponCampaign, CouponKind
from loyalty.models.coupon import PERIODS
from loyalty.rules.coupon_code import LONGEST_TYPED
from loyalty.rules.periods import Period
from loyalty.services.coupon_codes import LONGEST_WORD, MOST_AT_ONCE
from messaging.forms.sender import Renewed, part

MOST = 1_000_000
MONEY = {
    "value": "value_minor",
    "most": "most_minor",
    "minimum": "minimum_minor",
    "budget": "budget_minor",
}
NEEDED: dict[str, str] = {
    CouponKind.PERCENT: "percent",
    CouponKind.VALUE: "value",
    CouponKind.GIFT: "gift",
}
PLAIN = (
    *("name", "kind", "gift", "item", "given_days", "customer_limit", "customer_per"),
    *("total_limit", "total_per", "together", "group"),
)


def count_field(label: Any, **more: Any) -> forms.IntegerField:
    """How often at most; empty: no limit."""
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=MOST, **more)


class CampaignForm(Renewed):
    """What a campaign gives, to whom, when and how often."""

    name = LineField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    kind = forms.ChoiceField(label=_("What it gives"), choices=CouponKind.choices)
    percent = forms.DecimalField(
        label=_("Per cent"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,
        help_text=_("For a percentage off."),
    )
    value = AmountField(
        label=_("Sum"), required=False, help_text=_("What comes off, or what the gift costs you.")
    )
    gift = LineField(
        label=_("Gift"), required=False, max_length=120, help_text=_("For example: a mug.")
    )
    item = LineField(
        label=_("Only for these products"),
        required=False,
        max_length=120,
        help_text=_("A product or a category. Empty: the whole purchase."),
    )
    most = AmountField(label=_("At most off"), required=False)
    minimum = AmountField(label=_("For purchases from"), required=False)
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"), required=False)
    given_days = forms.IntegerField(
        label=_("Days after giving"),
        required=False,
        min_value=0,
        max_value=3_650,
        help_text=_("How long a code lives that was given to a customer."),
    )
    segment = forms.ModelChoiceField(
        label=_("Only for"),
        queryset=Segment.objects.none(),
        required=False,
        empty_label=_("Everybody"),
    )
    customer_limit = count_field(_("Each customer"), help_text=_("Times. Empty: no limit."))
    customer_per = forms.ChoiceField(label=_("Counted"), choices=PERIODS, initial=Period.EVER.value)
    total_limit = count_field(_("All customers together"), help_text=_("Times. Empty: no limit."))
    total_per = forms.ChoiceField(label=_("Counted"), choices=PERIODS, initial=Period.EVER.value)
    budget = AmountField(
        label=_("Money set aside"), required=False, help_text=_("Empty: no limit.")
    )
    together = forms.IntegerField(
        label=_("Codes in one purchase"),
        min_value=1,
        max_value=6,
        initial=1,
        help_text=_("This one included. 1: no other code beside it."),
    )
    group = LineField(
        label=_("One of the group"),
        required=False,
        max_length=40,
        help_text=_("Of campaigns with the same word here, a purchase uses one."),
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000, initial=1
    )

    def __init__(
        self,
        *args: Any,
        campaign: CouponCampaign | None,
        segments: list[Segment],
        **kwargs: Any,
    ) -> None:
        initial = _initial(campaign) if campaign else {}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self._currency = campaign.currency if campaign else get_shop().currency
        known = [one.pk for one in segments]
        if campaign is not None and campaign.segment_id:
            known.append(campaign.segment_id)
        offered = Segment.objects.filter(pk__in=known)
        self.fields["segment"].queryset = offered  # type: ignore[attr-defined]
        # A campaign for few must not become one for all because its segment was deleted.
        self.fields["segment"].required = bool(campaign and campaign.for_segment)
        for name in MONEY:
            field = self.fields[name]
            field.label = f"{field.label} ({self._currency})"
        self.helper = house_helper(
            "version",
            part(
                _("What it gives"),
                pair("name", "kind"),
                pair("percent", "value"),
                pair("most", "gift"),
                pair("item", "minimum"),
            ),
            part(
                _("When and for whom"), pair("first_day", "last_day"), pair("given_days", "segment")
            ),
            part(
                _("How often"),
                pair("customer_limit", "customer_per"),
                pair("total_limit", "total_per"),
                "budget",
            ),
            part(_("Beside other codes"), pair("together", "group")),
        )

    def clean(self) -> dict[str, Any]:
        """Amounts in minor units, and what the kind needs."""
        data: dict[str, Any] = super().clean() or {}
        for name, column in MONEY.items():
            data[column] = self._minor(name, data.get(name))
        name = NEEDED.get(data.get("kind", ""), "")
        if name and not data.get(name) and name not in self.errors:
            self.add_error(name, _("This coupon needs it."))
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes before the first."))
        for name, found in (("first_day", first), ("last_day", last)):
            if found and not 1970 < found.year < 2200:
                self.add_error(name, _("Choose a day in our time."))
        return data

    def _minor(self, name: str, amount: Any) -> int | None:
        if not amount:
            return None
        try:
            minor = minor_of(amount, self._currency)
        except ValidationError as error:
            self.add_error(name, error)
            return None
        if minor > 100_000_000_000:
            self.add_error(name, _("Enter a smaller amount."))
        return minor

    def values(self) -> dict[str, Any]:
        """What was sent, by the names of the campaign's fields."""
        data, zone = self.cleaned_data, get_shop().zone
        last = data["last_day"]
        return {
            **{name: data[name] for name in PLAIN},
            **{column: data[column] for column in MONEY.values()},
            "value_minor": data["value_minor"] or 0,
            "minimum_minor": data["minimum_minor"] or 0,
            "rate": int((data["percent"] or 0) * 100),
            "starts_at": start_of_day(data["first_day"], zone),
            "ends_at": start_of_day(last + timedelta(days=1), zone) if last else None,
            "segment": data["segment"],
            "for_segment": data["segment"] is not None,
        }


def _initial(campaign: CouponCampaign) -> Mapping[str, Any]:
    zone = get_shop().zone
    end = campaign.ends_at
    money = {
        name: major_text(minor, campaign.currency)
        for name, column in MONEY.items()
        if (minor := getattr(campaign, column))
    }
    return {
        **{name: getattr(campaign, name) for name in PLAIN},
        **money,
        "percent": Decimal(campaign.rate).scaleb(-2) if campaign.rate else None,
        "first_day": local_date(campaign.starts_at, zone),
        "last_day": local_date(end - timedelta(microseconds=1), zone) if end else None,
        "segment": campaign.segment_id,
        "version": campaign.version,
    }


class MintForm(forms.Form):
    """So many codes for one use each."""

    number = forms.IntegerField(
        label=_("How many codes"), min_value=1, max_value=MOST_AT_ONCE, initial=100
    )
    batch = LineField(
        label=_("Name of the batch"),
        required=False,
        max_length=80,
        help_text=_("For example: leaflet in November."),
    )


class WordForm(forms.Form):
    """A code that the shop chooses."""

    word = LineField(
        label=_("Word"),
        max_length=LONGEST_WORD * 2,
        help_text=_("Everybody may know it, such as WELCOME10."),
    )
    limit = count_field(_("Times in all"), help_text=_("Empty: as often as the campaign allows."))


class GiveForm(forms.Form):
    """A campaign of which the customer gets a code."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=CouponCampaign.objects.all())


class TillForm(forms.Form):
    """A code and what is being bought."""

    code = LineField(
        label=_("Code"),
        max_length=LONGEST_TYPED * 6,
        help_text=_("Several with a comma between them."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    basket = AmountField(label=_("Sum of the purchase"))
    customer = LineField(
        label=_("Customer"),
        required=False,
        max_length=254,
        help_text=_("E-mail, phone or customer number, if you know who it is."),
    )
    delivery = AmountField(label=_("Delivery"), required=False)
    part = AmountField(
        label=_("Of it, products that the code is for"),
        required=False,
        help_text=_("Only for codes for some products."),
    )
    order = LineField(label=_("Number of the receipt"), required=False, max_length=80)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        """Amounts in minor units."""
        data: dict[str, Any] = super().clean() or {}
        for name in ("basket", "delivery", "part"):
            data[f"{name}_minor"] = 0
            if amount := data.get(name):
                try:
                    data[f"{name}_minor"] = minor_of(amount, self.currency)
                except ValidationError as error:
                    self.add_error(name, error)
        if data["part_minor"] > data["basket_minor"] and "basket" not in self.errors:
            self.add_error("part", _("This is more than the whole purchase."))
        return data

    def codes(self) -> list[str]:
        """The codes that were typed."""
        return [
            text for text in self.cleaned_data["code"].replace(";", ",").split(",") if text.strip()
        ]
