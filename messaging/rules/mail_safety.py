"""The HTML of a mail from a stranger, made safe to show; and its plain text.

No script, style, form or frame is left, and nothing is loaded: a remote image would tell its
sender who reads, and when. Its address is kept aside, for a reader who wants to see it.
"""

import html as entities
import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3
from inscriptis import get_text  # type: ignore[import-untyped]

LONGEST_HTML = 1_000_000
# Elements within elements: a parser of HTML looks through all open ones for each new one.
DEEPEST_HTML = 200
_WORDS = (
    "a abbr b blockquote br caption cite code col colgroup dd del div dl dt em h1 h2 h3 h4 h5 h6"
    " hr i img ins li ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul"
)
_TAGS = frozenset(_WORDS.split())
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_NUMBERS = frozenset({"width", "height", "colspan", "rowspan", "start"})
_DROPPED_WHOLE = {"script", "style", "title", "template", "noscript", "svg", "math", "object"}
_IMAGE = re.compile(r"<img((?:\s+[a-z-]+=\"[^\"]*\")*)\s*/?>")
_SOURCE = re.compile(r"\s+src=\"([^\"]*)\"")
_KEPT_ASIDE = re.compile(r"\sdata-(remote|content)=\"([^\"]*)\"")
_TAG = re.compile(r"<[^<>]{0,5000}>")
_OPENS_OR_CLOSES = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that hold nothing, or that the next of their kind closes.
_FLAT_WORDS = (
    "area base body br col dd dt head hr html img input li link meta option p source tbody td tfoot"
    " th thead tr track wbr"
)
_FLAT = frozenset(_FLAT_WORDS.split())


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """Cleaned HTML, and whether it has images that would be loaded from elsewhere."""

    html: str
    has_remote_images: bool


def cleaned(html: str) -> SafeHtml:
    """The HTML with nothing in it that acts or loads. The address of a remote image stands in
    `data-remote`, one of the mail's own files (cid:) in `data-content`; no image has a `src`."""
    if _is_too_deep(html[:LONGEST_HTML]):
        return SafeHtml(f"<p>{entities.escape(_bare(html[:LONGEST_HTML]))}</p>", False)
    clean = nh3.clean(
        html[:LONGEST_HTML],
        tags=set(_TAGS),
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
    )
    safe = _IMAGE.sub(_set_source_aside, clean)
    remote = any(' data-remote="' in image[0] for image in _IMAGE.finditer(safe))
    return SafeHtml(safe, remote)


def _is_too_deep(html: str) -> bool:
    depth = 0
    for tag in _OPENS_OR_CLOSES.finditer(html):
        if tag[2].lower() not in _FLAT:
            depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth > DEEPEST_HTML:
            return True
    return False


def _bare(html: str) -> str:
    return re.sub(r"\s+", " ", entities.unescape(_TAG.sub(" ", html))).strip()


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in _NUMBERS:
        return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
    if name == "href":
        return value if re.match(r"(?i)\s*(https?://|mailto:|tel:)", value) else None
    return value


def _set_source_aside(image: re.Match[str]) -> str:
    source = _SOURCE.search(image[1])
    rest = _SOURCE.sub("", image[1])
    if source is None:
        return f"<img{rest}>"
    scheme, _colon, address = source[1].strip().partition(":")
    if scheme.lower() == "cid":
        return f'<img{rest} data-content="{address}">'
    is_remote = scheme.lower() in {"http", "https"}
    return f'<img{rest} data-remote="{source[1].strip()}">' if is_remote else f"<img{rest}>"


def with_images(html: str, *, files: Mapping[str, str], remote: bool) -> str:
    """Cleaned HTML with its images: those of the mail by `files` (content id to address), remote
    ones only where the reader asked for them."""

    def source(found: re.Match[str]) -> str:
        if found[1] == "remote":
            return f' src="{found[2]}"' if remote else found[0]
        address = files.get(entities.unescape(found[2]))
        return f' src="{entities.escape(address)}"' if address else found[0]

    return _IMAGE.sub(lambda image: _KEPT_ASIDE.sub(source, image[0]), html)


def text_of(html: str) -> str:
    """The words of cleaned HTML; without its layout where that is too tangled to follow."""
    try:
        return str(get_text(html)).strip()
    except (RecursionError, ValueError, IndexError, AttributeError, TypeError):
        return _bare(html)
