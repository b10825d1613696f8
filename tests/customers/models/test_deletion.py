"""What goes with what, and what cannot go: asked of the database itself."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from customers import models
from tests.customers.models.pairs import pair
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.customers import (
    ConsentEntryFactory,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    ImportantDateFactory,
    InteractionFactory,
    PurchaseFactory,
    PurchaseLineFactory,
    RefundFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("factory", "name"),
    [(PurchaseFactory, "purchase"), (RefundFactory, "refund"), (ConsentEntryFactory, "consent")],
)
def test_who_left_a_trace_in_the_books_cannot_be_deleted(factory, name):
    customer = factory().customer

    with pytest.raises(ProtectedError):
        customer.delete()

    assert models.Customer.objects.filter(pk=customer.pk).exists(), name


def test_a_purchase_with_refunds_cannot_be_deleted():
    purchase = PurchaseFactory()
    RefundFactory(purchase=purchase)

    with pytest.raises(ProtectedError):
        purchase.delete()

    assert models.Purchase.objects.count() == 1


def test_a_file_without_books_goes_with_all_that_hangs_on_it():
    customer = CustomerFactory()
    for factory in (IdentityFactory, InteractionFactory, FollowUpFactory, ImportantDateFactory):
        factory(customer=customer)
    models.CustomerTag.objects.create(customer=customer, tag=TagFactory())
    models.StaleSummary.objects.create(customer=customer)
    pair(customer, CustomerFactory())

    customer.delete()

    assert models.Customer.objects.count() == 1
    for model in (
        models.Identity,
        models.Interaction,
        models.FollowUp,
        models.ImportantDate,
        models.CustomerTag,
        models.StaleSummary,
        models.PossibleDuplicate,
    ):
        assert not model.objects.exists(), model
    assert models.Tag.objects.count() == 1


def test_lines_go_with_their_purchase():
    purchase = PurchaseLineFactory().purchase

    purchase.delete()

    assert not models.PurchaseLine.objects.exists()


def test_a_branch_that_closes_leaves_its_purchases():
    branch = BranchFactory()
    purchase, refund = PurchaseFactory(branch=branch), RefundFactory(branch=branch)
    customer = CustomerFactory(branch=branch)

    branch.delete()

    for row in (purchase, refund, customer):
        row.refresh_from_db()
        assert row.branch_id is None


def test_who_promised_or_talked_cannot_be_deleted_but_who_was_assigned_can():
    author, assignee = UserFactory(), UserFactory()
    InteractionFactory(actor=author)
    promise = FollowUpFactory(assignee=assignee)

    with pytest.raises(ProtectedError):
        author.delete()
    assignee.delete()

    promise.refresh_from_db()
    assert promise.assignee_id is None


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("customers_identity", "customer_id"),
        ("customers_purchase", "customer_id"),
        ("customers_refund", "purchase_id"),
        ("customers_purchaseline", "purchase_id"),
        ("customers_followup", "customer_id"),
        ("customers_interaction", "customer_id"),
        ("customers_customertag", "tag_id"),
    ],
)
def test_the_database_keeps_keys_whole_without_django(table, column):
    for factory in (IdentityFactory, PurchaseLineFactory, FollowUpFactory, InteractionFactory):
        factory()
    RefundFactory(purchase=models.Purchase.objects.get())
    models.CustomerTag.objects.create(customer=CustomerFactory(), tag=TagFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        point_nowhere(table, column)


def point_nowhere(table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = 987654321")
    connection.check_constraints()
