"""Asking a customer by mail to agree to something."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import LongField
from customers.forms.preference import OWN_NAMES
from customers.models import Customer, IdentityKind, Purpose


class ConsentRequestForm(forms.Form):
    """To what, at which of their addresses, in which words."""

    purpose = forms.ChoiceField(label=_("To agree to"), choices=Purpose.choices)
    address = forms.ChoiceField(label=_("By a mail to"))
    text = LongField(
        label=_("Wording"), rows=2, help_text=_("It stands in the mail, and counts as agreed to.")
    )
    language = forms.ChoiceField(label=_("Language of the mail and the wording"))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address, language = self.fields["address"], self.fields["language"]
        assert isinstance(address, forms.ChoiceField)
        assert isinstance(language, forms.ChoiceField)
        emails = customer.identities.filter(kind=IdentityKind.EMAIL)
        ordered = emails.order_by("-is_primary", "pk")
        address.choices = [(identity.key, identity.value) for identity in ordered]
        language.choices = [(code, OWN_NAMES.get(code, name)) for code, name in settings.LANGUAGES]
