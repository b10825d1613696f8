"""A segment said in words: operators, values, whole trees, and what is wrong with a tree."""

from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.ui import locale
from customers.names import month_choices
from customers.rules.segment_language import (
    Condition,
    Group,
    Join,
    Kind,
    Problem,
    SegmentError,
    Shape,
)
from customers.segments import SegmentField, segment_fields

OPERATORS: dict[str, str | Promise] = {
    "contains": gettext_lazy("contains"),
    "is": gettext_lazy("is"),
    "begins": gettext_lazy("begins with"),
    "is_not": gettext_lazy("is not"),
    "lacks": gettext_lazy("does not contain"),
    "empty": gettext_lazy("is empty"),
    "filled": gettext_lazy("is not empty"),
    "at_least": gettext_lazy("at least"),
    "at_most": gettext_lazy("at most"),
    "equals": gettext_lazy("exactly"),
    "more": gettext_lazy("more than"),
    "less": gettext_lazy("less than"),
    "between": gettext_lazy("between"),
    "in_last": gettext_lazy("in the last … days"),
    "more_than_ago": gettext_lazy("more than … days ago"),
    "in_next": gettext_lazy("in the next … days"),
    "this_month": gettext_lazy("this month"),
    "before": gettext_lazy("before"),
    "after": gettext_lazy("after"),
    "on": gettext_lazy("on"),
    "month_is": gettext_lazy("in the month of"),
    "any_of": gettext_lazy("any of"),
    "all_of": gettext_lazy("all of"),
    "none_of": gettext_lazy("none of"),
}
JOINS: dict[str, str | Promise] = {
    Join.ALL: gettext_lazy("All of these hold"),
    Join.ANY: gettext_lazy("Any of these holds"),
    Join.NONE: gettext_lazy("None of these holds"),
}
_PROBLEMS: dict[Problem, str | Promise] = {
    Problem.NOT_A_TREE: gettext_lazy("This filter cannot be read."),
    Problem.EMPTY_GROUP: gettext_lazy("A group is empty: add a condition or remove the group."),
    Problem.TOO_DEEP: gettext_lazy("Groups can stand inside each other five deep at most."),
    Problem.TOO_MANY: gettext_lazy("A filter holds 50 conditions at most."),
    Problem.UNKNOWN_FIELD: gettext_lazy("There is no such field."),
    Problem.UNKNOWN_OPERATOR: gettext_lazy("This field cannot be asked that way."),
    Problem.VALUE_MISSING: gettext_lazy("Fill in the value."),
    Problem.VALUE_UNWANTED: gettext_lazy("This question takes no value."),
    Problem.NOT_TEXT: gettext_lazy("Enter text."),
    Problem.TEXT_TOO_LONG: gettext_lazy("Enter 200 characters at most."),
    Problem.NOT_A_NUMBER: gettext_lazy("Enter a number."),
    Problem.NOT_WHOLE: gettext_lazy("Enter a number with fewer digits after the point."),
    Problem.OUT_OF_RANGE: gettext_lazy("This number is out of range."),
    Problem.NOT_A_DATE: gettext_lazy("Enter a date."),
    Problem.NOT_A_MONTH: gettext_lazy("Choose a month."),
    Problem.NOT_A_CHOICE: gettext_lazy("Choose from the list."),
    Problem.TOO_MANY_ITEMS: gettext_lazy("Choose 50 at most."),
    Problem.WRONG_ORDER: gettext_lazy("The first value must not be above the second."),
    Problem.NOT_A_FLAG: gettext_lazy("Choose yes or no."),
    Problem.MASKED: gettext_lazy("Your role does not see this, so it cannot be asked."),
}


def explain(error: SegmentError) -> str:
    """What is wrong, for people, with the field it is about."""
    message = str(_PROBLEMS[error.problem])
    if error.field in segment_fields:
        label = segment_fields.get(error.field).label
        return _("%(field)s: %(problem)s") % {"field": label, "problem": message}
    return message


def describe(node: Group | Condition, options: dict[str, dict[str, str]] | None = None) -> str:
    """The tree in one line of words. `options` caches the labels of choices by field key."""
    options = {} if options is None else options
    if isinstance(node, Condition):
        return _describe_condition(node, options)
    if not node.parts:
        return _("Everybody")
    parts = [_nested(part, options) for part in node.parts]
    conjunction = _("and") if node.join == Join.ALL else _("or")
    joined = f" {conjunction} ".join(parts)
    if node.join == Join.ALL:
        return joined
    return joined if node.join == Join.ANY else _("not (%(conditions)s)") % {"conditions": joined}


def _nested(part: Group | Condition, options: dict[str, dict[str, str]]) -> str:
    words = describe(part, options)
    wrap = isinstance(part, Group) and len(part.parts) > 1 and part.join != Join.NONE
    return f"({words})" if wrap else words


def _describe_condition(condition: Condition, options: dict[str, dict[str, str]]) -> str:
    field = segment_fields.get(condition.field)
    shape = field.spec().operators()[condition.operator]
    if shape == Shape.FLAG:
        answer = _("yes") if condition.value else _("no")
        return _("%(field)s: %(answer)s") % {"field": field.label, "answer": answer}
    if shape == Shape.DAYS:
        return f"{field.label} {_in_days(condition.operator, condition.value)}"
    words = [str(field.label), str(OPERATORS[condition.operator])]
    if shape != Shape.NOTHING:
        words.append(_value_words(field, shape, condition.value, options))
    return " ".join(words)


def _in_days(operator: str, days: Any) -> str:
    sentence = {
        "in_last": ngettext("in the last %(days)s day", "in the last %(days)s days", days),
        "more_than_ago": ngettext(
            "more than %(days)s day ago", "more than %(days)s days ago", days
        ),
        "in_next": ngettext("in the next %(days)s day", "in the next %(days)s days", days),
    }[operator]
    return sentence % {"days": days}


def _value_words(
    field: SegmentField, shape: Shape, value: Any, options: dict[str, dict[str, str]]
) -> str:
    if shape in {Shape.NUMBERS, Shape.DATES}:
        low, high = (_plain_words(item) for item in value)
        return _("%(low)s and %(high)s") % {"low": low, "high": high}
    if shape == Shape.ITEMS:
        if field.key not in options:
            options[field.key] = {str(key): str(label) for key, label in field.options()}
        return ", ".join(options[field.key].get(item, item) for item in value)
    if shape == Shape.MONTH:
        return dict(month_choices())[str(value)]
    if field.kind == Kind.TEXT:
        return _("“%(text)s”") % {"text": value}
    if field.counted is not None:
        return field.counted(value) % {"number": _plain_words(value)}
    unit = f" {field.unit}" if field.unit else ""
    return f"{_plain_words(value)}{unit}"


def _plain_words(value: Any) -> str:
    if isinstance(value, date):
        return str(format_date(value, "medium", locale=locale()))
    if isinstance(value, int | Decimal):
        return str(format_decimal(value, locale=locale()))
    return str(value)
