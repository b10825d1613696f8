"""The page of a customer's points, as the clerk and the manager use it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Approval
from core.models import AuditEntry
from loyalty.models import Account, Operation, Transfer
from tests.factories.customers import CustomerFactory
from tests.factories.loyalty import redemption_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer(cast):
    """300 points of which 40 were spent, 120 that wait."""
    customer = CustomerFactory()
    redemption_of(customer, cast["support"], NOW - timedelta(hours=1))
    return customer


def page(customer):
    return reverse("loyalty:points", args=[customer.pk])


def redeem(client, customer, **values):
    return client.post(page(customer) + "redeem/", {"reason": "", "key": "abc", **values})


def adjust(client, customer, **values):
    return client.post(page(customer) + "adjust/", {"key": "def", **values})


def available(customer):
    return Account.objects.get(customer=customer).available


def test_it_shows_what_there_is_and_what_happened(sign_in, customer):
    shown = sign_in("support").get(page(customer)).context

    assert [figure.value for figure in shown["figures"]] == ["260", "120", "0"]
    assert [(lot.order, lot.remaining, str(lot.last_day)) for lot in shown["lots"]] == [
        ("T-1", 260, "2027-10-23"),
        ("T-2", 120, "2027-11-21"),
    ]
    assert [(row.amount, row.reason) for row in shown["page"].movements] == [
        ("−40", "A mug"),
        ("+120", ""),
        ("300", ""),
        ("+300", ""),
    ]


def test_a_clerk_redeems_and_a_second_click_changes_nothing(sign_in, customer):
    client = sign_in("support")

    first = redeem(client, customer, units="60", reason="A bowl")
    second = redeem(client, customer, units="60", reason="A bowl")

    assert (first.status_code, second.status_code) == (302, 302)
    assert available(customer) == 200
    assert Operation.objects.filter(kind="redeem").count() == 2


@pytest.mark.parametrize("units", ["261", "0", "-5", "0.5", "", "x", "1000000000"])
def test_what_cannot_be_spent_is_refused_with_what_was_typed(sign_in, customer, units):
    before = Transfer.objects.count()

    answer = redeem(sign_in("support"), customer, units=units, reason="A bowl")

    assert answer.status_code == 422
    assert answer.context["redeem_form"].errors.keys() == {"units"}
    assert "A bowl" in answer.content.decode()
    assert (available(customer), Transfer.objects.count()) == (260, before)


def test_a_redemption_is_given_back_once(sign_in, customer):
    client = sign_in("support")
    spent = Operation.objects.get(kind="redeem")
    address = reverse("loyalty:redemption_reverse", args=[spent.pk])

    for _click in range(2):
        assert client.post(address).status_code == 302

    assert available(customer) == 300
    assert Operation.objects.get(kind="reverse").reverses == spent
    assert [row.undo for row in client.get(page(customer)).context["page"].movements] == [None] * 5


def test_points_are_corrected_with_a_reason_within_the_limit(sign_in, customer):
    client = sign_in("support")

    good = adjust(client, customer, change="-60", why="Counted twice")
    without = adjust(client, customer, change="5", why=" ")
    above = adjust(client, customer, change="501", why="A gift")

    assert [answer.status_code for answer in (good, without, above)] == [302, 422, 302]
    assert available(customer) == 200
    assert Approval.objects.get().payload["units"] == 501
    assert AuditEntry.objects.get(action="loyalty.adjusted").details == {"units": -60}


def test_a_manager_may_give_more(sign_in, customer):
    assert adjust(sign_in("manager"), customer, change="5000", why="A gift").status_code == 302

    assert available(customer) == 5_260


def test_a_marketer_looks_and_spends_nothing(sign_in, customer):
    client = sign_in("marketer")

    assert redeem(client, customer, units="1").status_code == 403
    shown = client.get(page(customer))
    assert (shown.status_code, shown.context["may_redeem"], shown.context["may_adjust"]) == (
        200,
        False,
        False,
    )
    assert available(customer) == 260


def test_a_file_without_points_says_so(sign_in):
    bare = CustomerFactory(first_name="", last_name="", name_key="")

    shown = sign_in("support").get(page(bare))

    text = shown.content.decode()
    assert "No points yet" in text
    assert f">№ {bare.pk}<" in text
    assert not Account.objects.exists()


def test_older_movements_are_a_page_away(sign_in, customer, cast, django_assert_max_num_queries):
    client = sign_in("support")
    for number in range(60):
        redeem(client, customer, units="1", key=f"k{number}")

    with django_assert_max_num_queries(14):
        first = client.get(page(customer)).context["page"]
    second = client.get(page(customer), {"before": first.older}).context["page"]

    assert (len(first.movements), len(second.movements), second.older) == (50, 14, None)
    assert client.get(page(customer), {"before": "x" * 40}).status_code == 200


def test_the_timeline_and_the_strip_tell_of_points(sign_in, customer):
    text = (
        sign_in("support").get(reverse("customers:customer", args=[customer.pk])).content.decode()
    )

    assert "Redeemed 40 points" in text
    assert "Earned 300 points" in text
    assert "120 points more from 6 Dec 2026" in text
