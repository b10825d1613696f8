"""Files, promises, drafts and talks in the hands of two at once."""

from core.models import AuditEntry
from customers import models
from customers.services import customers, follow_ups, interactions
from tests.customers.services.races.together import ON_POSTGRES, TURNS, at_once, outcomes
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON, CustomerFactory, FollowUpFactory

pytestmark = ON_POSTGRES


def test_a_file_saved_by_two_is_saved_by_one():
    customer = CustomerFactory()
    customer.refresh_from_db()

    def change(city):
        return customers.update_customer(
            actor=None,
            now=NOON,
            customer=customer,
            fields=customers.CustomerFields(first_name="Anna", city=city),
            seen_at=customer.updated_at,
        )

    results = at_once(lambda: change("Łódź"), lambda: change("Brno"))

    assert outcomes(results) == {"Customer": 1, "ChangedMeanwhile": 1}
    saved = next(result for result in results if isinstance(result, models.Customer))
    customer.refresh_from_db()
    assert customer.city == saved.city


def test_a_promise_done_by_two_is_done_by_the_first():
    row, clerks = FollowUpFactory(), [UserFactory() for _turn in range(TURNS)]

    results = at_once(
        *[
            lambda one=one: follow_ups.finish_follow_up(
                actor=one, now=NOON, follow_up=row, note=one.username
            )
            for one in clerks
        ]
    )

    assert outcomes(results) == {"FollowUp": TURNS}
    row.refresh_from_db()
    assert {result.done_by_id for result in results} == {row.done_by_id}
    assert row.done_note == row.done_by.username
    assert AuditEntry.objects.get().actor == row.done_by.label


def test_done_and_put_off_at_once_is_done():
    row = FollowUpFactory()

    results = at_once(
        lambda: follow_ups.finish_follow_up(actor=None, now=NOON, follow_up=row),
        lambda: follow_ups.snooze_follow_up(actor=None, today=NOON.date(), follow_up=row, days=3),
    )

    assert outcomes(results)["FollowUp"] >= 1
    row.refresh_from_db()
    assert row.done_at == NOON


def test_a_draft_saved_from_two_windows_is_one():
    customer, clerk = CustomerFactory(), UserFactory()

    def keep(text):
        return interactions.save_draft(
            actor=clerk, now=NOON, customer=customer, fields={"text": text}
        )

    results = at_once(*[lambda text=text: keep(text) for text in ("one", "two", "three")])

    assert outcomes(results) == {"InteractionDraft": 3}
    assert models.InteractionDraft.objects.get().fields["text"] in {"one", "two", "three"}


def test_a_talk_undone_twice_is_gone_and_so_is_its_step():
    customer, clerk = CustomerFactory(), UserFactory()
    talk = interactions.log_interaction(
        actor=clerk,
        now=NOON,
        customer=customer,
        said=interactions.Said(channel="call", occurred_at=NOON, text="Hello"),
        next_step=follow_ups.Promise(what="Call", due_on=NOON.date()),
    )

    def undo():
        interactions.undo_interaction(actor=clerk, now=NOON, interaction=talk)

    results = at_once(undo, undo)

    assert outcomes(results) == {"NoneType": 1, "Gone": 1}
    assert AuditEntry.objects.filter(action="interaction.undone").count() == 1
    assert not models.Interaction.objects.exists()
    assert not models.FollowUp.objects.exists()
