"""Template tags of the house: icons, money, numbers, times, query strings. Built in everywhere."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from core import clock
from core.money import Money
from core.navigation import Link, Waiting

register = template.Library()


def locale() -> str:
    """The reader's locale for Babel; English readers here write dates the European way."""
    language = get_language() or "en"
    return "en_GB" if language == "en" else language.replace("-", "_")


@cache
def _icon_body(name: str) -> str:
    path = Path(settings.ICONS_DIR) / f"{name}.svg"
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 (our own asset)
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    return "".join(ElementTree.tostring(child, encoding="unicode") for child in root)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of Bootstrap Icons, drawn inline in the colour of the text; hidden from readers."""
    body = mark_safe(_icon_body(name))  # noqa: S308 (our own asset, not a user's text)
    return format_html(
        '<svg class="icon {}" width="16" height="16" fill="currentColor" viewBox="0 0 16 16"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        css,
        body,
    )


@register.simple_tag
def waiting(link: Link, user: object) -> Waiting | None:
    """What waits behind a link of the rail for the person; None where nothing is counted."""
    return link.waiting(user) if link.waiting else None


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Minor units as the reader's locale writes money; a dash for None."""
    return "–" if minor is None else Money(minor, currency).display(locale())


@register.filter
def whole(value: int | None) -> str:
    """A whole number with the locale's grouping; a dash for None."""
    return "–" if value is None else str(format_decimal(value, locale=locale()))


@register.filter
def rate(value: float | None, digits: int = 1) -> str:
    """A rate in per cent (12.345 -> '12.3 %'); a dash for None."""
    if value is None:
        return "–"
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return f"{format_decimal(value, format=pattern, locale=locale())}\N{NO-BREAK SPACE}%"


@register.filter
def day(value: date | datetime | None, width: str = "long") -> str:
    """A civil date in words; instants are first put into the active time zone."""
    if value is None:
        return "–"
    plain = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return str(format_date(plain, format=width, locale=locale()))


@register.filter
def clock_time(value: datetime) -> str:
    """Hours and minutes in the active time zone."""
    return str(format_datetime(timezone.localtime(value), "HH:mm", locale=locale()))


@register.filter
def ago(value: datetime | None) -> SafeString | str:
    """How long ago, in words, with the exact instant on hover and for screen readers."""
    if value is None:
        return "–"
    words = format_timedelta(value - clock.now(), add_direction=True, locale=locale())
    exact = format_datetime(timezone.localtime(value), "d MMMM y HH:mm", locale=locale())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """An instant to come: "now", the time where it is today, else the day too."""
    if value is None:
        return "–"
    here, today = timezone.localtime(value), timezone.localtime(clock.now())
    if value <= clock.now():
        words = gettext("at once")
    elif here.date() == today.date():
        words = gettext("at %(time)s") % {"time": format_datetime(here, "HH:mm", locale=locale())}
    else:
        day_words = format_datetime(here, "d MMMM HH:mm", locale=locale())
        words = gettext("on %(day)s") % {"day": day_words}
    exact = format_datetime(here, "d MMMM y HH:mm:ss", locale=locale())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


@register.filter
def wall_time(value: datetime) -> str:
    """Day and minute on the wall of the instant's own zone: 'Monday 23 November 08:00'."""
    return str(format_datetime(value, "EEEE d MMMM HH:mm", locale=locale()))


@register.filter
def initials(name: object) -> str:
    """The first letters of the first and last word of a name, for its tile; at most two."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def at(items: Sequence[Any], index: int) -> Any:
    """The item at an index that is only known in the template; None beyond the end."""
    return items[index] if index < len(items) else None


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """A value by a key that is only known in the template; None where there is none."""
    return mapping.get(key)


@register.simple_tag
def percent_of(part: float, whole: float) -> int:
    """Part of whole in whole per cent, 0 where the whole is 0: for widths and bars."""
    return round(100 * part / whole) if whole else 0
