"""Errors that services raise and people read."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Row = TypeVar("Row", bound=Model)


class Refused(Exception):
    """A service refuses: nothing has been changed, and the message says why, for people.

    `field` names the form field the reason belongs to; None where it is about the whole act.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Gone(Refused):
    """What is to be changed has been taken away an instant ago, perhaps by a second click."""


def still_there(rows: QuerySet[Row]) -> Row:
    """The first of the rows, locked if the query locks. Raises `Gone` where there is none."""
    row = rows.first()
    if row is None:
        raise Gone(_("This is gone already: somebody was quicker."))
    return row


def too_long(most: int) -> str:
    """'At most 255 characters.': why a text is refused."""
    words = ngettext("At most %(number)d character.", "At most %(number)d characters.", most)
    return words % {"number": most}
