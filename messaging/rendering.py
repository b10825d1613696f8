"""Fills a version for one recipient: one pass, every value escaped, nothing expanded twice."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from liquid.exceptions import LiquidError

from core.services.shop import get_shop
from messaging.assembling import travelling
from messaging.errors import NoVersion, RenderFailed
from messaging.models import Template, TemplateVersion
from messaging.reading import Parsed, parsed
from messaging.rules.mail_text import tidy
from messaging.rules.problems import TemplateWrong

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
FAILURES = (
    *(LiquidError, TemplateWrong),
    *(ValueError, TypeError, ArithmeticError, LookupError, RecursionError),
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's three parts as the recipient gets them. The subject is one line."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The same with the HTML as it travels (`messaging.assembling.travelling`)."""

    subject: str
    html: bytes
    text: str


def render(version: TemplateVersion, data: Mapping[str, object]) -> Rendered:
    """The version filled with plain data. Raises `RenderFailed` where a name is missing, a value
    does not fit a filter, or a limit of loops, size or time is reached."""
    with _failing(version):
        parts = _parts(version, data)
        subject, text = _subject(parts, data), tidy(parts.text.render(**data))
        return Rendered(subject, parts.html.render(**data), text)


def fill(version: TemplateVersion, data: Mapping[str, object]) -> Filled:
    """The same for a mail that goes: what does not differ from mail to mail is encoded once."""
    with _failing(version):
        parts = _parts(version, data)
        subject, text = _subject(parts, data), tidy(parts.text.render(**data))
        return Filled(subject, parts.html.encoded(travelling, data), text)


@contextmanager
def _failing(version: TemplateVersion) -> Iterator[None]:
    try:
        yield
    except FAILURES as error:
        # The library's own words show the whole line, which is the whole of a compiled mail.
        raise RenderFailed(f"{version}: {getattr(error, 'message', error)}") from error


def _parts(version: TemplateVersion, data: Mapping[str, object]) -> Parsed:
    look = data.get("shop_look")
    return parsed(version, look if isinstance(look, Mapping) else None)


def _subject(parts: Parsed, data: Mapping[str, object]) -> str:
    return _CONTROL.sub(" ", parts.subject.render(**data)).strip()


def version_for(template: Template, language: str) -> TemplateVersion:
    """The newest published version in the language, else in the shop's, else in English. Raises
    `NoVersion` where there is none of these."""
    newest = newest_published(template)
    for wanted in _order(language):
        if wanted in newest:
            return newest[wanted]
    raise NoVersion(template.key)


def newest_published(template: Template) -> dict[str, TemplateVersion]:
    """The newest published version of each language, in one query."""
    versions = TemplateVersion.objects.published().filter(template=template).order_by("number")
    return {version.language: version for version in versions}


def _order(language: str) -> Iterable[str]:
    known = dict(settings.LANGUAGES)
    short = language.lower().split("-")[0].split("_")[0]
    return dict.fromkeys(code for code in (short, get_shop().language, "en") if code in known)
