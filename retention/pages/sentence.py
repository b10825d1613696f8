"""The report in words: who stayed, what changed, who came, and what cannot be said yet."""

from datetime import timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import month_number, month_start
from core.templatetags.ui import day, rate, whole
from retention.pages import words
from retention.pages.asked import Asked
from retention.reports import Comparison, Figures


def _link(number: int, href: str) -> SafeString:
    return format_html('<a class="figure-link" href="{}">{}</a>', href, whole(number))


def _stayed(figures: Figures, asked: Asked) -> str:
    text = _stayed_so_far(figures.customers_at_start)
    if figures.is_complete:
        text = _stayed_in_all(figures.customers_at_start)
    return format_html(
        text,
        start=_link(figures.customers_at_start, asked.list("start")),
        kept=_link(figures.kept, asked.list("kept")),
        first=day(asked.period.start),
        last=day(asked.period.end - timedelta(days=1)),
        rate=format_html("<strong>{}</strong>", rate(figures.retention_rate)),
    )


def _stayed_so_far(start: int) -> str:
    return ngettext(
        "Of {start} customer you had on {first}, {kept} is still with you so far: {rate}.",
        "Of {start} customers you had on {first}, {kept} are still with you so far: {rate}.",
        start,
    )


def _stayed_in_all(start: int) -> str:
    return ngettext(
        "Of {start} customer you had on {first}, {kept} was still with you at the end of {last}:"
        " {rate}.",
        "Of {start} customers you had on {first}, {kept} were still with you at the end of"
        " {last}: {rate}.",
        start,
    )


def _changed(comparison: Comparison) -> str:
    change = comparison.change("retention_rate")
    if change is None or comparison.before is None or not comparison.now.is_complete:
        return ""
    before = comparison.before
    known = {
        "period": words.period_name(before.asked.period),
        "rate": rate(before.retention_rate),
    }
    if not round(change, 1):
        return _("The same as in the period before ({period}: {rate}).").format(**known)
    text = _("That is {change} than in the period before ({period}: {rate}).")
    return text.format(change=words.points(change), **known)


def _came(figures: Figures, asked: Asked) -> list[str]:
    back = ngettext(
        "{number} came back after a silence.",
        "{number} came back after a silence.",
        figures.reactivated,
    )
    new = ngettext(
        "{number} bought for the first time.", "{number} bought for the first time.", figures.new
    )
    if not figures.is_complete:
        back, new = _came_so_far(figures)
    return [
        format_html(back, number=_link(figures.reactivated, asked.list("reactivated"))),
        format_html(new, number=_link(figures.new, asked.list("new"))),
    ]


def _came_so_far(figures: Figures) -> tuple[str, str]:
    back = ngettext(
        "{number} has come back after a silence so far.",
        "{number} have come back after a silence so far.",
        figures.reactivated,
    )
    new = ngettext(
        "{number} has bought for the first time so far.",
        "{number} have bought for the first time so far.",
        figures.new,
    )
    return back, new


def first_measurable(figures: Figures) -> int | None:
    """The number of the first month whose start has a full window of history before it."""
    if figures.data_from is None:
        return None
    full = figures.data_from + timedelta(days=figures.asked.window_days)
    return month_number(full) + (full != month_start(month_number(full)))


def _not_yet(figures: Figures) -> str:
    month = first_measurable(figures)
    if month is None:
        return ""
    return ngettext(
        "How many customers stayed is not yet measurable: the first purchase is of {first}, and"
        " {days} day must have passed before anybody can count as lost. The first month to be"
        " measured is {month}.",
        "How many customers stayed is not yet measurable: the first purchase is of {first}, and"
        " {days} days must have passed before anybody can count as lost. The first month to be"
        " measured is {month}.",
        figures.asked.window_days,
    ).format(
        first=day(figures.data_from),
        days=figures.asked.window_days,
        month=words.month_name(month),
    )


def sentences(comparison: Comparison, asked: Asked) -> list[str]:
    """The first lines of the report, each whole, so that languages can order their words."""
    figures = comparison.now
    if not figures.is_measurable:
        return [_not_yet(figures), *_came(figures, asked)]
    if figures.customers_at_start == 0:
        nobody = _("Nobody was a customer when {period} began.")
        return [nobody.format(period=words.period_name(asked.period)), *_came(figures, asked)]
    changed = [_changed(comparison)] if _changed(comparison) else []
    return [_stayed(figures, asked), *changed, *_came(figures, asked)]


def running_note(figures: Figures) -> str:
    """Why the period's figures will still change; empty where they will not."""
    if figures.is_complete or figures.data_until is None:
        return ""
    name = words.period_name(figures.asked.period)
    if figures.data_until < figures.asked.period.start:
        return _("There are no purchases yet in or after {period}; the last is of {last}.").format(
            period=name, last=day(figures.data_until)
        )
    return _(
        "{period} is not over in the data: the last purchase is of {last}. Customers who have not"
        " bought yet may still do, so these figures will change."
    ).format(period=name, last=day(figures.data_until))
