"""The filters of mail templates that know the reader's language: numbers, money, days, plurals."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal
from liquid.exceptions import FilterArgumentError

Filter = Callable[..., object]
STYLES = ("short", "medium", "long", "full")
LOCALES = {"en": "en_GB"}
# The order in which forms are given, as people of the language count: 1, 2, 5.
FORMS = {"en": ("one", "other"), "ro": ("one", "few", "other")}
SLAVIC = {"pl": ("one", "few", "many"), "cs": ("one", "few", "other")}


def _decimal(value: object) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise FilterArgumentError(f"{value!r} is not a number", token=None) from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        raise FilterArgumentError(f"{value!r} is not a number", token=None)
    return number


def _number(locale: Locale) -> Filter:
    """1234.5 as 1,234.5 in English; nothing for nothing."""
    return lambda value: "" if value is None else format_decimal(_decimal(value), locale=locale)


def _money(locale: Locale) -> Filter:
    """A dict of amount and currency as 12,30 zł; nothing for nothing."""

    def money(value: object) -> str:
        if value is None:
            return ""
        if not isinstance(value, Mapping) or not {"amount", "currency"} <= set(value):
            raise FilterArgumentError("not an amount of money", token=None)
        currency = str(value["currency"])
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise FilterArgumentError("not a currency", token=None)
        return format_currency(_decimal(value["amount"]), currency, locale=locale)

    return money


def _date(locale: Locale) -> Filter:
    """An ISO date as 22 November 2026; style "day" leaves the year out."""

    def day(value: object, style: object = "long") -> str:
        if value is None:
            return ""
        try:
            moment = date.fromisoformat(str(value)[:10])
        except ValueError as error:
            raise FilterArgumentError(f"{value!r} is not a date", token=None) from error
        if style == "day":
            return format_skeleton("MMMMd", moment, locale=locale)
        if style not in STYLES:
            raise FilterArgumentError(f"{style!r} is no style of dates", token=None)
        return format_date(moment, str(style), locale=locale)

    return day


def forms_of(language: str) -> tuple[str, ...]:
    """The plural forms a language asks for, in the order in which templates give them."""
    return SLAVIC.get(language) or FORMS.get(language) or FORMS["en"]


def _plural(language: str, locale: Locale) -> Filter:
    """The form of a word that fits a number: `{{ 5 | plural: "punkt", "punkty", "punktów" }}`."""
    names = forms_of(language)

    def plural(value: object, *forms: object) -> object:
        if len(forms) != len(names):
            raise FilterArgumentError(f"plural needs {len(names)} forms", token=None)
        category = locale.plural_form(_decimal(value))
        return forms[names.index(category) if category in names else len(names) - 1]

    return plural


def language_filters(language: str) -> dict[str, Filter]:
    """The filters of one language, by name."""
    locale = Locale.parse(LOCALES.get(language, language))
    return {
        "number": _number(locale),
        "money": _money(locale),
        "date": _date(locale),
        "plural": _plural(language, locale),
    }
