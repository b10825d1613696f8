"""`check_rollups` finds a wrong row in every table, names it, and mends nothing."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from retention import sql
from retention.models import (
    CohortCell,
    CohortMoney,
    CustomerDay,
    CustomerFirst,
    CustomerMoney,
    DayCount,
    DayMoney,
    FirstCount,
    GapCount,
    GuestDay,
    GuestSlice,
    MonthNet,
    MonthSet,
    RollupState,
    SliceMonth,
    StaleMark,
    VisitCount,
)
from retention.services.checking import SHOWN, differences
from retention.services.freshness import bring_up_to_date
from retention.services.rebuild import TABLES, rebuild
from tests.retention.worlds.keeping import NOW, Book, random_shop
from tests.retention.worlds.tables import rollups

pytestmark = pytest.mark.django_db

# Model, a column that can be wrong, and by how much.
WRONG: list[tuple[Any, str, int]] = [
    (CustomerFirst, "days_to_second", 1),
    (CustomerDay, "repeats", 1),
    (CustomerDay, "next_day", 1),
    (CustomerMoney, "gross_minor", 1),
    (CustomerMoney, "refunds_minor", 1),
    (CustomerMoney, "repeats", 1),
    (CustomerMoney, "first_day", -1),
    (GuestSlice, "gross_minor", 1),
    (SliceMonth, "purchases", 1),
    (SliceMonth, "repeats", -1),
    (GapCount, "customers", 1),
    (VisitCount, "purchases", -1),
    (FirstCount, "within_30", 1),
    (FirstCount, "ever", -1),
    (DayCount, "repeats", 1),
    (DayMoney, "refunds_minor", 100),
    (CohortCell, "customers", 1),
    (CohortMoney, "gross_minor", -5),
    (GuestDay, "purchases", 1),
    (MonthSet, "lost", 1),
    (MonthSet, "at_start", -1),
    (MonthNet, "inactive_minor", 7),
    (MonthNet, "lost_minor", 7),
]


@pytest.fixture
def book(db: None) -> Book:
    made = random_shop(71, purchases=40)
    made.sell(None, "2025-02-02 12:00")
    rebuild(now=NOW)
    return made


def table_of(model: Any) -> str:
    return str(model._meta.db_table)


def spoil(model: Any, column: str, by: int) -> None:
    """Make the column of one row wrong."""
    sql.run(
        """
        UPDATE $table SET $column = coalesce($column, 0) + $by
        WHERE ($keys) IN (SELECT $keys FROM $table ORDER BY $keys LIMIT 1)
        """,
        table=table_of(model),
        column=column,
        by=f"({by})",
        keys=KEYS[table_of(model)],
    )


KEYS = {
    "retention_customerfirst": "customer_id",
    "retention_customerday": "customer_id, day",
    "retention_customermoney": "customer_id, day, currency, slice_id",
    "retention_guestslice": "day, currency, slice_id",
    "retention_slicemonth": "month, cohort, currency, slice_id",
    "retention_gapcount": "day, next_day",
    "retention_visitcount": "day, first_day",
    "retention_firstcount": "day",
    "retention_daycount": "day",
    "retention_daymoney": "day, currency",
    "retention_cohortcell": "cohort, month",
    "retention_cohortmoney": "cohort, month, currency",
    "retention_guestday": "day, currency",
    "retention_monthset": "month, window_days",
    "retention_monthnet": "month, window_days, currency",
}


def test_every_table_is_tried_here() -> None:
    assert {table_of(model) for model, _column, _by in WRONG} == set(TABLES) == set(KEYS)


@pytest.mark.parametrize(("model", "column", "by"), WRONG)
def test_a_wrong_number_is_found(book: Book, model: Any, column: str, by: int) -> None:
    spoil(model, column, by)
    spoiled = rollups()

    found = differences(now=NOW)

    named = [row for row in found if row.table == table_of(model)]
    assert {row.side for row in named} == {"stored", "derived"}
    assert len([row for row in named if row.side == "stored"]) == 1
    assert rollups() == spoiled


@pytest.mark.parametrize("table", KEYS)
def test_a_missing_row_is_found(book: Book, table: str) -> None:
    sql.run(
        "DELETE FROM $table WHERE ($keys) IN (SELECT $keys FROM $table ORDER BY $keys LIMIT 1)",
        table=table,
        keys=KEYS[table],
    )

    named = [row for row in differences(now=NOW) if row.table == table]

    assert [row.side for row in named] == ["derived"]


@pytest.mark.parametrize("table", KEYS)
def test_a_rebuild_mends_an_empty_table(book: Book, table: str) -> None:
    before = rollups()
    sql.run("DELETE FROM $table", table=table)

    rebuild(now=NOW)

    assert rollups() == before
    assert differences(now=NOW) == []


def test_no_more_than_a_hundred_rows_of_a_side_are_named(book: Book) -> None:
    sql.run("UPDATE retention_monthset SET at_start = at_start + 1000")
    size = MonthSet.objects.count()

    found = [row for row in differences(now=NOW) if row.table == "retention_monthset"]

    assert len([row for row in found if row.side == "stored"]) == min(size, SHOWN)


def test_waiting_changes_are_worked_off_before_comparing(book: Book) -> None:
    book.sell("a", "2025-03-03 12:00")
    assert StaleMark.objects.exists()

    assert differences(now=NOW) == []

    assert not StaleMark.objects.exists()


def test_everything_stale_is_rebuilt_before_comparing(book: Book) -> None:
    book.move_shop("Asia/Tokyo")

    assert differences(now=NOW) == []
    assert not RollupState.objects.get().all_stale


def test_a_check_of_an_empty_shop(db: None) -> None:
    assert differences(now=NOW) == []
    rebuild(now=NOW)
    assert differences(now=NOW) == []


def test_the_command_names_the_row_for_scripts(book: Book) -> None:
    row = DayMoney.objects.order_by("day", "currency").first()
    assert row is not None
    spoil(DayMoney, "gross_minor", 1)
    out = StringIO()

    with pytest.raises(SystemExit) as caught:
        call_command("check_rollups", "--json", stdout=out)

    assert caught.value.code == 1
    expected = [row.day, row.currency, row.purchases, row.gross_minor, row.refunds_minor]
    spoiled = [*expected[:3], row.gross_minor + 1, row.refunds_minor]
    assert json.loads(out.getvalue()) == {
        "differences": [
            {"table": "retention_daymoney", "side": "stored", "row": spoiled},
            {"table": "retention_daymoney", "side": "derived", "row": expected},
        ]
    }


def test_the_command_says_none_for_people(book: Book) -> None:
    out = StringIO()

    call_command("check_rollups", stdout=out)

    assert out.getvalue() == "differences: none\n"


def test_a_rebuild_tells_its_rows(book: Book) -> None:
    out = StringIO()

    call_command("rebuild_rollups", "--json", stdout=out)

    document = json.loads(out.getvalue())
    assert list(document) == ["rows", "seconds"]
    assert document["rows"] == {table: len(rows) for table, rows in rollups().items()}
    assert document["seconds"] >= 0


def test_a_rebuild_clears_the_marks_that_it_saw(book: Book) -> None:
    book.sell("a", "2025-03-03 12:00")
    book.sell(None, "2025-03-04 12:00")
    state = RollupState.objects.get()

    rebuild(now=NOW)

    assert StaleMark.objects.count() == 0
    after = RollupState.objects.get()
    assert (after.version, after.all_stale, after.work_total) == (state.version + 1, False, 0)
    assert bring_up_to_date(now=NOW).current
