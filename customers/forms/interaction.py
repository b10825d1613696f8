"""What was said, and what comes next."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import (
    ClockField,
    DayField,
    LineField,
    LongField,
    MomentField,
    same_minute,
)
from customers.forms.follow_up import doers
from customers.models import Channel, Direction, Interaction, Outcome
from customers.services.follow_ups import Promise
from customers.services.interactions import Said

# The four words of the composer; "message" asks by which medium.
MESSAGE = "message"
WAYS = [
    (Channel.CALL.value, _("Call")),
    (Channel.VISIT.value, _("Visit")),
    (MESSAGE, _("Message")),
    (Channel.NOTE.value, _("Note")),
]
MEDIA = [
    choice
    for choice in Channel.choices
    if choice[0] not in {Channel.CALL, Channel.VISIT, Channel.NOTE}
]
DIRECTIONS = [choice for choice in Direction.choices if choice[0]]


class InteractionForm(forms.Form):
    """A call, a visit, a message or a note. Empty `occurred_at` means now."""

    channel = forms.ChoiceField(
        label=_("How"), choices=WAYS, widget=forms.RadioSelect, initial=Channel.CALL
    )
    medium = forms.ChoiceField(label=_("By"), choices=MEDIA, required=False)
    text = LongField(label=_("What was said"), required=False, rows=1)
    direction = forms.ChoiceField(
        label=_("Who began"), choices=[("", _("Who began?")), *DIRECTIONS], required=False
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("", _("Outcome?")), *Outcome.choices], required=False
    )
    occurred_at = MomentField(label=_("When"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {
            "placeholder": _("What was said, and what comes next?"),
            "aria-label": _("What was said"),
            "data-shortcut": "l",
            "class": "form-control",
        }
        for name in ("medium", "direction", "outcome"):
            label = self.fields[name].label
            self.fields[name].widget.attrs |= {"class": "form-select", "aria-label": label}
        moment = self.fields["occurred_at"]
        moment.widget.attrs |= {"class": "form-control", "aria-label": moment.label}

    def said(self, now: datetime) -> Said:
        """The valid form as the service takes it."""
        data = self.cleaned_data
        medium = data["medium"] or Channel.EMAIL
        return Said(
            channel=medium if data["channel"] == MESSAGE else data["channel"],
            occurred_at=self._moment() or now,
            text=data["text"],
            direction=data["direction"],
            outcome=data["outcome"],
        )

    def _moment(self) -> datetime | None:
        """What the picker says; exactly what stood there where that was left as it was."""
        typed: datetime | None = self.cleaned_data["occurred_at"]
        shown: datetime | None = self.initial.get("occurred_at")
        return shown if shown and typed and same_minute(shown, typed) else typed


class ComposerForm(InteractionForm):
    """With the next step, which unfolds: what, when, who. `draft_name` is kept with the draft, so
    that two tabs that show it know that it is one."""

    draft_name = LineField(max_length=36, required=False, widget=forms.HiddenInput)
    what = LineField(label=_("Next step"), max_length=255, required=False)
    due_on = DayField(label=_("On"), required=False)
    due_time = ClockField(label=_("Before"), required=False)
    assignee = forms.ModelChoiceField(
        queryset=doers(), label=_("Who"), required=False, empty_label=_("Whoever comes first")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("what") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose a day."))
        if data.get("due_on") and not data.get("what") and "what" not in self.errors:
            self.add_error("what", _("Say what is to be done."))
        return data

    def next_step(self) -> Promise | None:
        """What was promised, if anything."""
        data = self.cleaned_data
        if not data["what"]:
            return None
        return Promise(
            what=data["what"],
            due_on=data["due_on"],
            due_time=data["due_time"],
            assignee=data["assignee"],
        )

    @property
    def has_next_step(self) -> bool:
        """Whether the next step is to be shown unfolded."""
        return any(self[name].value() for name in ("what", "due_on", "due_time"))


def initial_of(interaction: Interaction) -> dict[str, Any]:
    """What the form shows of one that is logged."""
    is_message = interaction.channel in dict(MEDIA)
    return {
        "channel": MESSAGE if is_message else interaction.channel,
        "medium": interaction.channel if is_message else "",
        "text": interaction.text,
        "direction": interaction.direction,
        "outcome": interaction.outcome,
        "occurred_at": interaction.occurred_at,
    }
