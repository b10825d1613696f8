from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import house_helper, pair
from core.clock import zone_names
from core.money import known_currencies
from core.widgets import LongSelect


class ShopForm(forms.Form):
    name = forms.CharField(label=_("Name of the shop"), max_length=120, required=False)
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in zone_names()],
        widget=LongSelect,
        help_text=_("Days and months begin at midnight here."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=lambda: [(code, code) for code in sorted(known_currencies())],
        widget=LongSelect,
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    color = forms.RegexField(
        r"^#[0-9a-f]{6}$",
        label=_("Colour"),
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
        help_text=_("Of buttons in mails and on the pages that customers see."),
        error_messages={"invalid": _("Choose a colour such as #1f6b4f.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = house_helper("name", pair("timezone", "currency"), pair("language", "color"))
