"""The report's controls: which month, which window, which customers; all plain links and forms."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retention.pages import words
from retention.pages.asked import Asked
from retention.reports import Filters
from retention.rules.periods import month_of
from retention.views.asking import Reading

WINDOWS = (30, 90, 180, 365)
MONTHS_OFFERED = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link of a menu."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What the head of the report offers. Hidden fields keep what a form does not ask for."""

    period: str
    earlier: str
    later: str
    months: list[Choice]
    first_day: date
    last_day: date
    window: str
    days: int
    windows: list[Choice]
    filter_words: list[str]
    without_filters: str
    branch: str
    source: str
    tag: str
    sources: list[str]
    compare: Choice
    files: list[Choice]
    hidden_for_days: dict[str, str]
    hidden_for_window: dict[str, str]
    hidden_for_filters: dict[str, str]


def _without(params: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in params.items() if name not in names}


def _months(asked: Asked, data: range) -> list[Choice]:
    newest = reversed(data[-MONTHS_OFFERED:])
    return [
        Choice(
            label=words.month_name(number),
            href=asked.with_period(month_of(number)).report(),
            current=asked.period.month == number,
        )
        for number in newest
    ]


def _windows(asked: Asked) -> list[Choice]:
    return [
        Choice(
            label=window_words(days),
            href=asked.with_window(days).report(),
            current=asked.query.window_days == days,
        )
        for days in WINDOWS
    ]


def _files(asked: Asked) -> list[Choice]:
    names = {
        "figures": _("Figures of this period"),
        "months": _("Figures by month"),
        "cohorts": _("Cohorts"),
        "repeats": _("Back after the first purchase"),
    }
    return [
        Choice(label=label, href=asked.file(kind), current=False) for kind, label in names.items()
    ]


def window_words(days: int) -> str:
    """'bought within 90 days'."""
    return ngettext("bought within {days} day", "bought within {days} days", days).format(days=days)


def _filter_words(reading: Reading) -> list[str]:
    found = reading.form.cleaned_data
    names = [found.get("branch"), found.get("source"), found.get("tag")]
    return [str(name) for name in names if name]


def controls(reading: Reading, sources: list[str]) -> Controls:
    """Everything for the head, each link keeping the rest of the address."""
    asked, data = reading.asked, reading.data
    params = asked.params() | asked.looks()
    month = asked.period.month
    steps = [] if month is None else [m for m in (month - 1, month + 1) if m in data]
    links = {m: asked.with_period(month_of(m)).report() for m in steps}
    compare = replace(asked, compares=not asked.compares)
    unfiltered = replace(asked, query=replace(asked.query, filters=Filters()))
    return Controls(
        period=words.period_name(asked.period),
        earlier=links.get((month or 0) - 1, ""),
        later=links.get((month or 0) + 1, ""),
        months=_months(asked, data),
        first_day=asked.period.start,
        last_day=asked.period.end - timedelta(days=1),
        window=window_words(asked.query.window_days),
        days=asked.query.window_days,
        windows=_windows(asked),
        filter_words=_filter_words(reading),
        without_filters=unfiltered.report(),
        branch=params.get("branch", ""),
        source=params.get("source", ""),
        tag=params.get("tag", ""),
        sources=sources,
        compare=Choice(
            label=_("Compare with the period before"),
            href=compare.report(),
            current=asked.compares,
        ),
        files=_files(asked),
        hidden_for_days=_without(params, "month", "from", "to"),
        hidden_for_window=_without(params, "window"),
        hidden_for_filters=_without(params, "branch", "source", "tag"),
    )
