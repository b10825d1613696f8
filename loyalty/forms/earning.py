"""A rule of earning, kind by kind with only the fields that matter; and the example basket."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import house_helper, pair
from core.money import major_text
from customers.forms.fields import DayField, LineField
from customers.forms.purchase import AmountField, minor_of
from customers.models import Segment
from loyalty.basket import Asked
from loyalty.events import rewarded_events
from loyalty.forms.programme import MOST_MINOR, MOST_UNITS
from loyalty.models import EarningRule, Programme, RuleVersion
from loyalty.rules.earning import BasketLine, Rule, RuleKind
from loyalty.rules.periods import Period
from loyalty.tiers import tier_choices
from messaging.forms.sender import Renewed, part

EVERY = _("Everybody")
EVENT_PERIODS = [
    ("", _("As often as it happens")),
    (Period.DAYS.value, _("In so many days")),
    (Period.MONTH.value, _("In a month")),
    (Period.YEAR.value, _("In a year")),
    (Period.EVER.value, _("Once and for all")),
]
CAP_PERIODS = [
    (Period.DAY.value, _("A day")),
    (Period.MONTH.value, _("A month")),
    (Period.YEAR.value, _("A year")),
    (Period.EVER.value, _("Ever")),
]
LINES = (1, 2, 3)


class RuleForm(Renewed):
    """What a rule says. Only fields of its kind are there."""

    times = forms.DecimalField(
        label=_("Times as many points"),
        min_value=1,
        max_value=100,
        decimal_places=2,
        localize=True,
    )
    units = forms.IntegerField(label=_("So many points"), min_value=1, max_value=MOST_UNITS)
    from_amount = AmountField(label=_("For a purchase from"))
    event = forms.ChoiceField(label=_("For what"))
    period = forms.ChoiceField(label=_("How often at most"), required=False)
    most_times = forms.IntegerField(
        label=_("So many times"), min_value=1, max_value=1_000, required=False
    )
    period_days = forms.IntegerField(
        label=_("In so many days"), min_value=1, max_value=3_650, required=False
    )
    category = LineField(label=_("Category"), max_length=120, required=False)
    product = LineField(label=_("Product code"), max_length=100, required=False)
    tier = forms.ChoiceField(label=_("Members of tier"), required=False)
    segment = forms.ChoiceField(label=_("Customers of segment"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Only on"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    first_day = DayField(label=_("From"), required=False)
    last_day = DayField(label=_("Through"), required=False)
    stacks = forms.BooleanField(
        label=_("On top of other rules"),
        required=False,
        help_text=_("Otherwise the highest one wins."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    def __init__(
        self, *args: Any, kind: RuleKind, programme: Programme, rule: EarningRule | None, **kw: Any
    ) -> None:
        newest = rule.versions.get(number=rule.version) if rule else None
        super().__init__(*args, **{"initial": _initial(newest, programme), **kw})
        self.kind, self._programme, self._rule, self._newest = kind, programme, rule, newest
        for name in set(self.fields) - set(_LAYOUT[kind]) - {"version"}:
            del self.fields[name]
        self._offer(newest)
        rows = [part(title, *rows) for title, rows in _rows(kind)]
        self.helper = house_helper("version", *rows)

    def _offer(self, newest: RuleVersion | None) -> None:
        """What can be chosen; what the rule names already stays to be chosen."""
        segments = [(str(pk), name) for pk, name in Segment.objects.values_list("pk", "name")]
        tiers = [(str(key), str(name)) for key, name in tier_choices()]
        events = [(key, event.label) for key, event in rewarded_events.items()]
        periods = CAP_PERIODS if self.kind is RuleKind.CAP else EVENT_PERIODS
        everybody = ("", EVERY)
        gone = str(newest.segment) if newest and newest.segment else ""
        if gone and gone not in dict(segments):
            segments.append((gone, _("a segment that is gone")))  # type: ignore[arg-type]
        offered: dict[str, Any] = {
            "segment": [everybody, *segments],
            "tier": [everybody, *tiers],
            "event": events,
            "period": periods,
        }
        for name, choices in offered.items():
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
                field.required = not choices or choices[0][0] != ""
        if not tiers:
            self.fields.pop("tier", None)
        for name in ("category", "product"):
            if name in self.fields:
                self.fields[name].widget.attrs["list"] = f"known-{name}"
        if "from_amount" in self.fields:
            self.fields["from_amount"].help_text = self._programme.currency

    def clean(self) -> dict[str, Any]:
        """Sums in minor units; days in their order; a limit whole; something to exclude."""
        data: dict[str, Any] = super().clean() or {}
        if amount := data.get("from_amount"):
            self._clean_sum(data, amount)
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This day is before the first one."))
        something = data.get("category") or data.get("product")
        if self.kind is RuleKind.EXCLUDED and not self.errors and not something:
            self.add_error("category", _("Say what earns nothing."))
        if self.kind is RuleKind.EVENT:
            self._clean_limit(data)
        return data

    def _clean_sum(self, data: dict[str, Any], amount: Any) -> None:
        try:
            data["from_minor"] = minor_of(amount, self._programme.currency)
        except ValidationError as error:
            self.add_error("from_amount", error)
        else:
            if data["from_minor"] > MOST_MINOR:
                self.add_error("from_amount", _("Enter a smaller amount."))

    def _clean_limit(self, data: dict[str, Any]) -> None:
        is_open = not data.get("period_days") and "period_days" not in self.errors
        if data.get("period") == Period.DAYS and is_open:
            self.add_error("period_days", _("Say how many days."))

    def says(self) -> dict[str, Any]:
        """What was typed, by the names of a version's columns."""
        data = self.cleaned_data
        period = data.get("period") or ""
        return {
            "times_percent": int(data["times"] * 100) if "times" in data else 100,
            "units": data.get("units", 0),
            "from_minor": data.get("from_minor", 0),
            "event": data.get("event", ""),
            "period": period,
            "period_days": data.get("period_days") or 0 if period == Period.DAYS else 0,
            "most_times": data.get("most_times") or 1 if period else 0,
            "category": data.get("category", ""),
            "product": data.get("product", ""),
            "tier": data.get("tier", ""),
            "segment": int(data["segment"]) if data.get("segment") else None,
            "weekdays": _bits(data.get("weekdays", [])),
            "first_day": data.get("first_day"),
            "last_day": data.get("last_day"),
            "stacks": data.get("stacks", False),
        }

    def typed(self) -> Rule | None:
        """The rule as typed, to be reckoned with; as it is saved where nothing was typed yet; None
        where there is none. Nothing is saved."""
        if not self.is_bound:
            return self._newest.content if self._newest else None
        if not self.is_valid():
            return None
        rule = self._rule or EarningRule(pk=0, programme=self._programme, kind=self.kind)
        return RuleVersion(rule=rule, number=rule.version, **self.says()).content


def _bits(days: Sequence[str]) -> int:
    """A bit for each day; all seven are no condition."""
    bits = sum(1 << int(day) for day in days)
    return 0 if len(days) == len(WEEKDAYS) else bits


_WHO = ("tier", "segment", "weekdays", "first_day", "last_day")
_LAYOUT: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.MULTIPLIER: ("times", "category", "product", "stacks", *_WHO),
    RuleKind.BONUS: ("units", "from_amount", "stacks", *_WHO),
    RuleKind.EVENT: ("units", "event", "period", "most_times", "period_days", *_WHO),
    RuleKind.CAP: ("units", "period", *_WHO),
    RuleKind.EXCLUDED: ("category", "product", "first_day", "last_day"),
}


def _rows(kind: RuleKind) -> list[tuple[Any, list[Any]]]:
    what: dict[RuleKind, list[Any]] = {
        RuleKind.MULTIPLIER: ["times", pair("category", "product"), "stacks"],
        RuleKind.BONUS: [pair("units", "from_amount"), "stacks"],
        RuleKind.EVENT: [pair("units", "event"), "period", pair("most_times", "period_days")],
        RuleKind.CAP: [pair("units", "period")],
        RuleKind.EXCLUDED: [pair("category", "product")],
    }
    dates = pair("first_day", "last_day")
    rows: list[tuple[Any, list[Any]]] = [(_("What"), what[kind])]
    if kind is not RuleKind.EXCLUDED:
        rows.append((_("For whom"), [pair("tier", "segment")]))
    when = [dates] if kind is RuleKind.EXCLUDED else [dates, "weekdays"]
    return [*rows, (_("When"), when)]


def _initial(newest: RuleVersion | None, programme: Programme) -> dict[str, Any]:
    if newest is None:
        return {"version": 1, "times": 2, "units": 50, "most_times": 1}
    names = ("units", "event", "period", "category", "product", "tier", "stacks", "segment")
    values: dict[str, Any] = {name: getattr(newest, name) for name in names}
    return {
        **values,
        "version": newest.number,
        "times": Fraction(newest.times_percent, 100).limit_denominator(100),
        "from_amount": major_text(newest.from_minor, programme.currency),
        "most_times": newest.most_times or 1,
        "period_days": newest.period_days or None,
        "weekdays": [str(day) for day in range(7) if newest.weekdays >> day & 1],
        "first_day": newest.first_day,
        "last_day": newest.last_day,
    }


class BasketForm(forms.Form):
    """The lines of the example, its day, and whose it is. What is left empty is as usual."""

    day = DayField(label=_("On"), required=False)
    tier_of = forms.ChoiceField(label=_("Members of tier"), required=False)
    segment_of = forms.ChoiceField(label=_("Customers of segment"), required=False)

    def __init__(
        self, *args: Any, currency: str, usual: Sequence[BasketLine], form_id: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._currency, self._usual = currency, usual
        for place in LINES:
            line = usual[place - 1] if place <= len(usual) else None
            self._add_line(place, line)
        self._offer()
        for field in self.fields.values():
            field.widget.attrs["form"] = form_id

    def _add_line(self, place: int, line: BasketLine | None) -> None:
        self.fields[f"category_{place}"] = LineField(
            label=_("Category"),
            max_length=120,
            required=False,
        )
        # What is usual is only shown: were it filled in, it would stay when the rule changes.
        usual = {"list": "known-category", "placeholder": line.category if line else ""}
        self.fields[f"category_{place}"].widget.attrs.update(usual)
        self.fields[f"amount_{place}"] = AmountField(
            label=_("Amount"),
            required=False,
        )
        amount = major_text(line.amount_minor, self._currency) if line else ""
        self.fields[f"amount_{place}"].widget.attrs["placeholder"] = amount

    def _offer(self) -> None:
        tiers = [("", "–"), *((str(key), str(name)) for key, name in tier_choices())]
        rows = [(str(pk), name) for pk, name in Segment.objects.values_list("pk", "name")]
        for name, choices in {"tier_of": tiers, "segment_of": [("", "–"), *rows]}.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            if len(choices) == 1:
                del self.fields[name]

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The fields of each line, side by side."""
        return [(self[f"category_{place}"], self[f"amount_{place}"]) for place in LINES]

    @property
    def whose(self) -> list[Any]:
        """The fields of day and customer."""
        return [self[name] for name in ("day", "tier_of", "segment_of") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Amounts in minor units of the programme's currency."""
        data: dict[str, Any] = super().clean() or {}
        for place in LINES:
            if amount := data.get(f"amount_{place}"):
                try:
                    data[f"minor_{place}"] = minor_of(amount, self._currency)
                except ValidationError as error:
                    self.add_error(f"amount_{place}", error)
        day = data.get("day")
        if day and not date(2000, 1, 1) <= day < date(2200, 1, 1):
            self.add_error("day", _("Choose a moment in our time."))
        return data

    def asked(self) -> Asked | None:
        """The basket as typed; the usual one where nothing was, None where it cannot be read."""
        if not self.is_bound:
            return Asked(tuple(self._usual))
        if not self.is_valid():
            return None
        data = self.cleaned_data
        lines = tuple(
            BasketLine(data[f"minor_{place}"], data[f"category_{place}"])
            for place in LINES
            if data.get(f"minor_{place}")
        )
        segment = data.get("segment_of")
        return Asked(
            lines=lines or tuple(self._usual),
            day=data["day"],
            segment=int(segment) if segment else None,
            tier=data.get("tier_of", ""),
        )
