from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services.approvals import LONGEST_TEXT


class AnswerForm(forms.Form):
    """Why something is refused."""

    answer = forms.CharField(label=_("Why not"), max_length=LONGEST_TEXT)
