"""The filter as a form: conditions and groups that people add, fill in and remove.

Each node has a path ("0-2-1": the second part of the third part of the whole), which names its
fields: `j` join of a group; `f` field, `o` operator, `v` values, `w` second value of a
condition. A button's `do` changes the form and nothing else, so all works without JavaScript.

While the form is being filled in, an answer that does not fit its question (the operator of the
field chosen before) gives way to one that does. Where it is to be used, that would use a filter
which nobody asked for: then it is a mistake, and nothing else is done.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import QueryDict

from accounts.models import User
from customers.names import month_choices
from customers.rules.segment_language import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    Condition,
    Group,
    Join,
    Kind,
    Problem,
    SegmentError,
    Shape,
    render,
)
from customers.segment_words import JOINS, OPERATORS, explain
from customers.segments import Choice, SegmentField, check_asker, parse, segment_fields

FIRST_FIELD = "last_purchase"
# Paths that a form of ours can have: one more level than groups, three digits each.
_PATH = re.compile(r"0(?:-[0-9]{1,3}){0,5}")
# Fields of the form that say a group or a question, wherever they stand.
_ASKS = re.compile(r"[jf][0-9]+(?:-[0-9]+)*")
_ACT = re.compile(r"(add|group|drop):(0(?:-[0-9]{1,3}){0,5})")
# Acts that use the filter as it stands.
_USES = {"show", "save"}
MOST_CHIPS = 12


@dataclass
class Node:
    """A group (`join` set) or a condition, as it stands in the form, right or wrong."""

    path: str
    join: str = ""
    parts: list["Node"] = field(default_factory=list)
    key: str = FIRST_FIELD
    operator: str = ""
    values: list[str] = field(default_factory=list)
    second: str = ""
    error: str = ""
    misfit: Problem | None = None
    user: User | None = None

    @property
    def asked(self) -> SegmentField:
        """The field of a condition; the first one where it is unknown."""
        return segment_fields.get(self.key if self.key in segment_fields else FIRST_FIELD)

    @property
    def shape(self) -> str:
        """What the operator's value looks like."""
        return str(self.asked.spec().operators()[self.operator])

    @property
    def operators(self) -> list[Choice]:
        """The operators of the field, in words."""
        return [(key, OPERATORS[key]) for key in self.asked.spec().operators()]

    @property
    def value(self) -> str:
        """The single value."""
        return self.values[0] if self.values else ""

    @property
    def is_unanswered(self) -> bool:
        """Whether a value is asked for and nothing is given."""
        asks = self.shape != Shape.NOTHING
        return asks and not any(text.strip() for text in [*self.values, self.second])

    @cached_property
    def options(self) -> list[tuple[str, Any, bool]]:
        """What to choose from, and whether it is chosen; chosen ones that are gone stay."""
        if self.shape == Shape.MONTH:
            return [(key, label, key in self.values) for key, label in month_choices() if key]
        offered = [(str(key), label) for key, label in self.asked.options()]
        known = {key for key, _label in offered}
        offered += [(key, key) for key in self.values if key not in known]
        return [(key, label, key in self.values) for key, label in offered]

    @property
    def few_options(self) -> bool:
        """Whether all options can lie open."""
        return len(self.options) <= MOST_CHIPS

    @property
    def field_groups(self) -> list[tuple[str, list[SegmentField]]]:
        """All fields that the person may ask, by group."""
        groups: dict[str, list[SegmentField]] = {}
        for asked in segment_fields:
            if not asked.may_be_asked_by(self.user):
                continue
            groups.setdefault(str(asked.group), []).append(asked)
        return list(groups.items())

    @property
    def joins(self) -> list[Choice]:
        """The three ways in which parts are joined, in words."""
        return list(JOINS.items())

    @property
    def can_nest(self) -> bool:
        """Whether a group fits inside this one."""
        return self.path.count("-") + 2 <= MAX_DEPTH

    @property
    def is_root(self) -> bool:
        """Whether this is the whole."""
        return self.path == "0"

    def raw(self) -> dict[str, Any]:
        """The node as JSON of the segment language, unchecked."""
        if self.join:
            return {self.join: [part.raw() for part in self.parts]}
        raw: dict[str, Any] = {"field": self.key, "operator": self.operator}
        shape = Shape(self.shape)
        if shape in {Shape.NUMBERS, Shape.DATES}:
            raw["value"] = [self.value, self.second]
        elif shape != Shape.NOTHING:
            raw["value"] = self.values if shape == Shape.ITEMS else self.value
        return raw


class FilterForm:
    """A tree of nodes, made from a filter or from what a form sent, for the person who asks."""

    def __init__(self, root: Node, user: User | None) -> None:
        self.root = root
        self.user = user
        self.error = ""
        self.is_too_long = False
        self.is_used = False
        self.is_whole = True
        for node in _nodes(root):
            node.user = user

    @classmethod
    def of(cls, tree: Group, user: User | None = None) -> "FilterForm":
        """The form that shows a filter; nothing asked yet shows one empty condition."""
        root = _node_of(tree, "0")
        if not root.parts:
            root.parts.append(_fitted(Node("0-0")))
        return cls(root, user)

    @classmethod
    def sent(cls, data: QueryDict, user: User | None = None) -> "FilterForm":
        """The form as it was sent, with its `do` done. What cannot be one of ours is left out,
        or a mistake where the filter is to be used."""
        root, asked = _read(data, "0", 0), data.get("do", "")
        act = _ACT.fullmatch(asked)
        if act:
            _do(root, act[1], act[2])
            root = _renumbered(root, "0")
        form = cls(root, user)
        form.is_used = asked in _USES
        form.is_whole = _is_whole(root, data)
        return form

    def tree(self) -> Group | None:
        """The filter; None where something is wrong, which then stands beside its condition. What
        nobody has answered yet is no mistake before the filter is to be used."""
        for node in _conditions(self.root):
            try:
                self._check(node)
            except SegmentError as error:
                node.error = explain(error)
        try:
            if any(node.error for node in _conditions(self.root)):
                self._hush()
                return None
            return self._whole()
        except SegmentError as error:
            self.error = explain(error)
            return None

    def _hush(self) -> None:
        for node in _conditions(self.root):
            if not self.is_used and node.is_unanswered:
                node.error = ""

    def _check(self, node: Node) -> None:
        if self.is_used and node.misfit == Problem.UNKNOWN_FIELD:
            raise SegmentError(node.misfit)
        if self.is_used and node.misfit:
            raise SegmentError(node.misfit, node.key)
        check_asker(parse(node.raw()), self.user)

    def _whole(self) -> Group:
        if self.is_used and not self.is_whole:
            raise SegmentError(Problem.NOT_A_TREE)
        return parse(_without_empty_groups(self.root))


def _node_of(part: Group | Condition, path: str) -> Node:
    if isinstance(part, Group):
        parts = [_node_of(inner, f"{path}-{place}") for place, inner in enumerate(part.parts)]
        return Node(path, join=str(part.join), parts=parts)
    value = render(part).get("value")
    node = Node(path, key=part.field, operator=part.operator)
    if isinstance(value, list) and node.shape != Shape.ITEMS:
        node.values, node.second = [str(value[0])], str(value[1])
    elif value is not None:
        listed = value if isinstance(value, list) else [value]
        node.values = [_as_sent(item) for item in listed]
    return node


def _as_sent(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fitted(node: Node) -> Node:
    """The node with an operator that its field has; a yes or no begins with yes, as it shows.
    `misfit` keeps what gave way to that, unless it was left open."""
    offered = node.asked.spec().operators()
    node.misfit = _misfit(node, list(offered))
    node.key = node.asked.key
    if node.operator not in offered:
        node.operator = next(iter(offered))
    if node.shape == Shape.FLAG and node.value not in {"true", "false"}:
        node.values = ["true"]
    return node


def _misfit(node: Node, offered: list[str]) -> Problem | None:
    if node.key not in segment_fields:
        return Problem.UNKNOWN_FIELD
    # A field that can be asked in one way only sends no operator.
    if node.operator not in offered and (node.operator or len(offered) > 1):
        return Problem.UNKNOWN_OPERATOR
    is_flag = node.asked.kind == Kind.FLAG
    return Problem.NOT_A_FLAG if is_flag and node.value not in {"true", "false"} else None


def _read(data: QueryDict, path: str, depth: int) -> Node:
    """The node at the path and all below it. A missing whole is an empty group."""
    if f"f{path}" in data and path != "0":
        return _fitted(
            Node(
                path,
                key=data.get(f"f{path}", ""),
                operator=data.get(f"o{path}", ""),
                values=data.getlist(f"v{path}")[: MAX_CONDITIONS + 1],
                second=data.get(f"w{path}", ""),
            )
        )
    join = data.get(f"j{path}", "")
    node = Node(path, join=join if join in {*Join} else str(Join.ALL))
    if depth < MAX_DEPTH:
        node.parts = [_read(data, below, depth + 1) for below in _below(data, path)]
    return node


def _is_whole(root: Node, data: QueryDict) -> bool:
    """Whether each group and each question that was sent stands in the tree, joined as it says."""
    read = {node.path for node in _nodes(root)}
    asked = {name for name in data if _ASKS.fullmatch(name)}
    joins = {data.get(name, "") for name in asked if name[0] == "j"}
    return joins <= {*Join} and "f0" not in asked and {name[1:] for name in asked} <= read


def _below(data: QueryDict, path: str) -> list[str]:
    """The paths right below this one, in order."""
    found = set()
    for name in data:
        inner = name[1:]
        if name[:1] in {"j", "f"} and _PATH.fullmatch(inner) and inner.startswith(f"{path}-"):
            found.add(int(inner[len(path) + 1 :].split("-")[0]))
    return [f"{path}-{place}" for place in sorted(found)]


def _conditions(node: Node) -> Iterator[Node]:
    if not node.join:
        yield node
    for part in node.parts:
        yield from _conditions(part)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _nodes(part)


def _do(root: Node, act: str, path: str) -> None:
    """Add a condition or a group at the end of a group, or drop a node."""
    if act == "drop":
        for node in _nodes(root):
            node.parts = [part for part in node.parts if part.path != path]
        return
    target = next((node for node in _nodes(root) if node.path == path and node.join), None)
    if target is None:
        return
    new = _fitted(Node(f"{path}-999"))
    if act == "group" and target.can_nest:
        new = Node(f"{path}-999", join=str(Join.ANY), parts=[_fitted(Node(f"{path}-999-0"))])
    target.parts.append(new)


def _renumbered(node: Node, path: str) -> Node:
    node.path = path
    node.parts = [_renumbered(part, f"{path}-{place}") for place, part in enumerate(node.parts)]
    return node


def _without_empty_groups(root: Node) -> dict[str, Any]:
    """The raw tree without groups in which nobody has put anything yet; the whole may be empty."""
    parts = [part for part in root.parts if not part.join or _has_conditions(part)]
    if not root.join:
        return root.raw()
    if not parts:
        return {str(Join.ALL): []}
    return {root.join: [_without_empty_groups(part) for part in parts]}


def _has_conditions(node: Node) -> bool:
    return next(_conditions(node), None) is not None
