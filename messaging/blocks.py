"""The blocks of mails: pieces of MJML that an app gives a name, put in when a version is saved.

A block holds words in the mail's language and Liquid over fields, never anybody's values. It is
written as whole sections, so that it may stand in a body; inside a column its content is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.registry import Registry

SCORE = (
    "display: inline-block; width: 42px; padding: 9px 0; margin: 0 4px 8px 0; border: 1px solid "
    "#1F6B4F; border-radius: 8px; text-align: center; font-weight: 600; text-decoration: none"
)


@dataclass(frozen=True, slots=True)
class MailBlock:
    """One block: what it is called, what it is for, and its MJML in a language."""

    label: str | Promise
    purpose: str | Promise
    mjml: Callable[[str], str]


mail_blocks: Registry[MailBlock] = Registry("mail blocks")


def block_sources() -> dict[str, Callable[[str], str]]:
    """The MJML of every block by name."""
    return {name: block.mjml for name, block in mail_blocks.items()}


def _section(inner: str, attributes: str = "") -> str:
    return f"<mj-section{attributes}><mj-column>{inner}</mj-column></mj-section>"


def shop_head(language: str) -> str:
    """The shop's name above the card."""
    return _section('<mj-text mj-class="shop">{{ shop_name }}</mj-text>')


def marketing_foot(language: str) -> str:
    """Why this mail came, and the two ways to change that."""
    with translation.override(language):
        why = _("You get this mail because you agreed to hear from {shop}.")
        choose, leave = _("Choose what you get"), _("Unsubscribe")
    words = escape(why).replace("{shop}", "{{ shop_name }}")
    links = (
        f'<a href="{{{{ preferences_url }}}}">{escape(choose)}</a> · '
        f'<a href="{{{{ unsubscribe_url }}}}">{escape(leave)}</a>'
    )
    return _section(f'<mj-text mj-class="foot"><p>{words}</p><p>{links}</p></mj-text>')


def service_foot(language: str) -> str:
    """Why this mail came, where nothing can be left."""
    with translation.override(language):
        why = _("You get this mail because it concerns your dealings with {shop}.")
    words = escape(why).replace("{shop}", "{{ shop_name }}")
    return _section(f'<mj-text mj-class="foot"><p>{words}</p></mj-text>')


def survey_buttons(language: str) -> str:
    """The answers as buttons, lowest first, with what the ends mean; they show without images."""
    with translation.override(language):
        low, high = _("0 – not at all"), _("10 – certainly")
    button = f'<a href="{{{{ choice.url }}}}" style="{SCORE}">{{{{ choice.label }}}}</a>'
    return _section(
        f"<mj-text>{{% for choice in survey_choices %}}{button}{{% endfor %}}</mj-text>"
        f'<mj-text mj-class="note">{escape(low)} · {escape(high)}</mj-text>'
    )


def register_blocks() -> None:
    """Put messaging's own blocks into the registry."""
    for name, label, purpose, mjml in (
        ("shop", gettext_lazy("Head"), gettext_lazy("the shop's name"), shop_head),
        (
            "foot",
            gettext_lazy("Foot with unsubscribing"),
            gettext_lazy("why the mail came, and the links to choose and to leave"),
            marketing_foot,
        ),
        (
            "service_foot",
            gettext_lazy("Foot of service mails"),
            gettext_lazy("why the mail came"),
            service_foot,
        ),
        (
            "survey_buttons",
            gettext_lazy("Survey buttons"),
            gettext_lazy("one button per answer"),
            survey_buttons,
        ),
    ):
        mail_blocks.register(name, MailBlock(label, purpose, mjml))
