"""MJML as people write it, read strictly: a tree of known elements, or problems with their lines.

The compiler behind it accepts unknown elements in silence and stops at truncated ones without
saying where; so everything is read here first, and only what is known is handed on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from messaging.rules.liquid import BETWEEN, OPENERS, PLACEHOLDER, Token
from messaging.rules.mjml_words import (
    ATTRIBUTES,
    CHILDREN,
    ENDING,
    FILLED,
    IMAGE_SCHEMES,
    KNOWN,
    LINK_SCHEMES,
    LINKS,
    SCHEME,
    STYLE_REFUSED,
    VALUE_REFUSED,
)
from messaging.rules.problems import lines_of, wrong

_TAG = re.compile(
    r"<(/?)([a-zA-Z][\w-]*)((?:\s+[^\s=<>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?)*)\s*(/?)>"
)
_ATTRIBUTE = re.compile(r"([^\s=<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'))?")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MAX_DEPTH = 12


@dataclass(slots=True)
class Node:
    """One element, or a mark of Liquid between elements (`name` "" and `content` the mark).

    `start` and `end` bound an ending element's content in the protected source.
    """

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    content: str = ""
    start: int = 0
    end: int = 0

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


class _Reader:
    """Reads protected MJML from left to right; one open element per level."""

    def __init__(self, source: str, tokens: list[Token]) -> None:
        self.source, self.tokens, self.position = source, tokens, 0
        self.line_at = lines_of(source)
        self.root = Node("", 1)
        self.open = [self.root]

    def line(self) -> int:
        return self.line_at(self.position)

    def read(self) -> Node:
        while self.position < len(self.source):
            self._step()
        if len(self.open) > 1:
            raise wrong("unclosed", self.open[-1].line, tag=self.open[-1].name)
        if not self.root.children:
            raise wrong("empty")
        return self.root.children[0]

    def _step(self) -> None:
        comment = _COMMENT.match(self.source, self.position)
        if comment:
            self.position = comment.end()
        elif self.source[self.position] == "<":
            self._tag()
        else:
            self._between()

    def _between(self) -> None:
        """White space and Liquid between elements; anything else belongs into an mj-text."""
        end = self.source.find("<", self.position)
        text = self.source[self.position : end if end >= 0 else len(self.source)]
        for match in re.finditer(rf"{PLACEHOLDER.pattern}|\S+?(?=\s|\ue000|$)", text):
            line = self.line_at(self.position + match.start())
            self._mark(match, line)
        self.position += len(text)

    def _mark(self, match: re.Match[str], line: int) -> None:
        token = self.tokens[int(match[1])] if match[1] else None
        if token is None or not token.tag:
            raise wrong("stray_text", line, text=(token.source if token else match[0])[:40])
        if self.open[-1].name not in {"mj-body", "mj-wrapper", "mj-section", "mj-column"}:
            raise wrong("stray_text", line, text=token.source[:40])
        self.open[-1].children.append(Node("", line, content=match[0]))

    def _tag(self) -> None:
        match = _TAG.match(self.source, self.position)
        if match is None:
            raise wrong("broken_tag", self.line(), text=self.source[self.position :][:30])
        closing, name, attributes, alone = match.groups()
        if closing:
            self._close(name)
            self.position = match.end()
            return
        node = Node(name, self.line())
        self._refuse_misplaced(node)
        node.attributes = self._attributes(attributes)
        self.open[-1].children.append(node)
        self.position = match.end()
        if not alone:
            self._enter(node)

    def _enter(self, node: Node) -> None:
        if node.name not in ENDING:
            self.open.append(node)
            return
        closing = re.compile(rf"</{node.name}\s*>").search(self.source, self.position)
        if closing is None:
            raise wrong("unclosed", node.line, tag=node.name)
        node.start, node.end = self.position, closing.start()
        node.content = self.source[node.start : node.end]
        self.position = closing.end()

    def _close(self, name: str) -> None:
        if len(self.open) == 1 or self.open[-1].name != name:
            raise wrong("unexpected_end", self.line(), tag=name)
        self.open.pop()

    def _refuse_misplaced(self, node: Node) -> None:
        parent = self.open[-1].name
        if node.name not in KNOWN:
            raise wrong("unknown_tag", node.line, tag=node.name)
        if node.name not in CHILDREN.get(parent, frozenset()) or len(self.open) > MAX_DEPTH:
            raise wrong("misplaced", node.line, tag=node.name, parent=parent or "-")
        if not parent and self.root.children:
            raise wrong("misplaced", node.line, tag=node.name, parent="-")

    def _attributes(self, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, double, single in _ATTRIBUTE.findall(text):
            value = double or single
            if name not in ATTRIBUTES:
                raise wrong("unknown_attribute", self.line(), name=name)
            self._refuse_value(name, value)
            found[name] = value
        return found

    def _refuse_value(self, name: str, value: str) -> None:
        marks = [self.tokens[int(number)] for number in PLACEHOLDER.findall(value)]
        if any(name not in FILLED or token.tag for token in marks):
            raise wrong("liquid_in_attribute", self.line(), name=name)
        if name in LINKS:
            refuse_link(value, self.line(), image=name == "src")
        elif name not in FILLED and VALUE_REFUSED.search(value):
            raise wrong("bad_value", self.line(), name=name, value=value[:60])


def refuse_link(value: str, line: int, *, image: bool = False) -> None:
    """Refuse an address that no mail program should follow: a script, a file, a bare word."""
    plain = re.sub(r"[\x00-\x20]", "", value)
    scheme = SCHEME.match(plain)
    allowed = IMAGE_SCHEMES if image else LINK_SCHEMES
    if scheme and scheme[1].lower() not in allowed:
        raise wrong("bad_link", line, value=value[:60])
    if not scheme and not PLACEHOLDER.match(plain):
        raise wrong("relative_link", line, value=value[:60])


def read(source: str, tokens: list[Token]) -> Node:
    """The tree of protected MJML. Raises `TemplateWrong` at the first problem."""
    root = _Reader(source, tokens).read()
    bodies = [child for child in root.children if child.name == "mj-body"]
    if len(bodies) != 1:
        raise wrong("no_body")
    for second in [child for child in root.children if child.name == "mj-head"][1:]:
        raise wrong("misplaced", second.line, tag="mj-head", parent="mjml")
    if not any(child.name for child in bodies[0].children):
        raise wrong("empty", bodies[0].line)
    for node in root.walk():
        refuse_unbalanced([child for child in node.children if not child.name], tokens)
        if node.name == "mj-style":
            _refuse_style(node)
    return root


def refuse_unbalanced(marks: list[Node], tokens: list[Token]) -> None:
    """Liquid must end where it began: in the same element."""
    opened: list[tuple[str, int]] = []
    for mark in marks:
        for number in PLACEHOLDER.findall(mark.content):
            tag = tokens[int(number)].tag
            if tag in OPENERS:
                opened.append((tag, mark.line))
            elif tag in OPENERS.values():
                if not opened or OPENERS[opened.pop()[0]] != tag:
                    raise wrong("liquid_across", mark.line, tag=tag)
            elif tag in BETWEEN and not opened:
                raise wrong("liquid_across", mark.line, tag=tag)
    if opened:
        raise wrong("liquid_across", opened[-1][1], tag=opened[-1][0])


def _refuse_style(node: Node) -> None:
    found = STYLE_REFUSED.search(node.content) or PLACEHOLDER.search(node.content)
    if found:
        line = node.line + node.content.count("\n", 0, found.start())
        raise wrong("bad_style", line, value=found[0])
