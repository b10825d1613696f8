"""Suppressed addresses: searching the list, adding to it, lifting with a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import LineField
from customers.models import Scope, SuppressionReason
from customers.rules.identity_keys import email_key

LIVE, LIFTED, ALL = "", "lifted", "all"


class SuppressionFilter(forms.Form):
    """What to look for; every field may be left out."""

    q = LineField(label=_("Address"), required=False, max_length=254)
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", _("Any")), *SuppressionReason.choices]
    )
    scope = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("Any")), *Scope.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(LIVE, _("In force")), (LIFTED, _("Lifted")), (ALL, _("All"))],
    )


class SuppressForm(forms.Form):
    """An address that asked for no more mails."""

    address = LineField(label=_("E-mail"), max_length=254)
    scope = forms.ChoiceField(
        label=_("What is not sent any more"),
        choices=[choice for choice in Scope.choices if choice[0] != Scope.TOPIC],
        initial=Scope.MARKETING,
    )

    def clean_address(self) -> str:
        """The address in its normal form."""
        key = email_key(self.cleaned_data["address"])
        if key is None:
            raise forms.ValidationError(_("Enter an e-mail address such as anna@example.com."))
        return key


class LiftForm(forms.Form):
    """Why mails may go there again."""

    reason = LineField(
        label=_("Why may mails go there again?"),
        max_length=255,
        help_text=_("For example: the mailbox was full, the customer wrote to us on 3 May."),
    )

    def clean_reason(self) -> Any:
        """No reason begins as the words kept for the customers' own wishes do."""
        return self.cleaned_data["reason"].lstrip("-")
