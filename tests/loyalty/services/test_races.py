"""Fifty at once on PostgreSQL: each waits for the account, then sees what the others did."""

import threading
from collections import Counter

import pytest
from django.db import close_old_connections, connection

from loyalty.models import Account, Award, Hold, Operation, Transfer
from loyalty.services.settling import settle_due
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import Bank, differences
from tests.loyalty.races import attempt, earning, moment, redeeming

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]
EARLIER = "2026-11-01T12:00"
FIFTY = 50
THREADS = 25


def at_once(*acts):
    """How often which answer came. Threads begin at one moment; each does its share in turn."""
    acts = list(acts)
    barrier, answers, failures = threading.Barrier(min(THREADS, len(acts))), [], []

    def work(share):
        close_old_connections()
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            answers.extend(attempt(act) for act in share)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    shares = [acts[place::THREADS] for place in range(min(THREADS, len(acts)))]
    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "waiting for each other"
    assert failures == []
    return Counter(answers)


@pytest.fixture
def rich():
    """A member with 1,000 units, who is proved afterwards."""
    member = Bank()
    member.adjust(1_000, EARLIER)
    yield member
    assert differences() == []


def redemption(member, key=""):
    return redeeming(member.customer, member.programme, key)


def test_fifty_spend_a_tenth_each_and_ten_succeed(rich):
    answers = at_once(*[redemption(rich)] * FIFTY)

    assert answers == {"done": 10, "insufficient": 40}
    assert rich.standing(moment()) == (0, 0, 0, 0)


def test_the_same_key_fifty_times_is_one_effect(rich):
    answers = at_once(*[redemption(rich, "k")] * FIFTY)

    assert answers == {"done": 1, "replayed": 49}
    assert rich.account.available == 900


def test_one_key_for_many_customers_is_the_firsts(rich):
    members = [Bank() for _each in range(8)]
    for member in members:
        member.adjust(1_000, EARLIER)

    answers = at_once(*[redemption(member, "k") for member in members])

    assert answers == {"done": 1, "key_reused": 7}
    assert Transfer.objects.filter(target="redeemed").count() == 1


def test_a_hold_is_captured_or_cancelled_by_one(rich):
    for turn in range(3):
        hold = rich.reserve(100, moment(), order=f"O{turn}").operation.hold
        acts = [
            lambda hold=hold: rich.capture(hold, moment()),
            lambda hold=hold: rich.cancel(hold, moment()),
        ]

        answers = at_once(*acts * 10)

        assert answers == {"done": 1, "replayed": 9, "hold_ended": 10}
        hold.refresh_from_db()
        assert hold.state in {"captured", "cancelled"}
    captured = Hold.objects.filter(state="captured").count()
    assert rich.standing(moment()) == (0, 1_000 - 100 * captured, 0, 0)


def test_one_order_earns_for_one_of_two_customers(rich):
    rivals = [CustomerFactory(), CustomerFactory()]
    for turn in range(3):
        acts = [earning(rival, rich.programme, f"O{turn}") for rival in rivals]

        answers = at_once(*acts * 5)

        assert answers == {"done": 1, "replayed": 4, "key_reused": 5}
    assert Award.objects.count() == Operation.objects.filter(kind="earn").count() == 3


def test_the_first_acts_of_a_customer_open_one_account(rich):
    newcomer = CustomerFactory()

    answers = at_once(*[earning(newcomer, rich.programme, f"O{n}") for n in range(10)])

    assert answers == {"done": 10}
    assert Account.objects.filter(customer=newcomer).get().pending == 10_000


def test_refunds_at_once_never_exceed_the_order(rich):
    rich.earn("O", 10_000, EARLIER)

    answers = at_once(*[lambda: rich.refund("O", 3_000, moment())] * 10)

    assert answers == {"done": 3, "refund_exceeds_order": 7}
    assert Award.objects.values_list("refunded_minor", "clawed").get() == (9_000, 90)


def test_a_redemption_is_taken_back_once(rich):
    operation = rich.redeem(100, moment()).operation

    answers = at_once(*[lambda: rich.reverse(operation, moment())] * 10)

    assert answers == {"done": 1, "already_reversed": 9}
    assert rich.account.available == 1_000


def test_the_job_beside_those_who_spend(rich):
    rich.earn("O", 100_000, EARLIER)  # matures before `moment`

    def settle():
        settle_due(moment())
        return rich.redeem(1, moment(), key="once")

    answers = at_once(*[settle, redemption(rich)] * 20)

    assert answers == {"done": 20, "replayed": 19, "insufficient": 1}
    assert rich.standing(moment()) == (0, 99, 0, 0)
