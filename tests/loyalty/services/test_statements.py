"""What an act costs, in statements, and that plain SQL knows every column."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty import models
from loyalty.services import storing
from tests.loyalty.bank import settle, utc

AT = "2026-11-01T12:00"
on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="one statement writes all"
)


def statements(act):
    """How many statements the act sends, without those that begin and end transactions."""
    with CaptureQueriesContext(connection) as queries:
        act()
    words = [query["sql"] for query in queries.captured_queries]
    return len([sql for sql in words if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])


@pytest.fixture
def rich(member):
    for number in range(5):
        member.earn(f"first{number}", 10_000, "2026-10-01T12:00")
    member.redeem(1, AT)
    return member


@on_postgresql
def test_statements_of_an_act_on_postgresql(rich):
    assert statements(lambda: rich.redeem(1, AT)) == 2
    assert statements(lambda: rich.redeem(1, AT, reason="a mug")) == 2
    assert statements(lambda: rich.redeem(250, AT)) == 2, "of three lots"
    assert statements(lambda: rich.earn("A", 10_000, AT)) == 3, "rules and zone by one"
    assert statements(lambda: rich.earn("A", 10_000, AT)) == 2, "again: reads what was answered"


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite writes row by row")
def test_statements_of_an_act_on_sqlite(rich):
    assert statements(lambda: rich.redeem(1, AT)) == 5
    assert statements(lambda: rich.earn("A", 10_000, AT)) == 7
    assert statements(lambda: rich.earn("A", 10_000, AT)) == 2


@on_postgresql
def test_statements_of_the_job_do_not_grow_with_what_is_due(rich, django_assert_max_num_queries):
    for number in range(4):
        rich.earn(f"more{number}", 10_000, AT)

    with django_assert_max_num_queries(12):
        assert settle("2028-01-01T00:00") == 1


TABLES = {
    storing.OPERATIONS: (models.Operation, set()),
    storing.NEW_LOTS: (models.Lot, set()),
    storing.TRANSFERS: (models.Transfer, {"id"}),
    storing.NOTES: (models.OperationNote, {"id"}),
    storing.AWARDS: (models.Award, {"id"}),
    storing.ACCOUNTS: (models.Account, {"customer_id", "programme_id"}),
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_of_a_new_row_is_written(table):
    model, left_out = TABLES[table]
    columns = {field.column for field in model._meta.concrete_fields}

    assert table.name == model._meta.db_table
    assert set(table.columns) == columns - left_out


def test_texts_come_back_as_they_were_written(rich):
    words = 'a "b" \\ {c}, d\'e \U0001f381 %s %%'

    done = rich.redeem(1, AT, key=words, order=words, reason=words)

    again = models.Operation.objects.get(pk=done.operation.pk)
    assert (again.key, again.order, again.note.text) == (words, words, words)
    assert (again.result, again.at, again.recorded_at) == (done.result, utc(AT), utc(AT))
