import gc
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.bulk import array_literal, collecting_rarely, insert_rows, reserve_ids
from customers.models import Identity, Purchase, PurchaseLine, Tag
from tests.factories.customers import IdentityFactory, PurchaseFactory

NASTY = ["plain", 'quo"te', "back\\slash", "comma,", "{brace}", "NULL", "", " ", "żółć", "'"]


@pytest.mark.django_db
@pytest.mark.parametrize("value", NASTY)
def test_any_of_finds_exactly_what_it_is_given(value):
    Tag.objects.bulk_create(Tag(name="x", key=key) for key in NASTY)

    assert list(Tag.objects.filter(key__any_of={value}).values_list("key", flat=True)) == [value]
    assert Tag.objects.filter(key__any_of={value, "plain"}).count() == len({value, "plain"})


@pytest.mark.django_db
def test_any_of_takes_numbers_and_keys_of_others():
    first, second = IdentityFactory(), IdentityFactory()

    assert list(Identity.objects.filter(pk__any_of=[first.pk])) == [first]
    assert list(Identity.objects.filter(customer__any_of={second.customer_id})) == [second]


@pytest.mark.django_db
def test_any_of_nothing_is_nothing(django_assert_num_queries):
    IdentityFactory()

    with django_assert_num_queries(0):
        assert list(Identity.objects.filter(pk__any_of=[])) == []
        assert Identity.objects.filter(key__any_of=set()).update(value="x") == 0


@pytest.mark.django_db
def test_any_of_takes_many_at_once():
    IdentityFactory(value="anna@example.pl")
    keys = {f"{number}@example.pl" for number in range(20_000)} | {"anna@example.pl"}

    assert Identity.objects.filter(key__any_of=keys).count() == 1


@pytest.mark.django_db
def test_reserved_ids_are_nobodys_before_and_after():
    taken = PurchaseFactory().pk

    with transaction.atomic():
        ids = list(reserve_ids(Purchase, 3))
        rows = [(pk, f"B{pk}", "key") for pk in ids]
        insert_rows(Tag, ("id", "name", "key"), [(pk, name, f"k{pk}") for pk, name, _ in rows])

    assert len(set(ids)) == 3
    assert min(ids) > taken
    assert ids == sorted(ids)


@pytest.mark.django_db
def test_rows_made_after_inserted_ones_get_new_ids():
    ids = reserve_ids(Tag, 5)
    insert_rows(Tag, ("id", "name", "key"), [(pk, "t", f"k{pk}") for pk in ids])

    assert Tag.objects.create(name="later", key="later").pk > max(ids)


@pytest.mark.django_db
def test_values_come_back_as_they_were():
    purchase = PurchaseFactory()
    when = datetime(2026, 3, 1, 10, 30, 15, 250_000, tzinfo=UTC)
    columns = ("purchase_id", "product", "name", "category", "quantity", "amount_minor")
    text = 'tab\there, "quoted", back\\slash, new\nline, żółć 😀'

    insert_rows(
        PurchaseLine,
        columns,
        [(purchase.pk, "A", text, "", Decimal("2.500"), 5), (purchase.pk, "B", "", "", None, -1)],
    )
    Purchase.objects.filter(pk=purchase.pk).update(occurred_at=when + timedelta(0))

    first, second = PurchaseLine.objects.order_by("product")
    assert (first.name, first.quantity, first.amount_minor) == (text, Decimal("2.500"), 5)
    assert (second.quantity, second.amount_minor) == (None, -1)


@pytest.mark.django_db
def test_a_refused_row_leaves_none_of_the_call():
    rows = [("a", "same"), ("b", "same")]

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Tag, ("name", "key"), rows)

    assert not Tag.objects.exists()


def test_arrays_are_written_as_the_server_reads_them():
    assert array_literal([]) == "{}"
    assert array_literal([1, 22]) == "{1,22}"
    assert array_literal(["a", 'b"', "c\\"]) == '{"a","b\\"","c\\\\"}'


def test_garbage_is_collected_as_before_afterwards():
    before = gc.get_threshold()

    with collecting_rarely():
        within = gc.get_threshold()

    assert within[0] == before[0] * 100
    assert gc.get_threshold() == before
