"""No operation or transfer is changed or deleted; a lost trigger is noticed and made again."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core.guards import append_only_tables, missing_guards, restore_guards
from loyalty.models import Operation, Transfer
from loyalty.reconciling import Scope, reconcile

GUARDED = [Operation, Transfer]
on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE and no such switch"
)
AT = "2026-11-01T12:00"


@pytest.fixture
def rows(member):
    member.earn("A", 10_000, AT)
    member.adjust(10, AT)


def fails(act):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


@pytest.mark.parametrize("model", GUARDED)
def test_no_row_is_changed_or_deleted(rows, model):
    row = model.objects.first()
    table = model._meta.db_table

    fails(lambda: model.objects.filter(pk=row.pk).update(recorded_at=row.at))
    fails(row.save)
    fails(lambda: model.objects.filter(pk=row.pk)._raw_delete("default"))
    fails(lambda: sql(f"UPDATE {table} SET account_id = account_id"))
    fails(lambda: sql(f"DELETE FROM {table} WHERE id = {row.pk}"))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite knows REPLACE")
@pytest.mark.parametrize("model", GUARDED)
def test_no_row_is_replaced(rows, model):
    table = model._meta.db_table

    fails(lambda: sql(f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"))


@on_postgresql
@pytest.mark.parametrize("table", sorted(append_only_tables))
def test_no_table_is_emptied_at_once(rows, table):
    sql("SET CONSTRAINTS ALL IMMEDIATE")

    fails(lambda: sql(f"TRUNCATE {table} CASCADE"))
    fails(lambda: sql("TRUNCATE loyalty_programme CASCADE"))


@on_postgresql
@pytest.mark.parametrize("table", sorted(append_only_tables))
def test_who_may_empty_it_is_noticed_and_stopped(rows, table):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"DROP TRIGGER {table}_no_truncate ON {table}")
    assert missing_guards() == [table]
    with pytest.raises(CommandError, match=f"{table}.*migrate"):
        call_command("start")

    restore_guards()

    fails(lambda: sql(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize("model", GUARDED)
@pytest.mark.parametrize("which", ["no_update", "no_delete"])
def test_a_dropped_trigger_is_noticed_and_made_again(rows, model, which):
    table = model._meta.db_table
    drop(table, which)
    assert missing_guards() == [table]
    assert [(d.what, d.expected, d.account) for d in reconcile(Scope()).differences] == [
        ("trigger", table, None)
    ]

    with pytest.raises(CommandError, match=f"{table}.*migrate"):
        call_command("start")

    restore_guards()

    assert missing_guards() == []
    fails(lambda: sql(f"UPDATE {table} SET account_id = account_id"))
    fails(lambda: sql(f"DELETE FROM {table}"))


@on_postgresql
@pytest.mark.parametrize("model", GUARDED)
def test_a_trigger_that_is_switched_off_is_noticed(rows, model):
    table = model._meta.db_table
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_update")

    assert missing_guards() == [table]
    restore_guards()
    assert missing_guards() == []


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def drop(table, which):
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql(f"DROP TRIGGER {table}_{which} ON {table}")
    else:
        sql(f"DROP TRIGGER {table}_{which}")
