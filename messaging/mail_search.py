"""Mails in the search: those that came in by their subjects, mailings by name and subject.

Each word of the question has to begin a word of the subject; newest first.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from django.db import connection
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts import policy
from core.templatetags.ui import day
from customers.masking import shown_name
from customers.search import Hit, Question, mark
from messaging.inbox_access import mails_visible_to
from messaging.inbox_list import HEAVY, sender_of
from messaging.models import IncomingMail, Send, TemplateVersion
from messaging.rules.mail_subjects import begin_words, words_of_template

# Shorter questions begin a word in nearly every subject.
FEWEST_LETTERS = 3
# Mailings are few, and those of years ago are found by their list.
MOST_MAILINGS = 2_000
TABLE, NEWEST = "messaging_incomingmail", 2_000
# The expression of the index made by migration 0012, letter by letter.
_VECTOR = "array_to_tsvector(string_to_array(subject_key, ' '))"


def find_incoming(question: Question) -> list[Hit]:
    """Mails that came in, for those who may open them."""
    if not policy.may(question.user.role, "messaging:incoming") or not _is_asked(question):
        return []
    rows = mails_visible_to(question.user).filter(pk__in=_ids(question.words, question.limit + 1))
    found = rows.select_related("customer").defer(*HEAVY).order_by("-pk")
    return [_incoming_hit(row, question) for row in found]


def _is_asked(question: Question) -> bool:
    return sum(map(len, question.words)) >= FEWEST_LETTERS


def _ids(words: Sequence[str], limit: int) -> list[int]:
    """The newest mails whose subjects hold the words; words are letters and digits only, so that
    quoting them is enough.

    On PostgreSQL a word that stands nearly everywhere is found among the newest mails at once, and
    only a rarer one is asked of the index: each way alone takes a second for the other's words.
    """
    if connection.vendor != "postgresql":
        condition = " AND ".join(["(' ' || subject_key) LIKE %s"] * len(words))
        # The sign keeps SQLite at the narrow index of subjects: the table itself is wide.
        return _asked(f"{TABLE} WHERE {condition} ORDER BY +id", [f"% {w}%" for w in words], limit)
    asked = [" & ".join(f"'{word}':*" for word in words)]
    condition = f"{_VECTOR} @@ %s::tsquery"
    newest = f"(SELECT id, subject_key FROM {TABLE} ORDER BY id DESC LIMIT {NEWEST}) AS newest"  # noqa: S608
    found = _asked(f"{newest} WHERE {condition} ORDER BY id", asked, limit)
    if len(found) == limit:
        return found
    # The sum keeps PostgreSQL from walking back through all mails.
    return _asked(f"{TABLE} WHERE {condition} ORDER BY id + 0", asked, limit)


def _asked(question: str, values: Sequence[str], limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {question} DESC LIMIT %s", [*values, limit])  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def _incoming_hit(row: IncomingMail, question: Question) -> Hit:
    who = shown_name(question.user, row.customer) if row.customer else sender_of(row)
    detail = format_html("{} · {}", who or _("unknown sender"), day(row.received_at, "medium"))
    address = reverse("messaging:incoming", args=[row.pk])
    return Hit(mark(row.subject or _("no subject"), question.words), detail, address)


def find_mailings(question: Question) -> list[Hit]:
    """The newest mailings with such a name, or to whose template such a subject belongs."""
    if not policy.may(question.user.role, "messaging:send") or not _is_asked(question):
        return []
    subjects = _fitting_subjects(question)
    sends = Send.objects.only("name", "template", "due_at").order_by("-pk")[:MOST_MAILINGS]
    found = (
        _mailing_hit(send, subjects.get(send.template_id, ""), question)
        for send in sends
        if send.template_id in subjects or begin_words(question.words, _words(send.name))
    )
    return list(islice(found, question.limit + 1))


def _fitting_subjects(question: Question) -> dict[int, str]:
    """By template the newest published subject that fits."""
    rows = TemplateVersion.objects.published().order_by("pk").values_list("template_id", "subject")
    return {pk: subject for pk, subject in rows if begin_words(question.words, _words(subject))}


@lru_cache(maxsize=8_192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(words_of_template(text))


def _mailing_hit(send: Send, subject: str, question: Question) -> Hit:
    when, words = day(send.due_at, "medium"), mark(subject, question.words)
    detail = format_html("{} · {}", words, when) if words else mark(when, [])
    address = reverse("messaging:send", args=[send.pk])
    return Hit(mark(send.name, question.words), detail, address)
