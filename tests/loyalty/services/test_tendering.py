"""A purchase that is paid in part with what purchases earned."""

from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refused
from customers.models import Purchase, Refund
from customers.rules.documents import Document
from customers.services.documents import save_documents
from customers.services.purchases import add_purchase, add_refund, remove_refund
from loyalty.models import Award, Lot, Operation, Tender, Transfer
from loyalty.services.awarding import award_marked
from loyalty.services.rebuilding import rebuild_account
from loyalty.services.tendering import pay_part, settle_tenders
from tests.customers.documents import returned
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import Bank, differences
from tests.loyalty.refusing import refused

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CASHBACK = {
    **{"key": "cashback-pln", "kind": "cashback", "earn_units": 300, "earn_minor": 10_000},
    **{"pays": True},
}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def anna(db):
    """A member of both programmes who holds 50.00 of cashback; the ledger is proved afterwards."""
    customer = CustomerFactory()
    points = Bank(customer)
    cashback = Bank(customer, **CASHBACK)
    cashback.adjust(5_000, NOON)
    yield points, cashback
    assert differences() == []


def buy(member, number="1", amount_minor=10_000, **more):
    words = {"actor": None, "customer": member.customer, "number": number, "currency": "PLN"}
    return add_purchase(**words, amount_minor=amount_minor, occurred_at=NOON, **more)


def pay(member, purchase, amount_minor, **more):
    words = {"actor": None, "purchase": purchase, "programme": member.programme, "now": NOON}
    return pay_part(**words, amount_minor=amount_minor, **more)


def refund(purchase, amount_minor):
    return add_refund(
        actor=None,
        purchase=purchase,
        amount_minor=amount_minor,
        occurred_at=NOON,
        number=f"R{purchase.pk}-{purchase.refunds.count()}",
    )


@pytest.mark.parametrize(
    ("percent", "paid", "floor", "half_up", "half_even"),
    [(3, 1_250, 37, 38, 38), (1, 2_450, 24, 25, 24), (3, 850, 25, 26, 26)],
)
def test_half_a_cent_is_rounded_as_the_programme_says(db, percent, paid, floor, half_up, half_even):
    """Worked example 10."""
    terms = {"key": "cashback-pln", "kind": "cashback"}
    terms |= {"earn_units": percent * 100, "earn_minor": 10_000}
    found = [
        Bank(rounding=rounding, **terms).earn(rounding, paid, NOON).result["points"]
        for rounding in ("floor", "half_up", "half_even")
    ]

    assert found == [floor, half_up, half_even]


def test_a_split_tender_earns_on_the_rest_and_goes_back_in_proportion(anna):
    """Worked example 11."""
    points, cashback = anna
    purchase = buy(points)

    done = pay(cashback, purchase, 3_000)
    award_marked(NOON)

    assert done.result == {"paid": 3_000, "amount_minor": 3_000, "available": 2_000}
    assert points.standing(NOON) == (70, 0, 0, 0)
    assert cashback.standing(NOON) == (210, 2_000, 0, 0), "3 % of the 70.00 paid otherwise"

    refund(purchase, 5_000)
    award_marked(NOON)

    assert points.standing(NOON) == (35, 0, 0, 0)
    assert cashback.standing(NOON) == (105, 3_500, 0, 0)
    assert Tender.objects.values_list("units", "returned").get() == (3_000, 1_500)
    assert Lot.objects.filter(account=cashback.account, order="").count() == 1, "the original lot"

    refund(purchase, 5_000)
    award_marked(NOON)

    assert points.standing(NOON) == (0, 0, 0, 0)
    assert cashback.standing(NOON) == (0, 5_000, 0, 0)


def test_looking_again_changes_nothing(anna):
    _points, cashback = anna
    purchase = buy(cashback)
    pay(cashback, purchase, 3_000)
    refund(purchase, 3_333)
    award_marked(NOON)
    acts = Operation.objects.count()

    assert [row.returned for row in settle_tenders(purchase_id=purchase.pk, now=NOON)] == [999]
    settle_tenders(purchase_id=purchase.pk, now=NOON)

    assert Operation.objects.count() == acts


def test_refunds_that_are_imported_give_back_too(anna):
    _points, cashback = anna
    purchase = buy(cashback, number="77")
    pay(cashback, purchase, 3_000)

    document = returned("R77", 5_000, refund_of="77", source="manual", day=21)
    assert isinstance(document, Document)
    save_documents(documents=[document], now=NOON)
    award_marked(NOON)

    assert cashback.standing(NOON)[1] == 3_500


def test_a_refund_that_was_a_slip_takes_again_what_it_gave_back(anna):
    _points, cashback = anna
    purchase = buy(cashback)
    pay(cashback, purchase, 3_000)
    slip = refund(purchase, 5_000)
    settle_tenders(purchase_id=purchase.pk, now=NOON)
    assert cashback.standing(NOON)[1] == 3_500

    remove_refund(actor=None, refund=slip)
    settle_tenders(purchase_id=purchase.pk, now=NOON)

    assert cashback.standing(NOON)[1] == 2_000
    refund(purchase, 10_000)
    settle_tenders(purchase_id=purchase.pk, now=NOON)
    assert cashback.standing(NOON)[1] == 5_000


def test_what_was_spent_meanwhile_is_not_taken_again(anna):
    _points, cashback = anna
    purchase = buy(cashback)
    pay(cashback, purchase, 3_000)
    slip = refund(purchase, 5_000)
    settle_tenders(purchase_id=purchase.pk, now=NOON)
    cashback.redeem(3_500, NOON)
    acts = Operation.objects.count()

    remove_refund(actor=None, refund=slip)
    settle_tenders(purchase_id=purchase.pk, now=NOON)

    assert cashback.standing(NOON) == (0, 0, 0, 0)
    assert Operation.objects.count() == acts


def test_what_comes_back_late_lives_thirty_days_at_least(db):
    member = Bank(**CASHBACK, pending_days=0, expiry_months=1)
    member.earn("old", 100_000, NOON)
    purchase = buy(member)
    pay(member, purchase, 3_000)

    with time_machine.travel(datetime(2026, 12, 25, 12, tzinfo=UTC), tick=False):
        Purchase.objects.update(refunded_minor=5_000)
        settle_tenders(purchase_id=purchase.pk, now=datetime(2026, 12, 25, 12, tzinfo=UTC))

    ends = Lot.objects.order_by("pk").values_list("earned", "remaining", "expires_at")
    assert ends[1] == (1_500, 1_500, datetime(2027, 1, 24, 23, tzinfo=UTC))
    assert differences() == []


def test_points_pay_what_the_programme_says_they_are_worth(db):
    member = Bank(pays=True, worth_per_hundred=300)
    member.adjust(200, NOON)
    purchase = buy(member)

    assert pay(member, purchase, 500).result["paid"] == 167
    refund(purchase, 5_000)
    settle_tenders(purchase_id=purchase.pk, now=NOON)

    assert member.standing(NOON) == (0, 33 + 83, 0, 0)
    assert differences() == []


def test_two_programmes_pay_together_and_nothing_paid_with_units_earns(anna):
    points, cashback = anna
    points.programme.pays = True
    points.adjust(1_000, NOON)
    purchase = buy(points)

    pay(cashback, purchase, 3_000)
    pay(points, purchase, 1_000)
    award_marked(NOON)

    assert points.standing(NOON) == (60, 0, 0, 0)
    assert cashback.standing(NOON) == (180, 2_000, 0, 0)
    with pytest.raises(Refused, match="more than the purchase"):
        pay(cashback, buy(points, "2", 500), 501)


def test_a_purchase_paid_wholly_with_cashback_earns_nothing(anna):
    points, cashback = anna
    pay(cashback, buy(points, amount_minor=2_000), 2_000)
    award_marked(NOON)

    assert points.standing(NOON) == (0, 0, 0, 0)
    assert cashback.standing(NOON) == (0, 3_000, 0, 0)


def test_refusals_change_nothing(anna):
    points, cashback = anna
    purchase = buy(points)

    with refused("insufficient"):
        pay(cashback, purchase, 5_001)
    with pytest.raises(Refused):
        pay(points, purchase, 100)
    euro = Bank(cashback.customer, **CASHBACK | {"key": "cashback-eur", "currency": "EUR"})
    with refused("currency_mismatch"):
        pay(euro, purchase, 100)

    assert not Tender.objects.exists()
    award_marked(NOON)
    with pytest.raises(Refused, match="earned already"):
        pay(cashback, purchase, 100)
    assert cashback.standing(NOON)[1] == 5_000


def test_a_repetition_with_the_same_key_is_one_payment(anna):
    _points, cashback = anna
    purchase = buy(cashback)

    first = pay(cashback, purchase, 3_000, key="k")
    assert Tender.objects.get().operation == first.operation
    assert pay(cashback, purchase, 3_000, key="k").replayed

    assert cashback.standing(NOON)[1] == 2_000


def test_what_is_derived_can_be_derived_again(anna):
    _points, cashback = anna
    purchase = buy(cashback)
    pay(cashback, purchase, 3_000)
    refund(purchase, 5_000)
    award_marked(NOON)
    Tender.objects.update(returned=7)
    assert [(found.what, found.expected, found.found) for found in differences()] == [
        ("tender_returned", 1_500, 7)
    ]

    rebuild_account(actor=None, account_id=cashback.account.pk)

    assert Tender.objects.get().returned == 1_500


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 4_000), max_size=5), st.integers(1, 5_000), st.booleans())
def test_any_partition_of_the_refunds_leaves_the_same(anna, parts, part, at_once):
    """Invariants 7 and 18, through the services: what units paid never earned, and the end of all
    refunds is the end of one of their sum."""
    points, cashback = anna
    number = str(Purchase.objects.count() + 1)
    points_before, cash_before = points.standing(NOON), cashback.standing(NOON)
    purchase = buy(points, number, 10_007)
    part = min(part, cash_before[1])
    if part:
        pay(cashback, purchase, part)
    refunds = [amount for place, amount in enumerate(parts) if sum(parts[: place + 1]) <= 10_007]
    for amount in [sum(refunds)] if at_once and refunds else refunds:
        refund(purchase, amount)
        award_marked(NOON)
    award_marked(NOON)

    gone, basis = sum(refunds), 10_007 - part
    kept = basis * (10_007 - gone) // 10_007
    assert points.standing(NOON)[0] - points_before[0] == basis * (10_007 - gone) // 10_007 // 100
    assert kept * 3 // 100 == cashback.standing(NOON)[0] - cash_before[0]
    assert cashback.standing(NOON)[1] == cash_before[1] - part + part * gone // 10_007
    award = Award.objects.filter(programme=cashback.programme).latest("pk")
    assert award.granted == basis * 3 // 100
    assert Refund.objects.filter(purchase=purchase).count() <= len(refunds)
    assert Transfer.objects.filter(amount__lte=0).count() == 0
