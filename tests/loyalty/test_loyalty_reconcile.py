"""The checker itself: each derived column is changed in turn, past the triggers; it is reported,
and mended where it is derived. Transfers and operations are never touched by mending."""

import io
import json
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection

from core.guards import restore_guards
from core.models import AuditEntry
from loyalty.models import Operation, Transfer
from tests.loyalty.bank import everything
from tests.loyalty.whole_world import two_members

MICROSECOND = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', {column}, '+1 seconds')",
    "postgresql": "{column} + interval '1 second'",
}


@pytest.fixture
def world(db):
    return two_members()


def run(*words):
    """Exit code and document."""
    out, code = io.StringIO(), 0
    try:
        call_command("loyalty_reconcile", *words, "--json", stdout=out)
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(out.getvalue())


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


@contextmanager
def past_the_triggers(*tables):
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        sql(f"DROP TRIGGER {table}_no_update{on}")
        sql(f"DROP TRIGGER {table}_no_delete{on}")
    yield
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    restore_guards()


def test_a_sound_ledger_has_no_differences(world):
    assert run() == (
        0,
        {"accounts": 2, "transfers": Transfer.objects.count(), "differences": []},
    )


A = "WHERE id = (SELECT MIN(id) FROM loyalty_account)"
LOT = "WHERE \"order\" = '{}'"
DERIVED = {
    ("account", "pending", f"pending + 1 {A}"),
    ("account", "available", f"available + 1 {A}"),
    ("account", "reserved", f"reserved + 1 {A}"),
    ("account", "debt", f"debt + 1 {A.replace('MIN', 'MAX')}"),
    ("account", "version", f"version + 1 {A}"),
    ("account", "chain", f"'00' {A}"),
    ("account", "settled_at", f"TIME {A}"),
    *(("lot", "earned", f"earned + 1 {LOT.format(order)}") for order in "ABC"),
    ("lot", "remaining", f"remaining - 1 {LOT.format('B')}"),
    ("lot", "remaining", f"remaining - 1 {LOT.format('C')}"),
    ("lot", "reserved", f"reserved + 1 {LOT.format('B')}"),
    ("lot", "expired", f"expired - 1 {LOT.format('A')}"),
    ("lot", "state", f"'open' {LOT.format('A')}"),
    ("lot", "state", f"'pending' {LOT.format('B')}"),
    ("lot", "state", f"'closed' {LOT.format('B')}"),
    ("lot", "state", f"'open' {LOT.format('C')}"),
    *(("hold", "amount", f"amount + 1 {LOT.format(o)}") for o in ("captured", "still open")),
    ("hold", "captured", f"captured - 1 {LOT.format('captured')}"),
    ("hold", "captured", f"captured + 1 {LOT.format('expired')}"),
    ("hold", "state", f"'cancelled' {LOT.format('captured')}"),
    ("hold", "state", f"'expired' {LOT.format('cancelled')}"),
    ("hold", "state", f"'open' {LOT.format('expired')}"),
    ("hold", "state", f"'expired' {LOT.format('still open')}"),
    ("holdpart", "amount", "amount + 1 WHERE id = (SELECT MIN(id) FROM loyalty_holdpart)"),
    ("holdpart", "amount", "amount + 1 WHERE id = (SELECT MAX(id) FROM loyalty_holdpart)"),
    ("award", "granted", f"granted + 1 {LOT.format('A')}"),
    ("award", "refunded_minor", f"refunded_minor - 1 {LOT.format('A')}"),
    ("award", "clawed", f"clawed - 1 {LOT.format('D')}"),
    ("award", "lapsed", f"lapsed - 1 {LOT.format('A')}"),
}


@pytest.mark.parametrize(("table", "column", "change"), sorted(DERIVED))
def test_what_is_derived_is_reported_and_mended(world, table, column, change):
    before = everything()
    value = change.replace("TIME", MICROSECOND[connection.vendor].format(column=column))
    assert sql(f"UPDATE loyalty_{table} SET {column} = {value}") == 1

    code, document = run()
    assert code == 1
    assert document["differences"], "the change is not seen"

    code, document = run("--rebuild")

    assert (code, document["differences"]) == (0, [])
    assert everything() == before
    entry = AuditEntry.objects.get(action="loyalty.rebuilt")
    assert entry.actor == "system"


@pytest.mark.parametrize(
    "change",
    [
        "amount = amount + 1",
        "source = 'adjusted'",
        "target = 'debt'",
        "lot_id = NULL",
        "seq = seq + 900",
        "hash = 'f00'",
        "operation_id = (SELECT MAX(id) FROM loyalty_operation)",
        "at = TIME",
    ],
)
def test_a_changed_transfer_is_reported_and_left_for_a_person(world, change):
    change = change.replace("TIME", MICROSECOND[connection.vendor].format(column="at"))
    with past_the_triggers("loyalty_transfer"):
        assert sql(f"UPDATE loyalty_transfer SET {change} WHERE seq = 1 AND {mine(world)}") == 1
    rows = everything()

    assert run()[0] == 1
    code, document = run("--rebuild")

    assert code == 1
    assert "chain" in {difference["what"] for difference in document["differences"]}
    assert everything() == rows, "what was changed has spread"


def mine(world):
    return f"account_id = {world[0].account.pk}"


@pytest.mark.parametrize("which", ["MIN", "MAX"])
def test_a_deleted_transfer_is_reported(world, which):
    with past_the_triggers("loyalty_transfer"):
        sql(
            "DELETE FROM loyalty_transfer WHERE id ="
            f" (SELECT {which}(id) FROM loyalty_transfer WHERE {mine(world)})"
        )

    code, document = run()

    assert code == 1
    assert "version" in {difference["what"] for difference in document["differences"]}


def test_a_refund_that_was_changed_is_reported(world):
    with past_the_triggers("loyalty_operation"):
        Operation.objects.filter(kind="refund", order="A").update(terms={"amount_minor": 1})

    whats = {difference["what"] for difference in run()[1]["differences"]}

    assert whats == {"award_refunded", "award_lapsed"}


def test_a_difference_names_account_lot_and_both_values(world):
    sql("UPDATE loyalty_account SET pending = pending + 1 " + A)

    document = run()[1]

    account = world[0].account.pk
    found = {"account": account, "what": "pending", "expected": 30, "found": 31, "lot": None}
    assert found in document["differences"]
    assert document["accounts"] == 2


def test_one_account_can_be_proved_alone(world):
    first, second = (member.account.pk for member in world)
    sql("UPDATE loyalty_account SET pending = pending + 1 " + A)

    assert run("--account", str(first))[0] == 1
    assert run("--account", str(second))[:1] == (0,)
    assert run("--account", str(second))[1]["accounts"] == 1
    assert run("--account", "999999") == (
        0,
        {"accounts": 0, "transfers": 0, "differences": []},
    )


@pytest.mark.parametrize(
    ("since", "accounts"),
    [
        ("2027-01-03", 2),
        ("2027-01-03T12:41:00+00:00", 2),
        ("2027-01-03T13:41:00+01:00", 2),
        ("2027-01-03T13:41:00", 2),  # the shop's zone is an hour before UTC
        ("2027-01-03T12:41:01+00:00", 1),
        ("2027-01-03T13:41:01", 1),
        ("2027-01-20T12:00:01+00:00", 0),
    ],
)
def test_accounts_written_since(world, since, accounts):
    code, document = run("--since", since)

    assert (code, document["accounts"], document["differences"]) == (0, accounts, [])
    sql("UPDATE loyalty_account SET version = version + 1")
    assert len(run("--since", since)[1]["differences"]) == 2 * accounts  # and the head
