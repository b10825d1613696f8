"""Two people at once, on PostgreSQL: whoever comes second waits, then sees what the first did.

SQLite lets one transaction write at a time, so there is nothing to race there.
"""

import threading
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import close_old_connections, connection

from accounts.services import people
from accounts.services.branches import save_branch
from core.errors import Refused
from core.models import AuditEntry
from customers import models
from customers.rules.segment_language import EVERYBODY
from customers.services import customers, follow_ups, identities, interactions, purchases
from customers.services.identities import NewIdentity, TakenByAnother
from customers.services.search import add_words
from customers.services.segments import save_segment
from customers.services.summaries import mark_stale, refresh_summaries
from customers.services.tags import set_tags
from tests.customers.documents import NOW, bought, returned, save
from tests.factories.accounts import UserFactory
from tests.factories.customers import (
    NOON,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    PurchaseFactory,
)

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]
TURNS = 3


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON + timedelta(days=1), tick=True):
        yield


def at_once(*acts):
    """Run the acts in threads of their own, begun at one moment; what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        close_old_connections()
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "waiting for each other"
    return results


def outcomes(results):
    """How often which class came out; an error of the database itself fails the test."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refused):
            raise result
    return Counter(type(result).__name__ for result in results)


def test_two_imports_of_the_same_documents_save_them_once():
    documents = [bought(str(number), external=f"C{number % 5}") for number in range(40)]
    refunds = [returned(str(number)) for number in range(10)]

    results = at_once(*[lambda: save(*documents, *refunds)] * TURNS)

    assert sorted(results) == [(0, 0, 50)] * (TURNS - 1) + [(50, 0, 0)]
    assert models.Purchase.objects.count() == 40
    assert models.Refund.objects.filter(purchase__isnull=False).count() == 10
    assert models.Customer.objects.count() == 5


def test_two_imports_of_other_documents_of_one_customer_make_one_customer():
    results = at_once(
        lambda: save(bought("1", external="C1", email="a@example.pl")),
        lambda: save(bought("2", external="C1")),
        lambda: save(bought("3", email="a@example.pl")),
    )

    assert results == [(1, 0, 0)] * 3
    assert models.Identity.objects.filter(kind="external").count() == 1
    assert models.Identity.objects.filter(kind="email").count() == 1


def test_a_purchase_and_its_refund_at_once_find_each_other():
    for number in map(str, range(TURNS)):
        at_once(
            lambda number=number: save(bought(number, external="C1")),
            lambda number=number: save(returned(number, 10_000)),
        )

    assert models.Refund.objects.filter(purchase=None).count() == 0
    assert models.Purchase.objects.filter(counts=True).count() == 0
    assert set(models.Refund.objects.values_list("customer__identities__key", flat=True)) == {"C1"}


def test_two_refunds_never_exceed_the_purchase():
    purchase = purchases.add_purchase(
        actor=None,
        customer=CustomerFactory(),
        number="7",
        occurred_at=NOON,
        amount_minor=10_000,
        currency="PLN",
    )

    def give_back(minutes):
        return purchases.add_refund(
            actor=None,
            purchase=purchase,
            amount_minor=6_000,
            occurred_at=NOON + timedelta(minutes=minutes),
        )

    results = at_once(lambda: give_back(1), lambda: give_back(2), lambda: give_back(3))

    assert outcomes(results) == {"Refund": 1, "Refused": 2}
    purchase.refresh_from_db()
    assert (purchase.refunded_minor, purchase.counts) == (6_000, True)
    assert AuditEntry.objects.filter(action="refund.added").count() == 1


def test_the_next_free_number_is_given_once():
    customer = CustomerFactory()

    def buy():
        return purchases.add_purchase(
            actor=None,
            customer=customer,
            number="",
            occurred_at=NOON,
            amount_minor=100,
            currency="PLN",
        )

    results = at_once(*[buy] * TURNS)

    assert sorted(purchase.number for purchase in results) == ["1", "2", "3"]
    assert models.PurchaseSummary.objects.get().gross_minor == 300


def test_a_purchase_taken_back_twice_is_gone_once():
    purchase = purchases.add_purchase(
        actor=None,
        customer=CustomerFactory(),
        number="7",
        occurred_at=NOON,
        amount_minor=100,
        currency="PLN",
    )

    results = at_once(*[lambda: purchases.remove_purchase(actor=None, purchase=purchase)] * 2)

    assert outcomes(results) == {"NoneType": 1, "Gone": 1}
    assert AuditEntry.objects.filter(action="purchase.removed").count() == 1
    assert not models.PurchaseSummary.objects.exists()


def test_a_refund_taken_back_twice_is_gone_once():
    purchase = purchases.add_purchase(
        actor=None,
        customer=CustomerFactory(),
        number="7",
        occurred_at=NOON,
        amount_minor=100,
        currency="PLN",
    )
    refund = purchases.add_refund(
        actor=None, purchase=purchase, amount_minor=100, occurred_at=NOON + timedelta(minutes=1)
    )

    results = at_once(*[lambda: purchases.remove_refund(actor=None, refund=refund)] * 2)

    assert outcomes(results) == {"NoneType": 1, "Gone": 1}
    assert AuditEntry.objects.filter(action="refund.removed").count() == 1


def test_one_of_two_members_of_staff_gets_the_name():
    results = at_once(
        *[lambda: people.add_user(actor=None, username="anna", role="support", password="long one")]
        * TURNS
    )

    assert outcomes(results) == {"User": 1, "Refused": TURNS - 1}
    assert AuditEntry.objects.count() == 1


def test_one_of_two_branches_gets_the_name():
    results = at_once(*[lambda: save_branch(actor=None, name="Old town")] * TURNS)

    assert outcomes(results) == {"Branch": 1, "Refused": TURNS - 1}
    assert AuditEntry.objects.count() == 1


def test_the_same_address_for_two_customers_is_given_to_one():
    rivals = [CustomerFactory() for _turn in range(TURNS)]

    def attach(customer):
        return identities.add_identity(
            actor=None, customer=customer, kind="email", value="anna@example.pl", now=NOON
        )

    results = at_once(*[lambda one=one: attach(one) for one in rivals])

    assert outcomes(results) == {"Identity": 1, "TakenByAnother": TURNS - 1}
    owner = models.Identity.objects.get().customer
    for result in results:
        assert not isinstance(result, TakenByAnother) or result.owner == owner
    assert AuditEntry.objects.count() == 1


def test_the_same_address_for_two_new_customers_makes_one():
    def create():
        return customers.create_customer(
            actor=None,
            now=NOON,
            fields=customers.CustomerFields(first_name="Anna"),
            identities=[NewIdentity(models.IdentityKind.EMAIL, "anna@example.pl")],
        )

    results = at_once(*[create] * TURNS)

    assert outcomes(results) == {"Customer": 1, "TakenByAnother": TURNS - 1}
    assert models.Customer.objects.count() == 1


def test_the_same_phone_twice_on_one_file_is_there_once():
    customer = CustomerFactory(country="PL")

    def attach():
        return identities.add_identity(
            actor=None, customer=customer, kind="phone", value="600 123 456", now=NOON
        )

    assert outcomes(at_once(*[attach] * TURNS)) == {"Identity": 1, "Refused": TURNS - 1}


def test_one_of_several_new_contacts_comes_first():
    customer = CustomerFactory()

    def attach(number):
        return identities.add_identity(
            actor=None, customer=customer, kind="email", value=f"a{number}@example.pl", now=NOON
        )

    results = at_once(*[lambda number=number: attach(number) for number in range(TURNS)])

    assert outcomes(results) == {"Identity": TURNS}
    assert customer.identities.filter(is_primary=True).count() == 1


def test_two_put_first_at_once_leave_one_first():
    customer = CustomerFactory()
    rows = [IdentityFactory(customer=customer, is_primary=number == 0) for number in range(3)]

    for _turn in range(TURNS):
        results = at_once(
            *[lambda row=row: identities.make_primary(actor=None, identity=row) for row in rows]
        )
        assert outcomes(results) == {"NoneType": 3}

    assert customer.identities.filter(is_primary=True).count() == 1


def test_two_who_take_the_last_contacts_leave_one():
    nameless = CustomerFactory(first_name="", last_name="", name_key="")
    rows = [IdentityFactory(customer=nameless) for _turn in range(2)]

    results = at_once(
        *[lambda row=row: identities.remove_identity(actor=None, identity=row) for row in rows]
    )

    assert outcomes(results) == {"NoneType": 1, "Refused": 1}
    assert nameless.identities.count() == 1


def test_a_file_saved_by_two_is_saved_by_one():
    customer = CustomerFactory()
    customer.refresh_from_db()

    def change(city):
        return customers.update_customer(
            actor=None,
            now=NOON,
            customer=customer,
            fields=customers.CustomerFields(first_name="Anna", city=city),
            seen_at=customer.updated_at,
        )

    results = at_once(lambda: change("Łódź"), lambda: change("Brno"))

    assert outcomes(results) == {"Customer": 1, "ChangedMeanwhile": 1}
    saved = next(result for result in results if isinstance(result, models.Customer))
    customer.refresh_from_db()
    assert customer.city == saved.city


def test_a_promise_done_by_two_is_done_by_the_first():
    row, clerks = FollowUpFactory(), [UserFactory() for _turn in range(TURNS)]

    results = at_once(
        *[
            lambda one=one: follow_ups.finish_follow_up(
                actor=one, now=NOON, follow_up=row, note=one.username
            )
            for one in clerks
        ]
    )

    assert outcomes(results) == {"FollowUp": TURNS}
    row.refresh_from_db()
    assert {result.done_by_id for result in results} == {row.done_by_id}
    assert row.done_note == row.done_by.username
    assert AuditEntry.objects.get().actor == row.done_by.label


def test_done_and_put_off_at_once_is_done():
    row = FollowUpFactory()

    results = at_once(
        lambda: follow_ups.finish_follow_up(actor=None, now=NOON, follow_up=row),
        lambda: follow_ups.snooze_follow_up(actor=None, today=NOON.date(), follow_up=row, days=3),
    )

    assert outcomes(results)["FollowUp"] >= 1
    row.refresh_from_db()
    assert row.done_at == NOON


def test_a_draft_saved_from_two_windows_is_one():
    customer, clerk = CustomerFactory(), UserFactory()

    def keep(text):
        return interactions.save_draft(
            actor=clerk, now=NOON, customer=customer, fields={"text": text}
        )

    results = at_once(*[lambda text=text: keep(text) for text in ("one", "two", "three")])

    assert outcomes(results) == {"InteractionDraft": 3}
    assert models.InteractionDraft.objects.get().fields["text"] in {"one", "two", "three"}


def test_a_talk_undone_twice_is_gone_and_so_is_its_step():
    customer, clerk = CustomerFactory(), UserFactory()
    talk = interactions.log_interaction(
        actor=clerk,
        now=NOON,
        customer=customer,
        said=interactions.Said(channel="call", occurred_at=NOON, text="Hello"),
        next_step=follow_ups.Promise(what="Call", due_on=NOON.date()),
    )

    def undo():
        interactions.undo_interaction(actor=clerk, now=NOON, interaction=talk)

    results = at_once(undo, undo)

    assert outcomes(results) == {"NoneType": 1, "Gone": 1}
    assert AuditEntry.objects.filter(action="interaction.undone").count() == 1
    assert not models.Interaction.objects.exists()
    assert not models.FollowUp.objects.exists()


def test_new_tags_and_words_of_two_are_there_once():
    people = [CustomerFactory() for _turn in range(TURNS)]

    results = at_once(
        *[lambda one=one: set_tags(customer=one, names=["VIP", "Stały"]) for one in people]
    )
    added = at_once(*[lambda: add_words(["nowak anna", "lis jan"])] * TURNS)

    assert results == [True] * TURNS
    assert models.Tag.objects.count() == 2
    assert models.CustomerTag.objects.count() == 2 * TURNS
    assert sum(added) == models.SearchWord.objects.count() == 4


def test_one_of_two_segments_gets_the_name():
    results = at_once(
        *[lambda: save_segment(actor=None, segment=None, name="Silent", tree=EVERYBODY)] * TURNS
    )

    assert outcomes(results) == {"Segment": 1, "Refused": TURNS - 1}
    assert AuditEntry.objects.count() == 1


def test_two_who_refresh_share_the_work():
    for _turn in range(20):
        mark_stale([PurchaseFactory().customer_id])

    results = at_once(*[lambda: refresh_summaries(limit=5)] * 4)

    assert outcomes(results) == {"int": 4}
    while refresh_summaries():
        pass
    assert models.PurchaseSummary.objects.count() == 20


def test_a_mark_made_while_refreshing_is_not_lost():
    customer = PurchaseFactory(gross_minor=100, source="csv", number="1").customer
    mark_stale([customer.pk])

    at_once(
        refresh_summaries,
        lambda: save(bought("2", 200, customer_id=customer.pk), now=NOW),
        refresh_summaries,
    )
    while refresh_summaries():
        pass

    assert models.PurchaseSummary.objects.get().gross_minor == 300
