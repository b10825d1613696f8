"""The page of a case, and what is done on it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import FollowUp, Interaction
from support.models import CaseState
from tests.factories import cases as made
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
# A Monday, 13:00 in Warsaw: half of the working day is over.
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer(db):
    return CustomerFactory(first_name="Anna", last_name="Nowak")


@pytest.fixture
def case(customer, cast):
    """Came in two hours ago; nobody has looked at it."""
    return made.opened(customer, cast["support"], NOW - timedelta(hours=2))


@pytest.fixture
def worked(customer, cast):
    """The same, taken and answered at once."""
    return made.answered(customer, cast["support"], NOW - timedelta(hours=2))


def shown(client, row):
    response = client.get(reverse("support:case", args=[row.pk]))
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def act(client, name, row, **values):
    return client.post(reverse(f"support:case_{name}", args=[row.pk]), values)


def state(row):
    row.refresh_from_db()
    return row.state


def test_the_page_says_how_long_there_is(sign_in, case):
    text = shown(sign_in("support"), case)

    assert "The bowl is cracked" in text
    assert "1 h late" in text  # to acknowledge: an hour, on the wall
    assert "2 h left" in text  # to answer: four working hours
    assert "38 h left" in text  # to resolve: forty
    assert "14 days left" in text
    assert "by 7 Dec 2026" in text


def test_a_clerk_takes_answers_and_resolves(sign_in, cast, case):
    client = sign_in("support")
    act(client, "take", case)
    assert state(case) == CaseState.IN_PROGRESS
    assert case.owner == cast["support"]

    said = {"channel": "call", "direction": "out", "outcome": "answered", "text": "A new one."}
    assert act(client, "log", case, **said, draft_name="k1").status_code == 302
    verdict = {"decision": "upheld", "root_cause": made.cause_of().pk, "reason": "Badly packed."}
    case.refresh_from_db()
    act(client, "resolve", case, **verdict, version=case.version)

    assert state(case) == CaseState.RESOLVED
    text = shown(client, case)
    assert "Badly packed." in text
    assert "A new one." in text
    act(client, "close", case)
    assert state(case) == CaseState.CLOSED
    act(client, "reopen", case)
    assert state(case) == CaseState.IN_PROGRESS
    act(client, "thanks", case)
    assert state(case) == CaseState.CLOSED


def test_it_waits_for_the_customer_and_the_toast_goes_on(sign_in, worked):
    client = sign_in("support")

    act(client, "wait", worked, until="2026-11-30")

    text = shown(client, worked)
    assert "paused, 38 h left" in text
    assert reverse("support:case_resume", args=[worked.pk]) in text
    act(client, "resume", worked)
    assert state(worked) == CaseState.IN_PROGRESS


def test_a_promise_is_a_deadline_and_a_follow_up(sign_in, worked):
    act(sign_in("support"), "promise", worked, at="2026-11-24T10:00")

    worked.refresh_from_db()
    assert worked.promised_at == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert FollowUp.objects.get(source_kind="case", source_id=worked.pk).customer == worked.customer


def test_it_is_given_to_somebody_and_to_nobody(sign_in, cast, case):
    client = sign_in("manager")
    act(client, "assign", case, owner=cast["support"].pk)
    case.refresh_from_db()
    assert case.owner == cast["support"]

    act(client, "assign", case, owner="")
    case.refresh_from_db()
    assert case.owner is None


def test_two_cases_are_joined_and_taken_apart(sign_in, cast, customer, case):
    other, client = made.opened(customer, cast["support"], NOW), sign_in("support")
    act(client, "join", other, into=case.pk)
    assert state(other) == CaseState.MERGED
    assert other.number in shown(client, case)
    assert case.number in shown(client, other)

    act(client, "part", other)
    assert state(other) == CaseState.NEW


def test_a_case_of_somebody_else_is_no_choice_to_join(sign_in, cast, case):
    stranger = made.opened(CustomerFactory(), cast["support"], NOW)

    assert act(sign_in("support"), "join", case, into=stranger.pk).status_code == 422
    assert state(case) == CaseState.NEW


def test_what_was_typed_stays_where_it_is_refused(sign_in, case):
    client = sign_in("support")
    act(client, "take", case)
    case.refresh_from_db()

    verdict = {"decision": "upheld", "reason": "Because", "version": case.version}
    answer = act(client, "resolve", case, **verdict)  # without a cause
    assert answer.status_code == 422
    assert "Because" in answer.content.decode()
    early = act(client, "resolve", case, root_cause=made.cause_of().pk, **verdict)
    assert early.status_code == 422
    assert "Tell the customer first" in early.content.decode()
    assert state(case) == CaseState.IN_PROGRESS


def test_a_decision_on_an_old_page_is_refused_once(sign_in, worked):
    client = sign_in("support")
    verdict = {"decision": "upheld", "root_cause": made.cause_of().pk, "reason": "Mine"}

    answer = act(client, "resolve", worked, **verdict, version=1)

    text = answer.content.decode()
    worked.refresh_from_db()
    assert answer.status_code == 422
    assert "Somebody changed this meanwhile" in text
    assert "Mine" in text
    assert f'name="version" value="{worked.version}"' in text


def test_it_is_changed_and_a_rival_keeps_the_text(sign_in, case):
    client = sign_in("support")
    values = {"kind": "complaint", "subject": "Two bowls", "severity": "1", "version": case.version}
    assert act(client, "edit", case, **values).status_code == 302
    case.refresh_from_db()
    assert (case.subject, case.severity) == ("Two bowls", 1)
    assert "Severity: Normal → Critical" in shown(client, case)

    answer = act(client, "edit", case, **(values | {"subject": "Three bowls"}))
    assert answer.status_code == 422
    assert "Three bowls" in answer.content.decode()
    case.refresh_from_db()
    assert case.subject == "Two bowls"


def test_a_complaint_without_a_cause_asks_for_one_first(sign_in, cast, customer):
    case = made.opened(customer, cast["support"], NOW, category=None)

    answer = act(sign_in("support"), "take", case)

    assert answer.url == reverse("support:case_edit", args=[case.pk])
    assert state(case) == CaseState.NEW


def test_a_second_click_logs_once(sign_in, worked):
    client, said = sign_in("support"), {"channel": "note", "text": "Third one.", "draft_name": "k"}
    for _click in range(2):
        assert act(client, "log", worked, **said).status_code == 302

    assert Interaction.objects.filter(text="Third one.").count() == 1


def test_an_answer_long_after_the_end_opens_a_new_case(sign_in, cast, customer):
    old = made.resolved(customer, cast["support"], NOW - timedelta(days=30))

    said = {"channel": "call", "direction": "in", "text": "Again!", "draft_name": "k"}
    answer = act(sign_in("support"), "log", old, **said)

    again = old.follow_ups.get()
    assert answer.url == reverse("support:case", args=[again.pk])
    assert state(old) == CaseState.RESOLVED


def test_marketers_are_kept_out(sign_in, case):
    assert sign_in("marketer").get(reverse("support:case", args=[case.pk])).status_code == 403


def test_a_long_case_costs_what_a_short_one_does(sign_in, cast, worked):
    client = sign_in("support")
    made.opened(worked.customer, cast["support"], NOW)
    shown(client, worked)  # the first request of a session asks more
    with CaptureQueriesContext(connection) as few:
        shown(client, worked)
    for number in range(12):
        made.said(worked, cast["support"], NOW, text=f"Word {number}")
        made.opened(worked.customer, cast["support"], NOW, subject=f"Case {number}")
    with CaptureQueriesContext(connection) as many:
        shown(client, worked)

    assert len(many) == len(few)
