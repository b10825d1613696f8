"""A file to import, and how it is to be read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.clock import zone_names
from core.money import known_currencies
from core.widgets import LongSelect
from customers.forms.fields import LineField
from customers.models import ImportKind
from customers.rules.csv_reading import ENCODINGS, SEPARATORS, Head
from customers.rules.documents import LONGEST_SOURCE
from customers.services.import_options import names_of

COLUMN_LABELS = {
    "order_id": _("Order number"),
    "ordered_at": _("Date and time"),
    "amount": _("Amount"),
    "quantity": _("Quantity"),
    "unit_price": _("Unit price"),
    "customer_id": _("Customer number"),
    "email": _("E-mail"),
    "type": _("Purchase or refund"),
    "status": _("Status"),
    "currency": _("Currency"),
    "refund_of": _("Refund of order"),
    "product": _("Product number"),
    "product_name": _("Product name"),
    "category": _("Category"),
    "branch": _("Branch"),
    "source": _("Source"),
    "phone": _("Phone"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "language": _("Language"),
    "timezone": _("Time zone"),
    "birthday": _("Birthday"),
    "address": _("Street and number"),
    "city": _("City"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "tags": _("Tags"),
    "notes": _("Notes"),
    "joined_on": _("Customer since"),
    "marketing_consent": _("Agrees to offers"),
    "consent_at": _("Agreed on"),
    "consent_source": _("Where they agreed"),
    "consent_text": _("Wording agreed to"),
}
NEEDED = {
    ImportKind.PURCHASES: ("order_id", "ordered_at", "amount", "quantity", "unit_price"),
    ImportKind.CUSTOMERS: ("customer_id", "email", "phone"),
}
ENCODING_LABELS = dict(
    zip(
        ENCODINGS,
        ("UTF-8", "UTF-16 LE", "UTF-16 BE", "Windows-1250", "Windows-1252"),
        strict=True,
    )
)
SEPARATOR_LABELS = dict(
    zip(SEPARATORS, (_("comma ,"), _("semicolon ;"), _("tab"), _("bar |")), strict=True)
)
LONGEST_PREFIX = 20


class UploadForm(forms.Form):
    """A file and what is in it."""

    kind = forms.ChoiceField(
        label=_("What is in the file"),
        choices=ImportKind.choices,
        widget=forms.RadioSelect,
        initial=ImportKind.PURCHASES,
    )
    file = forms.FileField(
        label=_("CSV file"),
        max_length=500,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.gz,text/csv"}),
    )


class OptionsForm(forms.Form):
    """How the file is read: found by itself, changeable here."""

    encoding = forms.ChoiceField(label=_("Encoding"), choices=list(ENCODING_LABELS.items()))
    separator = forms.ChoiceField(label=_("Separator"), choices=list(SEPARATOR_LABELS.items()))
    timezone = forms.ChoiceField(label=_("Time zone of times without one"), widget=LongSelect)
    currency = forms.ChoiceField(label=_("Currency where no column says it"), widget=LongSelect)
    source = LineField(label=_("Source"), max_length=LONGEST_SOURCE)
    refund_prefix = LineField(
        label=_("Order numbers of refunds begin with"), max_length=LONGEST_PREFIX, required=False
    )
    skip_prefix = LineField(
        label=_("Leave out order numbers that begin with"),
        max_length=LONGEST_PREFIX,
        required=False,
    )

    def __init__(self, *args: Any, kind: str, head: Head | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = ImportKind(kind)
        _choices(self, "timezone", [(name, name) for name in zone_names()])
        _choices(self, "currency", [(code, code) for code in sorted(known_currencies())])
        if self.kind == ImportKind.CUSTOMERS:
            for name in ("currency", "source", "refund_prefix", "skip_prefix"):
                del self.fields[name]
        headers = head.headers if head else ()
        places = [(str(place), header or str(place + 1)) for place, header in enumerate(headers)]
        for ours in names_of(kind):
            self.fields[f"column_{ours}"] = forms.ChoiceField(
                label=COLUMN_LABELS[ours],
                choices=[("", _("not in the file")), *places],
                required=False,
                widget=LongSelect,
            )

    def options(self) -> dict[str, Any]:
        """What is kept of the answers. A new separator or encoding makes new columns, so that
        the old ones are forgotten then."""
        cleaned = self.cleaned_data
        kept = {name: value for name, value in cleaned.items() if not name.startswith("column_")}
        if not {"encoding", "separator"} & set(self.changed_data):
            kept["columns"] = {
                ours: int(place) if (place := cleaned[f"column_{ours}"]) else ""
                for ours in names_of(self.kind)
            }
        return kept

    def needed(self) -> list[forms.BoundField]:
        """The columns without which nothing goes."""
        return [self[f"column_{ours}"] for ours in NEEDED[self.kind]]

    def others(self) -> list[forms.BoundField]:
        """The columns that may be missing."""
        names = [ours for ours in names_of(self.kind) if ours not in NEEDED[self.kind]]
        return [self[f"column_{ours}"] for ours in names]

    def reading(self) -> list[forms.BoundField]:
        """How the file is read, besides its columns."""
        return [self[name] for name in self.fields if not name.startswith("column_")]


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def initial_of(
    options: dict[str, Any], head: Head | None, columns: dict[str, int], defaults: dict[str, str]
) -> dict[str, Any]:
    """The answers as they stand: what was chosen, else what was found."""
    found = {"encoding": head.form.encoding, "separator": head.form.separator} if head else {}
    kept = {name: value for name, value in options.items() if value and name != "columns"}
    places = {f"column_{ours}": str(place) for ours, place in columns.items()}
    return defaults | found | kept | places
