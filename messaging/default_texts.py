"""The default templates: one layout each in MJML, their words in four languages beside it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_noop

from messaging.models import MessageClass
from messaging.rules.compiling import Source

FOLDER = Path(__file__).parent / "default_templates"
LANGUAGES = ("en", "pl", "cs", "ro")
_SLOT = re.compile(r"\[\[(\w+)\]\]")


@dataclass(frozen=True, slots=True)
class DefaultTemplate:
    """One template that every shop begins with; its English name is shown translated."""

    key: str
    name: str
    kind: MessageClass
    topic: str = ""


DEFAULTS = (
    DefaultTemplate("confirm", gettext_noop("Please confirm"), MessageClass.SERVICE),
    DefaultTemplate("welcome", gettext_noop("Welcome"), MessageClass.MARKETING),
    DefaultTemplate("thanks", gettext_noop("Thanks for a purchase"), MessageClass.SERVICE),
    DefaultTemplate("apology", gettext_noop("Apology"), MessageClass.SERVICE),
    DefaultTemplate("complaint_received", gettext_noop("Complaint received"), MessageClass.SERVICE),
    DefaultTemplate("birthday", gettext_noop("Birthday"), MessageClass.MARKETING, "birthday"),
    DefaultTemplate("anniversary", gettext_noop("Anniversary"), MessageClass.MARKETING, "offers"),
    DefaultTemplate("win_back", gettext_noop("Win-back"), MessageClass.MARKETING, "offers"),
    DefaultTemplate("points_expiring", gettext_noop("Points expiring"), MessageClass.SERVICE),
    DefaultTemplate(
        "points_statement", gettext_noop("Statement of points"), MessageClass.MARKETING, "loyalty"
    ),
    DefaultTemplate(
        "tier_reached", gettext_noop("Tier reached"), MessageClass.MARKETING, "loyalty"
    ),
    DefaultTemplate("tier_ending", gettext_noop("Tier ending"), MessageClass.SERVICE),
    DefaultTemplate("reward_ready", gettext_noop("Reward ready"), MessageClass.SERVICE),
    DefaultTemplate(
        "challenge_won", gettext_noop("Challenge won"), MessageClass.MARKETING, "loyalty"
    ),
    DefaultTemplate("badge_won", gettext_noop("Badge given"), MessageClass.MARKETING, "loyalty"),
    DefaultTemplate("survey", gettext_noop("Survey"), MessageClass.SURVEY, "surveys"),
    DefaultTemplate("reminder", gettext_noop("Reminder"), MessageClass.SERVICE),
    DefaultTemplate("newsletter", gettext_noop("Newsletter"), MessageClass.MARKETING, "newsletter"),
    DefaultTemplate("incident", gettext_noop("Incident"), MessageClass.SERVICE),
)


@lru_cache(maxsize=8)
def _words(language: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def source_of(key: str, language: str) -> Source:
    """What a default template says in a language. Raises KeyError where a word is missing."""
    words = {**_words(language)["common"], **_words(language)[key]}
    layout = (FOLDER / f"{key}.mjml").read_text(encoding="utf-8")
    return Source(
        language,
        subject=_filled(words["subject"], words),
        preheader=_filled(words["preheader"], words),
        mjml=_filled(layout, words),
    )


def _filled(text: str, words: Mapping[str, str]) -> str:
    """The text with its slots filled, also those inside what fills them."""
    filled = _SLOT.sub(lambda slot: words[slot[1]], text)
    return _SLOT.sub(lambda slot: words[slot[1]], filled)


def greeting_of(language: str) -> str:
    """How letters begin in a language."""
    return _words(language)["common"]["greeting"]
