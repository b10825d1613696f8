"""Setting cashback up, changing it, switching it on and off."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from core.models import AuditEntry
from customers.rules.dates import moment_of
from loyalty.models import Award, Programme
from loyalty.services.awarding import award_marked
from loyalty.services.programmes import get_programme
from tests.customers.documents import WARSAW, bought, save
from tests.factories.accounts import UserFactory

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TYPED = {
    **{"name": "Back to you", "currency": "PLN", "percent": "3", "rounding": "half_even"},
    **{"pending_days": "7", "expiry": "months", "expiry_months": "6", "debt_policy": "debt"},
    **{"debt_limit": "", "adjust_limit": "20,00", "version": "1"},
}


@pytest.fixture(autouse=True)
def _noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def marketer(client):
    client.force_login(UserFactory(role=Role.MARKETER))
    return client


def cashback():
    return Programme.objects.get(kind="cashback")


def test_a_marketer_sets_cashback_up_beside_points(marketer):
    answer = marketer.post(reverse("loyalty:cashback_new"), TYPED)

    assert answer.status_code == 302
    made = cashback()
    assert (made.key, made.name, made.is_on, made.pays) == (
        *("cashback-pln", "Back to you", True, True),
    )
    assert (made.earn_units, made.earn_minor, made.rounding) == (300, 10_000, "half_even")
    assert (made.pending_days, made.expiry_months, made.adjust_limit) == (7, 6, 2_000)
    assert made.started_at == NOON
    entry = AuditEntry.objects.get(action="programme.added")
    assert entry.details["earn_units"] == "300"
    page = marketer.get(reverse("loyalty:programme")).content.decode()
    assert "3% of what was paid in PLN" in page
    assert "Rounding: to the nearer; a half goes to the even number." in page


def test_one_currency_has_cashback_once(marketer):
    marketer.post(reverse("loyalty:cashback_new"), TYPED)

    answer = marketer.post(reverse("loyalty:cashback_new"), TYPED)
    marketer.post(reverse("loyalty:cashback_new"), TYPED | {"currency": "CZK"})

    assert answer.status_code == 422
    assert "already" in answer.content.decode()
    keys = Programme.objects.filter(kind="cashback").order_by("pk").values_list("key", flat=True)
    assert list(keys) == ["cashback-pln", "cashback-czk"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [("percent", "101"), ("percent", "0"), ("currency", "XXY"), ("adjust_limit", "1.234")],
)
def test_what_cannot_be_is_refused_with_nothing_saved(marketer, field, typed):
    answer = marketer.post(reverse("loyalty:cashback_new"), TYPED | {field: typed})

    assert answer.status_code == 422
    assert not Programme.objects.filter(kind="cashback").exists()


def test_a_change_holds_from_now_on_and_says_who_was_quicker(marketer):
    marketer.post(reverse("loyalty:cashback_new"), TYPED)
    address = reverse("loyalty:cashback_edit", args=[cashback().pk])

    assert 'value="3"' in marketer.get(address).content.decode()
    assert marketer.post(address, TYPED | {"percent": "2.5"}).status_code == 302
    assert cashback().earn_units == 250
    assert marketer.post(address, TYPED | {"percent": "9"}).status_code == 422
    assert cashback().earn_units == 250


def test_the_example_shows_half_a_coin(marketer):
    example = reverse("loyalty:cashback_example")

    page = marketer.post(example, TYPED | {"rounding": "floor"}).content.decode()

    assert "12.50" in page
    assert "0.375" in page
    assert "0.37<" in page
    assert "0.38<" in marketer.post(example, TYPED).content.decode()
    assert "Complete the form" in marketer.post(example, {}).content.decode()
    assert not Programme.objects.filter(kind="cashback").exists()


def test_support_reads_but_does_not_change(client):
    client.force_login(UserFactory(role=Role.SUPPORT))

    assert client.get(reverse("loyalty:programme")).status_code == 200
    assert client.post(reverse("loyalty:cashback_new"), TYPED).status_code == 403
    off = reverse("loyalty:programme_off", args=[get_programme().pk])
    assert client.post(off).status_code == 403
    assert get_programme().is_on


def test_points_are_not_edited_as_cashback(marketer):
    assert (
        marketer.get(reverse("loyalty:cashback_edit", args=[get_programme().pk])).status_code == 404
    )


def test_what_is_off_earns_nothing_and_what_was_bought_meanwhile_never_does(marketer):
    marketer.post(reverse("loyalty:cashback_new"), TYPED)
    points = get_programme()
    marketer.post(reverse("loyalty:programme_off", args=[points.pk]))
    marketer.post(reverse("loyalty:programme_off", args=[points.pk]))
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        save(bought("1", 10_000, external="C1", moment=_moment(minutes=1)))
        award_marked(NOON + timedelta(minutes=1))

    assert _awards() == [("cashback-pln", "csv/1", 300)]

    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        marketer.post(reverse("loyalty:programme_on", args=[points.pk]))
        save(bought("2", 10_000, external="C1", moment=_moment(minutes=2)))
        award_marked(NOON + timedelta(minutes=2))

    assert _awards()[1:] == [("cashback-pln", "csv/2", 300), ("points", "csv/2", 100)]
    actions = AuditEntry.objects.filter(action__startswith="programme.switched").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        *("programme.switched_off", "programme.switched_on"),
    ]


def _moment(**later):
    return moment_of(NOON + timedelta(**later), WARSAW)


def _awards():
    rows = Award.objects.order_by("order", "programme__key")
    return list(rows.values_list("programme__key", "order", "granted"))
