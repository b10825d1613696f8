"""How customers earn, as the marketer sets it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from core.models import AuditEntry
from loyalty.services.programmes import get_programme
from tests.factories.customers import CustomerFactory
from tests.factories.loyalty import redemption_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = {
    "earn_units": "3",
    "earn_amount": "2.00",
    "pending_days": "0",
    "expiry": "year_end",
    "expiry_months": "12",
    "debt_policy": "limit",
    "debt_limit": "200",
    "adjust_limit": "50",
    "worth": "2.50",
    "version": "1",
}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_it_says_what_customers_hold_and_when_it_lapses(sign_in, cast):
    redemption_of(CustomerFactory(), cast["support"], NOW - timedelta(hours=1))

    shown = sign_in("manager").get(reverse("loyalty:programme")).context

    assert [figure.value for figure in shown["figures"]] == ["1", "260", "120", "0"]
    assert [(str(row.month), row.units) for row in shown["months"]] == [
        ("2027-10-01", 260),
        ("2027-11-01", 120),
    ]
    example = shown["trial"].example
    assert [line.amount_minor for line in example.lines] == [7_999]
    assert example.units == 79


def test_the_example_follows_what_is_typed_and_saves_nothing(sign_in):
    answer = sign_in("marketer").post(reverse("loyalty:programme_example"), RULES)

    assert (answer.context["example"].units, str(answer.context["example"].last_day)) == (
        119,
        "2027-12-31",
    )
    assert str(answer.context["example"].from_day) == "2026-11-22"
    assert get_programme().earn_units == 1


def test_a_marketer_changes_the_rules_and_the_audit_says_so(sign_in):
    answer = sign_in("marketer").post(reverse("loyalty:programme_edit"), RULES)

    programme = get_programme()
    assert answer.status_code == 302
    assert (programme.earn_units, programme.earn_minor, programme.version) == (3, 200, 2)
    assert (programme.most_debt, programme.adjust_limit) == (200, 50)
    assert (programme.worth_per_hundred, programme.worth_minor(39)) == (250, 97)
    details = AuditEntry.objects.get(action="programme.changed").details
    assert details["earn_units"] == ["1", "3"]
    assert details["pending_days"] == ["14", "0"]


def test_who_saved_in_between_is_not_overwritten(sign_in):
    client = sign_in("marketer")
    client.post(reverse("loyalty:programme_edit"), RULES)

    answer = client.post(reverse("loyalty:programme_edit"), {**RULES, "earn_units": "9"})

    assert answer.status_code == 422
    assert get_programme().earn_units == 3
    again = {**RULES, "earn_units": "9", "version": answer.context["form"]["version"].value()}
    assert client.post(reverse("loyalty:programme_edit"), again).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("earn_units", "0"),
        ("earn_amount", "0"),
        ("earn_amount", "1.005"),
        ("worth", "0"),
        ("pending_days", "366"),
        ("expiry_months", "0"),
        ("debt_policy", "forget"),
    ],
)
def test_rules_that_cannot_be_are_refused(sign_in, field, value):
    answer = sign_in("marketer").post(reverse("loyalty:programme_edit"), {**RULES, field: value})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert get_programme().version == 1
