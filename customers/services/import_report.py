"""What an import found and did: counts, and the rows that were not taken."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from customers.rules.csv_reading import Row
from customers.rules.documents import Folded
from customers.rules.flaws import Flaw
from customers.rules.statuses import is_known
from customers.services.batch import Saved

MOST_LISTED = 1_000
MOST_STATUSES = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken: our name of the column, and why."""

    row: int
    column: str
    code: str
    values: dict[str, Any]
    cells: list[str]
    is_rejected: bool = True


@dataclass(slots=True)
class Tally:
    """The counts of an import so far; `rows` are those read. `statuses` are some that we do not
    understand, so that their documents count."""

    rows: int = 0
    documents: int = 0
    skipped: int = 0
    rejected: int = 0
    saved: Saved = field(default_factory=Saved)
    statuses: set[str] = field(default_factory=set)

    def counts(self) -> dict[str, int]:
        """The counts as they are printed."""
        return {
            "rows": self.rows,
            "created": self.saved.created,
            "updated": self.saved.updated,
            "unchanged": self.saved.unchanged,
            "skipped": self.skipped,
            "rejected": self.rejected,
            "customers_created": self.saved.customers_created,
        }

    def note_statuses(self, statuses: Iterable[str]) -> None:
        """Keep the first of those that are not understood."""
        strange = sorted(status for status in set(statuses) if not is_known(status))
        self.statuses.update(strange[: max(0, MOST_STATUSES - len(self.statuses))])


@dataclass(slots=True)
class Step:
    """One batch of an import, as its watcher sees it: the tally so far, and the batch's rows
    that were not taken."""

    tally: Tally
    problems: list[Problem]


# Called inside the transaction of each batch; may raise to end the import there.
Watcher = Callable[[Step], None]


def problem_of(row: Row, flaw: Flaw) -> Problem:
    """A row with its own flaw."""
    return Problem(row[0], flaw.column, flaw.code, flaw.values, row[1])


def problems_of(folded: Folded) -> list[Problem]:
    """All rows of a document that was not taken: those with a flaw, and the others, which must
    be in the file again when it is put right."""
    if folded.left_out:
        first: Sequence[Row] = folded.rows[:1]
        return [
            Problem(number, "order_id", folded.left_out, {}, cells, is_rejected=False)
            for number, cells in first
        ]
    flawed = {row[0] for row, _flaw in folded.flaws}
    others = [
        Problem(number, "", "other_line", {}, cells)
        for number, cells in folded.rows
        if number not in flawed
    ]
    return [*(problem_of(row, flaw) for row, flaw in folded.flaws), *others]
