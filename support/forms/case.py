"""A case as people write it down."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import day, money
from customers.forms.fields import LineField, LongField, MomentField, same_minute
from customers.forms.follow_up import doers
from customers.models import Customer, Purchase
from messaging.forms.sender import Renewed
from support.forms.fields import CauseField
from support.models import Case, CaseKind, Category, Remedy, Severity
from support.services.cases import Asked

NEWEST = 20


class PurchaseField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of a customer's newest purchases, by day, amount and number."""

    def label_from_instance(self, obj: Any) -> str:
        parts = [day(obj.occurred_at, "medium"), money(obj.gross_minor, obj.currency), obj.number]
        return " · ".join(part for part in parts if part)


class AskedForm(forms.Form):
    """What the customer wants."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind.choices, widget=forms.RadioSelect)
    subject = LineField(label=_("What it is about"), max_length=160)
    description = LongField(label=_("What happened"), required=False)
    severity = forms.TypedChoiceField(
        label=_("Severity"), choices=Severity.choices, coerce=int, initial=Severity.NORMAL
    )
    purchase = PurchaseField(
        queryset=Purchase.objects.none(),
        label=_("Purchase"),
        required=False,
        empty_label=_("None of these"),
    )
    order = LineField(label=_("or order number"), max_length=120, required=False)
    product = LineField(label=_("Product"), max_length=200, required=False)
    remedy = forms.ChoiceField(
        label=_("What they ask for"), choices=[("", _("Not said")), *Remedy.choices], required=False
    )

    def __init__(
        self, *args: Any, customer: Customer, keep: Category | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"] = CauseField(label=_("Cause"), required=False, keep=keep)
        bought = Purchase.objects.filter(customer=customer)
        newest = bought.order_by("-occurred_at", "-pk").values("pk")[:NEWEST]
        chosen = [row["pk"] for row in newest]
        if known := self.initial.get("purchase"):
            chosen.append(known)
        field = self.fields["purchase"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = bought.filter(pk__in=chosen).order_by("-occurred_at", "-pk")

    def clean(self) -> dict[str, Any]:
        """A purchase that was chosen brings its number along."""
        data = super().clean() or self.cleaned_data
        if data.get("purchase"):
            data["order"] = data["purchase"].number
        return data


class CaseForm(AskedForm, Renewed):
    """The same said anew, over the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        names = ("kind", "subject", "description", "severity", "order", "product", "remedy")
        initial: dict[str, Any] = {name: getattr(case, name) for name in names}
        initial |= {"purchase": case.purchase_id, "category": case.category_id}
        initial["version"] = case.version
        super().__init__(
            *args, customer=case.customer, keep=case.category, initial=initial, **kwargs
        )

    def values(self) -> dict[str, Any]:
        """What the service is to store."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NewCaseForm(AskedForm):
    """A case that somebody opens by hand. Empty `received_at` means now."""

    received_at = MomentField(label=_("When they told us"), help_text=_("Empty means now."))
    owner = forms.ModelChoiceField(
        queryset=doers(),
        label=_("Whose it is"),
        required=False,
        empty_label=_("Whoever the cause belongs to"),
    )
    key = LineField(max_length=36, required=False, widget=forms.HiddenInput)

    def asked(self, now: datetime) -> Asked:
        """The valid form as the service takes it."""
        data = self.cleaned_data
        plain = ("kind", "subject", "description", "category", "severity", "purchase", "order")
        return Asked(
            received_at=self._told() or now,
            product=data["product"],
            remedy=data["remedy"],
            **{name: data[name] for name in plain},
        )

    def _told(self) -> datetime | None:
        """What the picker says; exactly what stood there where that was left as it was."""
        typed: datetime | None = self.cleaned_data["received_at"]
        shown: datetime | None = self.initial.get("received_at")
        return shown if shown and typed and same_minute(shown, typed) else typed
