"""Interactions: logged, corrected, taken back, drafted."""

from datetime import date, time, timedelta

import pytest

from accounts.models import Role
from core.errors import Refused
from core.models import AuditEntry
from customers.models import Customer, FollowUp, Interaction, InteractionDraft
from customers.reports import find_draft
from customers.services.follow_ups import Promise, finish_follow_up
from customers.services.interactions import (
    Said,
    change_interaction,
    log_interaction,
    may_change,
    save_draft,
    undo_interaction,
)
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON, CustomerFactory, InteractionFactory

pytestmark = pytest.mark.django_db


def said(**changes: object) -> Said:
    return Said(**{"channel": "call", "occurred_at": NOON, "text": "About the bowl"} | changes)


def log(
    customer: Customer, actor: object = None, step: Promise | None = None, **changes: object
) -> Interaction:
    return log_interaction(
        actor=actor, now=NOON, customer=customer, said=said(**changes), next_step=step
    )


def test_a_call_is_on_the_file_with_its_next_step() -> None:
    clerk, customer = UserFactory(), CustomerFactory()
    step = Promise(what="Call  back", due_on=date(2026, 11, 22), due_time=time(17), assignee=clerk)

    logged = log(customer, clerk, step, direction="in", outcome="call_back", text=" Yes ")

    assert (logged.text, logged.direction, logged.outcome) == ("Yes", "in", "call_back")
    promised = FollowUp.objects.get()
    assert (promised.what, promised.due_on, promised.due_time) == (
        "Call back",
        date(2026, 11, 22),
        time(17),
    )
    assert (promised.source_kind, promised.source_id) == ("interaction", logged.pk)
    details = AuditEntry.objects.get(action="interaction.logged").details
    assert details == {"channel": "call", "customer": customer.pk}


def test_a_note_has_no_direction() -> None:
    assert log(CustomerFactory(), channel="note", direction="in").direction == ""


def test_an_outcome_alone_is_enough() -> None:
    assert log(CustomerFactory(), text="", outcome="no_answer").text == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"channel": "pigeon"}, "channel"),
        ({"occurred_at": NOON + timedelta(minutes=6)}, "occurred_at"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        log(CustomerFactory(), **changes)

    assert refused.value.field == field
    assert not Interaction.objects.exists()


def test_a_refused_next_step_takes_the_talk_with_it() -> None:
    with pytest.raises(Refused):
        log(CustomerFactory(), step=Promise(what=" ", due_on=date(2026, 11, 22)))

    assert not Interaction.objects.exists()


def test_logging_discards_ones_own_draft_only() -> None:
    clerk, other, customer = UserFactory(), UserFactory(), CustomerFactory()
    for user in (clerk, other):
        save_draft(actor=user, now=NOON, customer=customer, fields={"text": "half"})

    log(customer, clerk)

    assert InteractionDraft.objects.get().user == other


def test_a_draft_is_kept_as_typed_and_replaced() -> None:
    clerk, customer = UserFactory(), CustomerFactory()

    save_draft(actor=clerk, now=NOON, customer=customer, fields={"text": "ha", "due_on": "x"})
    save_draft(actor=clerk, now=NOON, customer=customer, fields={"text": "half ", "medium": ""})

    draft = find_draft(user=clerk, customer=customer)
    assert draft is not None
    assert draft.fields == {"text": "half "}


@pytest.mark.parametrize("fields", [{}, {"text": " "}, {"text": "\x00"}, {"channel": "call"}])
def test_an_empty_draft_is_none(fields: dict[str, str]) -> None:
    clerk, customer = UserFactory(), CustomerFactory()
    save_draft(actor=clerk, now=NOON, customer=customer, fields={"text": "half"})

    assert save_draft(actor=clerk, now=NOON, customer=customer, fields=fields) is None
    assert not InteractionDraft.objects.exists()


def test_a_draft_is_cut_at_the_longest_text() -> None:
    clerk, customer = UserFactory(), CustomerFactory()

    draft = save_draft(actor=clerk, now=NOON, customer=customer, fields={"text": "x" * 1_000_000})

    assert draft is not None
    assert len(draft.fields["text"]) == 10_000


def test_what_was_just_logged_can_be_taken_back_with_its_next_step() -> None:
    clerk, customer = UserFactory(), CustomerFactory()
    logged = log(customer, clerk, Promise(what="Call", due_on=date(2026, 11, 22)))

    undo_interaction(actor=clerk, now=NOON + timedelta(minutes=10), interaction=logged)

    assert not Interaction.objects.exists()
    assert not FollowUp.objects.exists()
    assert AuditEntry.objects.get(action="interaction.undone").details == {"customer": customer.pk}


def test_a_next_step_that_is_done_stays() -> None:
    clerk = UserFactory()
    logged = log(CustomerFactory(), clerk, Promise(what="Call", due_on=date(2026, 11, 22)))
    finish_follow_up(actor=clerk, now=NOON, follow_up=FollowUp.objects.get())

    undo_interaction(actor=clerk, now=NOON, interaction=logged)

    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(("minutes", "own"), [(11, True), (1, False)])
def test_too_late_or_somebody_elses_cannot_be_taken_back(minutes: int, own: bool) -> None:
    clerk = UserFactory()
    logged = log(CustomerFactory(), clerk if own else UserFactory())

    with pytest.raises(Refused):
        undo_interaction(actor=clerk, now=NOON + timedelta(minutes=minutes), interaction=logged)

    assert Interaction.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "own", "expected"),
    [
        (Role.SUPPORT, True, True),
        (Role.SUPPORT, False, False),
        (Role.MANAGER, False, True),
        (Role.ADMIN, False, True),
    ],
)
def test_its_author_and_managers_correct_it(role: Role, own: bool, expected: bool) -> None:
    user = UserFactory(role=role)
    logged = InteractionFactory(actor=user if own else UserFactory())

    assert may_change(user, logged) is expected


def test_a_correction_changes_the_row() -> None:
    clerk = UserFactory()
    logged = InteractionFactory(actor=clerk)

    change_interaction(
        actor=clerk, now=NOON, interaction=logged, said=said(channel="chat", text="No")
    )

    logged.refresh_from_db()
    assert (logged.channel, logged.text) == ("chat", "No")
    assert AuditEntry.objects.get().action == "interaction.changed"


def test_somebody_else_corrects_nothing() -> None:
    logged = InteractionFactory(actor=UserFactory())

    with pytest.raises(Refused):
        change_interaction(
            actor=UserFactory(), now=NOON, interaction=logged, said=said(text="Other")
        )

    logged.refresh_from_db()
    assert logged.text == "Asked about the bowl"
