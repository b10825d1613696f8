"""The factories make rows that both databases take."""

import pytest

from tests.factories import accounts, customers

FACTORIES = [
    accounts.UserFactory,
    accounts.BranchFactory,
    customers.CustomerFactory,
    customers.IdentityFactory,
    customers.PurchaseFactory,
    customers.PurchaseLineFactory,
    customers.RefundFactory,
    customers.InteractionFactory,
    customers.FollowUpFactory,
    customers.ConsentEntryFactory,
    customers.TagFactory,
    customers.ImportantDateFactory,
]


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES)
def test_a_factory_makes_two_valid_rows(factory: type) -> None:
    first, second = factory(), factory()

    assert first.pk != second.pk
    first.refresh_from_db()


@pytest.mark.django_db
def test_a_customers_name_is_folded() -> None:
    customer = customers.CustomerFactory(first_name="Łucja", last_name="Żak")

    assert customer.name_key == "zak lucja"


@pytest.mark.django_db
def test_an_identitys_key_follows_its_value() -> None:
    phone = customers.IdentityFactory(kind="phone", value="600 123 456")

    assert phone.key == "+48600123456"
