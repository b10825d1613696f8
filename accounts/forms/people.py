from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Field, Layout, Row
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Role, User
from accounts.models.user import Theme


def house_helper(*rows: Any) -> FormHelper:
    """A crispy helper that leaves the form tag and its buttons to the template."""
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*rows)
    return helper


def pair(left: str, right: str) -> Row:
    """Two fields side by side; below each other on a phone."""
    return Row(Column(left, css_class="col-sm-6"), Column(right, css_class="col-sm-6"))


class PersonForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["name", "email", "role", "branch", "is_active"]

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor.role != Role.ADMIN:
            choices = [choice for choice in Role.choices if choice[0] != Role.ADMIN]
            self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=choices)
        self.fields["branch"].label = _("Branch")
        self.fields["branch"].empty_label = _("All branches")  # type: ignore[attr-defined]
        self.helper = house_helper(*self.rows())

    def rows(self) -> list[Any]:
        """The fields as they stand on the page."""
        return [pair("name", "email"), pair("role", "branch"), Field("is_active")]


class NewPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = ["username", "name", "email", "role", "branch"]
        help_texts = {"username": _("Small letters, digits and . _ @ + - only.")}

    def rows(self) -> list[Any]:
        return [Field("username"), pair("name", "email"), pair("role", "branch")]


class PreferencesForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["name", "email", "language", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As the browser")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.helper = house_helper(pair("name", "email"), pair("language", "theme"))


class AppearanceForm(forms.Form):
    """The frame's switches: either may be left out, which changes nothing."""

    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)


class BranchForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("branch", "Name"), max_length=80)
