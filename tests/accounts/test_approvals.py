"""What one person asks for and a second one decides."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.approvals import to_decide, waiting
from accounts.models import Approval
from accounts.services.approvals import (
    OPEN_FOR,
    approve,
    ask_approval,
    expire_approvals,
    refuse,
    withdraw,
)
from core.errors import Gone, Refused
from core.models import AuditEntry
from loyalty.models import Account, Operation
from loyalty.services.adjustment_requests import ask_to_adjust
from loyalty.services.programmes import get_programme
from tests.conftest import make_user
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer():
    return CustomerFactory(first_name="Anna", last_name="Nowak")


@pytest.fixture
def ask(cast, customer):
    def asking(units=800, key="k", actor=None, **more):
        return ask_to_adjust(
            actor=actor or cast["support"],
            customer=customer,
            programme=get_programme(),
            units=units,
            reason="A broken vase",
            key=key,
            now=NOW,
            **more,
        )

    return asking


def points(customer):
    account = Account.objects.filter(customer=customer).first()
    return account.available if account else 0


def test_what_is_approved_is_done_once(cast, customer, ask):
    wish = ask()

    approve(actor=cast["manager"], approval=wish, now=NOW)
    with pytest.raises(Gone):
        approve(actor=cast["admin"], approval=wish, now=NOW)

    assert points(customer) == 800
    assert Operation.objects.get().key == f"approval:{wish.pk}"
    wish.refresh_from_db()
    assert (wish.state, wish.decided_by) == ("approved", cast["manager"])
    acts = AuditEntry.objects.values_list("action", "actor")
    assert set(acts) >= {
        ("approval.asked", cast["support"].label),
        ("approval.approved", cast["manager"].label),
        ("loyalty.adjusted", cast["manager"].label),
    }


def test_nobody_approves_what_they_asked_for(cast, customer, ask):
    wish = ask(actor=cast["manager"])

    with pytest.raises(Refused, match="Somebody else"):
        approve(actor=cast["manager"], approval=wish, now=NOW)
    with pytest.raises(Refused, match="Somebody else"):
        refuse(actor=cast["manager"], approval=wish, answer="no", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.update(state="approved", decided_by=cast["manager"], ended_at=NOW)
    assert points(customer) == 0
    assert to_decide(cast["manager"], 9) == []
    assert len(to_decide(cast["admin"], 9)) == 1


@pytest.mark.parametrize("role", ["support", "marketer"])
def test_who_may_not_decide_does_not(cast, customer, ask, role):
    wish = ask(actor=make_user("support", "ewa"))

    with pytest.raises(Refused, match="not yours"):
        approve(actor=cast[role], approval=wish, now=NOW)
    assert (points(customer), Approval.objects.get().state) == (0, "open")


def test_what_cannot_be_done_stays_open(cast, customer, ask):
    wish = ask(units=-800)

    with pytest.raises(Refused, match="not enough points"):
        approve(actor=cast["manager"], approval=wish, now=NOW)

    assert Approval.objects.get().state == "open"
    assert not AuditEntry.objects.filter(action="approval.approved").exists()


def test_what_is_refused_withdrawn_or_late_is_over(cast, customer, ask):
    wishes = [ask(key=key) for key in "abc"]
    refuse(actor=cast["manager"], approval=wishes[0], answer="Send a new one", now=NOW)
    with pytest.raises(Refused, match="Only who asked"):
        withdraw(actor=cast["manager"], approval=wishes[1], now=NOW)
    withdraw(actor=cast["support"], approval=wishes[1], now=NOW)
    late = NOW + OPEN_FOR
    with pytest.raises(Gone):
        approve(actor=cast["manager"], approval=wishes[2], now=late)
    assert [expire_approvals(at) for at in (late - timedelta(seconds=1), late, late)] == [0, 1, 0]

    for wish in wishes:
        with pytest.raises(Gone):
            approve(actor=cast["manager"], approval=wish, now=NOW)
    states = Approval.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["refused", "withdrawn", "expired"]
    assert points(customer) == 0


def test_a_key_asks_once_and_a_reason_is_needed(cast, ask):
    assert ask() == ask()
    assert Approval.objects.count() == 1
    for reason in ("", "  ", "x" * 256):
        with pytest.raises(Refused):
            ask_approval(
                actor=cast["support"],
                kind="adjust_points",
                payload={},
                reason=reason,
                key="z",
                now=NOW,
            )


@pytest.mark.parametrize(
    "values", [{"state": "lost"}, {"state": "approved"}, {"ended_at": NOW}, {"state": "expired"}]
)
def test_the_database_keeps_the_states(ask, values):
    ask()

    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.update(**values)


def test_a_clerk_asks_on_the_page_and_the_manager_approves_on_the_day(sign_in, customer):
    clerk, manager = sign_in("support"), sign_in("manager")
    address = reverse("loyalty:points_adjust", args=[customer.pk])
    for _click in range(2):
        said = clerk.post(address, {"change": "800", "why": "A vase", "key": "a"}, follow=True)
    assert "a manager is asked" in said.content.decode()
    assert points(customer) == 0

    day = manager.get(reverse("customers:day")).content.decode()
    assert "1 wish to approve" in day
    assert "Give 800 points to Anna Nowak" in day
    wish = Approval.objects.get()
    done = manager.post(reverse("accounts:approval_approve", args=[wish.pk]), follow=True)

    assert "Approved, and done." in done.content.decode()
    assert points(customer) == 800
    assert "You asked for" in clerk.get(reverse("customers:day")).content.decode()
    mine = clerk.get(reverse("accounts:requests")).content.decode()
    assert "Approved, Manager" in mine or "Approved" in mine


def test_refusing_needs_a_word_that_the_clerk_reads(sign_in, ask):
    wish, manager = ask(), sign_in("manager")
    address = reverse("accounts:approval_refuse", args=[wish.pk])

    assert manager.post(address, {"answer": " "}).status_code == 422
    assert manager.post(address, {"answer": "Send a new vase"}).status_code == 302
    assert "Send a new vase" in sign_in("support").get("/approvals/mine/").content.decode()


def test_the_rail_counts_and_a_clerk_sees_no_list(sign_in, cast, ask):
    ask()

    assert waiting(cast["manager"]).number == 1
    assert waiting(cast["support"]).number == 0
    assert sign_in("support").get(reverse("accounts:approvals")).status_code == 403
    other = sign_in("marketer")
    wish = Approval.objects.get()
    assert other.post(reverse("accounts:approval_withdraw", args=[wish.pk])).status_code == 404
