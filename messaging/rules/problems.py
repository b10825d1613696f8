"""What is wrong with a template: a code, where, and the words it needs. Said elsewhere."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a template cannot be saved. `line` counts from 1; None where there is none."""

    code: str
    line: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    field: str = "mjml"


class TemplateWrong(Exception):
    """A template cannot be compiled, for these reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = list(problems)

    def in_field(self, name: str) -> "TemplateWrong":
        """The same problems, said of another field."""
        return TemplateWrong(*(replace(problem, field=name) for problem in self.problems))


def wrong(code: str, line: int | None = None, **values: str) -> TemplateWrong:
    """One problem as an error."""
    return TemplateWrong(Problem(code, line, values))


def line_of(text: str, position: int) -> int:
    """The line, from 1, in which a position lies."""
    return text.count("\n", 0, position) + 1


def lines_of(text: str) -> Callable[[int], int]:
    """The same for one text and many positions, without counting anew each time."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    return lambda position: bisect_left(breaks, position) + 1
