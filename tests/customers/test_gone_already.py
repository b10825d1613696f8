"""A second click on what the first has just taken away: a sentence, not a failure."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.services import branches, people
from core import clock
from core.errors import Gone, Refused
from core.models import AuditEntry
from customers import access
from customers.models import FollowUp, ImportKind, ImportRun, Interaction, Purchase, Refund
from customers.services import interactions, purchases
from tests.conftest import Cast
from tests.factories.customers import (
    FollowUpFactory,
    InteractionFactory,
    PurchaseFactory,
    RefundFactory,
)

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db
GONE = "This is gone already: somebody was quicker."


@pytest.fixture
def just_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the view has looked up is deleted before its service can lock it."""
    real = access._first

    def look_up(rows: Any) -> Any:
        row = real(rows)
        if isinstance(row, (FollowUp, Interaction, ImportRun, Purchase, Refund)):
            type(row)._default_manager.filter(pk=row.pk).delete()
        return row

    monkeypatch.setattr(access, "_first", look_up)


def import_run() -> ImportRun:
    return ImportRun.objects.create(
        kind=ImportKind.CUSTOMERS, filename="a.csv", size=1, created_at=clock.now()
    )


LATE: dict[str, Callable[[], Any]] = {
    "purchase_undo": lambda: PurchaseFactory(source="manual"),
    "refund_undo": lambda: RefundFactory(source="manual"),
    "interaction_undo": InteractionFactory,
    "follow_up_done": FollowUpFactory,
    "follow_up_reopen": FollowUpFactory,
    "follow_up_snooze": FollowUpFactory,
    "follow_up_take": FollowUpFactory,
    "import_start": import_run,
    "import_stop": import_run,
    "import_continue": import_run,
    "import_discard": import_run,
}


@pytest.mark.parametrize("name", LATE)
def test_a_second_click_is_told_so(just_too_late: None, sign_in: SignIn, name: str) -> None:
    address = reverse(f"customers:{name}", args=[LATE[name]().pk])

    response = sign_in("admin").post(address, {"days": "1"})

    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [GONE]
    assert not AuditEntry.objects.exists()


def test_a_row_that_is_done_by_two_slides_off_for_both(
    just_too_late: None, sign_in: SignIn
) -> None:
    address = reverse("customers:follow_up_done", args=[FollowUpFactory().pk])

    response = sign_in("admin").post(address, headers={"HX-Request": "true"})

    assert (response.status_code, GONE in response.content.decode()) == (200, True)
    assert b"<form" not in response.content


def test_a_correction_of_what_is_gone_is_refused(cast: Cast) -> None:
    talk = InteractionFactory(actor=cast["support"])
    said = interactions.Said(channel="call", occurred_at=talk.occurred_at, text="Anew")
    Interaction.objects.all().delete()

    with pytest.raises(Gone):
        interactions.change_interaction(
            actor=cast["support"], now=clock.now(), interaction=talk, said=said
        )


def test_a_refund_for_a_purchase_that_is_gone_is_refused() -> None:
    purchase = PurchaseFactory()
    Purchase.objects.all().delete()

    with pytest.raises(Gone):
        purchases.add_refund(
            actor=None,
            purchase=purchase,
            amount_minor=1,
            occurred_at=purchase.occurred_at + timedelta(minutes=1),
        )


@pytest.fixture
def taken_meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on the look before the leap sees nothing: the rival commits between the two."""

    def make() -> None:
        monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda _rows: False)

    return make


def test_a_sign_in_name_taken_an_instant_ago_is_refused(
    cast: Cast, taken_meanwhile: Callable[[], None]
) -> None:
    taken_meanwhile()

    with pytest.raises(Refused) as refused:
        people.add_user(actor=None, username="support", role="support", password="long enough")

    assert refused.value.field == "username"
    assert not AuditEntry.objects.count()


def test_a_branch_name_taken_an_instant_ago_is_refused(taken_meanwhile: Callable[[], None]) -> None:
    branches.save_branch(actor=None, name="Old town")
    taken_meanwhile()

    with pytest.raises(Refused) as refused:
        branches.save_branch(actor=None, name="Old town")

    assert refused.value.field == "name"
    assert AuditEntry.objects.count() == 1
