"""The rules of mailings and the limits of domains, as people fill them in."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import house_helper, pair
from customers.forms.fields import ClockField
from customers.models import Topic
from messaging.forms.sender import DomainField, Renewed, limit_field, part
from messaging.models import MailingRules, Sender, TopicCap
from messaging.rules.caps import Cap

MOST_HOURS = 24 * 60


def amount_field(label: Any) -> forms.IntegerField:
    """How many mails; 0: as many as there are."""
    return forms.IntegerField(label=label, min_value=0, max_value=100, help_text=_("0: no cap"))


def hours_field() -> forms.IntegerField:
    """In how many hours: up to 60 days."""
    return forms.IntegerField(label=_("In so many hours"), min_value=1, max_value=MOST_HOURS)


class MailingRulesForm(Renewed):
    """Quiet hours, caps of classes, and caps of each topic."""

    quiet_hours_on = forms.BooleanField(label=_("Keep quiet at night"), required=False)
    quiet_begin = ClockField(label=_("Quiet from"))
    quiet_end = ClockField(label=_("Quiet until"))
    cap_amount = amount_field(_("At most so many marketing mails"))
    cap_hours = hours_field()
    survey_cap_amount = amount_field(_("At most so many survey mails"))
    survey_cap_hours = hours_field()
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self.topics = list(Topic.objects.all())
        for topic in self.topics:
            words = _("%(topic)s: at most") % {"topic": topic.name_in(language)}
            self.fields[f"topic-{topic.pk}-amount"] = amount_field(words)
            self.fields[f"topic-{topic.pk}-hours"] = hours_field()
        pairs = [pair(f"topic-{row.pk}-amount", f"topic-{row.pk}-hours") for row in self.topics]
        self.helper = house_helper(
            "version",
            part(_("Quiet hours"), "quiet_hours_on", pair("quiet_begin", "quiet_end")),
            part(
                _("To one person"),
                pair("cap_amount", "cap_hours"),
                pair("survey_cap_amount", "survey_cap_hours"),
            ),
            *([part(_("To one person, by topic"), *pairs)] if pairs else []),
        )

    def clean(self) -> dict[str, Any]:
        """Quiet hours begin and end at different times."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("quiet_begin") == data.get("quiet_end") and data.get("quiet_hours_on"):
            self.add_error("quiet_end", _("Choose another time than they begin at."))
        return data

    def values(self) -> dict[str, Any]:
        """The rules without topics."""
        names = [name for name in self.base_fields if name != "version"]
        return {name: self.cleaned_data[name] for name in names}

    def caps(self) -> dict[str, Cap]:
        """The cap of each topic by its key."""
        data = self.cleaned_data
        return {
            row.key: Cap(
                data[f"topic-{row.pk}-amount"], timedelta(hours=data[f"topic-{row.pk}-hours"])
            )
            for row in self.topics
        }


def initial_rules(rules: MailingRules) -> dict[str, Any]:
    """What the form shows of the rules."""
    caps = {row.topic: row for row in TopicCap.objects.all()}
    values = {name: getattr(rules, name) for name in MailingRulesForm.base_fields}
    for topic in Topic.objects.all():
        cap = caps.get(topic.key)
        values[f"topic-{topic.pk}-amount"] = cap.amount if cap else 0
        values[f"topic-{topic.pk}-hours"] = cap.hours if cap else 24
    return values


class DomainLimitForm(forms.Form):
    """A domain and how fast mails may go there."""

    domain = DomainField(label=_("Domain"), max_length=253)
    sender = forms.ModelChoiceField(
        label=_("Sender"),
        queryset=Sender.objects.kept(),
        required=False,
        empty_label=_("All senders together"),
    )
    per_second = limit_field(_("Mails a second"))
    per_minute = limit_field(_("Mails a minute"))
    per_hour = limit_field(_("Mails an hour"))

    def values(self) -> dict[str, Any]:
        """What was sent, ready for `save_domain_limit`."""
        data = self.cleaned_data
        amounts = {name: data[name] for name in ("per_second", "per_minute", "per_hour")}
        return {"domain": data["domain"], "sender": data["sender"], "amounts": amounts}
