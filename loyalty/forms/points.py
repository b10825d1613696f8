"""Points spent or corrected by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.services.adjusting import MOST


class RedeemForm(forms.Form):
    """How many points, and for what."""

    units = forms.IntegerField(label=_("Points"), min_value=1, max_value=MOST)
    reason = forms.CharField(label=_("For what"), max_length=255, required=False)


class AdjustForm(forms.Form):
    """Points given (above zero) or taken, and why."""

    change = forms.IntegerField(
        label=_("Points"),
        min_value=-MOST,
        max_value=MOST,
        help_text=_("With a minus to take them."),
    )
    why = forms.CharField(label=_("Why"), max_length=255)
