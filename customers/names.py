"""Languages, countries, months and places, named in the reader's language."""

import re
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_month_names, get_timezone_location

from core.templatetags.ui import locale
from core.text import fold
from customers.rules.birthdays import YearlyDay

# Languages that shops in Central Europe meet; a file may carry any other code all the same.
LANGUAGES = (
    "en pl cs ro sk de uk hu bg hr sl lt lv et fi sv da nb nl fr es pt it el ru be tr vi zh ar"
)
Choices = list[tuple[str, str]]


def language_name(code: str) -> str:
    """'Polish' for 'pl'; the code itself where it is unknown."""
    try:
        name = Locale.parse(code, sep="-").get_language_name(locale())
    except (ValueError, UnknownLocaleError):
        return code
    return name or code


def country_name(code: str) -> str:
    """'Poland' for 'PL'; the code itself where it is unknown."""
    return str(Locale.parse(locale()).territories.get(code, code))


@cache
def _languages(reader: str) -> Choices:
    names = [(code, language_name(code)) for code in LANGUAGES.split()]
    return [("", "–"), *sorted(names, key=lambda choice: fold(choice[1]))]


@cache
def _countries(reader: str) -> Choices:
    named = [(str(code), str(name)) for code, name in Locale.parse(reader).territories.items()]
    names = [(code, name) for code, name in named if re.fullmatch("[A-Y][A-Z]|Z[A-Y]", code)]
    return [("", "–"), *sorted(names, key=lambda choice: fold(choice[1]))]


def language_choices() -> Choices:
    """For a select, in the order of the reader's alphabet."""
    return _languages(locale())


def country_choices() -> Choices:
    """For a select, in the order of the reader's alphabet."""
    return _countries(locale())


def month_choices() -> list[tuple[str, str]]:
    """For a select: 1 to 12 with names that stand alone."""
    names = get_month_names("wide", context="stand-alone", locale=locale())
    return [("", "–"), *((str(number), names[number]) for number in range(1, 13))]


def place_name(zone: str) -> str:
    """'Warsaw' for 'Europe/Warsaw'."""
    return str(get_timezone_location(zone, locale=locale(), return_city=True))


def yearly_day(yearly: YearlyDay) -> str:
    """'3 May 1985', or '3 May' where the year is unknown."""
    day = date(yearly.year or 2000, yearly.month, yearly.day)
    return str(format_skeleton("yMMMMd" if yearly.year else "MMMMd", day, locale=locale()))
