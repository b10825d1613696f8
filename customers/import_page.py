"""What the import page shows of a run: how the file was understood, numbers, progress, problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from core.models import Shop
from customers.forms.importing import COLUMN_LABELS, OptionsForm, initial_of
from customers.import_words import explain
from customers.models import ImportProblem, ImportRun, ImportStatus
from customers.rules.csv_reading import Head, detect_form, read_head
from customers.rules.flaws import FileRefused
from customers.services.import_options import columns_of
from customers.services.importing import opener_of

SHOWN_ROWS = 10
SHOWN_PROBLEMS = 20
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. `seconds_left` None: not known yet."""

    done: int
    total: int
    rate: int
    seconds_left: int | None

    @property
    def minutes_left(self) -> int:
        """Whole minutes left, at least one."""
        return max(1, round((self.seconds_left or 0) / 60))


def progress_of(run: ImportRun, now: datetime) -> Progress:
    """Rows, rows a second since the start, and the time that the rest will take at that rate."""
    seconds = (now - run.started_at).total_seconds() if run.started_at else 0
    rate = run.rows_done / seconds if seconds > 0 else 0
    left = round((run.rows_total - run.rows_done) / rate) if rate else None
    return Progress(run.rows_done, run.rows_total, round(rate), left)


@dataclass(frozen=True, slots=True)
class Understood:
    """The file as it is read at present; `refusal` says what keeps it from being imported."""

    head: Head | None
    columns: dict[str, int]
    refusal: str

    def preview(self) -> dict[str, Any]:
        """Headers with our names beside them, and the first rows."""
        if self.head is None:
            return {"heads": [], "rows": []}
        named = {place: COLUMN_LABELS[ours] for ours, place in self.columns.items()}
        heads = [(header, named.get(place)) for place, header in enumerate(self.head.headers)]
        rows = [
            (number, [cell[:LONGEST_SHOWN] for cell in cells[: len(heads)]])
            for number, cells in self.head.samples[:SHOWN_ROWS]
        ]
        return {"heads": heads, "rows": rows}


_WOULD_DO = {
    "amount": gettext_lazy("Quantity and unit price would do instead of the amount."),
    "customer_id": gettext_lazy("An e-mail or a phone would do instead of the customer number."),
}


def refusal_words(code: str, values: Mapping[str, Any]) -> str:
    """Why a file cannot be imported, in the page's own words for our columns."""
    if code != "missing_columns":
        return explain(code, values)
    missing = str(values["columns"]).split(", ")
    labels = ", ".join(str(COLUMN_LABELS.get(ours, ours)) for ours in missing)
    others = [str(words) for ours, words in _WOULD_DO.items() if ours in missing]
    return " ".join([explain(code, {**values, "columns": labels}), *others])


def understand_run(run: ImportRun) -> Understood:
    """Read the head of the run's file once more, as its options say."""
    open_raw = opener_of(run)
    try:
        head, columns = columns_of(run, open_raw)
    except FileRefused as refused:
        return Understood(_head(run), {}, refusal_words(refused.code, refused.values))
    return Understood(head, columns, "")


def _head(run: ImportRun) -> Head | None:
    """The head alone, where the columns cannot be matched."""
    kept = run.options
    try:
        open_raw = opener_of(run)
        form = detect_form(
            open_raw, encoding=kept.get("encoding", ""), separator=kept.get("separator", "")
        )
        return read_head(open_raw, form)
    except FileRefused:
        return None


def options_form(
    run: ImportRun, understood: Understood, shop: Shop, data: Any = None
) -> OptionsForm:
    """The form in which the reading of the file is changed."""
    defaults = {"timezone": shop.timezone, "currency": shop.currency, "source": "csv"}
    initial = initial_of(run.options, understood.head, understood.columns, defaults)
    return OptionsForm(data, kind=run.kind, head=understood.head, initial=initial)


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A row that was not taken, in words."""

    row: int
    column: str
    reason: str
    cell: str


def problems_of(run: ImportRun) -> list[ShownProblem]:
    """The first rows with a flaw of their own."""
    rows = run.problems.filter(is_rejected=True).exclude(code="other_line")
    return [_shown(problem) for problem in rows.order_by("row", "pk")[:SHOWN_PROBLEMS]]


def left_out_of(run: ImportRun) -> list[ShownProblem]:
    """The first rows rightly left out."""
    rows = run.problems.filter(is_rejected=False).order_by("row", "pk")
    return [_shown(problem) for problem in rows[:SHOWN_PROBLEMS]]


def _shown(problem: ImportProblem) -> ShownProblem:
    column = COLUMN_LABELS.get(problem.column)
    return ShownProblem(
        problem.row,
        str(column) if column else "",
        explain(problem.code, problem.values),
        " · ".join(cell for cell in problem.cells if cell)[:LONGEST_SHOWN],
    )


def counts_of(run: ImportRun) -> dict[str, int]:
    """The numbers of the present step: of the check where nothing is imported yet."""
    if run.status == ImportStatus.READY and run.expected:
        return dict(run.expected)
    names = ("created", "updated", "unchanged", "skipped", "rejected", "customers_created")
    return {"rows": run.rows_done} | {name: getattr(run, name) for name in names}
