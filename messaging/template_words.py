"""What is wrong with a template, in people's words."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.rules.problems import Problem

WORDS: dict[str, str | Promise] = {
    "liquid": gettext_lazy("This piece of Liquid cannot be read: %(reason)s."),
    "liquid_tag": gettext_lazy("Mails have no tag “%(tag)s”."),
    "liquid_filter": gettext_lazy("Mails have no filter “%(name)s”."),
    "not_filled": gettext_lazy("Even example values cannot be filled in: %(reason)s."),
    "liquid_range": gettext_lazy("Counting belongs into a loop, and goes to %(limit)s at most."),
    "liquid_unclosed": gettext_lazy("A piece of Liquid is opened here and never closed."),
    "liquid_too_deep": gettext_lazy("Too many conditions are put inside each other."),
    "liquid_too_much": gettext_lazy("There are more than %(limit)s pieces of Liquid."),
    "liquid_across": gettext_lazy(
        "What “%(tag)s” begins must end inside the same element, and begin there too."
    ),
    "liquid_in_attribute": gettext_lazy(
        "Conditions and fields cannot stand in “%(name)s”. Fields may stand in links and "
        "descriptions of pictures."
    ),
    "liquid_in_comment": gettext_lazy("Liquid cannot stand inside a comment."),
    "unknown_field": gettext_lazy("There is no field “%(name)s”."),
    "unknown_tag": gettext_lazy("There is no element “%(tag)s”."),
    "unknown_block": gettext_lazy("There is no block “%(name)s”."),
    "unknown_attribute": gettext_lazy("The attribute “%(name)s” is not allowed."),
    "misplaced": gettext_lazy("“%(tag)s” cannot stand inside “%(parent)s”."),
    "stray_text": gettext_lazy("“%(text)s” must stand inside an mj-text."),
    "broken_tag": gettext_lazy("The tag that begins with “%(text)s” is not complete."),
    "unclosed": gettext_lazy("“%(tag)s” is opened here and never closed."),
    "unexpected_end": gettext_lazy("“%(tag)s” is closed here, but was not the last one opened."),
    "no_body": gettext_lazy("A mail needs exactly one mj-body inside mjml."),
    "empty": gettext_lazy("The mail says nothing."),
    "html_tag": gettext_lazy("“%(tag)s” is not allowed in texts."),
    "html_attribute": gettext_lazy("“%(name)s” is not allowed on “%(tag)s”."),
    "bad_link": gettext_lazy("“%(value)s” is no address that a mail may lead to."),
    "relative_link": gettext_lazy("“%(value)s” is not a whole address; begin it with https://."),
    "text_as_link": gettext_lazy("%(value)s is not a link. A link begins with https://."),
    "bad_value": gettext_lazy("The value “%(value)s” is not allowed for “%(name)s”."),
    "bad_style": gettext_lazy("“%(value)s” is not allowed in styles."),
    "line_break": gettext_lazy("This must be a single line."),
    "line_too_long": gettext_lazy("This may be at most %(limit)s characters long."),
    "subject_missing": gettext_lazy("Give the mail a subject."),
    "control_character": gettext_lazy("There is an invisible character that does not belong here."),
    "too_long": gettext_lazy("The source is longer than %(limit)s thousand characters."),
    "too_big": gettext_lazy(
        "The mail is %(size)s kB big; above %(limit)s kB mail programs cut it off."
    ),
    "mjml": gettext_lazy("The mail cannot be compiled: %(reason)s."),
}


def topic_of_service() -> str:
    """Why a service mail has no topic."""
    return _(
        "Nobody can leave a service mail, so it has no topic. What belongs to a topic, such as "
        "birthday greetings or a survey, is a marketing or a survey mail."
    )


def say(problem: Problem) -> str:
    """One problem as a sentence; the line before it where it is known."""
    words: Any = WORDS[problem.code]
    text = str(words) % problem.values
    if problem.line is None or problem.field != "mjml":
        return text
    return _("Line %(line)s: %(text)s") % {"line": problem.line, "text": text}


def said_by_field(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """The problems as sentences under the fields they belong to, in order."""
    said: dict[str, list[str]] = {}
    for problem in problems:
        said.setdefault(problem.field, []).append(say(problem))
    return said
