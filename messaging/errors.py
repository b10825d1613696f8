"""Why messaging refuses; people read the words, programs the classes."""

from collections.abc import Sequence

from core.errors import Refused
from messaging.rules.problems import Problem


class RenderFailed(Exception):
    """A mail cannot be made for this customer: a value is missing or wrong, or it takes too
    long. Nothing may be sent."""


class NoVersion(LookupError):
    """A template has no published version in any language that would do."""


class TemplateRefused(Refused):
    """A template cannot be saved; `problems` say why, in codes with lines."""

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message, field=problems[0].field if problems else None)
        self.problems = list(problems)
