"""Kept statements and quick commits, on PostgreSQL; on SQLite nothing changes."""

import pytest
from django.db import DatabaseError, connection, transaction

from core.prepared import Prepared, quick_commits

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="statements are kept by PostgreSQL"
)
ADD = Prepared("SELECT $1 + $2, $2", ("int", "int"))


def setting(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


@on_postgresql
def test_a_statement_is_kept_and_answers_again():
    assert ADD.fetch([1, 2]) == (3, 2)
    assert ADD.fetch([40, 2]) == (42, 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [ADD.name])
        assert cursor.fetchone() == (1,)


@on_postgresql
def test_an_error_is_djangos_own():
    wrong = Prepared("SELECT 1 / $1", ("int",))

    with pytest.raises(DatabaseError), transaction.atomic():
        wrong.fetch([0])


@on_postgresql
def test_something_else_is_done_while_the_server_works():
    done = []

    assert ADD.fetch([1, 2], lambda: done.append("meanwhile")) == (3, 2)
    assert done == ["meanwhile"]


@on_postgresql
def test_an_error_meanwhile_leaves_the_connection_as_it_was():
    with pytest.raises(ZeroDivisionError):
        ADD.fetch([1, 2], lambda: 1 // 0)

    assert ADD.fetch([2, 2]) == (4, 2)


@on_postgresql
def test_behind_a_pooler_nothing_is_kept(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    other = Prepared("SELECT $1 * 2", ("int",))

    assert (other.fetch([4]), other.fetch([5])) == ((8,), (10,))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [other.name])
        assert cursor.fetchone() == (0,)


@on_postgresql
def test_commits_are_quick_within_only():
    before = setting("synchronous_commit")
    with quick_commits():
        assert setting("synchronous_commit") == "off"
        assert setting("enable_seqscan") == "off"

    assert (setting("synchronous_commit"), setting("enable_seqscan")) == (before, "on")


def test_quick_commits_pass_on_any_database():
    with quick_commits():
        assert connection.vendor in {"postgresql", "sqlite"}
