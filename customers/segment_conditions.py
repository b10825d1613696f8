"""How the kinds of segment fields become conditions: one builder per kind of column.

All builders give conditions that are safe to negate with `customers.segments.denied`.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractMonth
from django.db.models.lookups import Contains as ContainsText
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
    StartsWith,
)

from core import clock
from core.text import fold
from customers.folding import Fold
from customers.rules.segment_dates import MonthDays, coming_days, day_range
from customers.segments import Conditions, Context, denied

_EARLIEST, _LATEST = date(2, 1, 1), date(9998, 12, 31)
_COMPARE = {
    "equals": Exact,
    "on": Exact,
    "more": GreaterThan,
    "less": LessThan,
    "at_least": GreaterThanOrEqual,
    "at_most": LessThanOrEqual,
}


def compare(operator: str, expression: Any, value: Any) -> Q:
    """A number operator on an expression."""
    if operator == "between":
        low, high = value
        return Q(GreaterThanOrEqual(expression, low), LessThanOrEqual(expression, high))
    return Q(_COMPARE[operator](expression, value))


def text_matches(operator: str, expression: Any, value: str) -> Q:
    """A text operator on an expression that is folded already; the value is folded here."""
    wanted = fold(value)
    if operator == "is":
        return Q(Exact(expression, wanted))
    return Q((StartsWith if operator == "begins" else ContainsText)(expression, wanted))


def text(column: str, *, folded: bool = False) -> Conditions:
    """A text column; `folded` where it is stored so. Empty is the empty text."""
    expression = F(column) if folded else Fold(F(column), output_field=CharField())

    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            return Q(**{column: ""}) if operator == "empty" else ~Q(**{column: ""})
        if operator in {"is_not", "lacks"}:
            positive = "is" if operator == "is_not" else "contains"
            return ~text_matches(positive, expression, value)
        return text_matches(operator, expression, value)

    return condition


def choice(column: str, *, convert: Callable[[str], Any] = str, null: bool = False) -> Conditions:
    """A column with one of several values; `convert` gives None for a value it cannot be."""
    nothing = {f"{column}__isnull": True} if null else {column: ""}

    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            return Q(**nothing) if operator == "empty" else ~Q(**nothing)
        known = [key for key in map(convert, value) if key is not None]
        chosen = Q(**{f"{column}__in": known})
        return denied(chosen) if operator == "none_of" else chosen

    return condition


def row_id(text: str) -> int | None:
    """A key of a row out of a choice's text; None where it cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def civil_date(column: str) -> Conditions:
    """A date column."""

    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            return Q(**{f"{column}__isnull": operator == "empty"})
        if operator == "month_is":
            return Q(**{f"{column}__month": value})
        return _range_q(column, operator, value, context, lambda day: day)

    return condition


def civil_ordinal(column: str, instant: str) -> Conditions:
    """A column of day ordinals with the instant it came from beside it, both null at once."""

    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            return Q(**{f"{column}__isnull": operator == "empty"})
        if operator == "month_is":
            return Q(Exact(ExtractMonth(F(instant), tzinfo=context.zone), value))
        return _range_q(column, operator, value, context, date.toordinal)

    return condition


def _range_q(
    column: str, operator: str, value: Any, context: Context, stored: Callable[[date], Any]
) -> Q:
    days = day_range(operator, value, context.today)
    limits = {}
    if days.first is not None:
        limits[f"{column}__gte"] = stored(days.first)
    if days.last is not None:
        limits[f"{column}__lte"] = stored(days.last)
    return Q(**limits)


def instant(expression: Any, *, is_empty: Q | None = None) -> Conditions:
    """An instant, asked by its civil date in the shop's zone. `is_empty` None: never empty."""

    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            assert is_empty is not None
            return is_empty if operator == "empty" else ~is_empty
        if operator == "month_is":
            return Q(Exact(ExtractMonth(expression, tzinfo=context.zone), value))
        days = day_range(operator, value, context.today)
        limits: list[Any] = []
        if days.first is not None:
            limits.append(GreaterThanOrEqual(expression, _start_of(days.first, context)))
        if days.last is not None:
            after = min(days.last, _LATEST) + timedelta(days=1)
            limits.append(LessThan(expression, _start_of(after, context)))
        return Q(*limits)

    return condition


def _start_of(day: date, context: Context) -> datetime:
    """The day's first instant; days beyond what instants can hold in every zone are cut."""
    return clock.start_of_day(max(_EARLIEST, min(day, _LATEST)), context.zone)


def yearly_q(month: str, day: str, operator: str, value: Any, context: Context) -> Q:
    """A day that comes each year, kept in a month and a day column."""
    if operator == "month_is":
        return Q(**{month: value})
    if operator == "this_month":
        return Q(**{month: context.today.month})
    parts = [_in_month(month, day, part) for part in coming_days(context.today, value)]
    return Q(*parts, _connector=Q.OR)


def _in_month(month: str, day: str, part: MonthDays) -> Q:
    return Q(**{month: part.month, f"{day}__range": (part.first, part.last)})


def rows_of(model: type[Model], path: str = "customer", **conditions: Any) -> QuerySet[Any]:
    """The model's rows of the customer in question, for a subquery."""
    return model._default_manager.filter(**{path: OuterRef("pk")}, **conditions)


def has(rows: QuerySet[Any]) -> Q:
    """Whether the customer has any of the rows."""
    return Q(Exists(rows))


def flag(rows: Callable[[], QuerySet[Any]]) -> Conditions:
    """Yes or no: whether the customer has any of the rows."""

    def condition(operator: str, value: Any, context: Context) -> Q:
        return has(rows()) if value else ~has(rows())

    return condition
