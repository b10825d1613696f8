from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.reports import delivery_figures
from messaging.rules.delivery_figures import DeliveryFigures, largest, total
from tests.factories.outbox import NOON, MessageFactory, SenderFactory

COUNTS = ("sent", "delivered", "soft", "hard", "complained", "refused")


def sent(sender, domain="gmail.example", *, ago=timedelta(days=1), **values):
    at = NOON - ago
    return MessageFactory(
        sender=sender, domain=domain, state="sent", sent_at=at, out_at=at, claimed_at=at, **values
    )


@pytest.mark.django_db
def test_mails_are_counted_by_sender_and_domain_with_what_was_reported():
    first, second = SenderFactory(), SenderFactory()
    sent(first)
    sent(first, delivered_at=NOON)
    sent(first, delivered_at=NOON, complained_at=NOON)
    sent(first, bounced_at=NOON, bounce="hard")
    sent(first, bounced_at=NOON, bounce="soft", delivered_at=NOON)
    sent(first, "wp.example")
    sent(second, bounced_at=NOON, bounce="hard")
    refused = {"state": "failed", "claimed_at": NOON, "domain": "gmail.example", "sender": first}
    MessageFactory(reason="refused", **refused)
    MessageFactory(reason="gave_up", **refused)
    MessageFactory(sender=first, domain="gmail.example", state="queued")

    rows = delivery_figures(now=NOON)

    found = {
        (row.sender_id, row.domain): tuple(getattr(row, name) for name in COUNTS) for row in rows
    }
    assert found == {
        (first.pk, "gmail.example"): (5, 3, 1, 1, 1, 1),
        (first.pk, "wp.example"): (1, 0, 0, 0, 0, 0),
        (second.pk, "gmail.example"): (1, 0, 0, 1, 0, 0),
    }


@pytest.mark.django_db
def test_the_window_is_28_times_24_hours_up_to_now():
    sender = SenderFactory()
    sent(sender, ago=timedelta(0))
    sent(sender, ago=timedelta(days=28) - timedelta(seconds=1))
    sent(sender, ago=timedelta(days=28))
    sent(sender, ago=-timedelta(seconds=1))

    assert [row.sent for row in delivery_figures(now=NOON)] == [2]
    assert [row.sent for row in delivery_figures(now=NOON, days=1)] == [1]


@pytest.mark.django_db
def test_it_takes_one_query(django_assert_num_queries):
    sent(SenderFactory())

    with django_assert_num_queries(1):
        assert len(delivery_figures(now=NOON)) == 1


def test_shares_are_of_what_was_taken_and_unknown_without_any():
    row = DeliveryFigures(
        sender_id=1, domain="a", sent=1000, delivered=960, soft=10, hard=5, complained=3, refused=40
    )

    assert row.delivered_share == Fraction(24, 25)
    assert (row.bounced_share, row.hard_share) == (Fraction(15, 1000), Fraction(5, 1000))
    assert row.complained_share == Fraction(3, 1000)
    assert row.refused_share == Fraction(40, 1040)
    nothing = DeliveryFigures(sender_id=1, domain="a")
    assert (nothing.delivered_share, nothing.complained_share, nothing.refused_share) == (None,) * 3


FIGURES = st.builds(
    DeliveryFigures,
    sender_id=st.integers(1, 3),
    domain=st.sampled_from(["a", "b", "c", "d", ""]),
    **{name: st.integers(0, 50) for name in COUNTS},
)


@given(st.lists(FIGURES, max_size=12, unique_by=lambda row: (row.sender_id, row.domain)))
def test_folding_the_small_domains_keeps_every_sum(rows):
    folded = largest(rows, 2)

    for sender_id in (1, 2, 3):
        assert total(folded, sender_id) == total(rows, sender_id)
        assert sum(row.sender_id == sender_id for row in folded) <= 3


def test_the_largest_domains_come_first_and_the_rest_last():
    rows = [
        DeliveryFigures(sender_id=1, domain=name, sent=number)
        for name, number in (("a", 1), ("b", 7), ("c", 7), ("d", 2))
    ]

    assert [(row.domain, row.sent) for row in largest(rows, 2)] == [("b", 7), ("c", 7), ("", 3)]
