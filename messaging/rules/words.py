"""The words of a mail apart from its layout, so that people can change them without MJML.

Paragraphs are shown as people type them, with an empty line between; what is more than
paragraphs is shown as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from messaging.rules.liquid import protect, restore
from messaging.rules.mjml import Node, read

KINDS = ("mj-text", "mj-button")
_PARAGRAPHS = re.compile(r"\s*(?:<p>(?:(?!</?p\b).)*</p>\s*)+", re.DOTALL | re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_BLOCK = re.compile(r"</?(p|h[1-4]|ul|ol|li|blockquote|table|tr|td|hr|div)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """The words of one element, as people type them."""

    kind: str
    words: str
    is_title: bool = False

    @property
    def is_line(self) -> bool:
        """Whether they are written in one line: buttons and headings. A text may grow."""
        return self.kind == "mj-button" or (self.is_title and "\n" not in self.words)

    @property
    def is_short(self) -> bool:
        """Whether two lines of room are enough to begin with."""
        return "\n" not in self.words and len(self.words) <= 80


def parts_of(mjml: str) -> list[Part]:
    """The words of every text and button in order. Raises `TemplateWrong`."""
    protected, tokens = protect(_unix(mjml))
    nodes = _nodes(read(protected, tokens))
    return [
        Part(
            node.name,
            _shown(restore(node.content, tokens)),
            is_title=node.attributes.get("mj-class") == "title",
        )
        for node in nodes
    ]


def with_words(mjml: str, words: Mapping[int, str]) -> str:
    """The source with other words in the elements of these numbers; all else stays letter by
    letter, also what was not changed. Raises `TemplateWrong`."""
    protected, tokens = protect(_unix(mjml))
    made, position = [], 0
    for number, node in enumerate(_nodes(read(protected, tokens))):
        before = restore(node.content, tokens)
        given = _unix(words.get(number, _shown(before)))
        if given.strip() != _shown(before):
            made += [protected[position : node.start], _written(given, before)]
            position = node.end
    made.append(protected[position:])
    return restore("".join(made), tokens)


def _nodes(root: Node) -> list[Node]:
    return [node for node in root.walk() if node.name in KINDS]


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _shown(content: str) -> str:
    """As people type it."""
    if not _PARAGRAPHS.fullmatch(content):
        return content.strip()
    paragraphs = [_BREAK.sub("\n", inner).strip() for inner in _PARAGRAPH.findall(content)]
    return "\n\n".join(re.sub(r"[ \t]+", " ", paragraph) for paragraph in paragraphs)


def _written(words: str, before: str) -> str:
    """As MJML holds it: paragraphs again where there were some, or where there are several."""
    text = words.strip()
    if _BLOCK.search(text):
        return text
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    lines = [part.replace("\n", "<br>") for part in paragraphs]
    if len(lines) > 1 or _PARAGRAPHS.fullmatch(before):
        return "".join(f"<p>{line}</p>" for line in lines)
    return "".join(lines)
