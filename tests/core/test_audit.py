from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock
from core.models import AuditEntry, Shop
from core.services import audit


def make_entries(count: int) -> None:
    for number in range(count):
        audit.record(actor=None, action=f"test.{number}", details={"n": number})


def seal_all() -> int:
    return audit.seal_entries(clock.now() + timedelta(minutes=1))


def test_an_entry_names_actor_action_and_target(shop: Shop) -> None:
    entry = audit.record(actor=None, action="shop.looked_at", target=shop, details={"a": [1]})

    entry.refresh_from_db()
    assert (entry.actor, entry.action) == ("system", "shop.looked_at")
    assert (entry.object_type, entry.object_id) == ("core.Shop", "1")
    assert entry.details == {"a": [1]}
    assert entry.seal == ""


def test_young_entries_wait_for_open_transactions(db: None) -> None:
    make_entries(2)

    assert audit.seal_entries(clock.now()) == 0
    assert seal_all() == 2
    assert seal_all() == 0


def test_the_chain_goes_on_over_several_runs(db: None) -> None:
    make_entries(3)
    seal_all()
    make_entries(2)
    seal_all()

    assert audit.broken_seals() == []
    assert AuditEntry.objects.filter(seal="").count() == 0
    assert len(set(AuditEntry.objects.values_list("seal", flat=True))) == 5


@pytest.mark.parametrize(
    "statement", ["UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry"]
)
def test_the_database_forbids_changing_the_past(db: None, statement: str) -> None:
    make_entries(1)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert AuditEntry.objects.get().action == "test.0"


def test_a_forged_seal_is_found(db: None) -> None:
    make_entries(3)
    seal_all()
    second = AuditEntry.objects.order_by("pk")[1]
    AuditEntry.objects.filter(pk=second.pk).update(seal="0" * 64)

    assert audit.broken_seals() == [2, 3]


def test_an_entry_of_a_long_transaction_joins_at_the_end(db: None) -> None:
    make_entries(3)
    late = AuditEntry.objects.order_by("pk")[0]
    later_ids = [entry.pk for entry in AuditEntry.objects.order_by("pk")[1:]]
    entries = list(AuditEntry.objects.filter(pk__in=later_ids).order_by("pk"))
    previous = ""
    for position, entry in enumerate(entries, 1):
        entry.seal = previous = audit.seal_of(entry, previous)
        entry.position = position
        entry.save(update_fields=["seal", "position"])

    seal_all()

    late.refresh_from_db()
    assert late.position == 3
    assert audit.broken_seals() == []


def record_then_fail() -> None:
    with transaction.atomic():
        make_entries(1)
        raise ZeroDivisionError


def test_an_entry_rolls_back_with_its_act(db: None) -> None:
    with pytest.raises(ZeroDivisionError):
        record_then_fail()

    assert AuditEntry.objects.count() == 0
