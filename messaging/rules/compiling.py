"""From what people write to what is sent: one pass at saving, so that sending only fills it.

Source (MJML with Liquid) is read strictly, its texts cleaned, put into the house's frame with
light and dark styles, and compiled; the text part comes from the same tree. Liquid travels
through all that as marks and is parsed again in what comes out.
"""

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import mrml

from messaging.rules import house, liquid, mail_html, mail_text, mjml
from messaging.rules.mjml import Node
from messaging.rules.problems import Problem, TemplateWrong, wrong

MAX_SOURCE, MAX_HTML, MAX_LINE = 200_000, 100_000, 300
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000\ue001\ud800-\udfff\u202a-\u202e]")
_NOT_PLAIN = re.compile(r"(?:[^\x00-\x7f]|\\|&(?:#\w+|\w+);)+")
# Fonts of well-known names would be fetched from elsewhere by whoever opens the mail.
_NO_PARSING, _NO_FONTS = mrml.ParserOptions(), mrml.RenderOptions(fonts={})
Blocks = Mapping[str, Callable[[str], str]]
Fields = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Source:
    """What people write."""

    language: str
    subject: str
    preheader: str
    mjml: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """What is kept: Liquid in HTML and in text, and a digest of all the sources."""

    html: str
    text: str
    sha256: str
    fields: frozenset[str]


def compile_source(source: Source, *, fields: Fields, blocks: Blocks) -> Compiled:
    """Compile a version; `fields` are the known names with their parts, `blocks` give MJML by
    language. Raises `TemplateWrong` with every problem of the lines and the first of the MJML."""
    problems = [*_line_problems(source, fields)]
    wrong_lines = {problem.field: "" for problem in problems}
    try:
        compiled = _body(replace(source, **wrong_lines), fields, blocks)
    except TemplateWrong as error:
        raise TemplateWrong(*problems, *error.problems) from error
    if problems:
        raise TemplateWrong(*problems)
    return compiled


def _line_problems(source: Source, fields: Fields) -> Iterable[Problem]:
    """What is wrong with subject and preview line: one line each, no control characters."""
    for field, text in (("subject", source.subject), ("preheader", source.preheader)):
        try:
            _check_line(text, source.language, fields, needed=field == "subject")
        except TemplateWrong as error:
            yield from error.in_field(field).problems


def _check_line(text: str, language: str, fields: Fields, *, needed: bool) -> None:
    if re.search(r"[\r\n\x85\u2028\u2029]", text):
        raise wrong("line_break")
    if _CONTROL.search(text):
        raise wrong("control_character")
    if len(text) > MAX_LINE:
        raise wrong("line_too_long", limit=str(MAX_LINE))
    if needed and not text.strip():
        raise wrong("subject_missing")
    liquid.refuse_unknown(liquid.parse(text, language, escapes=False), text, fields)


def _body(source: Source, fields: Fields, blocks: Blocks) -> Compiled:
    written = source.mjml.replace("\r\n", "\n").replace("\r", "\n")
    if len(written) > MAX_SOURCE:
        raise wrong("too_long", limit=str(MAX_SOURCE // 1000))
    if bad := _CONTROL.search(written):
        raise wrong("control_character", written.count("\n", 0, bad.start()) + 1)
    template = liquid.parse(written, source.language, escapes=True)
    liquid.refuse_unknown(template, written, fields)
    protected, tokens = liquid.protect(written)
    root = mjml.read(protected, tokens)
    contents = _clean(root, tokens)
    _refuse_foreign_links(root, tokens)
    _expand(root, tokens, contents, source.language, blocks)
    return _made(source, root, tokens, contents)


def _refuse_foreign_links(root: Node, tokens: list[liquid.Token]) -> None:
    """An address that begins with a field must be a link by its name: ends in url."""
    for node in root.walk():
        for address in (node.attributes.get("href", ""), node.attributes.get("src", "")):
            _refuse_text_as_link(address, node.line, tokens)
        for match in re.finditer(r"(?:href|src)\s*=\s*[\"']([^\"']*)", node.content):
            line = node.line + node.content.count("\n", 0, match.start())
            _refuse_text_as_link(match[1], line, tokens)


def _refuse_text_as_link(address: str, line: int, tokens: list[liquid.Token]) -> None:
    match = liquid.PLACEHOLDER.match(address.strip())
    if match and not re.match(r"\{\{-?\s*[\w.]*url\s*-?\}\}$", tokens[int(match[1])].source):
        raise wrong("text_as_link", line, value=tokens[int(match[1])].source)


def _clean(root: Node, tokens: list[liquid.Token]) -> dict[int, str]:
    contents = {}
    for node in root.walk():
        if node.name in {"mj-text", "mj-button", "mj-table"}:
            content = mail_html.check(node, tokens)
            contents[id(node)] = mail_html.clean(content, tokens, is_table=node.name == "mj-table")
        elif node.name == "mj-style":
            contents[id(node)] = node.content
    return contents


def _expand(
    root: Node, tokens: list[liquid.Token], contents: dict[int, str], language: str, blocks: Blocks
) -> None:
    """Put each block's own nodes where it stands."""
    for node in list(root.walk()):
        for place, child in enumerate(node.children):
            if child.name == "mj-block":
                node.children[place : place + 1] = _block(
                    child, node.name, tokens, contents, language, blocks
                )


def _block(
    node: Node,
    parent: str,
    tokens: list[liquid.Token],
    contents: dict[int, str],
    language: str,
    blocks: Blocks,
) -> list[Node]:
    name = node.attributes.get("name", "")
    if name not in blocks:
        raise wrong("unknown_block", node.line, name=name)
    protected, own = liquid.protect(blocks[name](language))
    shifted = liquid.PLACEHOLDER.sub(
        lambda match: f"{liquid.OPEN}{int(match[1]) + len(tokens)}{liquid.CLOSE}", protected
    )
    tokens.extend(own)
    nodes = mjml.read(house.document(shifted), tokens).children[0].children
    if parent == "mj-column":
        nodes = [
            inner for section in nodes for column in section.children for inner in column.children
        ]
    for inner in nodes:
        contents.update(_clean(inner, tokens))
    return nodes


def _made(
    source: Source, root: Node, tokens: list[liquid.Token], contents: dict[int, str]
) -> Compiled:
    body = next(child for child in root.children if child.name == "mj-body")
    text = mail_text.text_of(body, contents, tokens)
    if not mail_text.has_words(text, tokens):
        raise wrong("empty")
    subject, subject_tokens = _escaped(source.subject, tokens)
    preheader, all_tokens = _escaped(source.preheader, [*tokens, *subject_tokens])
    every = [*tokens, *subject_tokens, *all_tokens]
    document = house.frame(root, contents, source.language, subject, preheader)
    made = liquid.restore(house.in_the_shops_colours(_compiled(document)), every)
    if len(made.encode()) > MAX_HTML:
        raise wrong("too_big", size=str(len(made.encode()) // 1000), limit=str(MAX_HTML // 1000))
    names = _names(made, liquid.restore(text, every), source)
    return Compiled(made, liquid.restore(text, every), _digest(source), names)


def _escaped(line: str, before: list[liquid.Token]) -> tuple[str, list[liquid.Token]]:
    """A line for HTML, its own words escaped and its Liquid numbered after what is there."""
    protected, tokens = liquid.protect(line)
    shifted = liquid.PLACEHOLDER.sub(
        lambda match: f"{liquid.OPEN}{int(match[1]) + len(before)}{liquid.CLOSE}", protected
    )
    return html.escape(shifted), tokens


def _compiled(document: str) -> str:
    """The HTML of a document. The compiler writes attributes as Rust shows strings, so whatever
    is not plain ASCII goes round it as a numbered word."""
    nonce, kept = hashlib.sha256(document.encode()).hexdigest()[:8], list[str]()

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"kept{len(kept) - 1}x{nonce}"

    try:
        made = str(mrml.to_html(_NOT_PLAIN.sub(keep, document), _NO_PARSING, _NO_FONTS).content)
    except OSError as error:
        raise wrong("mjml", reason=str(error)) from error
    return re.sub(rf"kept(\d+)x{nonce}", lambda match: kept[int(match[1])], made)


def _names(made: str, text: str, source: Source) -> frozenset[str]:
    parsed = [
        liquid.parse(made, source.language, escapes=True),
        liquid.parse(text, source.language, escapes=False),
        liquid.parse(source.subject, source.language, escapes=False),
    ]
    return frozenset().union(*(liquid.names_in(template) for template in parsed))


def _digest(source: Source) -> str:
    parts = (source.language, source.subject, source.preheader, source.mjml)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
