"""How a kind of number is said, and how two of its values differ, at the digits shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.templatetags.ui import money, rate, whole
from retention.pages import words


@dataclass(frozen=True, slots=True)
class Measure:
    """`said` writes a value, given the currency; a dash where there is none. `difference` says
    how much more or less there is now than before; empty where the digits shown are the same,
    None where there is no per cent to say."""

    said: Callable[[Any, str], str]
    difference: Callable[[float, float], str | None]


def _in_points(now: float, before: float) -> str:
    return words.points(now - before) if round(now - before, 1) else ""


def _in_per_cent(now: float, before: float) -> str | None:
    if before <= 0:
        return "" if now == before else None
    return words.share(now, before) if round(100 * (now - before) / before, 1) else ""


def _in_units(now: float, before: float) -> str:
    return words.units(now - before) if round(now - before, 2) else ""


def _decimal(value: float | None, currency: str) -> str:
    return "–" if value is None else words.number(value, 2)


RATE = Measure(lambda value, currency: rate(value), _in_points)
COUNT = Measure(lambda value, currency: whole(value), _in_per_cent)
DECIMAL = Measure(_decimal, _in_units)
MINOR_MONEY = Measure(money, _in_per_cent)
MAJOR_MONEY = Measure(words.money_of, _in_per_cent)
