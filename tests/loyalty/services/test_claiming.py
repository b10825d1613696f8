"""Rewards claimed, handed over, cancelled; and what refuses them."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from core.errors import Refused
from core.models import AuditEntry
from customers.rules.segment_language import Condition, Group, Join
from customers.services.segments import delete_segment, save_segment
from loyalty.models import Operation, Reward, RewardClaim
from loyalty.services.claiming import (
    cancel_claim,
    claim_reward,
    hand_over,
    make_ready,
    take_back,
)
from loyalty.services.reversing import reverse_redemption
from loyalty.services.rewards import archive_reward, restore_reward
from tests.factories.loyalty import RewardFactory
from tests.loyalty.bank import utc
from tests.loyalty.refusing import refused

AT = "2026-11-01T12:00"


@pytest.fixture
def saver(member):
    """A member with 300 points, of two purchases."""
    member.earn("A", 10_000, "2026-09-01T12:00")
    member.earn("B", 20_000, "2026-10-01T12:00")
    return member


def claim(member, reward, at=AT, **more):
    return claim_reward(
        actor=member.manager, customer=member.customer, reward=reward, now=utc(at), **more
    )


def states():
    return list(RewardClaim.objects.order_by("pk").values_list("state", flat=True))


def test_a_reward_is_claimed_for_what_it_costs(saver):
    mug = RewardFactory(programme=saver.programme, cost=120, stock=3, names={"en": "A mug"})

    done = claim(saver, mug)

    assert done.result == {"redeemed": 120, "available": 180, "reward": mug.pk}
    row = done.operation.claim
    assert (row.state, row.cost, row.period, row.slot) == ("claimed", 120, "", 1)
    assert done.operation.note.text == "A mug"
    assert Reward.objects.get().stock == 2
    entry = AuditEntry.objects.get(action="reward.claimed")
    assert entry.details == {"reward": mug.pk, "units": 120}


def test_a_key_claims_once(saver):
    mug = RewardFactory(programme=saver.programme, cost=100, stock=3)

    first, second = (claim(saver, mug, key="k") for _click in range(2))

    assert (first.replayed, second.replayed) == (False, True)
    assert first.operation.claim == second.operation.claim
    assert (Reward.objects.get().stock, saver.standing(AT)[1]) == (2, 200)
    assert AuditEntry.objects.filter(action="reward.claimed").count() == 1
    with refused("key_reused"):
        claim(saver, RewardFactory(programme=saver.programme, cost=1), key="k")


def test_points_return_to_the_lots_they_were_of(saver):
    mug = RewardFactory(programme=saver.programme, cost=150, stock=1)
    before = saver.document(AT)["lots"]
    row = claim(saver, mug).operation.claim

    cancel_claim(actor=saver.manager, claim=row, now=utc(AT))

    assert saver.document(AT)["lots"] == before
    assert (states(), Reward.objects.get().stock) == (["cancelled"], 1)
    with refused("already_reversed"):
        cancel_claim(actor=saver.manager, claim=row, now=utc(AT))
    assert Reward.objects.get().stock == 1


def test_giving_the_points_back_in_the_history_is_the_same(saver):
    mug = RewardFactory(programme=saver.programme, cost=150, stock=1)
    done = claim(saver, mug)

    reverse_redemption(actor=saver.manager, operation=done.operation, now=utc(AT))

    assert (states(), Reward.objects.get().stock, saver.standing(AT)[1]) == (["cancelled"], 1, 300)


def test_it_is_got_ready_handed_over_and_taken_back(saver):
    row = claim(saver, RewardFactory(programme=saver.programme, cost=10)).operation.claim
    words = {"actor": saver.manager, "claim": row, "now": utc(AT)}

    make_ready(**words)
    hand_over(**words)
    with refused("claim_ended"):
        hand_over(**words)
    with refused("claim_ended"):
        make_ready(**words)
    with refused("claim_ended"):
        cancel_claim(**words)
    assert (states(), saver.standing(AT)[1]) == (["handed_over"], 290)
    take_back(**words)
    assert states() == ["ready"]
    cancel_claim(**words)
    with refused("claim_ended"):
        hand_over(**words)

    assert (states(), saver.standing(AT)[1]) == (["cancelled"], 300)
    acts = AuditEntry.objects.filter(action__startswith="reward.").values_list("action", flat=True)
    assert list(acts) == [
        *("reward.claimed", "reward.ready", "reward.handed_over", "reward.taken_back"),
    ]


def test_more_than_there_is_is_refused(saver):
    with refused("insufficient"):
        claim(saver, RewardFactory(programme=saver.programme, cost=301, stock=5))

    assert Reward.objects.get().stock == 5
    assert not RewardClaim.objects.exists()


def test_who_owes_claims_nothing(saver):
    saver.redeem(300, AT)
    saver.refund("B", 20_000, AT)

    with refused("in_debt"):
        claim(saver, RewardFactory(programme=saver.programme, cost=1))


def test_what_is_out_of_stock_is_refused(saver):
    mug = RewardFactory(programme=saver.programme, cost=10, stock=1)
    claim(saver, mug)

    with refused("out_of_stock"):
        claim(saver, mug)

    assert saver.standing(AT)[1] == 290


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-11-02T22:59", "not_offered"),
        ("2026-11-02T23:00", None),
        ("2026-11-05T22:59", None),
        ("2026-11-05T23:00", "not_offered"),
    ],
)
def test_dates_are_days_of_the_shop(saver, at, code):
    mug = RewardFactory(
        programme=saver.programme, cost=10, starts_on=date(2026, 11, 3), ends_on=date(2026, 11, 5)
    )

    if code is None:
        assert claim(saver, mug, at).result["redeemed"] == 10
    else:
        with refused(code):
            claim(saver, mug, at)


def test_what_is_put_away_is_not_offered(saver):
    mug = RewardFactory(programme=saver.programme, cost=10)
    archive_reward(actor=saver.manager, reward=mug, now=utc(AT))

    with refused("not_offered"):
        claim(saver, mug)
    restore_reward(actor=saver.manager, reward=mug)
    assert claim(saver, mug).result["redeemed"] == 10


@pytest.mark.parametrize(
    ("period", "again"),
    [
        ("day", "2026-11-01T23:00"),
        ("month", "2026-11-30T23:00"),
        ("year", "2026-12-31T23:00"),
        ("ever", None),
    ],
)
def test_a_limit_counts_anew_in_each_period(saver, period, again):
    mug = RewardFactory(programme=saver.programme, cost=10, limit_each=2, limit_period=period)
    claim(saver, mug)
    second = claim(saver, mug).operation.claim
    with refused("limit_reached"):
        claim(saver, mug)

    cancel_claim(actor=saver.manager, claim=second, now=utc(AT))
    assert claim(saver, mug).operation.claim.slot == 2
    with refused("limit_reached"):
        claim(saver, mug)

    if again is None:
        with refused("limit_reached"):
            claim(saver, mug, "2029-01-01T12:00")
    else:
        assert claim(saver, mug, again).operation.claim.slot == 1


def test_a_reward_for_a_segment_is_for_those_in_it(saver):
    tree = Group(Join.ALL, (Condition("city", "is", "Brno"),))
    segment = save_segment(actor=None, segment=None, name="Brno", tree=tree)
    mug = RewardFactory(programme=saver.programme, cost=10, segment=segment, segment_only=True)

    with refused("not_for_customer"):
        claim(saver, mug)
    saver.customer.city = "Brno"
    saver.customer.save()
    assert claim(saver, mug).result["redeemed"] == 10

    delete_segment(actor=None, segment=segment)
    with refused("not_for_customer"):
        claim(saver, mug)
    segment.__class__.with_deleted.all().delete()
    with refused("not_for_customer"):
        claim(saver, mug)


def test_another_cost_than_what_was_seen_is_refused(saver):
    mug = RewardFactory(programme=saver.programme, cost=100)

    with refused("cost_changed"):
        claim(saver, mug, seen_cost=90)
    assert claim(saver, mug, seen_cost=100).result["redeemed"] == 100


def test_the_database_keeps_slots_stock_and_states(saver):
    mug = RewardFactory(programme=saver.programme, cost=10, stock=0)
    rows = Reward.objects.filter(pk=mug.pk)
    for values in ({"stock": -1}, {"cost": 0}, {"limit_each": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)
    rows.update(stock=None)
    claim(saver, mug)
    claim(saver, mug)
    with pytest.raises(IntegrityError), transaction.atomic():
        RewardClaim.objects.update(slot=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RewardClaim.objects.update(state="lost")


def test_what_was_done_is_for_ever_the_operations(saver):
    """A claim is a redemption like any other, for whoever reads the ledger."""
    claim(saver, RewardFactory(programme=saver.programme, cost=10))

    assert Operation.objects.filter(kind="redeem").count() == 1
    assert isinstance(RewardClaim.objects.get().claimed_at, datetime)
    with pytest.raises(Refused):
        reverse_redemption(
            actor=saver.manager, operation=Operation.objects.filter(kind="earn")[0], now=utc(AT)
        )
