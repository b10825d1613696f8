"""The plain-text part, made from the same tree when a template is saved: Liquid stays in it."""

import html
import re
from html.parser import HTMLParser

from inscriptis import get_text  # type: ignore[import-untyped]

from messaging.rules.liquid import PLACEHOLDER, Token
from messaging.rules.mjml import Node

_LINK = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*?>", re.IGNORECASE)
_ALT = re.compile(r"\balt=\"([^\"]*)\"")
# Liquid that is alone in its line takes no line of the text.
_ONLY_MARKS = re.compile(rf"^((?:{PLACEHOLDER.pattern.replace('(', '(?:')})+)\n", re.MULTILINE)
_TAGS = re.compile(r"<[^>]+>")


class _Rows(HTMLParser):
    """A table as lines: cells apart by two spaces, Liquid where it stood."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self.parts.append("  ")
        elif tag == "tr":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data) if data.strip() else "")


def text_of(body: Node, contents: dict[int, str], tokens: list[Token]) -> str:
    """The text of a mail's body, in protected form. `contents` are the cleaned contents by the
    identity of their nodes."""
    pieces = [_piece(node, contents.get(id(node), ""), tokens) for node in body.walk()]
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(piece for piece in pieces if piece)).strip()


def _piece(node: Node, content: str, tokens: list[Token]) -> str:
    if not node.name:
        return node.content
    if node.name == "mj-text":
        return _prose(content)
    if node.name == "mj-table":
        return _table(content)
    if node.name == "mj-button":
        return _pair(_plain(content), html.unescape(node.attributes.get("href", "")))
    if node.name == "mj-image":
        alt, href = node.attributes.get("alt", ""), node.attributes.get("href", "")
        return _pair(html.unescape(alt), html.unescape(href))
    return "-----" if node.name == "mj-divider" else ""


def _prose(content: str) -> str:
    text = get_text(_with_links(content))
    lines = "\n".join(line.strip() for line in text.splitlines()).strip()
    return _ONLY_MARKS.sub(lambda match: match[1], lines)


def _table(content: str) -> str:
    rows = _Rows()
    rows.feed(_with_links(content))
    rows.close()
    lines = "".join(rows.parts).split("\n")
    return "\n".join(re.sub(r" {2,}", "  ", line).strip() for line in lines).strip()


def _with_links(content: str) -> str:
    return _LINK.sub(_written_link, _IMAGE.sub(_alternative, content))


def _written_link(link: re.Match[str]) -> str:
    """A link in words; one that looks like a button stands in a line of its own."""
    break_after = "<br>" if "inline-block" in link[0] else ""
    return _pair(link[2], link[1]) + break_after


def _alternative(image: re.Match[str]) -> str:
    found = _ALT.search(image[0])
    return found[1] if found else ""


def _pair(label: str, link: str) -> str:
    """A label with its address after it; once where they are the same."""
    plain = _plain(label)
    if not link or html.unescape(link) in {plain, f"mailto:{plain}"}:
        return label or link
    return f"{label}: {link}" if plain else link


def _plain(content: str) -> str:
    return html.unescape(_TAGS.sub("", content)).strip()


def tidy(text: str) -> str:
    """A rendered text part without the blank lines that Liquid left behind."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def has_words(text: str, tokens: list[Token]) -> bool:
    """Whether a text part says anything, if only by a field."""
    said = PLACEHOLDER.sub(lambda match: "" if tokens[int(match[1])].tag else "x", text)
    return bool(said.strip(" -\n"))
