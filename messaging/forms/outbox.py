"""The filter of the outbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import LineField
from customers.models import StopReason
from messaging.fates import FATES
from messaging.models import MessageClass, MessageState, Reason, Send, Sender
from messaging.outbox_words import PLACES

ANY = [("", _("Any"))]


class OutboxFilter(forms.Form):
    """Which messages are shown."""

    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    fate = forms.ChoiceField(label=_("Delivery report"), required=False)
    send = forms.ModelChoiceField(
        label=_("Mailing"), queryset=Send.objects.all(), required=False, empty_label=_("Any")
    )

    place = forms.ChoiceField(label=_("Where it stands"), required=False)
    sender = forms.ModelChoiceField(
        label=_("Sender"), queryset=Sender.objects.all(), required=False, empty_label=_("Any")
    )
    domain = LineField(label=_("Domain"), required=False, max_length=253)
    days = forms.IntegerField(
        label=_("Went out in the last days"), required=False, min_value=1, max_value=400
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer("state", MessageState.choices)
        self._offer("place", list(PLACES.items()))
        self._offer("fate", [(fate.value, fate.label) for fate in FATES])
        self._offer("kind", MessageClass.choices)
        self._offer("reason", [*StopReason.choices, *Reason.choices])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*ANY, *choices]
