"""Moments typed by hand where the clocks change are read as an import reads them."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.models import Interaction, Purchase
from customers.rules.dates import parse_moment
from tests.factories.customers import CustomerFactory, InteractionFactory, PurchaseFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
WARSAW = ZoneInfo("Europe/Warsaw")
CHANGES = [
    ("2026-03-29T02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ("2026-03-29T03:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ("2025-10-26T02:30", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
    ("2025-10-26T03:30", datetime(2025, 10, 26, 2, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("typed", "instant"), CHANGES)
def test_a_purchase_is_at_the_same_instant_as_from_a_file(
    sign_in: SignIn, typed: str, instant: datetime
) -> None:
    target = reverse("customers:purchase_new", args=[CustomerFactory().pk])
    data = {"amount": "5", "currency": "PLN", "occurred_at": typed}

    assert sign_in("support").post(target, data).status_code == 302
    assert Purchase.objects.get().occurred_at == instant
    read = parse_moment(typed)
    assert isinstance(read, datetime)
    assert read.replace(tzinfo=WARSAW).astimezone(UTC) == instant


def test_a_moment_that_may_be_left_out_says_what_that_means(sign_in: SignIn) -> None:
    client, bought = sign_in("support"), PurchaseFactory()
    for target in (
        reverse("customers:purchase_new", args=[bought.customer.pk]),
        reverse("customers:refund_new", args=[bought.pk]),
        reverse("customers:consents", args=[bought.customer.pk]),
    ):
        assert "Empty means now." in client.get(target).content.decode()


@pytest.mark.parametrize(("typed", "instant"), CHANGES)
def test_so_is_what_was_said(sign_in: SignIn, typed: str, instant: datetime) -> None:
    target = reverse("customers:interaction_new", args=[CustomerFactory().pk])
    data = {"channel": "call", "text": "Asked", "occurred_at": typed}

    assert sign_in("support").post(target, data).status_code == 302
    assert Interaction.objects.get().occurred_at == instant


@pytest.mark.parametrize("second", [0, 59])
def test_a_correction_of_the_words_moves_no_moment(
    sign_in: SignIn, cast: dict[str, User], second: int
) -> None:
    """The picker shows 02:30 of the second hour as it shows that of the first."""
    later = datetime(2025, 10, 26, 1, 30, second, tzinfo=UTC)
    row = InteractionFactory(actor=cast["support"], occurred_at=later)
    target = reverse("customers:interaction_edit", args=[row.pk])

    data = {"channel": "call", "text": "Asked again", "occurred_at": "2025-10-26T02:30"}
    assert sign_in("support").post(target, data).status_code == 302

    row.refresh_from_db()
    assert (row.text, row.occurred_at) == ("Asked again", later)
