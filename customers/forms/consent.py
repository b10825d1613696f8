"""A consent with its proof."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import LongSelect
from customers.forms.fields import LineField, LongField, MomentField
from customers.models import ConsentSource, Customer, IdentityKind, Purpose
from customers.names import language_choices

BY_HAND = [
    choice
    for choice in ConsentSource.choices
    if choice[0] in {ConsentSource.STAFF, ConsentSource.PAPER, ConsentSource.FORM}
]


class ConsentForm(forms.Form):
    """To what, for which address, in which words, where and when it was said."""

    purpose = forms.ChoiceField(label=_("Agreed to"), choices=Purpose.choices)
    address = forms.ChoiceField(label=_("For"), required=False)
    text = LongField(
        label=_("Wording"), rows=2, help_text=_("The words the customer read or heard.")
    )
    language = forms.ChoiceField(
        label=_("Language of the wording"), required=False, widget=LongSelect
    )
    source = forms.ChoiceField(label=_("Where"), choices=BY_HAND)
    source_note = LineField(
        label=_("Proof"),
        max_length=255,
        help_text=_("For example: paper form 117, or the call of today with Ewa."),
    )
    occurred_at = MomentField(label=_("When"), help_text=_("Empty means now."))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = customer.identities.exclude(kind=IdentityKind.EXTERNAL)
        ordered = contacts.order_by("kind", "-is_primary", "pk")
        choices = [(identity.key, identity.value) for identity in ordered]
        address, language = self.fields["address"], self.fields["language"]
        assert isinstance(address, forms.ChoiceField)
        assert isinstance(language, forms.ChoiceField)
        address.choices = [*choices, ("", _("The customer as a whole"))]
        language.choices = language_choices()


class WithdrawForm(forms.Form):
    """Which line is taken back: its purpose and address."""

    purpose = forms.ChoiceField(choices=Purpose.choices)
    entry = forms.IntegerField(min_value=1)
