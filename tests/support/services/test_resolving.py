"""Decisions and what they need; closing, reopening, thanks; joining cases; talks with a case."""

import pytest

from core.errors import Refused
from support.calendars import calendar_of
from support.models import Case, CaseContact, CaseEntry
from support.rules.business_time import MINUTE
from support.rules.clocks import time_to_resolve, time_to_respond
from support.services import cases, resolving
from support.services.case_log import entries_of
from tests.factories.customers import CustomerFactory
from tests.support.desk import at, cause


def test_a_complaint_is_decided_with_a_reason_and_a_cause_after_a_word(desk):
    case = desk.take(desk.open("2026-03-23T09:00"), "2026-03-23T09:10")
    now = "2026-03-23T10:00"
    with pytest.raises(Refused, match="Tell the customer"):
        desk.resolve(case, now)
    desk.say(case, "2026-03-23T09:20")
    for lacking, field in (
        ({"decision": "maybe"}, "decision"),
        ({"reason": " "}, "reason"),
        ({"root_cause": None}, "root_cause"),
    ):
        with pytest.raises(Refused) as refused:
            desk.resolve(case, now, **lacking)
        assert refused.value.field == field

    done = desk.resolve(case, now)

    assert (done.state, done.decision, done.resolved_at) == ("resolved", "upheld", at(now))
    assert done.root_cause == cause("delivery-damaged")


def test_three_calls_in_vain_are_enough(desk):
    case = desk.take(desk.open("2026-03-23T09:00"), "2026-03-23T09:10")
    for hour in (10, 11):
        desk.say(case, f"2026-03-23T{hour}:00", outcome="no_answer")
    with pytest.raises(Refused, match="Tell the customer"):
        desk.resolve(case, "2026-03-23T12:00")
    desk.say(case, "2026-03-23T13:00", outcome="no_answer")

    assert desk.resolve(case, "2026-03-23T14:00").state == "resolved"
    assert Case.objects.get().responded_at is None


def test_a_question_needs_no_cause_unless_it_is_refused(desk):
    case = desk.open("2026-03-23T09:00", kind="question", category=None)
    desk.take(case, "2026-03-23T09:10")
    desk.say(case, "2026-03-23T09:20")
    nothing = {"root_cause": None, "reason": ""}
    with pytest.raises(Refused) as refused:
        desk.resolve(case, "2026-03-23T10:00", "rejected", **nothing)
    assert refused.value.field == "reason"

    assert desk.resolve(case, "2026-03-23T10:00", "answered", **nothing).state == "resolved"


@pytest.mark.parametrize(
    "said",
    [
        {"channel": "note", "direction": ""},
        {"outcome": "no_answer"},
        {"direction": "in"},
        {"actor": None},
    ],
)
def test_what_is_no_response(desk, said):
    case = desk.take(desk.open("2026-03-23T09:00"), "2026-03-23T09:10")

    desk.say(case, "2026-03-23T09:20", **said)

    assert Case.objects.get().responded_at is None
    assert CaseContact.objects.count() == 1


def test_the_worked_case_of_reopening_and_thanks(desk):
    case = desk.take(desk.open("2026-05-04T09:00"), "2026-05-04T10:00")
    desk.say(case, "2026-05-04T10:30")
    desk.resolve(case, "2026-05-05T12:00")

    again = desk.hear(case, "2026-05-07T09:00", text="still broken")
    assert (again.pk, again.state, again.cycles, again.reopened_count) == (
        case.pk,
        "in_progress",
        2,
        1,
    )
    with pytest.raises(Refused, match="Tell the customer"):
        desk.resolve(case, "2026-05-07T13:00")
    desk.say(case, "2026-05-07T13:30")
    desk.resolve(case, "2026-05-07T14:00")
    thanks = desk.hear(case, "2026-05-08T10:00", text="Thank you!")
    assert thanks.state == "in_progress"
    row = resolving.only_thanks(actor=desk.clerk, now=at("2026-05-08T10:05"), case=case)

    assert (row.state, row.resolved_at) == ("resolved", at("2026-05-07T14:00"))
    calendar, entries = calendar_of(row.calendar, row.received_at), entries_of(row)
    assert time_to_respond(entries, calendar) == 90 * MINUTE
    assert time_to_resolve(entries, calendar, at("2026-06-01T12:00")) == 960 * MINUTE
    late = desk.hear(case, "2026-05-21T14:01", text="broken again")
    assert (late.follow_up_of, late.state, late.number) == (row, "new", "2026-00002")
    assert Case.objects.get(pk=case.pk).state == "resolved"
    assert CaseContact.objects.filter(case=late).count() == 1


def test_only_thanks_only_while_nothing_else_was_done(desk):
    case = desk.worked("2026-05-04T09:00", "2026-05-05T12:00")
    desk.reopen(case, "2026-05-06T09:00")
    desk.say(case, "2026-05-06T10:00")

    with pytest.raises(Refused, match="state"):
        resolving.only_thanks(actor=desk.clerk, now=at("2026-05-06T11:00"), case=case)


def test_quiet_for_seven_days_it_is_closed(desk):
    case = desk.worked("2026-05-04T09:00", "2026-05-05T12:00")

    assert resolving.close_quiet(at("2026-05-12T11:59")) == 0
    assert resolving.close_quiet(at("2026-05-12T12:00")) == 1
    assert resolving.close_quiet(at("2026-05-12T12:00")) == 0
    row = Case.objects.get(pk=case.pk)
    assert (row.state, row.closed_at) == ("closed", at("2026-05-12T12:00"))
    steps = CaseEntry.objects.filter(step="closed").count()
    resolving.close_case(actor=desk.clerk, now=at("2026-05-13T12:00"), case=row)
    assert CaseEntry.objects.filter(step="closed").count() == steps == 1


def test_after_fourteen_days_only_a_manager_reopens(desk):
    case = desk.worked("2026-05-04T09:00", "2026-05-05T12:00")
    resolving.close_quiet(at("2026-05-20T12:00"))
    with pytest.raises(Refused, match="too late"):
        desk.reopen(case, "2026-05-19T12:01")

    row = desk.reopen(case, "2026-06-19T12:01", actor="manager")

    assert (row.state, row.closed_at, row.resolved_at) == ("in_progress", None, None)
    assert row.due_resolve == at("2026-06-26T12:01")


def test_joined_to_another_and_taken_out_again(desk):
    case, other = desk.open("2026-05-04T09:00"), desk.open("2026-05-04T10:00")
    desk.take(case, "2026-05-04T10:10")
    joined = resolving.merge_cases(
        actor=desk.clerk, now=at("2026-05-04T11:00"), case=case, into=other
    )

    assert (joined.state, joined.due_next, joined.merged_into) == ("merged", None, other)
    said = desk.hear(joined, "2026-05-04T12:00")
    assert said == other, "what is said to its number reaches the other"
    assert CaseContact.objects.get().case == other
    back = resolving.unmerge_case(actor=desk.clerk, now=at("2026-05-05T09:00"), case=joined)
    assert (back.state, back.merged_into) == ("in_progress", None)
    assert back.due_resolve == at("2026-05-08T17:00")


def test_those_joined_before_go_along(desk):
    one, two, three = (desk.open(f"2026-05-04T{hour}:00") for hour in (10, 11, 12))
    now = at("2026-05-04T13:00")
    resolving.merge_cases(actor=desk.clerk, now=now, case=one, into=two)
    resolving.merge_cases(actor=desk.clerk, now=now, case=two, into=three)

    assert Case.objects.get(pk=one.pk).merged_into == three
    for into in (two, three):
        with pytest.raises(Refused):
            resolving.merge_cases(actor=desk.clerk, now=now, case=three, into=into)


def test_cases_of_two_people_are_never_joined(desk):
    other = desk.open("2026-05-04T10:00", customer=CustomerFactory(first_name="Eva"))

    with pytest.raises(Refused, match="somebody else's"):
        resolving.merge_cases(
            actor=desk.clerk,
            now=at("2026-05-04T13:00"),
            case=desk.open("2026-05-04T09:00"),
            into=other,
        )


def test_nothing_follows_from_a_state_that_it_does_not_lead_from(desk):
    case, now = desk.open("2026-05-04T09:00"), at("2026-05-04T10:00")
    acts = [
        lambda: desk.resolve(case, now),
        lambda: cases.resume_case(actor=desk.clerk, now=now, case=case),
        lambda: resolving.close_case(actor=desk.clerk, now=now, case=case),
        lambda: resolving.unmerge_case(actor=desk.clerk, now=now, case=case),
        lambda: resolving.only_thanks(actor=desk.clerk, now=now, case=case),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert Case.objects.get().state == "new"
    assert CaseEntry.objects.count() == 1
