"""What can be said of a mail before anybody gets it: size, links, leaving, pictures, lines."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_LINK = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]*)\"")
_IMAGE = re.compile(r"<img\b[^>]*>")
_LIQUID = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_WAY_OUT = re.compile(r"\{\{-?\s*unsubscribe_url\s*-?\}\}")
_TAG = re.compile(r"\{%-?\s*(\w+).*?%\}", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_OPENS = frozenset({"if", "unless", "case", "for", "comment"})
# A mail that fails one of these traps people, or says nothing.
MUST = frozenset(
    {"leaving_html", "leaving_html_maybe", "leaving_text", "leaving_text_maybe", "text_part"}
)
SUBJECT_SHOWN, COMFORTABLE, CUT_OFF = 60, 70_000, 100_000
EXAMPLE = re.compile(r"^https?://([\w.-]+\.)?example\.(com|org|net|pl|cz|ro)\b", re.IGNORECASE)


class State(StrEnum):
    """How a check ended. `UNKNOWN` is where it could not be made: never shown as good."""

    OK = "ok"
    ADVICE = "advice"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and how it ended; `values` are for its words."""

    code: str
    state: State
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mail:
    """What is checked: a version's parts with their Liquid."""

    subject: str
    preheader: str
    html: str
    text: str
    needs_leaving: bool


def findings(mail: Mail) -> list[Finding]:
    """Every check of the content, in the order in which people read it."""
    return [
        *_lines(mail),
        *_leaving(mail),
        *_links(mail.html),
        *_pictures(mail.html),
        _size(mail.html),
        Finding("text_part", State.OK if _LIQUID.sub("", mail.text).strip() else State.WRONG),
    ]


def blocks_publishing(found: list[Finding]) -> bool:
    """Whether a mail may not go out as it is: nobody could leave it, or it says nothing."""
    return any(one.state is State.WRONG and one.code in MUST for one in found)


def _lines(mail: Mail) -> Iterator[Finding]:
    length = len(_LIQUID.sub("", mail.subject))
    state = State.OK if length <= SUBJECT_SHOWN else State.ADVICE
    yield Finding("subject_length", state, {"number": str(length), "limit": str(SUBJECT_SHOWN)})
    yield Finding("preheader", State.OK if mail.preheader.strip() else State.ADVICE)


def _leaving(mail: Mail) -> Iterator[Finding]:
    if not mail.needs_leaving:
        return
    for part, code in ((_COMMENT.sub("", mail.html), "leaving_html"), (mail.text, "leaving_text")):
        if _has_way_out(_always(part), code):
            yield Finding(code, State.OK)
        else:
            yield Finding(f"{code}_maybe" if _has_way_out(part, code) else code, State.WRONG)


def _has_way_out(part: str, code: str) -> bool:
    if code == "leaving_text":
        return _WAY_OUT.search(part) is not None
    return any(_WAY_OUT.match(link.strip()) for link in _LINK.findall(part))


def _always(part: str) -> str:
    """What everybody gets: the part without what stands under a condition or in a loop."""
    kept, depth, end = [], 0, 0
    for tag in _TAG.finditer(part):
        if depth == 0:
            kept.append(part[end : tag.start()])
        if tag[1] in _OPENS:
            depth += 1
        elif tag[1].startswith("end"):
            depth = max(0, depth - 1)
        end = tag.end()
    return "".join([*kept, part[end:] if depth == 0 else ""])


def _links(source: str) -> Iterator[Finding]:
    links = [html.unescape(link) for link in _LINK.findall(source)]
    yield Finding("links", State.OK, {"number": str(len(links))})
    for link in dict.fromkeys(links):
        if EXAMPLE.match(link):
            yield Finding("example_link", State.WRONG, {"link": link[:80]})
        elif link.lower().startswith("http:"):
            yield Finding("plain_http", State.ADVICE, {"link": link[:80]})


def _pictures(source: str) -> Iterator[Finding]:
    mute = [tag for tag in _IMAGE.findall(source) if not re.search(r"\balt=\"[^\"]+\"", tag)]
    if mute:
        yield Finding("picture_words", State.ADVICE, {"number": str(len(mute))})


def _size(source: str) -> Finding:
    size = len(source.encode())
    state = State.OK if size <= COMFORTABLE else State.ADVICE
    return Finding(
        "size", State.WRONG if size > CUT_OFF else state, {"size": str(-(-size // 1000))}
    )
