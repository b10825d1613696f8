"""The personal-data registry: every field of every model is classed, or a test fails.

Erasing and exporting people (a later feature) reads this map; the classes say what happens to
a field when its person asks to be forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model

from core.registry import Registry


class Erasure(StrEnum):
    """What erasing a person does with a field."""

    NONE = "none"  # says nothing about a person
    BLANK = "blank"  # personal: emptied
    DELETE_ROW = "delete_row"  # the row is personal as a whole: deleted
    DETACH = "detach"  # a link to the person: cut, the fact stays


@dataclass(frozen=True, slots=True)
class PersonalModel:
    """How one model's fields are classed. Fields not named are `Erasure.NONE`.

    `owner` is the path from a row to its customer or user ("customer", "" for the person
    itself, None where rows belong to nobody).
    """

    model: type[Model]
    owner: str | None
    blank: frozenset[str] = frozenset()
    detach: frozenset[str] = frozenset()
    impersonal: frozenset[str] = frozenset()
    delete_row: bool = False


personal_data: Registry[PersonalModel] = Registry("personal data")


def register(
    model: type[Model],
    *,
    owner: str | None,
    blank: Iterable[str] = (),
    detach: Iterable[str] = (),
    impersonal: Iterable[str] = (),
    delete_row: bool = False,
) -> None:
    """Class a model's fields; every text, date and JSON field must appear in one of the lists
    unless the whole row is deleted."""
    personal_data.register(
        model._meta.label,
        PersonalModel(
            model,
            owner,
            frozenset(blank),
            frozenset(detach),
            frozenset(impersonal),
            delete_row,
        ),
    )
