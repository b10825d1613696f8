"""Two accounts become one, and can be parted: nothing is lost or won by it, both chains hold."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Refused
from core.models import AuditEntry
from loyalty.models import Account, AccountJoin, Award, LotSuccessor, Transfer
from loyalty.rules.lots import Bucket
from loyalty.services.joining import join_accounts, join_members, part_accounts
from tests.loyalty.bank import Bank, differences, everything, settle, utc

AT = "2026-11-16T12:00"


@pytest.fixture
def pair(db):
    """Two files of one person; they are proved afterwards."""
    yield Bank(), Bank()
    assert differences() == []


def join(first, second, at=AT):
    for member in (first, second):
        Account.objects.get_or_create(
            customer=member.customer, programme=member.programme, defaults={"settled_at": utc(at)}
        )
    return join_accounts(actor=None, source=first.account, target=second.account, now=utc(at))


def part(one, at=AT):
    return part_accounts(actor=None, join=one, now=utc(at))


def lots(member, at=AT):
    rows = member.document(at)["lots"]
    return [(row["order"], row["remaining"], row["expires_at"][:10]) for row in rows]


def test_lots_come_with_their_origin_age_and_end(pair):
    first, second = pair
    first.earn("A", 10_000, "2026-09-01T12:00")
    first.earn("B", 5_000, "2026-11-10T12:00")
    second.earn("C", 3_000, "2026-10-01T12:00")
    first.redeem(40, "2026-11-01T12:00")

    one = join(first, second)

    assert first.standing(AT) == (0, 0, 0, 0)
    assert second.standing(AT) == (50, 90, 0, 0)
    expected = [("A", 60, "2027-09-01"), ("C", 30, "2027-10-01"), ("B", 50, "2027-11-10")]
    assert lots(second) == expected
    assert join(first, second) == one, "the same again changes nothing"
    assert second.standing("2026-11-24T23:00") == (0, 140, 0, 0)
    assert AuditEntry.objects.filter(action="loyalty.joined").count() == 1


def test_debt_comes_along_and_is_repaid(pair):
    first, second = pair
    first.adjust(50, "2026-10-01T12:00")
    first.earn("A", 10_000, "2026-10-01T12:00")
    first.redeem(150, "2026-10-20T12:00")
    first.refund("A", 10_000, "2026-10-21T12:00")
    assert first.standing(AT) == (0, 0, 0, 100)
    second.adjust(70, "2026-10-01T12:00")

    one = join(first, second)

    assert (first.standing(AT), second.standing(AT)) == ((0, 0, 0, 0), (0, 0, 0, 30))
    part(one)
    assert (first.standing(AT), second.standing(AT)) == ((0, 0, 0, 30), (0, 0, 0, 0))


def test_refunds_of_the_first_ones_orders_come_to_the_second(pair):
    first, second = pair
    first.earn("A", 10_000, "2026-10-01T12:00")
    first.redeem(30, "2026-10-20T12:00")
    assert first.refund("A", 2_000, "2026-10-21T12:00").result["clawed"] == 20
    join(first, second)

    done = second.refund("A", 4_000, AT, key="web")

    assert done.result == {"clawed": 40, "debt_added": 0}
    assert done.operation.account == second.account
    assert second.standing(AT) == (0, 10, 0, 0)
    assert second.refund("A", 4_000, AT, key="web").replayed
    assert second.refund("A", 4_000, AT).result == {"clawed": 40, "debt_added": 30}
    assert Award.objects.values_list("refunded_minor", "clawed").get() == (10_000, 100)


def test_what_had_lapsed_is_not_taken_wherever_it_did(pair):
    first, second = pair
    first.earn("A", 10_000, "2026-01-01T12:00")
    join(first, second, "2026-12-01T12:00")
    assert settle("2027-02-01T12:00") == 1

    assert second.refund("A", 10_000, "2027-02-02T12:00").result == {"clawed": 0, "debt_added": 0}


def test_a_redemption_of_the_first_is_given_back_to_the_second(pair):
    first, second = pair
    first.adjust(100, "2026-10-01T12:00")
    operation = first.redeem(40, "2026-10-20T12:00").operation
    join(first, second)

    first.reverse(operation, AT)

    assert (first.standing(AT), second.standing(AT)) == ((0, 0, 0, 0), (0, 100, 0, 0))
    assert {end for _order, left, end in lots(second) if left} == {"2027-10-01"}


def test_parting_takes_back_what_is_still_there(pair):
    first, second = pair
    first.earn("A", 10_000, "2026-10-01T12:00")
    second.earn("B", 5_000, "2026-10-02T12:00")
    one = join(first, second)
    second.redeem(30, AT)

    part(one, "2026-11-17T12:00")

    assert first.standing("2026-11-17T12:00") == (0, 70, 0, 0)
    assert second.standing("2026-11-17T12:00") == (0, 50, 0, 0)
    assert [row for row in lots(first) if row[1]] == [("A", 70, "2027-10-01")]
    assert first.refund("A", 5_000, "2026-11-18T12:00").operation.account == first.account
    assert first.standing("2026-11-18T12:00") == (0, 20, 0, 0)
    before = everything()
    part(one, "2026-11-19T12:00")
    assert everything() == before, "a second time changes nothing"
    join(first, second, "2026-11-20T12:00")
    assert second.standing("2026-11-20T12:00") == (0, 70, 0, 0)


def test_what_is_refused_changes_nothing(pair):
    first, second = pair
    third = Bank()
    other = Bank(first.customer, key="cashback")
    for member in (first, second, third, other):
        member.adjust(10, "2026-11-01T12:00")
    first.reserve(5, AT)
    before = everything()

    for source, target in ((first, second), (first, first), (first, other)):
        with pytest.raises(Refused):
            join(source, target)
    assert everything() == before

    one = join(second, third)
    for source, target in ((second, first), (first, second)):
        with pytest.raises(Refused):
            join(source, target)
    with pytest.raises(Refused, match="thirty days"):
        part(one, utc(AT) + timedelta(days=30))
    assert AccountJoin.objects.count() == 1


def test_members_are_joined_in_every_programme(pair):
    first, second = pair
    cash = Bank(first.customer, key="cashback")
    first.adjust(10, "2026-11-01T12:00")
    cash.adjust(20, "2026-11-01T12:00")

    whose = {"gone": first.customer, "kept": second.customer}
    joins = join_members(actor=None, now=utc(AT), **whose)

    assert len(joins) == 2
    assert second.standing(AT)[1] == 10
    assert Bank(second.customer, key="cashback").standing(AT)[1] == 20
    assert join_members(actor=None, now=utc(AT), **whose) == joins


def test_a_chain_of_joins_is_followed_and_parted_from_its_end(pair):
    first, second = pair
    third = Bank()
    first.earn("A", 10_000, "2026-10-01T12:00")
    for member in (second, third):
        member.adjust(10, "2026-10-01T12:00")
    one, two = join(first, second), join(second, third)

    assert third.refund("A", 5_000, AT).operation.account == third.account
    with pytest.raises(Refused):
        part(one)
    part(two)
    part(one)

    standings = [member.standing(AT)[1] for member in (first, second, third)]
    assert standings == [50, 10, 10]
    assert LotSuccessor.objects.count() == 6


acts = st.lists(
    st.tuples(
        st.sampled_from(["earn", "redeem", "refund", "adjust", "join", "part", "reverse", "wait"]),
        st.booleans(),
        st.integers(1, 90),
    ),
    max_size=14,
)


def step(pair, spent, number, what, size, now):
    """One act of chance on the first of the pair, or none where there is nothing to do it to."""
    member, rival = pair
    if what == "earn":
        member.earn(f"O{number}", size * 100, now)
    elif what == "refund" and Award.objects.exists():
        order = Award.objects.order_by("pk")[size % Award.objects.count()].order
        member.refund(order, size * 50, now)
    elif what == "redeem":
        spent.append(member.redeem(size, now).operation)
    elif what == "reverse" and spent:
        member.reverse(spent.pop(), now)
    elif what == "adjust":
        member.adjust(size, now)
    elif what == "join":
        join(member, rival, now)
    elif what == "part" and (one := AccountJoin.objects.filter(undone_at=None).first()):
        part(one, now)


@settings(max_examples=20)
@given(acts)
def test_whatever_is_done_nothing_is_lost_or_won(db, steps):
    """Beside the proofs: what is moved out is moved in; what came in is what is there or went."""
    with transaction.atomic():
        pair, now, spent = (Bank(), Bank()), utc("2026-11-01T12:00"), []
        for member in pair:
            member.adjust(5, now)
        for number, (what, at_first, size) in enumerate(steps):
            now += timedelta(days=size if what == "wait" else 0)
            with suppress(Refused), transaction.atomic():
                step(pair if at_first else pair[::-1], spent, number, what, size, now)
            assert net_of(Bucket.MOVED) == 0
        settle(now)
        total = sum(p + a + r - d for p, a, r, d in (member.standing(now) for member in pair))
        outside = ("issued", "adjusted", "redeemed", "expired", "clawed", "written_off")
        assert total == -sum(net_of(bucket) for bucket in outside)
        assert differences() == []
        transaction.set_rollback(True)


def net_of(bucket):
    rows = Transfer.objects.values_list("source", "target", "amount")
    return sum(n if t == bucket else -n if s == bucket else 0 for s, t, n in rows)
