"""What a customer wants by mail: the same form for them and for staff who ask them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Frequency, MailPreference, Scope, Topic
from customers.services.preferences import Wishes, addresses_of
from customers.suppressions import live_suppressions


class PreferenceForm(forms.Form):
    """Topics that are wanted, how often, in which language."""

    topics = forms.MultipleChoiceField(
        label=_("What would you like to hear about?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    frequency = forms.ChoiceField(
        label=_("How often?"), choices=Frequency.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("In which language?"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reader, topics = get_language() or "en", self.fields["topics"]
        assert isinstance(topics, forms.MultipleChoiceField)
        offered = Topic.objects.filter(is_active=True)
        topics.choices = [(topic.key, topic.name_in(reader)) for topic in offered]
        languages = self.fields["language"]
        assert isinstance(languages, forms.ChoiceField)
        languages.choices = [(code, OWN_NAMES.get(code, name)) for code, name in settings.LANGUAGES]

    def wishes(self) -> Wishes:
        """What was sent, ready for `services.preferences.choose`."""
        data = self.cleaned_data
        return Wishes(
            topics=frozenset(data["topics"]),
            frequency=data["frequency"],
            language=data["language"],
        )


class StaffPreferenceForm(PreferenceForm):
    """The same for staff, who may leave the language unknown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["language"]
        assert isinstance(languages, forms.ChoiceField)
        languages.required = False
        languages.choices = [("", "–"), *languages.choices]  # type: ignore[misc]


# Each language by its own name, for whoever reads no other.
OWN_NAMES = {"en": "English", "pl": "Polski", "cs": "Čeština", "ro": "Română"}


def present_wishes(customer: Customer, language: str, key: str = "") -> dict[str, Any]:
    """What the form shows before anything is typed; `key` is the address of a link."""
    keys = {*addresses_of(customer), *([key] if key else [])}
    left = {row.topic for row in live_suppressions(keys) if row.scope == Scope.TOPIC}
    offered = Topic.objects.filter(is_active=True).values_list("key", flat=True)
    preference = MailPreference.objects.filter(customer=customer).first()
    return {
        "topics": [topic for topic in offered if topic not in left],
        "frequency": preference.frequency if preference else Frequency.ANY,
        "language": language,
    }
