"""The segment language: who belongs, said as a tree of groups and conditions.

    {"all": [{"field": "city", "operator": "is", "value": "Poznań"},
             {"none": [{"field": "last_purchase", "operator": "in_last", "value": 90}]}]}

`parse` takes JSON that nobody has checked and gives a `Group` or a `SegmentError`, nothing else.
The tree knows nothing of tables; which fields exist is said by `FieldSpec`s. `render` is the
inverse of `parse`. The short form for addresses is `customers.rules.segment_text`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.text import is_storable

MAX_DEPTH = 5
MAX_CONDITIONS = 50
MAX_ITEMS = 50
MAX_TEXT = 200
MAX_DAYS = 36_500
MAX_NUMBER = 10**12


class Join(StrEnum):
    """How a group's parts are joined."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


class Kind(StrEnum):
    """What a field holds; it says which operators there are."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YEARLY = "yearly"  # a day that comes again each year
    CHOICE = "choice"
    TAGS = "tags"
    FLAG = "flag"


class Shape(StrEnum):
    """What an operator's value looks like."""

    NOTHING = "nothing"
    TEXT = "text"
    ITEMS = "items"
    NUMBER = "number"
    NUMBERS = "numbers"
    DAYS = "days"
    DATE = "date"
    DATES = "dates"
    MONTH = "month"
    FLAG = "flag"


class Problem(StrEnum):
    """What can be wrong with a tree; worded for people in `customers.segment_words`."""

    NOT_A_TREE = "not_a_tree"
    EMPTY_GROUP = "empty_group"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_OPERATOR = "unknown_operator"
    VALUE_MISSING = "value_missing"
    VALUE_UNWANTED = "value_unwanted"
    NOT_TEXT = "not_text"
    TEXT_TOO_LONG = "text_too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_DATE = "not_a_date"
    NOT_A_MONTH = "not_a_month"
    NOT_A_CHOICE = "not_a_choice"
    TOO_MANY_ITEMS = "too_many_items"
    WRONG_ORDER = "wrong_order"
    NOT_A_FLAG = "not_a_flag"
    MASKED = "masked"


class SegmentError(Exception):
    """A tree that cannot be used; `field` is the key it stumbled over, "" where none."""

    def __init__(self, problem: Problem, field: str = "") -> None:
        super().__init__(f"{problem} {field}".strip())
        self.problem = problem
        self.field = field


_EMPTY = {"empty": Shape.NOTHING, "filled": Shape.NOTHING}
OPERATORS: dict[Kind, dict[str, Shape]] = {
    Kind.TEXT: {
        "contains": Shape.TEXT,
        "is": Shape.TEXT,
        "begins": Shape.TEXT,
        "is_not": Shape.TEXT,
        "lacks": Shape.TEXT,
        **_EMPTY,
    },
    Kind.NUMBER: {
        "at_least": Shape.NUMBER,
        "at_most": Shape.NUMBER,
        "equals": Shape.NUMBER,
        "more": Shape.NUMBER,
        "less": Shape.NUMBER,
        "between": Shape.NUMBERS,
        **_EMPTY,
    },
    Kind.DATE: {
        "in_last": Shape.DAYS,
        "more_than_ago": Shape.DAYS,
        "in_next": Shape.DAYS,
        "this_month": Shape.NOTHING,
        "between": Shape.DATES,
        "before": Shape.DATE,
        "after": Shape.DATE,
        "on": Shape.DATE,
        "month_is": Shape.MONTH,
        **_EMPTY,
    },
    Kind.YEARLY: {
        "in_next": Shape.DAYS,
        "this_month": Shape.NOTHING,
        "month_is": Shape.MONTH,
        **_EMPTY,
    },
    Kind.CHOICE: {"any_of": Shape.ITEMS, "none_of": Shape.ITEMS, **_EMPTY},
    Kind.TAGS: {"any_of": Shape.ITEMS, "all_of": Shape.ITEMS, "none_of": Shape.ITEMS, **_EMPTY},
    Kind.FLAG: {"is": Shape.FLAG},
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What the language has to know of a field.

    `choices` None: any text is a choice (tags, owners: they come and go). `decimals` is the
    number of digits after the point, 0 for whole numbers. `always_filled` fields have no
    operators for empty and filled.
    """

    key: str
    kind: Kind
    choices: frozenset[str] | None = None
    decimals: int = 0
    always_filled: bool = False

    def operators(self) -> dict[str, Shape]:
        """Operator -> shape of its value, in the order in which they are offered."""
        offered = OPERATORS[self.kind]
        return {key: offered[key] for key in offered if not (self.always_filled and key in _EMPTY)}


Value = None | str | int | bool | Decimal | date | tuple[str, ...] | tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, an operator and a value of the operator's shape."""

    field: str
    operator: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which all, any or none must hold. Only the outermost may be empty: everybody."""

    join: Join
    parts: tuple["Group | Condition", ...] = ()


Specs = Mapping[str, FieldSpec]
EVERYBODY = Group(Join.ALL)


def parse(raw: object, specs: Specs) -> Group:
    """The tree that the raw JSON value says; a lone condition becomes a group of one.

    Numbers, months and flags may come as text, `{"not": part}` is a group of none. Raises
    `SegmentError` and nothing else.
    """
    if raw == render(EVERYBODY):
        return EVERYBODY
    node = _node(raw, specs, 1)
    if sum(1 for _condition in conditions(node)) > MAX_CONDITIONS:
        raise SegmentError(Problem.TOO_MANY)
    return node if isinstance(node, Group) else Group(Join.ALL, (node,))


def conditions(node: Group | Condition) -> list[Condition]:
    """All conditions of the tree, in order."""
    if isinstance(node, Condition):
        return [node]
    return [found for part in node.parts for found in conditions(part)]


def render(node: Group | Condition) -> dict[str, Any]:
    """The tree as plain JSON: dates and decimals as text."""
    if isinstance(node, Group):
        return {str(node.join): [render(part) for part in node.parts]}
    plain: dict[str, Any] = {"field": node.field, "operator": node.operator}
    if node.value is not None:
        plain["value"] = _plain(node.value)
    return plain


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _join_of(raw: dict[Any, Any]) -> str:
    """The one key of a group; "" where it is none."""
    key = next(iter(raw)) if len(raw) == 1 else ""
    return key if isinstance(key, str) and key in {*Join, "not"} else ""


def _node(raw: object, specs: Specs, depth: int) -> Group | Condition:
    if not isinstance(raw, dict):
        raise SegmentError(Problem.NOT_A_TREE)
    join = _join_of(raw)
    return _group(join, raw[join], specs, depth) if join else _condition(raw, specs)


def _group(join: str, parts: object, specs: Specs, depth: int) -> Group:
    if depth > MAX_DEPTH:
        raise SegmentError(Problem.TOO_DEEP)
    if join == "not":
        return Group(Join.NONE, (_node(parts, specs, depth + 1),))
    if not isinstance(parts, list):
        raise SegmentError(Problem.NOT_A_TREE)
    if not parts:
        raise SegmentError(Problem.EMPTY_GROUP)
    if len(parts) > MAX_CONDITIONS:
        raise SegmentError(Problem.TOO_MANY)
    return Group(Join(join), tuple(_node(part, specs, depth + 1) for part in parts))


def _condition(raw: dict[Any, Any], specs: Specs) -> Condition:
    if not {"field", "operator"} <= set(raw) <= {"field", "operator", "value"}:
        raise SegmentError(Problem.NOT_A_TREE)
    key, operator = raw["field"], raw["operator"]
    if not isinstance(key, str) or key not in specs:
        raise SegmentError(Problem.UNKNOWN_FIELD, key[:40] if isinstance(key, str) else "")
    spec = specs[key]
    if not isinstance(operator, str) or operator not in spec.operators():
        raise SegmentError(Problem.UNKNOWN_OPERATOR, key)
    return Condition(key, operator, read_value(spec, operator, raw.get("value")))


def read_value(spec: FieldSpec, operator: str, raw: object) -> Value:
    """The value of an operator that the field has, checked; `SegmentError` otherwise."""
    shape = spec.operators()[operator]
    if shape == Shape.NOTHING:
        if raw not in (None, "", []):
            raise SegmentError(Problem.VALUE_UNWANTED, spec.key)
        return None
    if raw is None or raw in ("", []):
        raise SegmentError(Problem.VALUE_MISSING, spec.key)
    return _READERS[shape](raw, spec)


def _text(raw: object, spec: FieldSpec) -> str:
    if not isinstance(raw, str) or not is_storable(raw):
        raise SegmentError(Problem.NOT_TEXT, spec.key)
    text = raw.strip()
    if not text:
        raise SegmentError(Problem.VALUE_MISSING, spec.key)
    if len(text) > MAX_TEXT:
        raise SegmentError(Problem.TEXT_TOO_LONG, spec.key)
    return text


def _items(raw: object, spec: FieldSpec) -> tuple[str, ...]:
    listed = raw if isinstance(raw, list | tuple) else [raw]
    if len(listed) > MAX_ITEMS:
        raise SegmentError(Problem.TOO_MANY_ITEMS, spec.key)
    items = tuple(dict.fromkeys(_text(item, spec) for item in listed))
    if spec.choices is not None and not spec.choices.issuperset(items):
        raise SegmentError(Problem.NOT_A_CHOICE, spec.key)
    return items


_NUMERAL = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,6})?")


def _decimal(raw: object, spec: FieldSpec) -> Decimal:
    """A finite number of any JSON spelling; NaN, infinity and truth values are none."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Decimal(raw) if abs(raw) <= MAX_NUMBER else _out_of_range(spec)
    text = str(raw) if isinstance(raw, float) else raw
    if isinstance(text, str) and _NUMERAL.fullmatch(text.strip()):
        return Decimal(text.strip().replace(",", "."))
    raise SegmentError(Problem.NOT_A_NUMBER, spec.key)


def _out_of_range(spec: FieldSpec) -> Decimal:
    raise SegmentError(Problem.OUT_OF_RANGE, spec.key)


def _number(raw: object, spec: FieldSpec) -> int | Decimal:
    number = _decimal(raw, spec)
    if abs(number) > MAX_NUMBER:
        _out_of_range(spec)
    if number != round(number, spec.decimals):
        raise SegmentError(Problem.NOT_WHOLE, spec.key)
    return number if spec.decimals else int(number)


def _days(raw: object, spec: FieldSpec) -> int:
    days = _decimal(raw, spec)
    if days != int(days):
        raise SegmentError(Problem.NOT_WHOLE, spec.key)
    if not 0 <= days <= MAX_DAYS:
        raise SegmentError(Problem.OUT_OF_RANGE, spec.key)
    return int(days)


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _date(raw: object, spec: FieldSpec) -> date:
    try:
        if isinstance(raw, str) and _ISO_DAY.fullmatch(raw.strip()):
            return date.fromisoformat(raw.strip())
    except ValueError:
        pass
    raise SegmentError(Problem.NOT_A_DATE, spec.key)


def _month(raw: object, spec: FieldSpec) -> int:
    try:
        month = _decimal(raw, spec)
    except SegmentError:
        raise SegmentError(Problem.NOT_A_MONTH, spec.key) from None
    if month != int(month) or not 1 <= month <= 12:
        raise SegmentError(Problem.NOT_A_MONTH, spec.key)
    return int(month)


def _flag(raw: object, spec: FieldSpec) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw in {"true", "false"}:
        return raw == "true"
    raise SegmentError(Problem.NOT_A_FLAG, spec.key)


def _pair(read: Callable[[object, FieldSpec], Any]) -> Callable[[object, FieldSpec], Value]:
    def read_pair(raw: object, spec: FieldSpec) -> Value:
        if not isinstance(raw, list | tuple) or len(raw) != 2 or any(x in ("", None) for x in raw):
            raise SegmentError(Problem.VALUE_MISSING, spec.key)
        low, high = read(raw[0], spec), read(raw[1], spec)
        if low > high:
            raise SegmentError(Problem.WRONG_ORDER, spec.key)
        return low, high

    return read_pair


_READERS: dict[Shape, Callable[[object, FieldSpec], Value]] = {
    Shape.TEXT: _text,
    Shape.ITEMS: _items,
    Shape.NUMBER: _number,
    Shape.NUMBERS: _pair(_number),
    Shape.DAYS: _days,
    Shape.DATE: _date,
    Shape.DATES: _pair(_date),
    Shape.MONTH: _month,
    Shape.FLAG: _flag,
}
