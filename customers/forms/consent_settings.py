"""Settings of consent: the topics of mails, and countries that ask for less."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.widgets import LongSelect
from customers.forms.fields import LineField
from customers.forms.preference import OWN_NAMES
from customers.models import Nature, Topic
from customers.names import country_choices
from customers.services.topics import LONGEST_NAME


class TopicForm(forms.Form):
    """A topic's name in each language, and what it is."""

    nature = forms.ChoiceField(
        label=_("Kind"),
        choices=Nature.choices,
        help_text=_("Birthday greetings and surveys have rules of their own in some countries."),
    )
    is_active = forms.BooleanField(
        label=_("Offered on the preference page"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {}
        for code, _name in settings.LANGUAGES:
            field = LineField(label=OWN_NAMES[code], required=False, max_length=LONGEST_NAME)
            names[f"name_{code}"] = field
        self.fields = names | self.fields

    def values(self) -> dict[str, Any]:
        """What was sent, ready for `services.topics.save_topic`."""
        data = self.cleaned_data
        return {
            "names": {code: data[f"name_{code}"] for code, _name in settings.LANGUAGES},
            "nature": data["nature"],
            "is_active": data["is_active"],
        }


def topic_fields(topic: Topic) -> dict[str, Any]:
    """What the form shows of a topic."""
    names = {f"name_{code}": name for code, name in topic.names.items()}
    return {**names, "nature": topic.nature, "is_active": topic.is_active}


class CountryRuleForm(forms.Form):
    """A country, what needs no consent there, and why."""

    country = forms.ChoiceField(label=_("Country"), widget=LongSelect)
    birthday_needs_consent = forms.BooleanField(
        label=_("Birthday mails need consent"), required=False, initial=True
    )
    survey_needs_consent = forms.BooleanField(
        label=_("Surveys need consent"), required=False, initial=True
    )
    reason = LineField(label=_("Why"), max_length=255, help_text=_("Who advised so, and when."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = country_choices()
