"""What is kept of rejected rows can be stored by either database."""

from pathlib import Path

import pytest

from core import clock
from customers.models import ImportProblem, ImportRun
from customers.rules.csv_reading import detect_form
from customers.services.document_stream import document_groups, scan
from customers.services.import_report import Problem
from customers.services.import_work import keep_problems


def problem(**values: object) -> Problem:
    return Problem(2, "type", "not_a_type", values, ["a\x00b", "c"], is_rejected=True)


@pytest.fixture
def run(db: None) -> ImportRun:
    return ImportRun.objects.create(
        kind="purchases", filename="x.csv", size=1, created_at=clock.now()
    )


def test_nul_in_a_cell_or_a_value_is_made_visible(run: ImportRun) -> None:
    keep_problems(run, [problem(value="\x00", most=5)])

    kept = ImportProblem.objects.get()
    assert "\x00" not in kept.cells[0]
    assert kept.cells[0].startswith("a")
    assert kept.cells[1] == "c"
    assert kept.values["most"] == 5
    assert "\x00" not in kept.values["value"]


def test_a_backslash_that_people_wrote_stays(run: ImportRun) -> None:
    keep_problems(run, [problem(value=r"\u0000 and \n")])

    assert ImportProblem.objects.get().values["value"] == r"\u0000 and \n"


def test_rows_without_a_number_are_refused_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("order,amount\n,1\nA,2\n,3\nB,4\nA,5\n")
    form = detect_form(lambda: path.open("rb"))
    found = scan(
        lambda: path.open("rb"),
        form,
        number_columns={"amount": 1},
        date_columns={},
        key=lambda cells: cells[0],
    )

    groups = list(document_groups(lambda: path.open("rb"), form, found, lambda cells: cells[0]))

    amounts = [[cells[1] for _number, cells in group] for group in groups]
    assert sorted(amounts) == [["1"], ["2", "5"], ["3"], ["4"]]
