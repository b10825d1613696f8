from django import forms
from django.utils.translation import gettext_lazy as _


class SegmentNameForm(forms.Form):
    name = forms.CharField(label=_("Name of the segment"), max_length=120)
