"""The rejected rows of an import as a file that can be put right and brought again."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from core.csv_writing import Cell
from customers.import_page import understand_run
from customers.import_words import explain
from customers.models import ImportRun

# A number that reads back as it was written: "007" does not.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?")


def rejected_rows(run: ImportRun) -> tuple[Sequence[str], Iterator[Sequence[Cell]]]:
    """The file's own headers with one for the reason, and the rows in the file's order."""
    head = understand_run(run).head if run.file is not None else None
    headers = head.headers if head else ()
    return [*headers, _("Why it was not taken")], _rows(run, len(headers))


def _rows(run: ImportRun, width: int) -> Iterator[Sequence[Cell]]:
    problems = run.problems.filter(is_rejected=True).order_by("row", "pk")
    for problem in problems.iterator(chunk_size=500):
        cells = [str(cell) for cell in problem.cells]
        cells += [""] * (width - len(cells))
        yield [*map(_cell, cells), explain(problem.code, problem.values)]


def _cell(text: str) -> Cell:
    """Plain numbers stay numbers; all else is text, and escaped as such."""
    return Decimal(text) if _NUMBER.fullmatch(text) else text
