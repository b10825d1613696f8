"""What people write inside a text, button or table: checked strictly, then cleaned once more."""

import re
from html.parser import HTMLParser

import nh3

from messaging.rules.liquid import CLOSE, OPEN, OPENERS, PLACEHOLDER, Token
from messaging.rules.mjml import Node, refuse_link
from messaging.rules.mjml_words import (
    HTML_ATTRIBUTES,
    HTML_TAGS,
    LINK_SCHEMES,
    LINKS,
    STYLE_REFUSED,
    STYLES,
    VOID,
)
from messaging.rules.problems import lines_of, wrong

_VALUE = r"\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+"
_ATTRIBUTE = rf"\s+[^\s\"'<>/=]+(?:\s*=\s*(?:{_VALUE}))?"
_WHOLE = re.compile(rf"<!--.*?-->|<[!?][^>]*>|</?[a-zA-Z][\w-]*(?:{_ATTRIBUTE})*\s*/?>", re.DOTALL)
_BEGINS = re.compile(r"<[a-zA-Z/!?]")
_COMMENT_MARK = re.compile(r"<!--liquid(\d+)-->")
# Elements that may stay open in HTML; closing them is left to the cleaner.
_FORGIVEN = frozenset({"p", "li", "td", "th", "tr", "tbody", "thead", "tfoot"})


class _Checker(HTMLParser):
    """Refuses unknown elements, attributes, scripts and Liquid that crosses elements."""

    def __init__(self, node: Node, tokens: list[Token]) -> None:
        super().__init__(convert_charrefs=True)
        self.node, self.tokens = node, tokens
        self.open: list[str] = []
        self.liquid: list[tuple[str, tuple[str, ...], int]] = []

    def line(self) -> int:
        return self.node.line + self.getpos()[0] - 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HTML_TAGS:
            raise wrong("html_tag", self.line(), tag=tag)
        for name, value in attrs:
            self._refuse_attribute(tag, name, value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in _FORGIVEN:
            self.open.pop()
        if tag in VOID or not self.open or self.open.pop() != tag:
            raise wrong("unexpected_end", self.line(), tag=tag)

    def handle_data(self, data: str) -> None:
        for number in PLACEHOLDER.findall(data):
            self._liquid(self.tokens[int(number)])

    def _refuse_attribute(self, tag: str, name: str, value: str) -> None:
        allowed = HTML_ATTRIBUTES["*"] | HTML_ATTRIBUTES.get(tag, set())
        if name not in allowed:
            raise wrong("html_attribute", self.line(), name=name, tag=tag)
        if any(self.tokens[int(number)].tag for number in PLACEHOLDER.findall(value)):
            raise wrong("liquid_in_attribute", self.line(), name=name)
        if name in LINKS:
            refuse_link(value, self.line(), image=name == "src")
        elif name == "style" and (STYLE_REFUSED.search(value) or PLACEHOLDER.search(value)):
            raise wrong("bad_value", self.line(), name=name, value=value[:60])

    def _liquid(self, token: Token) -> None:
        here = tuple(self.open)
        if token.tag in OPENERS:
            self.liquid.append((token.tag, here, token.line))
        elif token.tag.startswith("end") and token.tag in OPENERS.values():
            if not self.liquid or OPENERS[self.liquid[-1][0]] != token.tag:
                raise wrong("liquid_across", token.line, tag=token.tag)
            if self.liquid.pop()[1] != here:
                raise wrong("liquid_across", token.line, tag=token.tag)

    def finish(self) -> None:
        self.close()
        left = [tag for tag in self.open if tag not in _FORGIVEN]
        if left:
            raise wrong("unclosed", self.node.line, tag=left[-1])
        if self.liquid:
            raise wrong("liquid_across", self.liquid[-1][2], tag=self.liquid[-1][0])


def check(node: Node, tokens: list[Token]) -> str:
    """Refuse what a mail must not hold; the content without its comments. Raises `TemplateWrong`
    with the line."""
    content = _well_formed(node)
    checker = _Checker(node, tokens)
    checker.feed(content)
    checker.finish()
    return content


def _well_formed(node: Node) -> str:
    """The content with whole tags only, comments gone and lone angle brackets escaped, so that the
    parser after it, which is slow on broken markup, finds none."""
    made, position, line = list[str](), 0, lines_of(node.content)
    while (at := node.content.find("<", position)) >= 0:
        made.append(node.content[position:at])
        found = _WHOLE.match(node.content, at)
        if found is None and _BEGINS.match(node.content, at):
            text = node.content[at : at + 30]
            raise wrong("broken_tag", node.line + line(at) - 1, text=text)
        piece = found[0] if found else "<"
        made.append(_piece(piece, node.line + line(at) - 1))
        position = at + len(piece)
    return "".join([*made, node.content[position:]])


def _piece(piece: str, line: int) -> str:
    if piece.startswith("<!--"):
        if PLACEHOLDER.search(piece):
            raise wrong("liquid_in_comment", line)
        return "\n" * piece.count("\n")
    if piece[:2] in {"<!", "<?"}:
        raise wrong("html_tag", line, tag=piece[1:20])
    return "&lt;" if piece == "<" else piece


def clean(content: str, tokens: list[Token], *, is_table: bool = False) -> str:
    """The content as nh3 leaves it. Liquid tags travel as comments, since a parser of HTML would
    throw words between table rows out of the table."""
    hidden = PLACEHOLDER.sub(
        lambda match: f"<!--liquid{match[1]}-->" if tokens[int(match[1])].tag else match[0],
        content,
    )
    wrapped = _wrap_rows(hidden) if is_table else hidden
    cleaned = nh3.clean(
        wrapped,
        tags=set(HTML_TAGS),
        attributes=HTML_ATTRIBUTES,
        url_schemes=set(LINK_SCHEMES),
        filter_style_properties=set(STYLES),
        link_rel=None,
        strip_comments=False,
    )
    inner = cleaned.removeprefix("<table>").removesuffix("</table>") if is_table else cleaned
    return _COMMENT_MARK.sub(lambda match: f"{OPEN}{match[1]}{CLOSE}", inner)


def _wrap_rows(rows: str) -> str:
    has_parts = re.search(r"<(thead|tbody|tfoot)\b", rows)
    return f"<table>{rows}</table>" if has_parts else f"<table><tbody>{rows}</tbody></table>"
