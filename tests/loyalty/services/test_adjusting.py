import pytest

from accounts.models import Role
from core.models import AuditEntry
from loyalty.models import Transfer
from tests.factories.accounts import UserFactory
from tests.loyalty.refusing import refused

AT = "2026-11-01T12:00"


def test_what_is_given_is_there_at_once_and_lives_as_any_other(member):
    done = member.adjust(30, AT, reason="a broken bowl")

    assert done.result == {"adjusted": 30, "available": 30}
    assert done.operation.note.text == "a broken bowl"
    assert member.document(AT)["lots"][0]["expires_at"] == "2027-11-01T23:00:00+00:00"
    entry = AuditEntry.objects.get(action="loyalty.adjusted")
    assert (entry.object_id, entry.details) == (str(member.account.pk), {"units": 30})


def test_what_is_taken_is_there(member):
    member.adjust(30, AT)

    assert member.adjust(-20, AT).result == {"adjusted": -20, "available": 10}
    with refused("insufficient"):
        member.adjust(-11, AT)
    assert Transfer.objects.get(target="adjusted").amount == 20


def test_what_is_given_repays_what_is_owed(member):
    member.earn("A", 5_000, "2026-10-01T12:00")
    member.redeem(50, AT)
    member.refund("A", 5_000, AT)

    assert member.adjust(60, AT).result == {"adjusted": 60, "available": 10}


@pytest.mark.parametrize(
    ("units", "reason"),
    [(0, "why"), (1_000_001, "why"), (-1_000_001, "why"), (5, ""), (5, "  "), (5, "x" * 256)],
)
def test_slips_are_refused(member, units, reason):
    member.adjust(10, AT)

    with refused():
        member.adjust(units, AT, reason=reason)


def test_support_has_a_limit_either_way(member):
    clerk = UserFactory(role=Role.SUPPORT)
    member.adjust(1_000, AT)

    assert member.adjust(500, AT, actor=clerk).result["available"] == 1_500
    assert member.adjust(-500, AT, actor=clerk).result["available"] == 1_000
    for units in (501, -501):
        with refused():
            member.adjust(units, AT, actor=clerk)


def test_an_account_that_is_refused_is_not_opened(member):
    with refused("insufficient"):
        member.adjust(-1, AT)
