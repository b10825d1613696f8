"""What members are told: switches and days."""

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import house_helper
from loyalty.models import News, Programme
from loyalty.services.telling_rules import EXPIRY, rules_of
from messaging.forms.sender import Renewed, part

BEFORE = _("Days before the last day")


class TellingForm(Renewed):
    """Each kind with its switch, and where it has one, its day."""

    notice_least = forms.IntegerField(
        label=_("Write of so many points or more"),
        min_value=1,
        max_value=1_000_000,
        help_text=_("Of fewer that expire nobody is told."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        self._rules = rules_of(programme)
        super().__init__(*args, **{"initial": self._initial(programme), **kwargs})
        for kind, rule in self._rules.items():
            self.fields[f"on_{kind}"] = forms.BooleanField(label=News(kind).label, required=False)
            if rule.days is not None:
                self.fields[f"days_{kind}"] = _days_field(kind)
        self.helper = house_helper(
            "version",
            part(_("Points that expire"), *map(_row, EXPIRY), "notice_least"),
            part(_("Each month"), _row(News.STATEMENT)),
            part(_("Tiers"), _row(News.TIER_ENDING), _switch(News.TIER_UP)),
            part(
                _("Rewards and challenges"),
                *map(_switch, (News.REWARD_READY, News.CHALLENGE_WON, News.BADGE_WON)),
            ),
        )

    def _initial(self, programme: Programme) -> dict[str, Any]:
        values: dict[str, Any] = {
            "notice_least": programme.notice_least,
            "version": programme.version,
        }
        for kind, rule in self._rules.items():
            values |= {f"on_{kind}": rule.is_on, f"days_{kind}": rule.days}
        return values

    def clean(self) -> dict[str, Any]:
        """Each notice of expiry comes after the one before it."""
        data: dict[str, Any] = super().clean() or {}
        last = 0
        for kind in reversed([kind for kind in EXPIRY if data.get(f"on_{kind}")]):
            days = data.get(f"days_{kind}") or 0
            if days and days <= last:
                self.add_error(f"days_{kind}", _("Give it more days than the notice after it."))
            last = days or last
        return data

    def rules(self) -> dict[str, tuple[bool, int | None]]:
        """What was sent, by kind."""
        data = self.cleaned_data
        return {kind: (data[f"on_{kind}"], data.get(f"days_{kind}")) for kind in self._rules}


def _days_field(kind: str) -> forms.IntegerField:
    if kind == News.STATEMENT:
        return forms.IntegerField(label=_("Day of the month"), min_value=1, max_value=28)
    return forms.IntegerField(label=BEFORE, min_value=1, max_value=365)


def _switch(kind: str) -> str:
    return f"on_{kind}"


def _row(kind: str) -> Row:
    return Row(
        Column(f"on_{kind}", css_class="col-sm-7 telling-switch"),
        Column(f"days_{kind}", css_class="col-sm-5"),
    )
