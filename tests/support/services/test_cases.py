"""Cases opened, taken, weighed, promised and waited for; what each refuses."""

from datetime import date

import pytest
from django.db import transaction

from accounts.models import Role
from core.errors import Refused
from core.models import AuditEntry
from customers.models import FollowUp, Interaction
from support.models import Case, CaseContact, CaseEntry, ServiceTarget
from support.services import cases
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory, PurchaseFactory
from tests.support.desk import at, cause


def test_a_complaint_gets_a_number_an_owner_and_all_its_deadlines(desk):
    owner = UserFactory(role=Role.SUPPORT)
    late = cause()
    late.default_owner = owner
    late.save()

    case = desk.open("2026-03-27T16:00")

    assert (case.number, case.state, case.owner) == ("2026-00001", "new", owner)
    assert case.due_acknowledge == at("2026-03-27T17:00")
    assert case.due_respond == at("2026-03-30T12:00")
    assert case.due_resolve == at("2026-04-03T16:00")
    assert case.due_next == at("2026-03-27T17:00")
    assert (case.legal_rule, case.legal_due_on) == ("PL", date(2026, 4, 10))
    assert AuditEntry.objects.get(action="case.received").object_id == str(case.pk)


def test_numbers_are_of_the_shops_year(desk):
    assert desk.open("2026-12-31T23:30").number == "2026-00001"
    assert desk.open("2027-01-01T00:10").number == "2027-00001"
    assert desk.open("2027-01-01T00:20").number == "2027-00002"


def test_it_runs_from_when_the_customer_told_us(desk):
    case = desk.open("2026-03-24T23:30", now="2026-03-26T10:00")

    assert case.legal_due_on == date(2026, 4, 7)
    assert case.due_acknowledge == at("2026-03-25T00:30")
    entry = CaseEntry.objects.get()
    assert (entry.at, entry.recorded_at) == (at("2026-03-24T23:30"), at("2026-03-26T10:00"))


def test_the_law_is_for_complaints_only(desk):
    case = desk.open("2026-03-24T10:00", kind="question")

    assert (case.legal_rule, case.legal_due_on) == ("", None)


def test_the_same_key_opens_one_case(desk):
    first = desk.open("2026-03-24T10:00", key="form:1")

    assert desk.open("2026-03-24T10:01", key="form:1") == first
    assert Case.objects.count() == CaseEntry.objects.count() == 1


def test_from_a_talk_it_is_opened_once(desk):
    talk = Interaction.objects.create(
        customer=desk.customer,
        channel="call",
        direction="in",
        occurred_at=at("2026-03-24T10:00"),
        created_at=at("2026-03-24T10:00"),
    )
    case = desk.open("2026-03-24T10:00", interaction=talk)

    assert CaseContact.objects.get().case == case
    with pytest.raises(Refused, match="belongs to a case"):
        desk.open("2026-03-24T10:05", interaction=talk)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 161}, "subject"),
        ({"description": "x" * 10_001}, "description"),
        ({"kind": "praise"}, "kind"),
    ],
)
def test_what_cannot_be_opened(desk, more, field):
    with pytest.raises(Refused) as refused:
        desk.open("2026-03-24T10:00", **more)
    assert refused.value.field == field
    assert not Case.objects.exists()


def test_nobody_complains_tomorrow_or_of_anothers_purchase(desk):
    with pytest.raises(Refused, match="to come"):
        desk.open("2026-03-24T10:00", now="2026-03-23T10:00")
    other = PurchaseFactory(customer=CustomerFactory(first_name="Eva"))
    with pytest.raises(Refused, match="somebody else's"):
        desk.open("2026-03-24T10:00", purchase=other)


def test_a_purchase_names_the_order(desk):
    bought = PurchaseFactory(customer=desk.customer, number="A7")

    assert desk.open("2026-03-24T10:00", purchase=bought).order == "A7"


def test_work_begins_with_an_owner_and_a_cause(desk):
    case = desk.open("2026-03-24T10:00", category=None)
    with pytest.raises(Refused) as refused:
        desk.take(case, "2026-03-24T10:30")
    assert refused.value.field == "category"

    taken = desk.take(desk.open("2026-03-24T10:00"), "2026-03-24T10:30")
    assert (taken.state, taken.owner) == ("in_progress", desk.clerk)
    question = desk.open("2026-03-24T10:00", kind="question", category=None)
    assert desk.take(question, "2026-03-24T10:30").state == "in_progress"
    with pytest.raises(Refused, match="state"):
        desk.take(taken, "2026-03-24T10:40")


def test_a_graver_case_is_due_sooner_by_what_was_used(desk):
    case = desk.take(desk.open("2026-03-23T09:00"), "2026-03-23T09:10")
    graver = cases.change_case(
        actor=desk.clerk,
        now=at("2026-03-23T12:00"),
        case=case,
        values={"severity": 1, "product": "Cup"},
        version=case.version,
    )

    assert graver.due_resolve == at("2026-03-23T17:00")
    details = CaseEntry.objects.get(step="changed").details
    assert details == {"fields": ["product", "severity"], "severity": [3, 1]}
    with pytest.raises(Refused, match="meanwhile"):
        cases.change_case(
            actor=desk.clerk,
            now=at("2026-03-23T12:00"),
            case=case,
            values={"severity": 2},
            version=case.version,
        )


def test_targets_that_change_hold_for_later_cases(desk):
    before = desk.open("2026-03-23T09:00")
    ServiceTarget.objects.filter(kind="complaint", severity=3).update(respond=30)

    assert desk.open("2026-03-23T09:00").due_respond == at("2026-03-23T09:30")
    assert Case.objects.get(pk=before.pk).due_respond == at("2026-03-23T13:00")


def test_waiting_only_after_a_response_and_until_a_day_to_come(desk):
    case = desk.take(desk.open("2026-03-27T16:00"), "2026-03-27T16:20")
    with pytest.raises(Refused, match="Respond"):
        desk.ask(case, "2026-03-27T16:22")
    desk.say(case, "2026-03-27T16:25")
    with pytest.raises(Refused) as refused:
        desk.ask(case, "2026-03-27T16:30", until=date(2026, 3, 27))
    assert refused.value.field == "until"

    waits = desk.ask(case, "2026-03-27T16:30", until=date(2026, 3, 31))

    assert (waits.state, waits.due_resolve, waits.due_next) == ("waiting", None, None)
    assert waits.legal_due_on == date(2026, 4, 10)
    assert cases.resume_waiting(at("2026-03-30T23:59")) == 0
    assert cases.resume_waiting(at("2026-03-31T00:01")) == 1
    assert cases.resume_waiting(at("2026-03-31T00:01")) == 0
    assert Case.objects.get().state == "in_progress"


def test_the_worked_case_over_a_weekend_and_a_change_of_clocks(desk):
    critical = desk.open("2026-03-27T16:00", severity=1)
    assert critical.due_resolve == at("2026-03-30T16:00")
    desk.take(critical, "2026-03-27T16:20")
    desk.say(critical, "2026-03-27T16:26", when="2026-03-27T16:25")
    desk.ask(critical, "2026-03-27T16:30")

    answered = desk.hear(critical, "2026-03-31T11:00")

    assert (answered.state, answered.due_resolve) == ("in_progress", at("2026-04-01T10:30"))
    assert answered.responded_at == at("2026-03-27T16:25")
    resolved = desk.resolve(critical, "2026-04-01T10:20")
    assert (resolved.state, resolved.due_next) == ("resolved", None)


def test_a_promise_is_a_deadline_and_a_follow_up_and_is_kept_by_a_word(desk):
    case = desk.take(desk.open("2026-03-23T09:00"), "2026-03-23T09:10")
    desk.say(case, "2026-03-23T09:20")
    cases.promise_update(
        actor=desk.clerk, now=at("2026-03-23T09:21"), case=case, at=at("2026-03-23T15:00")
    )

    row, promised = Case.objects.get(), FollowUp.objects.get()
    assert row.due_next == at("2026-03-23T15:00")
    assert (promised.due_on, promised.due_time.hour) == (date(2026, 3, 23), 15)
    assert (promised.assignee, promised.source_kind, promised.source_id) == (
        desk.clerk,
        "case",
        case.pk,
    )
    kept = desk.say(case, "2026-03-23T14:00")
    assert (kept.promised_at, kept.due_next) == (None, at("2026-03-27T17:00"))
    with pytest.raises(Refused, match="to come"):
        cases.promise_update(
            actor=desk.clerk, now=at("2026-03-23T15:00"), case=case, at=at("2026-03-23T14:00")
        )


def test_it_is_given_to_somebody_who_works_here(desk):
    case = desk.open("2026-03-23T09:00")
    now = at("2026-03-23T09:05")
    given = cases.assign_case(actor=desk.clerk, now=now, case=case, owner=desk.manager)
    again = cases.assign_case(actor=desk.clerk, now=now, case=case, owner=desk.manager)

    assert given.owner == desk.manager
    assert again.version == given.version
    gone = UserFactory(role=Role.SUPPORT, is_active=False)
    with pytest.raises(Refused, match="does not work here"):
        cases.assign_case(actor=desk.clerk, now=now, case=case, owner=gone)


def test_the_log_is_never_changed(desk):
    desk.open("2026-03-23T09:00")

    for act in (CaseEntry.objects.all().delete, lambda: CaseEntry.objects.update(step="closed")):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            act()
