"""The short form of a segment tree, for addresses that people share.

    all(city.is:Poznań,none(last_purchase.in_last:90),tags.any_of:vip|regular)

Signs of the form itself inside a value are written `~` and two hexadecimal digits.
"""

import json
import re
from typing import Any, NoReturn

from customers.rules.segment_language import (
    MAX_DEPTH,
    Condition,
    Group,
    Join,
    Problem,
    SegmentError,
    Shape,
    Specs,
    parse,
    render,
)

MAX_LENGTH = 20_000
_RESERVED = re.compile(r"[(),:|~]")
_ESCAPE = re.compile(r"~([0-9A-F]{2})")
_TOKEN = re.compile(r"(all|any|none)\(|\)|,|([a-z0-9_]+)\.([a-z_]+)(?::([^(),:]*))?")
_MANY = {Shape.ITEMS, Shape.NUMBERS, Shape.DATES}


def write_text(tree: Group) -> str:
    """The tree in its short form; "" for everybody."""
    return _write(tree) if tree.parts else ""


def write_outline(tree: Group) -> str:
    """What the tree asks of without the values, which may name people: 'all(city.is)'."""
    return _outline(tree) if tree.parts else ""


def read_text(text: str, specs: Specs) -> Group:
    """The inverse of `write_text`; raises `SegmentError` and nothing else."""
    if not text.strip():
        return Group(Join.ALL)
    if len(text) > MAX_LENGTH:
        raise SegmentError(Problem.TOO_MANY)
    raw, end = _read(text, 0, specs, 1)
    if end != len(text):
        _broken()
    return parse(raw, specs)


def read_json(text: str, specs: Specs) -> Group:
    """The tree of a JSON text, as files and programs give it; raises only `SegmentError`."""
    try:
        raw = json.loads(text) if len(text) <= MAX_LENGTH * 5 else None
    except (ValueError, RecursionError):
        raw = None
    return parse(raw, specs)


def _outline(node: Group | Condition) -> str:
    if isinstance(node, Group):
        return f"{node.join}({','.join(_outline(part) for part in node.parts)})"
    return f"{node.field}.{node.operator}"


def _write(node: Group | Condition) -> str:
    if isinstance(node, Group):
        return f"{node.join}({','.join(_write(part) for part in node.parts)})"
    name = f"{node.field}.{node.operator}"
    if node.value is None:
        return name
    value = render(node)["value"]
    items = value if isinstance(value, list) else [value]
    return f"{name}:{'|'.join(_escape(item) for item in items)}"


def _escape(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _RESERVED.sub(lambda found: f"~{ord(found[0]):02X}", text)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def _broken() -> NoReturn:
    raise SegmentError(Problem.NOT_A_TREE)


def _read(text: str, start: int, specs: Specs, depth: int) -> tuple[dict[str, Any], int]:
    """The raw JSON of the node at `start`, and where it ends."""
    found = _TOKEN.match(text, start)
    if found is None or found[0] in {")", ","}:
        _broken()
    if found[1] is None:
        return _read_condition(found, specs), found.end()
    if depth > MAX_DEPTH:
        raise SegmentError(Problem.TOO_DEEP)
    parts, place = [], found.end()
    while True:
        part, place = _read(text, place, specs, depth + 1)
        parts.append(part)
        sign = text[place : place + 1]
        if sign not in {",", ")"}:
            _broken()
        place += 1
        if sign == ")":
            return {found[1]: parts}, place


def _read_condition(found: re.Match[str], specs: Specs) -> dict[str, Any]:
    field, operator, value = found[2], found[3], found[4]
    raw: dict[str, Any] = {"field": field, "operator": operator}
    if value is not None:
        items = [_unescape(item) for item in value.split("|")]
        spec = specs.get(field)
        shape = spec.operators().get(operator) if spec else None
        raw["value"] = items if shape in _MANY else "|".join(items)
    return raw
