"""The words of the index come and go with those who bear them."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.text import fold
from customers.models import Customer, SearchVariant, SearchWord
from customers.services.search import add_words, index_customers, rebuild_words
from tests.customers.search.cast import person
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_the_vocabulary_grows_by_new_words_only() -> None:
    assert add_words(["kowalska anna", "kowalska maria"]) == 3
    assert add_words(["kowalska anna"]) == 0
    assert sorted(SearchWord.objects.values_list("word", flat=True)) == [
        "anna",
        "kowalska",
        "maria",
    ]
    assert SearchVariant.objects.filter(word__word="maria").count() == 6


def test_indexing_costs_the_same_statements_for_one_and_for_hundreds() -> None:
    CustomerFactory.create_batch(300)
    ids = list(Customer.objects.values_list("pk", flat=True))
    index_customers(ids)

    with CaptureQueriesContext(connection) as queries:
        index_customers(ids)

    assert len(queries) == 2


def test_words_that_nobody_bears_any_more_are_dropped() -> None:
    anna = person("Anna", "Kowalska")
    person("Maria", "Kowalska")
    Customer.objects.filter(pk=anna.pk).update(first_name="Ewa", name_key="kowalska ewa")

    assert rebuild_words(NOW) == 2

    assert sorted(SearchWord.objects.values_list("word", flat=True)) == ["ewa", "kowalska", "maria"]
    assert not SearchVariant.objects.filter(word__word="anna").exists()
    assert rebuild_words(NOW) == 0


def test_names_are_folded_as_the_index_has_them() -> None:
    customer = person("Žofie", "Dvořáková")

    assert customer.name_key == fold("Dvořáková Žofie") == "dvorakova zofie"
