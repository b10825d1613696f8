"""The filter of the tray, and what is done with its mails."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.inbox_list import TRAYS, Tray
from messaging.models import Mailbox


class InboxFilter(forms.Form):
    """Which mails are shown."""

    state = forms.ChoiceField(required=False, choices=list(TRAYS.items()))
    mailbox = forms.ModelChoiceField(
        label=_("Mailbox"),
        queryset=Mailbox.objects.only("name"),
        required=False,
        empty_label=_("All mailboxes"),
        widget=forms.Select(attrs={"class": "form-select", "data-submit": True}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["mailbox"]
        assert isinstance(field, forms.ModelChoiceField)
        # Read once: the template asks whether there are any before it lists them.
        offered: Any = field.choices
        field.choices = list(offered)
        self.has_mailboxes = len(field.choices) > 1

    @property
    def tray(self) -> Tray:
        """The mails that were asked for, once the form is valid."""
        return Tray(self.cleaned_data["state"])


class AssignForm(forms.Form):
    """Whose mail it is."""

    customer = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    following = forms.BooleanField(required=False)
