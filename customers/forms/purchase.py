"""A purchase or a refund entered by hand."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch
from core.money import known_currencies, minor_digits, to_minor
from core.widgets import LongSelect
from customers.forms.fields import LineField, MomentField
from customers.import_words import explain
from customers.payments import PartOffer
from customers.rules.documents import LONGEST_NUMBER, MOST_MINOR
from customers.rules.flaws import Flaw
from customers.rules.numbers import Mark, parse_number, stands_for, unit_of, written_unit


class TypedAmount(NamedTuple):
    """A positive number of major units, and what was typed beside its digits ('zł', "")."""

    number: Decimal
    unit: str


class AmountField(forms.CharField):
    """An amount in major units as people write it: '79,99', '1 234.50 zł'; what can be read in
    two ways is refused. Gives a `TypedAmount`; whether its unit fits is `minor_of`'s to say."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = TypedAmount(parse_number(text), written_unit(text))
        except Flaw as flaw:
            raise ValidationError(_unreadable(text, flaw)) from flaw
        if amount.number <= 0:
            raise ValidationError(_("Enter an amount above zero."))
        return amount


def _unreadable(text: str, flaw: Flaw) -> str:
    """Why a typed amount cannot be read; where it has two readings, both as they can be typed."""
    if flaw.code != "ambiguous_number":
        return explain(flaw.code, flaw.values)
    mark = Mark.COMMA if Mark.COMMA in text else Mark.POINT
    whole, part = abs(parse_number(text, mark.other)), abs(parse_number(text, mark))
    cents = f"{part.quantize(Decimal('0.01'), ROUND_DOWN)}".replace(".", mark)
    words = _("This can be read in two ways. Write %(whole)s or %(part)s.")
    return words % {"whole": f"{whole:f}", "part": cents}


def _check_unit(unit: str, currency: str) -> None:
    """Refuse what is written beside an amount unless it stands for the currency."""
    if stands_for(unit, currency):
        return
    if unit_of(unit) in known_currencies():
        values = {"found": unit_of(unit), "expected": currency}
        raise ValidationError(explain("other_currency", values))
    message = _("“%(unit)s” does not belong in an amount. Enter the number alone, such as 120.50.")
    raise ValidationError(message, params={"unit": unit})


def minor_of(amount: TypedAmount, currency: str) -> int:
    """The amount in minor units; `ValidationError` where it has too many decimals or digits, or
    something beside it that is not the currency."""
    _check_unit(amount.unit, currency)
    if amount.number != round(amount.number, minor_digits(currency)):
        raise ValidationError(_("This currency has no smaller parts than that."))
    minor = to_minor(amount.number, currency)
    if minor >= MOST_MINOR:
        raise ValidationError(explain("amount_too_large", {}))
    return minor


class PurchaseForm(forms.Form):
    """One receipt. An empty number takes the next free one, an empty moment means now. Parts of it
    can be paid with what the customer is offered; `key` makes a form that is sent twice count
    once."""

    amount = AmountField(label=_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"), widget=LongSelect)
    occurred_at = MomentField(label=_("When"), help_text=_("Empty means now."))
    number = LineField(
        label=_("Order number"),
        max_length=LONGEST_NUMBER,
        required=False,
        help_text=_("Leave empty for the next free one."),
    )
    branch = forms.ModelChoiceField(
        label=_("Branch"), queryset=Branch.objects.all(), required=False, empty_label="–"
    )

    key = forms.RegexField(r"^[a-zA-Z0-9]{32}$", widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, offers: Sequence[PartOffer] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, code) for code in sorted(known_currencies())]
        self._offers = offers
        for offer in offers:
            self.fields[f"part_{offer.key}"] = AmountField(
                label=_("Paid with: %(what)s") % {"what": offer.label},
                required=False,
                help_text=offer.note,
            )

    @property
    def parts(self) -> list[forms.BoundField]:
        """The fields of what can be paid otherwise than with money."""
        return [self[f"part_{offer.key}"] for offer in self._offers]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("amount") and cleaned.get("currency"):
            try:
                cleaned["amount_minor"] = minor_of(cleaned["amount"], cleaned["currency"])
            except ValidationError as error:
                self.add_error("amount", error)
        cleaned["parts"] = self._parts(cleaned.get("amount_minor"), cleaned.get("currency"))
        return cleaned

    def _parts(self, amount_minor: int | None, currency: str | None) -> dict[str, int]:
        """What is paid otherwise, in minor units, by the keys of the offers."""
        found: dict[str, int] = {}
        for offer in self._offers:
            name = f"part_{offer.key}"
            if not (typed := self.cleaned_data.get(name)):
                continue
            try:
                found[offer.key] = minor_of(typed, offer.currency)
            except ValidationError as error:
                self.add_error(name, error)
                continue
            if currency != offer.currency:
                words = _("This pays purchases in %(currency)s only.")
                self.add_error(name, words % {"currency": offer.currency})
            elif amount_minor is not None and sum(found.values()) > amount_minor:
                self.add_error(name, _("That is more than the purchase."))
        return found


class RefundForm(forms.Form):
    """Money given back for a purchase, in its currency."""

    amount = AmountField(label=_("Amount given back"))
    occurred_at = MomentField(label=_("When"), help_text=_("Empty means now."))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_amount(self) -> int:
        """The amount in minor units."""
        return minor_of(self.cleaned_data["amount"], self.currency)
