"""Cases in the search: by number, and by the words that the subject begins with."""

from itertools import islice

from django.urls import reverse
from django.utils.html import format_html

from accounts import policy
from customers.masking import shown_name
from customers.models import Customer
from customers.rules.search_words import words_of
from customers.search import Hit, Question, mark
from messaging.rules.mail_subjects import begin_words
from support.models import Case

# Older ones are found by their numbers, and on their customer's page.
NEWEST = 2_000


def find_cases(question: Question) -> list[Hit]:
    """The case with the number, and the newest whose words fit; for those who may open them."""
    if not policy.may(question.user.role, "support:case") or not question.words:
        return []
    seen = Case.objects.filter(customer__in=Customer.objects.visible_to(question.user))
    by_number = seen.filter(number=question.text).values_list("pk", flat=True)
    newest = seen.order_by("-received_at", "-pk").values_list("pk", "number", "subject")[:NEWEST]
    fitting = (
        pk
        for pk, number, subject in newest
        if begin_words(question.words, words_of(f"{number} {subject} {int(number[5:])}"))
    )
    found = list(dict.fromkeys([*by_number, *islice(fitting, question.limit + 1)]))
    rows = Case.objects.filter(pk__in=found[: question.limit + 1]).select_related("customer")
    return [_hit(row, question) for row in rows.order_by("-received_at", "-pk")]


def _hit(row: Case, question: Question) -> Hit:
    who, state = shown_name(question.user, row.customer), row.get_state_display()
    detail = format_html("{} · {} · {}", row.number, who, state)
    return Hit(mark(row.subject, question.words), detail, reverse("support:case", args=[row.pk]))
