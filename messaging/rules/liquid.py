"""Liquid as mails may use it: reads plain dicts, a few tags and filters, limits on everything.

What the library offers beyond that (include, render, assign, capture, raw, now ...) is not
known here, so that a template cannot reach files, grow without end or look at the clock.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from typing import Any, TextIO, TypeVar

from liquid import Environment, Node, RenderContext, StrictUndefined
from liquid.builtin import content, illegal, output
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.filters import array, math, misc, string
from liquid.builtin.tags import case_tag, comment_tag, cycle_tag, for_tag, if_tag, unless_tag
from liquid.exceptions import (
    LiquidError,
    LiquidInterrupt,
    OutputStreamLimitError,
    ResourceLimitError,
)
from liquid.stringify import to_liquid_string
from liquid.template import BoundTemplate

from messaging.rules.liquid_filters import language_filters
from messaging.rules.problems import Problem, TemplateWrong, line_of, lines_of, wrong

SECONDS, LOOPS, OUTPUT, DEPTH, TOKENS = 1.0, 1_000, 512_000, 12, 2_000
# Private-use characters stand for Liquid while MJML and HTML are read.
OPEN, CLOSE = "\ue000", "\ue001"
PLACEHOLDER = re.compile(f"{OPEN}(\\d+){CLOSE}")
_OPENING = re.compile(r"\{[{%]")
_TAG_NAME = re.compile(r"\{%-?\s*(\w+)")
_WORDS = re.compile(r"\"[^\"]*\"|'[^']*'")
_NUMBER = re.compile(r"\b\d+")
Known = Mapping[str, Iterable[str]]
Piece = TypeVar("Piece", str, bytes)
OPENERS = {"if": "endif", "unless": "endunless", "case": "endcase", "for": "endfor"}
BETWEEN = frozenset({"else", "elsif", "when", "break", "continue"})
KNOWN_TAGS = frozenset({*OPENERS, *OPENERS.values(), *BETWEEN, "cycle", "comment", "endcomment"})
FILTERS = {
    "default": misc.default,
    "size": misc.size,
    "first": array.first,
    "last": array.last,
    "join": array.join,
    "upcase": string.upcase,
    "downcase": string.downcase,
    "capitalize": string.capitalize,
    "truncate": string.truncate,
    "truncatewords": string.truncatewords,
    "url_encode": string.url_encode,
    "plus": math.plus,
    "minus": math.minus,
    "round": math.round_,
}


class OutOfTime(ResourceLimitError):
    """A template takes too long."""


class _Context(RenderContext):
    """Reads values until the time is up: the processor's, so that a good template does not fail
    on a machine that is busy with other things."""

    __slots__ = ("deadline",)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.deadline = time.thread_time() + SECONDS

    def get(self, path: Any, *, token: Any, **named: Any) -> object:
        if time.thread_time() > self.deadline:
            raise OutOfTime("out of time", token=token)
        return super().get(path, token=token, **named)


class MailTemplate(BoundTemplate):
    """Most of a mail is words and plain names. These are put together directly, which is four
    times as quick; whatever is more than that, the library renders, and it says what is wrong."""

    context_class = _Context

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        pieces = [_plain_of(node) for node in self.nodes]
        self._words, self._names = [text for text, _ in pieces], [name for _, name in pieces]
        self._encoded_words: list[bytes | None] | None = None

    def render(self, *args: Any, **named: Any) -> str:
        data = self.make_globals(dict(*args, **named))
        try:
            made = "".join(self._pieces(data, self._words, str))
        except (LookupError, LiquidInterrupt):
            return str(super().render(*args, **named))
        if len(made) > OUTPUT // 4 and len(made.encode(errors="replace")) > OUTPUT:
            raise OutputStreamLimitError("output stream limit reached", token=None)
        return made

    def encoded(self, encode: Callable[[str], bytes], data: Mapping[str, object]) -> bytes:
        """The rendered text, encoded piece by piece; the words between are encoded once, so it
        takes the same `encode` each time."""
        if self._encoded_words is None:
            self._encoded_words = [None if text is None else encode(text) for text in self._words]
        known = self.make_globals(dict(data))
        try:
            made = b"".join(self._pieces(known, self._encoded_words, encode))
        except (LookupError, LiquidInterrupt):
            return encode(self.render(**data))
        # What may be too long is measured as everywhere.
        return made if len(made) <= OUTPUT else encode(self.render(**data))

    def _pieces(
        self,
        data: Mapping[str, object],
        words: Sequence[Piece | None],
        said: Callable[[str], Piece],
    ) -> list[Piece]:
        """The pieces in order: the words as they are given, the others as they are `said`. Raises
        `LookupError` for a name that is not there."""
        escapes = bool(getattr(self.env, "escapes", False))
        context: RenderContext | None = None
        made, known = list[Piece](), dict[str, Piece]()
        for node, name, text in zip(self.nodes, self._names, words, strict=True):
            if text is not None:
                made.append(text)
            elif name is None:
                context = context or self.context_class(self, globals=data)
                buffer = self._get_buffer()
                node.render(context, buffer)
                made.append(said(buffer.getvalue()))
            else:
                if name not in known:
                    known[name] = said(to_liquid_string(data[name], escapes))
                made.append(known[name])
        return made


def _plain_of(node: Node) -> tuple[str | None, str | None]:
    """The words of a node, or the one name that it shows; nothing where it is more than that."""
    if isinstance(node, content.ContentNode):
        return node.text, None
    shown = node.expression if isinstance(node, output.OutputNode) else None
    if isinstance(shown, FilteredExpression) and not shown.filters:
        path = shown.left.path if isinstance(shown.left, Path) else []
        if len(path) == 1 and isinstance(path[0], str):
            return None, path[0]
    return None, None


class _OutputNode(output.OutputNode):
    """Escapes whatever is said, the template's own words between quotes too: nobody has looked
    through those for elements and scripts."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        made = to_liquid_string(self.expression.evaluate(context), _escapes(context))
        return buffer.write(made)


class _Output(output.Output):
    node_class = _OutputNode


def _escapes(context: RenderContext) -> bool:
    return bool(getattr(context.env, "escapes", False))


class _CycleNode(cycle_tag.CycleNode):
    """Escapes what it says, as outputs do."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        said = StringIO()
        super().render_to_output(context, said)
        return buffer.write(to_liquid_string(said.getvalue(), _escapes(context)))


class _Cycle(cycle_tag.CycleTag):
    node_class = _CycleNode


TAGS = (
    content.Literal,
    _Output,
    illegal.Illegal,
    if_tag.IfTag,
    unless_tag.UnlessTag,
    case_tag.CaseTag,
    for_tag.ForTag,
    for_tag.BreakTag,
    for_tag.ContinueTag,
    _Cycle,
    comment_tag.CommentTag,
)


class _Environment(Environment):
    """`escapes` is ours: the library's `autoescape`, which stays off, takes words between quotes
    for HTML that is safe."""

    loop_iteration_limit = LOOPS
    output_stream_limit = OUTPUT
    block_nesting_limit = DEPTH
    template_class = MailTemplate
    escapes = False

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        for tag in TAGS:
            self.add_tag(tag)
        for name, function in FILTERS.items():
            self.add_filter(name, function)


@lru_cache(maxsize=32)
def environment(language: str, *, escapes: bool) -> Environment:
    """The environment of a language: for HTML it escapes every value, for text none."""
    made = _Environment(undefined=StrictUndefined)
    made.escapes = escapes
    for name, function in language_filters(language).items():
        made.add_filter(name, function)
    return made


@dataclass(frozen=True, slots=True)
class Token:
    """One `{{ }}` or `{% %}` as written; `tag` is "" for an output."""

    source: str
    tag: str
    line: int


def parse(source: str, language: str, *, escapes: bool) -> MailTemplate:
    """The template ready to render. Raises `TemplateWrong` with the line."""
    tokens_of(source)
    try:
        made = environment(language, escapes=escapes).from_string(source)
    except LiquidError as error:
        raise TemplateWrong(_problem(error, source)) from error
    except RecursionError as error:
        raise wrong("liquid_too_deep") from error
    assert isinstance(made, MailTemplate)
    return made


def _problem(error: LiquidError, source: str) -> Problem:
    place = error.token.start_index if error.token and error.token.start_index >= 0 else None
    line = line_of(source, place) if place is not None else None
    return Problem("liquid", line, {"reason": str(error.message)})


def tokens_of(source: str) -> list[Token]:
    """Every piece of Liquid in order. Refuses what is not closed and tags that mails lack."""
    found, line = list[Token](), lines_of(source)
    for start, end in _spans(source):
        piece = source[start:end]
        name = _TAG_NAME.match(piece)
        token = Token(piece, name[1] if name else "", line(start))
        if piece.startswith("{%") and token.tag not in KNOWN_TAGS:
            raise wrong("liquid_tag", token.line, tag=(token.tag or piece)[:40])
        _refuse_range(token)
        found.append(token)
        if len(found) > TOKENS:
            raise wrong("liquid_too_much", limit=str(TOKENS))
    return found


def _refuse_range(token: Token) -> None:
    """Numbers are counted in loops alone, and not far: elsewhere nothing would stop it."""
    bare = _WORDS.sub("", token.source)
    numbers = _NUMBER.findall(bare) if token.tag == "for" else []
    is_far = any(len(number) > 9 or int(number) > LOOPS for number in numbers)
    if is_far or (".." in bare and token.tag != "for"):
        raise wrong("liquid_range", token.line, limit=str(LOOPS))


def _spans(source: str) -> Iterator[tuple[int, int]]:
    """Where pieces of Liquid begin and end; one look at each character."""
    position = 0
    while opened := _OPENING.search(source, position):
        end = source.find("}}" if opened[0] == "{{" else "%}", opened.end())
        if end < 0:
            raise wrong("liquid_unclosed", line_of(source, opened.start()))
        position = end + 2
        yield opened.start(), position


def protect(source: str) -> tuple[str, list[Token]]:
    """The source with Liquid replaced by marks that MJML and HTML leave alone; lines stay."""
    tokens, made, position = tokens_of(source), list[str](), 0
    for number, (start, end) in enumerate(_spans(source)):
        breaks = "\n" * tokens[number].source.count("\n")
        made += [source[position:start], f"{OPEN}{number}{CLOSE}", breaks]
        position = end
    return "".join([*made, source[position:]]), tokens


def restore(text: str, tokens: list[Token]) -> str:
    """The text with its Liquid back."""
    return PLACEHOLDER.sub(lambda match: tokens[int(match[1])].source, text)


def refuse_unknown(template: BoundTemplate, source: str, known: Known) -> None:
    """Raise `TemplateWrong` for each name that is no field, each part that a field lacks and each
    filter that there is not. `known` gives every field's parts; one without is a plain value."""
    analysis, problems = template.analyze(), []
    for name, uses in analysis.globals.items():
        for use in uses:
            path = [str(part) for part in use.segments]
            if name not in known or (len(path) > 1 and path[1] not in {*known[name]}):
                place = line_of(source, use.span.index)
                problems.append(Problem("unknown_field", place, {"name": ".".join(path)}))
    for name, spans in analysis.filters.items():
        if name not in template.env.filters:
            places = [line_of(source, span.index) for span in spans]
            problems += [Problem("liquid_filter", place, {"name": name}) for place in places]
    if problems:
        raise TemplateWrong(*sorted(problems, key=lambda problem: problem.line or 0))


def names_in(template: BoundTemplate) -> frozenset[str]:
    """The fields that a template reads."""
    return frozenset(template.analyze().globals)
