"""A version's Liquid, parsed once and kept; what it reads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from messaging.models import TemplateVersion
from messaging.rules import liquid

COLOR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The three parts of a mail, ready to be filled, and the fields they read."""

    subject: liquid.MailTemplate
    html: liquid.MailTemplate
    text: liquid.MailTemplate
    fields: frozenset[str]


@lru_cache(maxsize=256)
def _parsed(language: str, subject: str, html: str, text: str) -> Parsed:
    parts = (
        liquid.parse(subject, language, escapes=False),
        liquid.parse(html, language, escapes=True),
        liquid.parse(text, language, escapes=False),
    )
    return Parsed(*parts, frozenset[str]().union(*map(liquid.names_in, parts)))


def parsed(version: TemplateVersion, look: Mapping[str, str] | None = None) -> Parsed:
    """The parsed parts of a version; kept by content, so that a changed draft is read anew. With
    the shop's `look` its colours are put in beforehand, since they are the same for everybody and
    stand in a mail two dozen times."""
    html = _coloured(version.html, tuple(sorted(look.items()))) if look else version.html
    return _parsed(version.language, version.subject, html, version.text)


@lru_cache(maxsize=256)
def _coloured(html: str, look: tuple[tuple[str, str], ...]) -> str:
    for name, color in look:
        if COLOR.fullmatch(color):
            html = html.replace(f"{{{{ shop_look.{name} }}}}", color)
    return html


def fields_of(version: TemplateVersion) -> frozenset[str]:
    """The names of the fields that a version reads."""
    return parsed(version).fields
