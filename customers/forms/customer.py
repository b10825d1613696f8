"""The customer's form: quick to begin, complete when unfolded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from core.clock import zone_names
from core.widgets import LongSelect
from customers.forms.fields import DayField, LineField, LongField
from customers.forms.meanwhile import read_marks, settle, write_marks
from customers.models import Channel, Customer, IdentityKind
from customers.names import country_choices, language_choices, month_choices
from customers.rules.tags import split_tags
from customers.services.customers import FIELD_NAMES, CustomerFields
from customers.services.identities import NewIdentity


def _zones() -> list[tuple[str, Any]]:
    return [("", _("As the shop")), *((name, name.replace("_", " ")) for name in zone_names())]


def _staff() -> Any:
    return User.objects.filter(is_active=True)


def _with_present(choices: Sequence[tuple[str, Any]], present: str) -> list[tuple[str, Any]]:
    """The choices, and what stands on the file although nobody would choose it today."""
    known = {value for value, _label in choices}
    return [*choices] if present in known else [*choices, (present, present)]


class CustomerForm(forms.Form):
    """What stands on a customer's file, but for contacts and dates, which have their own page."""

    first_name = LineField(label=_("First name"), max_length=120, required=False)
    last_name = LineField(label=_("Last name"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False, widget=LongSelect)
    preferred_channel = forms.ChoiceField(
        label=_("Prefers"),
        choices=[("", "–"), *[choice for choice in Channel.choices if choice[0] != Channel.NOTE]],
        required=False,
    )
    contact_hint = LineField(
        label=_("How to reach them best"),
        max_length=200,
        required=False,
        help_text=_("For example: a call after 16:00."),
    )
    birth_day = forms.IntegerField(label=_("Day"), min_value=1, max_value=31, required=False)
    birth_month = forms.TypedChoiceField(
        label=_("Month"), choices=month_choices, coerce=int, empty_value=None, required=False
    )
    birth_year = forms.IntegerField(
        label=_("Year, if known"), min_value=1900, max_value=2200, required=False
    )
    address = LineField(label=_("Street and number"), max_length=255, required=False)
    postcode = LineField(label=_("Postcode"), max_length=20, required=False)
    city = LineField(label=_("City"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False, widget=LongSelect)
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        widget=LongSelect,
        help_text=_("So that nobody is called at night."),
    )
    tags = LineField(
        label=_("Tags"), max_length=2_000, required=False, help_text=_("Separated by commas.")
    )
    found_us = LineField(label=_("How they found us"), max_length=120, required=False)
    joined_on = DayField(label=_("Customer since"), required=False)
    owner = forms.ModelChoiceField(
        queryset=_staff(), label=_("Owner"), required=False, empty_label="–"
    )
    branch = forms.ModelChoiceField(
        queryset=Branch.objects.all(), label=_("Branch"), required=False, empty_label="–"
    )
    notes = LongField(label=_("Notes"), required=False)
    seen_at = forms.CharField(required=False, max_length=1_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        self.seen: dict[str, str] = {}
        present = customer or Customer()
        for name, choices in (
            ("language", language_choices()),
            ("country", country_choices()),
            ("timezone", _zones()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = _with_present(choices, getattr(present, name))
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        if present.owner_id:
            owner.queryset = _staff() | User.objects.filter(pk=present.owner_id)

    def clean(self) -> dict[str, Any]:
        """An empty body would empty a whole file: every page that shows this form sends it all."""
        data = super().clean() or self.cleaned_data
        if self.customer and not self.fields.keys() & self.data.keys():
            raise ValidationError(_("This form is broken. Open it again."))
        return data

    def clean_tags(self) -> list[str]:
        return split_tags(self.cleaned_data["tags"])

    def clean_seen_at(self) -> datetime | None:
        """When the file was as the form showed it; what it showed is kept in `seen`."""
        text, _space, marks = self.cleaned_data["seen_at"].partition(" ")
        self.seen = read_marks(marks)
        if not text:
            return None
        try:
            seen = datetime.fromisoformat(text)
        except ValueError:
            seen = None
        if seen is None or seen.tzinfo is None:
            raise ValidationError(_("This form is broken. Open it again."))
        return seen

    def fields_of_customer(self) -> CustomerFields:
        """The valid form as the service takes it."""
        return CustomerFields(**{name: self.cleaned_data[name] for name in FIELD_NAMES})

    def settle(self, present: Customer, tags: Sequence[str]) -> list[tuple[Any, Any]]:
        """Bring the valid form together with a file that has moved on: saving again is meant
        then. Returns label and present value of what only people can decide."""
        there = _values_of(present, tags)
        mine = {name: self.cleaned_data[name] for name in there}
        clashes = settle(self, seen=self.seen, mine=mine, present=there)
        shown = initial_of(present, tags)
        self.data = {**dict(self.data.items()), "seen_at": shown["seen_at"]}
        return [
            (self.fields[name].label, shown["tags"] if name == "tags" else there[name])
            for name in clashes
        ]


def _values_of(customer: Customer, tags: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in FIELD_NAMES} | {"tags": [*tags]}


def initial_of(customer: Customer, tags: Sequence[str]) -> dict[str, Any]:
    """What the form shows of a file."""
    values = _values_of(customer, tags)
    seen_at = f"{customer.updated_at.isoformat()} {write_marks(values)}"
    return values | {"tags": ", ".join(tags), "seen_at": seen_at}


class NewCustomerForm(CustomerForm):
    """A name and one contact are enough; the rest may come later."""

    email = LineField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    phone = LineField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    external = LineField(label=_("Customer number"), max_length=254, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (self._given("first_name") or self._given("last_name")):
            self.add_error("first_name", _("Give a name."))
        if not any(self._given(kind) for kind in IdentityKind.values):
            self.add_error("email", _("Give one contact: an e-mail address, a phone or a number."))
        return data

    def _given(self, name: str) -> bool:
        return bool(self.cleaned_data.get(name)) or name in self.errors

    def identities(self) -> list[NewIdentity]:
        """The contacts that were filled in."""
        return [
            NewIdentity(kind, self.cleaned_data[kind.value])
            for kind in IdentityKind
            if self.cleaned_data[kind.value]
        ]


class IdentityForm(forms.Form):
    """One more contact."""

    kind = forms.ChoiceField(label=_("Kind"), choices=IdentityKind.choices)
    value = LineField(label=_("E-mail, phone or number"), max_length=254)


class ImportantDateForm(forms.Form):
    """A day that comes again each year."""

    label = LineField(
        label=_("What"), max_length=80, help_text=_("For example: name day, wedding day.")
    )
    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=31)
    month = forms.TypedChoiceField(label=_("Month"), choices=month_choices, coerce=int)
    year = forms.IntegerField(
        label=_("Year, if known"), min_value=1900, max_value=2200, required=False
    )
