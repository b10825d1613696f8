"""Every promise that the customer tables make by themselves, broken once."""

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, transaction

from customers import models
from tests.customers.models.pairs import pair
from tests.factories.accounts import UserFactory
from tests.factories.customers import (
    NOON,
    ConsentEntryFactory,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    ImportantDateFactory,
    InteractionFactory,
    PurchaseFactory,
    RefundFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db


def second_owner(kind, value):
    for _turn in range(2):
        IdentityFactory(kind=kind, value=value)


def twice_on_one_file(kind, value):
    customer = CustomerFactory()
    for _turn in range(2):
        IdentityFactory(customer=customer, kind=kind, value=value)


def pair_twice():
    first, second = CustomerFactory(), CustomerFactory()
    pair(first, second)
    pair(first, second)


def pair_the_wrong_way_round():
    first, second = CustomerFactory(), CustomerFactory()
    pair(second, first)


def pair_of_one():
    customer = CustomerFactory()
    pair(customer, customer)


def two_drafts():
    customer, user = CustomerFactory(), UserFactory()
    for _turn in range(2):
        models.InteractionDraft.objects.create(customer=customer, user=user, updated_at=NOON)


def draft_logged_twice():
    two_of(InteractionFactory, actor=UserFactory(), draft_key="a")


def tag_twice():
    customer, tag = CustomerFactory(), TagFactory()
    for _turn in range(2):
        models.CustomerTag.objects.create(customer=customer, tag=tag)


def segment_twice():
    two_of(
        models.Segment.objects.create,
        name="Silent",
        definition={},
        created_at=NOON,
        updated_at=NOON,
    )


def two_of(factory, **values):
    return [factory(**values) for _turn in range(2)]


def country_rule(**values):
    models.CountryRule.objects.create(country="PL", set_at=NOON, **values)


def suppression(**values):
    plain = {"key": "k", "scope": "all", "reason": "asked", "source": "staff", "at": NOON}
    return models.Suppression.objects.create(**(plain | values))


BREACHES = [
    ("identity_unique", lambda: second_owner("email", "anna@example.pl")),
    ("identity_unique", lambda: second_owner("external", "C1")),
    ("identity_once_per_customer", lambda: twice_on_one_file("phone", "+48 600 123 456")),
    ("duplicate_pair_once", pair_twice),
    ("duplicate_pair_ordered", pair_the_wrong_way_round),
    ("duplicate_pair_ordered", pair_of_one),
    ("customers_birthday_whole", lambda: CustomerFactory(birth_year=1985)),
    ("customers_birthday_whole", lambda: CustomerFactory(birth_month=5)),
    ("customers_birthday_whole", lambda: CustomerFactory(birth_year=1985, birth_day=3)),
    ("customers_birthday_whole", lambda: CustomerFactory(birth_month=13, birth_day=1)),
    ("customers_birthday_whole", lambda: CustomerFactory(birth_month=0, birth_day=1)),
    ("customers_birthday_whole", lambda: CustomerFactory(birth_month=1, birth_day=32)),
    ("customers_birthday_whole", lambda: CustomerFactory(birth_month=1, birth_day=0)),
    ("tag_once_per_customer", tag_twice),
    ("important_date_whole", lambda: ImportantDateFactory(month=0)),
    ("important_date_whole", lambda: ImportantDateFactory(month=13)),
    ("important_date_whole", lambda: ImportantDateFactory(day=0)),
    ("important_date_whole", lambda: ImportantDateFactory(day=32)),
    ("draft_once", two_drafts),
    ("interaction_once_per_draft", draft_logged_twice),
    ("purchase_once", lambda: two_of(PurchaseFactory, source="csv", number="7")),
    ("purchase_refunds_not_negative", lambda: PurchaseFactory(refunded_minor=-1)),
    ("refund_once", lambda: two_of(RefundFactory, source="csv", number="7", part="")),
    ("refund_above_zero", lambda: RefundFactory(amount_minor=0)),
    ("refund_above_zero", lambda: RefundFactory(amount_minor=-1)),
    ("segment_name_once", segment_twice),
    ("country_rule_has_reason", lambda: country_rule(reason="")),
    ("suppression_live_once", lambda: two_of(suppression)),
    ("suppression_topic_named", lambda: suppression(scope="topic")),
    ("suppression_topic_named", lambda: suppression(topic="news")),
    ("suppression_lifted_for_a_reason", lambda: suppression(lifted_at=NOON)),
    ("suppression_lifted_for_a_reason", lambda: suppression(lift_reason="asked")),
]


@pytest.mark.parametrize(("name", "breach"), BREACHES)
def test_the_database_refuses(name, breach):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        breach()

    # SQLite names the columns of a unique constraint, PostgreSQL the constraint.
    told = str(refused.value)
    assert name in told or (connection.vendor == "sqlite" and "UNIQUE" in told)


def test_every_named_constraint_is_broken_above():
    named = {
        constraint.name
        for model in apps.get_app_config("customers").get_models()
        for constraint in model._meta.constraints
    }

    assert named == {name for name, _breach in BREACHES}


@pytest.mark.parametrize(
    "breach",
    [
        lambda: two_of(TagFactory, name="VIP", key="vip"),
        lambda: two_of(models.SearchWord.objects.create, word="nowak"),
        lambda: models.StaleSummary.objects.bulk_create(
            [models.StaleSummary(customer=CustomerFactory())] * 2
        ),
    ],
    ids=["tag", "word", "stale"],
)
def test_what_is_there_once_cannot_be_there_twice(breach):
    with pytest.raises(IntegrityError), transaction.atomic():
        breach()


def test_a_familys_phone_may_stand_on_two_files():
    two_of(IdentityFactory, kind="phone", value="+48 600 123 456")

    assert models.Identity.objects.filter(key="+48600123456").count() == 2


def test_numbers_are_told_apart_by_source_and_part():
    for source in ("csv", "shop"):
        PurchaseFactory(source=source, number="7")
        for part in ("", "20261121T120000.000000Z"):
            RefundFactory(source=source, number="7", part=part)

    assert models.Purchase.objects.count() == 2
    assert models.Refund.objects.count() == 4


@pytest.mark.parametrize("birthday", [(None, None, None), (None, 2, 29), (1985, 5, 3)])
def test_a_birthday_is_whole_or_none(birthday):
    year, month, day = birthday

    assert CustomerFactory(birth_year=year, birth_month=month, birth_day=day).pk


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (PurchaseFactory, "currency"),
        (PurchaseFactory, "gross_minor"),
        (PurchaseFactory, "local_day"),
        (RefundFactory, "amount_minor"),
        (RefundFactory, "local_month"),
        (InteractionFactory, "occurred_at"),
        (FollowUpFactory, "due_on"),
        (ConsentEntryFactory, "recorded_at"),
        (IdentityFactory, "key"),
        (ImportantDateFactory, "month"),
        (CustomerFactory, "created_at"),
    ],
)
def test_what_must_be_known_is_known(factory, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(**{field: None})


@pytest.mark.parametrize("amount", [2**63, -(2**63) - 1])
def test_money_beyond_eight_bytes_is_refused(amount):
    with pytest.raises((OverflowError, DataError)), transaction.atomic():
        PurchaseFactory(gross_minor=amount)


@pytest.mark.parametrize("amount", [2**63 - 1, 0, -500])
def test_money_of_eight_bytes_comes_back_exactly(amount):
    pk = PurchaseFactory(gross_minor=amount).pk

    assert models.Purchase.objects.get(pk=pk).gross_minor == amount
