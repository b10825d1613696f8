"""The few helpers through which statements reach both databases."""

import pytest
from django.db import connection, transaction

from retention import sql
from retention.models import DayCount

pytestmark = pytest.mark.django_db


def rows(table: str) -> list[tuple[object, ...]]:
    return sql.fetch("SELECT * FROM $table ORDER BY 1", table=table)


def test_run_tells_how_many_rows_it_touched() -> None:
    DayCount.objects.bulk_create([DayCount(day=n, purchases=n, repeats=0) for n in range(1, 6)])

    touched = sql.run("UPDATE $table SET repeats = 1 WHERE day > %s", [2], table=TABLE)

    assert touched == 3
    assert sql.fetch("SELECT sum(repeats) FROM $table", table=TABLE) == [(3,)]


TABLE = DayCount._meta.db_table


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError, match="table"):
        sql.fetch("SELECT * FROM $table")


def test_values_are_never_part_of_the_statement() -> None:
    text = "'; DROP TABLE retention_daycount; --"

    assert sql.fetch("SELECT %s", [text]) == [(text,)]
    assert DayCount.objects.count() == 0


@pytest.mark.parametrize("count", [0, 1, 449, 450, 451, 1900])
def test_any_number_of_rows_is_inserted(count: int) -> None:
    sql.scratch("rollup_many", "SELECT 1 AS a, 2 AS b WHERE 1 = 0")

    sql.insert_rows("rollup_many", [(n, n * n) for n in range(count)])

    found = rows("rollup_many")
    assert len(found) == count
    assert found[-1:] == [(count - 1, (count - 1) ** 2)][: min(count, 1)]


def test_a_working_table_replaces_one_of_its_name() -> None:
    sql.scratch("rollup_one", "SELECT %s AS a", [1])
    sql.scratch("rollup_one", "SELECT $value AS b", value="2")

    assert rows("rollup_one") == [(2,)]


def test_discarding_spares_lasting_tables() -> None:
    DayCount.objects.create(day=1, purchases=1, repeats=0)
    sql.scratch_like("rollup_like", TABLE)
    sql.insert_rows("rollup_like", [(2, 1, 0)])

    sql.discard(TABLE)
    sql.discard("rollup_like")
    sql.discard("rollup_like")

    assert DayCount.objects.count() == 1


def test_a_working_table_has_the_columns_of_its_model() -> None:
    sql.scratch_like("rollup_like", TABLE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rollup_like")
        names = [column[0] for column in cursor.description]
    assert names == ["day", "purchases", "repeats"]


def test_room_ends_with_the_transaction() -> None:
    if connection.vendor != "postgresql":
        sql.give_room(64)
        with sql.roomy():
            assert sql.fetch("SELECT 1") == [(1,)]
        return
    with transaction.atomic():
        sql.give_room(77)
        assert sql.fetch("SHOW work_mem") == [("77MB",)]
        assert sql.fetch("SHOW jit") == [("off",)]
