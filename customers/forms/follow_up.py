"""What is promised: what, when, who."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from customers.forms.fields import ClockField, DayField, LineField
from customers.models import FollowUp
from customers.services.follow_ups import Promise


def doers() -> Any:
    """Those who may be asked: support, managers, administrators who work here."""
    return User.objects.filter(is_active=True).exclude(role=Role.MARKETER)


class FollowUpForm(forms.Form):
    """Something to do for a customer."""

    what = LineField(label=_("What to do"), max_length=255)
    due_on = DayField(label=_("On"))
    due_time = ClockField(label=_("Before"), required=False)
    assignee = forms.ModelChoiceField(
        queryset=doers(), label=_("Who"), required=False, empty_label=_("Whoever comes first")
    )

    def __init__(self, *args: Any, follow_up: FollowUp | None = None, **kwargs: Any) -> None:
        if follow_up:
            names = ("what", "due_on", "due_time", "assignee")
            kwargs["initial"] = {name: getattr(follow_up, name) for name in names}
        super().__init__(*args, **kwargs)
        who = self.fields["assignee"]
        assert isinstance(who, forms.ModelChoiceField)
        if follow_up and follow_up.assignee_id:
            who.queryset = doers() | User.objects.filter(pk=follow_up.assignee_id)

    def promise(self) -> Promise:
        """The valid form as the service takes it."""
        return Promise(**self.cleaned_data)
