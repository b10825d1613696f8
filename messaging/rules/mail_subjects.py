"""Subjects as they are searched: folded words, so that both databases compare alike."""

import re
from collections.abc import Iterable, Sequence

from customers.rules.search_words import words_of

LONGEST_KEY = 400
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def subject_key(subject: str) -> str:
    """The words of a subject, each once: 'Re: Zamówienie #1001!' -> 're zamowienie 1001'."""
    return " ".join(words_of(subject))[:LONGEST_KEY]


def words_of_template(subject: str) -> list[str]:
    """The words of a subject that are the same for everybody: what is filled in is left out."""
    return words_of(_LIQUID.sub(" ", subject))


def begin_words(asked: Iterable[str], words: Sequence[str]) -> bool:
    """Whether each word that is asked for begins one of the words."""
    return all(any(word.startswith(one) for word in words) for one in asked)
