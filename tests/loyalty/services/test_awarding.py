"""Purchases earn by themselves: marked when they change, looked at by the job, once each."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from customers.models import Customer, Purchase, Refund
from customers.rules.dates import moment_of
from customers.services.purchases import add_purchase, add_refund, remove_purchase
from loyalty.models import Award, AwardMark, Operation, Programme
from loyalty.services import awarding
from loyalty.services.awarding import award_marked
from tests.customers.documents import WARSAW, bought, returned, save
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import Bank, differences, everything, programme

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _began(db):
    """The programme began on 10 November 2026 at noon; whatever happens, the ledger is proved."""
    programme(started_at=datetime(2026, 11, 10, 12, tzinfo=UTC))
    with time_machine.travel(NOON, tick=False):
        yield
    assert differences() == []


def look():
    """Look at what is marked; what each order has granted, and what refunds took of it."""
    award_marked(NOON)
    return {award.order: (award.granted, award.clawed) for award in Award.objects.order_by("pk")}


def anna():
    return Customer.objects.get(identities__key="C1")


def add(customer, number, amount_minor=10_000, day=20):
    return add_purchase(
        actor=None,
        customer=customer,
        number=number,
        occurred_at=datetime(2026, 11, day, 12, tzinfo=UTC),
        amount_minor=amount_minor,
        currency="PLN",
    )


def test_a_purchase_earns_once_from_its_own_day():
    save(bought("1", 7_999, external="C1", day=20))
    assert AwardMark.objects.count() == 1

    assert look() == {"csv/1": (79, 0)}

    operation = Operation.objects.get()
    assert operation.result["matures_at"] == "2026-12-04T23:00:00+00:00"
    assert operation.result["expires_at"] == "2027-11-20T23:00:00+00:00"
    assert not AwardMark.objects.exists()


def test_doing_it_again_changes_nothing():
    documents = bought("1", external="C1", day=20), returned("1", 3_000, day=21)
    save(*documents)
    look()
    before = everything()

    save(*documents)
    award_marked(NOON)
    AwardMark.objects.get_or_create(customer=anna())
    award_marked(NOON)

    assert everything() == before


def test_purchases_from_before_the_start_earn_nothing():
    save(
        bought("1", external="C1", day=9),
        bought("2", external="C1", moment=moment(11, 59)),
        bought("3", external="C1", moment=moment(12, 0)),
    )

    assert look() == {"csv/3": (100, 0)}


def moment(hour, minute):
    return moment_of(datetime(2026, 11, 10, hour, minute, tzinfo=UTC), WARSAW)


def test_only_what_is_known_and_in_the_programmes_currency_earns():
    save(
        bought("1", day=20),
        bought("2", external="C1", day=20, currency="EUR"),
        bought("3", external="C1", day=20, status="cancelled"),
        bought("4", external="C1", day=20),
    )

    assert look() == {"csv/4": (100, 0)}


def test_a_pending_order_earns_once_it_is_in_order():
    save(bought("1", external="C1", day=20, status="pending"))
    assert look() == {}

    save(bought("1", external="C1", day=20, status="completed"))

    assert look() == {"csv/1": (100, 0)}


def test_refunds_take_back():
    save(bought("1", external="C1", day=20))
    look()
    save(returned("1", 3_000, day=20))
    assert look() == {"csv/1": (100, 30)}

    save(returned("1", 7_000, day=21))

    assert look() == {"csv/1": (100, 100)}
    assert Bank(anna()).standing(NOON) == (0, 0, 0, 0)


def test_a_purchase_that_comes_with_its_refund_earns_the_rest():
    save(bought("1", external="C1", day=20), returned("1", 3_000, day=21))

    assert look() == {"csv/1": (100, 30)}


def test_a_cancelled_purchase_gives_everything_back():
    save(bought("1", external="C1", day=20), returned("1", 3_000, day=21))
    look()

    save(bought("1", external="C1", day=20, status="cancelled"))

    assert look() == {"csv/1": (100, 100)}


@pytest.mark.parametrize(("sum_now", "clawed"), [(6_000, 40), (15_000, 0)])
def test_a_sum_put_right_later_never_grants_more(sum_now, clawed):
    save(bought("1", external="C1", day=20))
    look()

    save(bought("1", sum_now, external="C1", day=20))

    assert look() == {"csv/1": (100, clawed)}


def test_numbers_are_told_apart_by_their_source():
    save(
        bought("1", external="C1", day=20),
        bought("1", external="C1", day=20, source="till"),
    )

    assert look() == {"csv/1": (100, 0), "till/1": (100, 0)}


def test_long_numbers_are_told_apart():
    numbers = ["9" * 99 + end for end in "12"]
    save(*(bought(number, external="C1", day=20) for number in numbers))

    orders = look()

    assert len(orders) == 2
    assert all(len(order) == 100 for order in orders)


def test_an_order_earned_at_a_till_is_not_a_purchase_of_the_file():
    customer = CustomerFactory()
    member = Bank(customer)
    member.earn("FV/2026/11/5", 5_000, NOON)
    add(customer, "7")

    assert look() == {"FV/2026/11/5": (50, 0), "manual/7": (100, 0)}


def test_a_purchase_moved_to_another_keeps_what_it_earned():
    first, second = CustomerFactory(), CustomerFactory()
    purchase = add(first, "7")
    look()

    move(purchase, second)
    assert look() == {"manual/7": (100, 0)}
    add_refund(actor=None, purchase=purchase, amount_minor=4_000, occurred_at=NOON)

    assert look() == {"manual/7": (100, 40)}
    assert Award.objects.get().account.customer == first


def move(purchase, customer):
    Purchase.objects.filter(pk=purchase.pk).update(customer=customer)
    Refund.objects.filter(purchase=purchase).update(customer=customer)
    for pk in (purchase.customer_id, customer.pk):
        AwardMark.objects.get_or_create(customer_id=pk)
    purchase.customer = customer


def test_a_purchase_taken_back_and_typed_again_earns_again():
    customer = CustomerFactory()
    wrong = add(customer, "7", 90_000)
    look()
    remove_purchase(actor=None, purchase=wrong)
    right = add(customer, "7", 9_000)

    assert look() == {"manual/7": (900, 900), f"manual/7#{right.pk}": (90, 0)}
    assert Bank(customer).standing(NOON) == (90, 0, 0, 0)


def test_a_refund_by_hand_in_the_bank_counts_as_one():
    customer = CustomerFactory()
    purchase = add(customer, "7")
    look()
    Bank(customer).refund("manual/7", 4_000, NOON)

    early = NOON - timedelta(hours=1)
    add_refund(actor=None, purchase=purchase, amount_minor=4_000, occurred_at=early)
    assert look() == {"manual/7": (100, 40)}
    add_refund(actor=None, purchase=purchase, amount_minor=1_000, occurred_at=NOON)

    assert look() == {"manual/7": (100, 50)}


def test_a_mark_that_comes_while_the_job_works_stays(monkeypatch):
    customer = CustomerFactory()
    add(customer, "7")
    work = awarding.award_customer

    def meanwhile(**more):
        work(**more)
        add(customer, "8")

    monkeypatch.setattr(awarding, "award_customer", meanwhile)
    award_marked(NOON)
    monkeypatch.undo()

    assert AwardMark.objects.count() == 1
    assert look() == {"manual/7": (100, 0), "manual/8": (100, 0)}


def test_one_who_is_refused_holds_nobody_up():
    first, second = CustomerFactory(), CustomerFactory()
    blocked = add(first, "7")
    add(second, "8")
    Bank(first).adjust(5, NOON, key=f"purchase:{blocked.pk}")

    assert look() == {"manual/8": (100, 0)}

    assert list(AwardMark.objects.values_list("customer", flat=True)) == [first.pk]


def test_the_first_purchase_ever_makes_the_programme_and_is_marked():
    Programme.objects.all().delete()

    save(bought("1", external="C1", day=21))

    assert Programme.objects.get().started_at == NOON
    assert look() == {"csv/1": (100, 0)}


def test_two_at_once_take_back_once(monkeypatch):
    save(bought("1", 10_000, external="C1", day=20))
    look()
    save(returned("1", 3_000, day=21))
    read = awarding._awards

    def outrun(*args):
        # After this one has read the awards another one takes back, and more goes back.
        found = read(*args)
        monkeypatch.setattr(awarding, "_awards", read)
        look()
        save(returned("R2", 2_000, day=21, refund_of="1"))
        return found

    monkeypatch.setattr(awarding, "_awards", outrun)
    awarding.award_customer(customer=anna(), programme=Programme.objects.get(), now=NOON)
    assert look() == {"csv/1": (100, 50)}


def test_old_purchases_are_looked_at_together(django_assert_max_num_queries):
    for number in range(6):
        save(bought(str(number), 1_000, external="C1", day=20))
    look()
    save(bought("last", 1_000, external="C1", day=20))
    with django_assert_max_num_queries(40) as asked:
        look()
    # Each purchase was asked for by itself.
    assert sum('FROM "customers_purchase"' in query["sql"] for query in asked) <= 4
