"""Periods, changes and linked numbers as readers see them."""

from datetime import timedelta
from decimal import Decimal

from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.clock import month_start
from core.money import minor_digits, to_minor
from core.templatetags.ui import locale, money, rate, whole
from retention.rules.periods import Period


def month_name(number: int) -> str:
    """'November 2026', standing alone."""
    return str(format_skeleton("yMMMM", month_start(number), locale=locale()))


def short_month(number: int) -> str:
    """'Nov', standing alone."""
    return str(format_date(month_start(number), "LLL", locale=locale()))


def month_with_year(number: int) -> str:
    """'Nov 2026', standing alone."""
    return str(format_skeleton("yMMM", month_start(number), locale=locale()))


def period_name(period: Period) -> str:
    """'November 2026' for a calendar month, else its first and last day."""
    if period.month is not None:
        return month_name(period.month)
    last = period.end - timedelta(days=1)
    return str(format_interval(period.start, last, "yMMMd", locale=locale()))


def linked(text: str, href: str) -> SafeString:
    """A number that opens the list behind it."""
    return format_html('<a href="{}">{}</a>', href, text)


def number(value: float, digits: int = 1) -> str:
    """A decimal number with this many digits, as the reader writes it."""
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(value, format=pattern, locale=locale()))


def money_of(major: Decimal | None, currency: str) -> str:
    """Major units, rounded half up to what coins there are; a dash for None."""
    return money(None if major is None else to_minor(major, currency), currency)


def whole_money(minor: float, currency: str) -> str:
    """Money in whole major units without the currency's name, for places with little room."""
    return whole(round(minor / 10 ** minor_digits(currency)))


def short_number(value: float) -> str:
    """A round number in little room: 12000 -> '12K' as the reader's language shortens it."""
    return str(format_compact_decimal(value, locale=locale(), fraction_digits=1))


def points(change: float) -> str:
    """A change of a rate in percentage points: '1.2 points more'."""
    words = _("{number} points more") if change > 0 else _("{number} points less")
    return words.format(number=number(abs(change)))


def share(now: float, before: float) -> str:
    """A change of an amount in per cent of what it was: '5 % less'."""
    change = 100 * (now - before) / before
    words = _("{number} more") if change > 0 else _("{number} less")
    return words.format(number=rate(abs(change)))


def units(change: float) -> str:
    """A change of a small number in its own unit: '0.12 more'."""
    words = _("{number} more") if change > 0 else _("{number} less")
    return words.format(number=number(abs(change), 2))
