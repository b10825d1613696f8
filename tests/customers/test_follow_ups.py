"""Follow-ups, and reading them by day."""

from collections.abc import Callable
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.errors import Refused
from core.models import AuditEntry
from customers.days import counts_by_scope, done_on, due_by
from customers.models import FollowUp
from customers.services.follow_ups import (
    Promise,
    add_follow_up,
    assign_follow_up,
    change_follow_up,
    finish_follow_up,
    reopen_follow_up,
    snooze_follow_up,
)
from tests.factories.accounts import UserFactory
from tests.factories.customers import (
    NOON,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    InteractionFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
WARSAW = ZoneInfo("Europe/Warsaw")


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_promise_is_kept_on_file() -> None:
    clerk, customer = UserFactory(), CustomerFactory()
    promise = Promise(what=" Call ", due_on=TODAY, due_time=time(9), assignee=clerk)

    made = add_follow_up(actor=clerk, now=NOON, customer=customer, promise=promise)

    made.refresh_from_db()
    assert (made.what, made.due_on, made.due_time) == ("Call", TODAY, time(9))
    assert (made.assignee, made.created_by, made.done_at) == (clerk, clerk, None)
    assert AuditEntry.objects.get().details == {"customer": customer.pk, "due_on": "2026-11-21"}


@pytest.mark.parametrize(
    ("what", "due_on", "field"),
    [
        (" ", TODAY, "what"),
        ("x" * 256, TODAY, "what"),
        ("Call", date(2040, 1, 1), "due_on"),
        ("Call", date(1990, 1, 1), "due_on"),
        ("Call", date.max, "due_on"),
    ],
)
def test_what_cannot_be_promised_is_refused(what: str, due_on: date, field: str) -> None:
    promise = Promise(what=what, due_on=due_on)

    with pytest.raises(Refused) as refused:
        add_follow_up(actor=None, now=NOON, customer=CustomerFactory(), promise=promise)

    assert refused.value.field == field
    assert not FollowUp.objects.exists()


def test_nothing_is_asked_of_who_left() -> None:
    gone = UserFactory(is_active=False)

    with pytest.raises(Refused):
        assign_follow_up(actor=None, follow_up=FollowUpFactory(), assignee=gone)
    with pytest.raises(Refused):
        add_follow_up(
            actor=None,
            now=NOON,
            customer=CustomerFactory(),
            promise=Promise(what="Call", due_on=TODAY, assignee=gone),
        )


def test_done_and_taken_back_and_done_twice() -> None:
    clerk, row = UserFactory(), FollowUpFactory()

    done = finish_follow_up(actor=clerk, now=NOON, follow_up=row, note=" Said  thanks ")
    again = finish_follow_up(actor=UserFactory(), now=NOON + timedelta(1), follow_up=row)
    assert (done.done_at, done.done_note) == (NOON, "Said thanks")
    assert (again.done_at, again.done_by) == (NOON, clerk)
    back = reopen_follow_up(actor=clerk, follow_up=row)
    reopen_follow_up(actor=clerk, follow_up=row)

    assert (back.done_at, back.done_by, back.done_note) == (None, None, "")
    assert actions() == ["follow_up.done", "follow_up.reopened"]


def test_a_change_says_it_anew() -> None:
    row, clerk = FollowUpFactory(), UserFactory()
    promise = Promise(what="Write", due_on=date(2026, 12, 1), due_time=time(8), assignee=clerk)

    change_follow_up(actor=clerk, now=NOON, follow_up=row, promise=promise)

    row.refresh_from_db()
    assert (row.what, row.due_on, row.due_time, row.assignee) == (
        "Write",
        date(2026, 12, 1),
        time(8),
        clerk,
    )


@pytest.mark.parametrize("days", [1, 7, 90])
def test_putting_off_counts_from_today(days: int) -> None:
    row = FollowUpFactory(due_on=TODAY - timedelta(days=30))

    put_off = snooze_follow_up(actor=None, today=TODAY, follow_up=row, days=days)

    assert put_off.due_on == TODAY + timedelta(days=days)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_putting_off_too_far_is_refused(days: int) -> None:
    with pytest.raises(Refused):
        snooze_follow_up(actor=None, today=TODAY, follow_up=FollowUpFactory(), days=days)


@pytest.mark.parametrize(
    "act",
    [
        lambda row: snooze_follow_up(actor=None, today=TODAY, follow_up=row, days=1),
        lambda row: change_follow_up(
            actor=None, now=NOON, follow_up=row, promise=Promise(what="x", due_on=TODAY)
        ),
    ],
)
def test_what_is_done_cannot_be_changed(act: Callable[[FollowUp], object]) -> None:
    row = FollowUpFactory(done_at=NOON)

    with pytest.raises(Refused):
        act(row)

    assert FollowUp.objects.get().due_on == row.due_on


def test_somebody_takes_it_and_gives_it_back() -> None:
    row, clerk = FollowUpFactory(), UserFactory()

    assert assign_follow_up(actor=clerk, follow_up=row, assignee=clerk).assignee == clerk
    assert assign_follow_up(actor=clerk, follow_up=row, assignee=None).assignee is None
    assert actions() == ["follow_up.assigned"] * 2


def test_the_day_has_what_is_due_the_oldest_first() -> None:
    clerk = UserFactory()
    evening = FollowUpFactory(assignee=clerk, due_time=time(17))
    morning = FollowUpFactory(assignee=clerk, due_time=time(9))
    whenever = FollowUpFactory(assignee=clerk)
    late = FollowUpFactory(assignee=clerk, due_on=TODAY - timedelta(days=1))
    FollowUpFactory(assignee=clerk, due_on=TODAY + timedelta(days=1))
    FollowUpFactory(assignee=clerk, done_at=NOON)
    FollowUpFactory(assignee=UserFactory())

    assert due_by(TODAY, scope="mine", user=clerk).rows == [late, morning, evening, whenever]


@pytest.mark.parametrize(("scope", "expected"), [("mine", 1), ("nobody", 2), ("all", 4)])
def test_scopes_count_what_they_list(scope: str, expected: int) -> None:
    clerk = UserFactory()
    FollowUpFactory(assignee=clerk)
    FollowUpFactory(assignee=UserFactory())
    FollowUpFactory.create_batch(2)

    assert counts_by_scope(TODAY, clerk)[scope] == expected
    assert len(due_by(TODAY, scope=scope, user=clerk).rows) == expected


def test_a_row_has_the_first_phone_and_what_it_goes_back_to() -> None:
    talk = InteractionFactory(text="Promised an answer")
    IdentityFactory(customer=talk.customer, kind="phone", value="600 1", key="1", is_primary=False)
    IdentityFactory(customer=talk.customer, kind="phone", value="600 2", key="2")
    IdentityFactory(customer=talk.customer)
    FollowUpFactory(customer=talk.customer, source_kind="interaction", source_id=talk.pk)
    FollowUpFactory(source_kind="survey", source_id=talk.pk)

    first, second = due_by(TODAY, scope="all", user=UserFactory()).rows

    assert (first.phone.value, first.said) == ("600 2", "Promised an answer")
    assert (second.phone, second.said) == (None, "")


def test_a_hundred_are_shown_and_more_is_said() -> None:
    customer = CustomerFactory()
    FollowUpFactory.create_batch(101, customer=customer)

    found = due_by(TODAY, scope="all", user=UserFactory())

    assert (len(found.rows), found.more) == (100, True)


@pytest.mark.parametrize(("scope", "expected"), [("mine", 1), ("all", 2)])
def test_done_today_is_the_shops_today(scope: str, expected: int) -> None:
    clerk = UserFactory()
    midnight = NOON.replace(hour=23)  # 22 November in Warsaw from here on
    FollowUpFactory(done_at=midnight - timedelta(minutes=1), done_by=clerk)
    FollowUpFactory(done_at=midnight, done_by=clerk)
    FollowUpFactory(done_at=NOON, done_by=UserFactory())

    assert len(done_on(TODAY, zone=WARSAW, user=clerk, scope=scope)) == expected
