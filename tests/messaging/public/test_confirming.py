"""Double opt-in: one tap, and a new link where the old one is too old."""

import pytest

from customers.models import (
    ConsentEntry,
    ConsentRequest,
    Customer,
    Identity,
)
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory
from tests.messaging.public.links import (
    ANNA,
    DAY,
    confirm_path,
    form_in,
    may,
    strict,
)

pytestmark = pytest.mark.django_db


def newcomer() -> Customer:
    customer = CustomerFactory(language="pl")
    IdentityFactory(customer=customer, value=ANNA)
    return customer


def test_one_tap_confirms_and_a_second_changes_nothing() -> None:
    customer = newcomer()
    address = confirm_path(customer)
    page = strict().get(address)
    assert page.content.count(b"<button") == 1
    assert "Tak, chcę." in page.content.decode()
    assert not may(customer)

    for _time in range(2):
        assert strict().post(address).status_code == 200

    assert may(customer)
    assert ConsentEntry.objects.count() == 1
    assert b"<button" not in strict().get(address).content


def test_a_link_that_is_too_old_offers_a_new_one_three_times_a_day() -> None:
    customer = newcomer()
    address = confirm_path(customer, NOON - 8 * DAY)
    page = strict().get(address)
    assert strict().post(address).status_code == 200
    assert not may(customer)

    for _time in range(5):
        assert strict().post(form_in(page, "renewal")).status_code == 200

    assert ConsentRequest.objects.filter(requested_at=NOON).count() == 3
    assert ConsentRequest.objects.filter(next_mail_at=NOON).count() == 1


def test_a_link_to_an_address_that_is_gone_grants_nothing() -> None:
    customer = newcomer()
    fresh, old = confirm_path(customer), confirm_path(customer, NOON - 8 * DAY)
    Identity.objects.all().delete()

    assert strict().post(fresh).status_code == 200  # it was replaced by the second
    assert strict().post(f"{old}renewal/").status_code == 422
    assert not ConsentEntry.objects.exists()
