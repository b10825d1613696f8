"""What each service writes into the audit trail: who, what, of which row, and nothing by which
a customer could be reached."""

import io
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

import pytest
import time_machine

from accounts.models import User
from core.models import AuditEntry
from customers import models
from customers.rules.segment_language import EVERYBODY
from customers.services import (
    consents,
    customers,
    duplicates,
    follow_ups,
    identities,
    important_dates,
    importing,
    interactions,
    purchases,
    segments,
)
from customers.services.import_work import work_on_imports
from tests.customers.services.snapshots import acts
from tests.factories.accounts import UserFactory
from tests.factories.customers import (
    NOON,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    InteractionFactory,
)

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
SECRETS = {
    "first_name": "Secretfirst",
    "last_name": "Secretlast",
    "address": "Secret street 5",
    "city": "Secretcity",
    "postcode": "99-SECRET",
    "notes": "Secret notes",
    "contact_hint": "Secret hint",
}


@dataclass
class World:
    clerk: User
    customer: models.Customer

    @property
    def row(self):
        """Every row of the file."""
        return f"customers.Customer:{self.customer.pk}"


@pytest.fixture
def world(db):
    with time_machine.travel(NOON, tick=False):
        yield World(UserFactory(), CustomerFactory())


def the_act(world):
    """The one act recorded, by the clerk, without the actor."""
    ((actor, action, target, details),) = acts()
    assert actor == world.clerk.label
    return action, target, details


def test_a_new_customer_is_recorded_without_who_it_is(world):
    contacts = [
        identities.NewIdentity(models.IdentityKind.EMAIL, "secret@example.pl"),
        identities.NewIdentity(models.IdentityKind.PHONE, "+48 600 999 888"),
    ]

    made = customers.create_customer(
        actor=world.clerk,
        now=NOON,
        fields=customers.CustomerFields(**SECRETS),
        identities=contacts,
        tags=["Secret tag"],
    )

    assert the_act(world) == ("customer.created", f"customers.Customer:{made.pk}", {})


def test_a_change_names_its_fields_in_order(world):
    fields = replace(customers.fields_of(world.customer), **SECRETS, birth_month=5, birth_day=3)

    customers.update_customer(
        actor=world.clerk,
        now=NOON,
        customer=world.customer,
        fields=fields,
        seen_at=None,
        tags=["Secret"],
    )

    changed = ["address", "birth_day", "birth_month", "city", "contact_hint", "first_name"]
    changed += ["last_name", "notes", "postcode", "tags"]
    assert the_act(world) == ("customer.changed", world.row, {"fields": changed})


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "secret@example.pl"), ("phone", "+48 600 999 888"), ("external", "SECRET-1")],
)
def test_contacts_are_recorded_by_their_kind(kind, value, world):
    clerk, anna = world.clerk, world.customer
    first = identities.add_identity(actor=clerk, customer=anna, kind=kind, value=value, now=NOON)
    other = IdentityFactory(customer=anna, kind=kind, value=value[:-1] + "0", is_primary=False)
    identities.make_primary(actor=clerk, identity=other)
    identities.remove_identity(actor=clerk, identity=first)

    assert acts() == [
        (clerk.label, f"identity.{act}", world.row, {"kind": kind})
        for act in ("added", "primary", "removed")
    ]


def test_a_pair_put_away_and_brought_back_is_recorded_by_its_ids(world):
    other = CustomerFactory(first_name="Secretfirst")
    pair = models.PossibleDuplicate.objects.create(
        first=world.customer, second=other, reason="phone", created_at=NOON
    )
    for _again in range(2):
        duplicates.dismiss_duplicate(actor=world.clerk, now=NOON, pair=pair)
    for _again in range(2):
        duplicates.restore_duplicate(actor=world.clerk, pair=pair)

    row, ids = f"customers.PossibleDuplicate:{pair.pk}", {"first": world.customer.pk}
    assert acts() == [
        (world.clerk.label, f"duplicate.{act}", row, ids | {"second": other.pk})
        for act in ("dismissed", "restored")
    ]


def test_dates_are_recorded_without_the_day(world):
    made = important_dates.add_important_date(
        actor=world.clerk,
        customer=world.customer,
        label="Secret wedding",
        month=5,
        day=3,
        year=2001,
        today=TODAY,
    )
    important_dates.remove_important_date(actor=world.clerk, important_date=made)

    assert acts() == [
        (world.clerk.label, f"important_date.{act}", world.row, {}) for act in ("added", "removed")
    ]


def test_a_talk_is_recorded_by_its_channel_only(world):
    said = interactions.Said(channel="call", occurred_at=NOON, text="Secret", outcome="answered")
    step = follow_ups.Promise(what="Secret step", due_on=date(2026, 11, 25), due_time=time(9))

    talk = interactions.log_interaction(
        actor=world.clerk, now=NOON, customer=world.customer, said=said, next_step=step
    )

    pk, promised = world.customer.pk, models.FollowUp.objects.get()
    due = {"customer": pk, "due_on": "2026-11-25"}
    by_channel = {"channel": "call", "customer": pk}
    assert [act[1:] for act in acts()] == [
        ("follow_up.added", f"customers.FollowUp:{promised.pk}", due),
        ("interaction.logged", f"customers.Interaction:{talk.pk}", by_channel),
    ]


def test_a_corrected_and_an_undone_talk(world):
    talk = InteractionFactory(actor=world.clerk, customer=world.customer)
    row = f"customers.Interaction:{talk.pk}"
    said = interactions.Said(channel="visit", occurred_at=NOON, text="Secret")

    interactions.change_interaction(actor=world.clerk, now=NOON, interaction=talk, said=said)
    interactions.undo_interaction(actor=world.clerk, now=NOON, interaction=talk)

    assert [act[1:] for act in acts()] == [
        ("interaction.changed", row, {}),
        ("interaction.undone", row, {"customer": world.customer.pk}),
    ]


@pytest.mark.parametrize(
    ("verb", "due_on", "act"),
    [
        (
            "changed",
            "2026-12-01",
            lambda row, clerk: follow_ups.change_follow_up(
                actor=clerk,
                now=NOON,
                follow_up=row,
                promise=follow_ups.Promise(what="Secret", due_on=date(2026, 12, 1)),
            ),
        ),
        (
            "snoozed",
            "2026-11-24",
            lambda row, clerk: follow_ups.snooze_follow_up(
                actor=clerk, today=TODAY, follow_up=row, days=3
            ),
        ),
        (
            "assigned",
            "2026-11-21",
            lambda row, clerk: follow_ups.assign_follow_up(
                actor=clerk, follow_up=row, assignee=clerk
            ),
        ),
        (
            "done",
            "2026-11-21",
            lambda row, clerk: follow_ups.finish_follow_up(
                actor=clerk, now=NOON, follow_up=row, note="Secret"
            ),
        ),
    ],
)
def test_promises_are_recorded_with_whom_and_when(verb, due_on, act, world):
    row = FollowUpFactory(customer=world.customer, what="Secret")

    act(row, world.clerk)

    details = {"customer": world.customer.pk, "due_on": due_on}
    assert the_act(world) == (f"follow_up.{verb}", f"customers.FollowUp:{row.pk}", details)


def test_a_promise_taken_up_again(world):
    row = FollowUpFactory(customer=world.customer, done_at=NOON)

    follow_ups.reopen_follow_up(actor=world.clerk, follow_up=row)

    details = {"customer": world.customer.pk, "due_on": "2026-11-21"}
    assert the_act(world) == ("follow_up.reopened", f"customers.FollowUp:{row.pk}", details)


@pytest.mark.parametrize("action", ["granted", "withdrawn"])
@pytest.mark.parametrize("purpose", models.Purpose.values)
def test_a_consent_is_recorded_by_purpose_and_line(action, purpose, world):
    entry = consents.record_consent(
        actor=world.clerk,
        customer=world.customer,
        address="secret@example.pl",
        purpose=purpose,
        action=action,
        text="Secret words",
        source="paper",
        source_note="Secret proof",
        language="pl",
        occurred_at=NOON,
        now=NOON,
    )

    details = {"purpose": purpose, "entry": entry.pk}
    assert the_act(world) == (f"consent.{action}", world.row, details)


def test_purchases_and_refunds_by_hand(world):
    clerk = world.clerk
    bought = purchases.add_purchase(
        actor=clerk,
        customer=world.customer,
        number="7",
        occurred_at=NOON - timedelta(days=1),
        amount_minor=5_000,
        currency="PLN",
    )
    back = purchases.add_refund(actor=clerk, purchase=bought, amount_minor=900, occurred_at=NOON)
    purchases.remove_refund(actor=clerk, refund=back)
    purchases.remove_purchase(actor=clerk, purchase=bought)

    purchase, refund = f"customers.Purchase:{bought.pk}", f"customers.Refund:{back.pk}"
    assert [act[1:] for act in acts()] == [
        ("purchase.added", purchase, {}),
        ("refund.added", refund, {}),
        ("refund.removed", refund, {"purchase": bought.pk, "amount_minor": 900}),
        ("purchase.removed", purchase, {"amount_minor": 5_000}),
    ]


def test_segments_are_recorded_by_name(world):
    clerk = world.clerk
    made = segments.save_segment(actor=clerk, segment=None, name=" All  of them ", tree=EVERYBODY)
    row = f"customers.Segment:{made.pk}"
    segments.save_segment(actor=clerk, segment=made, name="All", tree=EVERYBODY)
    segments.delete_segment(actor=clerk, segment=made)
    segments.restore_segment(actor=clerk, segment=made)

    assert [act[1:] for act in acts()] == [
        ("segment.added", row, {"name": "All of them"}),
        ("segment.changed", row, {"name": "All"}),
        ("segment.deleted", row, {"name": "All"}),
        ("segment.restored", row, {"name": "All"}),
    ]


def bring(actor, content):
    return importing.bring_file(
        actor=actor,
        kind="customers",
        filename="secret.csv",
        upload=io.BytesIO(content.encode()),
        options={},
        now=NOON,
    )


PEOPLE = "email,first_name\nsecret@example.pl,Secret\nother@example.pl,Secret\nnobody,X\n"


def test_an_import_from_upload_to_end(world):
    clerk = world.clerk
    run = bring(clerk, PEOPLE)
    work_on_imports(NOON)
    importing.change_options(actor=clerk, run=run, options={"separator": ","})
    work_on_imports(NOON)
    importing.start_import(actor=clerk, run=run)
    work_on_imports(NOON)

    row = f"customers.ImportRun:{run.pk}"
    counts = {"rows": 3, "created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 1}
    assert acts() == [
        (clerk.label, "import.brought", row, {}),
        (clerk.label, "import.options", row, {}),
        (clerk.label, "import.started", row, {}),
        ("system", "import.done", row, counts | {"customers_created": 2}),
    ]


def test_an_import_stopped_continued_and_another_thrown_away(world):
    clerk = world.clerk
    run, unwanted = bring(clerk, PEOPLE), bring(clerk, PEOPLE)
    unwanted_row = f"customers.ImportRun:{unwanted.pk}"
    importing.discard_import(actor=clerk, run=unwanted)
    work_on_imports(NOON)
    importing.start_import(actor=clerk, run=run)
    importing.stop_import(actor=clerk, run=run)
    work_on_imports(NOON)
    importing.continue_import(actor=clerk, run=run)

    row = f"customers.ImportRun:{run.pk}"
    assert acts() == [
        (clerk.label, "import.brought", row, {}),
        (clerk.label, "import.brought", unwanted_row, {}),
        (clerk.label, "import.discarded", unwanted_row, {}),
        (clerk.label, "import.started", row, {}),
        (clerk.label, "import.stopped", row, {}),
        (clerk.label, "import.continued", row, {}),
    ]


def test_the_system_acts_under_its_own_name(world):
    row = FollowUpFactory(customer=world.customer)

    follow_ups.finish_follow_up(actor=None, now=NOON, follow_up=row)

    assert AuditEntry.objects.get().actor == "system"


def test_drafts_and_marks_are_no_acts(world):
    interactions.save_draft(
        actor=world.clerk, now=NOON, customer=world.customer, fields={"text": "Secret"}
    )
    interactions.discard_draft(actor=world.clerk, customer=world.customer)

    assert acts() == []


@pytest.fixture(autouse=True)
def _nothing_secret(db):
    """No act holds what a customer could be reached or described by."""
    yield
    for entry in AuditEntry.objects.all():
        text = repr(entry.details).lower()
        for secret in ("secret@", "secret ", "999 888", "48600999888", "@example", "secretfirst"):
            assert secret not in text, entry.action
