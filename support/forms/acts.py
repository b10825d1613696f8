"""What a person says with an act on a case: to whom, until when, what was decided."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import DayField, LineField, LongField, MomentField
from customers.forms.follow_up import doers
from customers.forms.interaction import InteractionForm
from messaging.forms.sender import Renewed
from support.forms.fields import CauseField
from support.models import Case, Decision
from support.services.resolving import Verdict

LONGEST_ACTION = 2_000


class TalkForm(InteractionForm):
    """What was said; `draft_name` makes a second click harmless."""

    draft_name = LineField(max_length=36, required=False, widget=forms.HiddenInput)


class SaidForm(forms.Form):
    """One whose empty field is an answer: where it was not sent at all, nothing was said."""

    def clean(self) -> dict[str, Any]:
        for name in self.fields:
            if name not in self.data and name not in self.errors:
                self.add_error(name, _("Fill this in first."))
        return super().clean() or self.cleaned_data


class OwnerForm(SaidForm):
    """Whose it is."""

    owner = forms.ModelChoiceField(
        queryset=doers(), label=_("Give it to"), required=False, empty_label=_("Nobody yet")
    )


class WaitForm(SaidForm):
    """Until which day at most the desk waits for the customer."""

    until = DayField(
        label=_("Until"),
        required=False,
        help_text=_("On that day it goes on by itself. Empty: until they answer."),
    )


class PromiseForm(forms.Form):
    """By when the customer is told how it stands."""

    at = MomentField(label=_("By when"))

    def clean_at(self) -> datetime:
        """The instant; here an empty one does not mean now."""
        at: datetime | None = self.cleaned_data["at"]
        if at is None:
            raise ValidationError(_("Choose a moment to come."))
        return at


class VerdictForm(Renewed):
    """What was decided, why, what was behind it, and what is done so that it stays the last."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect
    )
    reason = LongField(label=_("Why"), required=False, rows=3)
    corrective_action = LongField(
        label=_("What we change, so that it does not happen again"), required=False, rows=2
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _decided(case), **kwargs})
        self.fields["corrective_action"].max_length = LONGEST_ACTION  # type: ignore[attr-defined]
        cause = CauseField(label=_("Root cause"), required=False, keep=case.root_cause)
        self.fields["root_cause"] = cause
        self.order_fields(["decision", "root_cause", "reason", "corrective_action"])

    def clean_corrective_action(self) -> str:
        """At most as long as it is kept."""
        text: str = self.cleaned_data["corrective_action"]
        if len(text) > LONGEST_ACTION:
            raise ValidationError(_("At most 2,000 characters."))
        return text

    def verdict(self) -> Verdict:
        """The valid form as the service takes it."""
        data = self.cleaned_data
        return Verdict(
            decision=data["decision"],
            reason=data["reason"],
            root_cause=data["root_cause"],
            corrective_action=data["corrective_action"],
        )


def _decided(case: Case) -> dict[str, Any]:
    """What was decided before; else the first guess: the cause that it came in with."""
    return {
        "decision": case.decision,
        "root_cause": case.root_cause_id or case.category_id,
        "reason": case.decision_reason,
        "corrective_action": case.corrective_action,
        "version": case.version,
    }


class JoinForm(forms.Form):
    """Which other case of the same customer it belongs to."""

    into = forms.ModelChoiceField(
        queryset=Case.objects.none(), label=_("Join to"), empty_label=_("Choose a case")
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        assert isinstance(field, forms.ModelChoiceField)
        others = Case.objects.filter(customer=case.customer_id, merged_into=None)
        field.queryset = others.exclude(pk=case.pk).order_by("-received_at", "-pk")
        field.label_from_instance = lambda row: f"{row.number} {row.subject}"  # type: ignore[method-assign, assignment]
