"""What the leaderboard counts, and whether there is one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import house_helper
from loyalty.models import Challenge, Leaderboard
from loyalty.models.leaderboard import Measure, Span
from messaging.forms.sender import Renewed

NAMES = ("is_open", "measure", "span", "challenge")


class LeaderboardForm(Renewed):
    """On or off, by what, of which time."""

    is_open = forms.BooleanField(label=_("Show members who is first"), required=False)
    measure = forms.ChoiceField(label=_("Places are given by"), choices=Measure.choices)
    span = forms.ChoiceField(label=_("Of which time"), choices=Span.choices)
    challenge = forms.ModelChoiceField(
        label=_("Which challenge"),
        queryset=Challenge.objects.none(),
        required=False,
        empty_label="–",
        help_text=_("Only for progress in a challenge; the time is the challenge's own."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, board: Leaderboard, **kwargs: Any) -> None:
        initial = {name: getattr(board, name) for name in (*NAMES, "version")}
        super().__init__(*args, **{"initial": initial, **kwargs})
        field = self.fields["challenge"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Challenge.objects.order_by("-first_day", "-pk")
        self.helper = house_helper("version", "is_open", "measure", "span", "challenge")

    def values(self) -> dict[str, Any]:
        """What was sent, by the names of the board's fields."""
        return {name: self.cleaned_data[name] for name in NAMES}
