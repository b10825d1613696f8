"""Whoever is refused has changed nothing: no row, no mark, no word in the audit trail."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import Role, User
from core.errors import Refused
from customers import models
from customers.rules.segment_language import EVERYBODY
from customers.services import (
    consents,
    customers,
    follow_ups,
    identities,
    important_dates,
    interactions,
    purchases,
    segments,
)
from customers.services.identities import NewIdentity
from tests.customers.documents import bought, returned, save
from tests.customers.services.snapshots import nothing_changes
from tests.factories.accounts import UserFactory
from tests.factories.customers import (
    NOON,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    ImportantDateFactory,
    InteractionFactory,
)

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
LATER, EARLIER = NOON + timedelta(days=1), NOON - timedelta(days=1)
EMAIL, PHONE, EXTERNAL = models.IdentityKind


@dataclass
class World:
    """Anna with a full file, Jan with an address of his own, a clerk, a marketer, one who left."""

    anna: models.Customer
    jan: models.Customer
    clerk: User
    marketer: User
    gone: User
    purchase: models.Purchase
    refund: models.Refund
    imported: models.Purchase
    open: models.FollowUp
    done: models.FollowUp
    talk: models.Interaction
    segment: models.Segment


@pytest.fixture
def world(db):
    with time_machine.travel(NOON, tick=False):
        yield make_world()


def make_world():
    anna, jan = CustomerFactory(), CustomerFactory(first_name="Jan")
    IdentityFactory(customer=anna, value="anna@example.pl")
    IdentityFactory(customer=jan, value="jan@example.pl")
    IdentityFactory(customer=jan, kind=EXTERNAL, value="C2")
    ImportantDateFactory(customer=anna)
    clerk, marketer = UserFactory(), UserFactory(role=Role.MARKETER)
    save(bought("1", external="C2"), returned("1"))
    purchase = purchases.add_purchase(
        actor=None,
        customer=anna,
        number="7",
        occurred_at=EARLIER,
        amount_minor=10_000,
        currency="PLN",
    )
    refund = purchases.add_refund(
        actor=None, purchase=purchase, amount_minor=4_000, occurred_at=EARLIER
    )
    return World(
        anna=anna,
        jan=jan,
        clerk=clerk,
        marketer=marketer,
        gone=UserFactory(is_active=False),
        purchase=purchase,
        refund=refund,
        imported=models.Purchase.objects.get(source="csv"),
        open=FollowUpFactory(customer=anna),
        done=FollowUpFactory(customer=anna, done_at=NOON),
        talk=InteractionFactory(customer=anna, actor=clerk),
        segment=segments.save_segment(actor=None, segment=None, name="All", tree=EVERYBODY),
    )


def create(*contacts, tags=(), **fields):
    return customers.create_customer(
        actor=None,
        now=NOON,
        fields=customers.CustomerFields(**fields),
        identities=contacts,
        tags=tags,
    )


CREATIONS = {
    "nobody": lambda w: create(),
    "white space": lambda w: create(first_name=" \t\u200b "),
    "taken address": lambda w: create(NewIdentity(EMAIL, "ANNA@example.pl"), first_name="A"),
    "second of two taken": lambda w: create(
        NewIdentity(PHONE, "+48 600 123 456"), NewIdentity(EXTERNAL, "C2"), first_name="A"
    ),
    "the same twice": lambda w: create(
        NewIdentity(EMAIL, "x@example.pl"), NewIdentity(EMAIL, "X@example.pl")
    ),
    "no address": lambda w: create(NewIdentity(EMAIL, "nobody"), first_name="A"),
    "half a birthday": lambda w: create(first_name="A", birth_year=1985),
    "30 February": lambda w: create(first_name="A", birth_month=2, birth_day=30),
    "born tomorrow": lambda w: create(
        first_name="A", birth_year=2026, birth_month=11, birth_day=22
    ),
    "born too long ago": lambda w: create(
        first_name="A", birth_year=1899, birth_month=1, birth_day=1
    ),
    "joined tomorrow": lambda w: create(first_name="A", joined_on=date(2026, 11, 22)),
    "long tag": lambda w: create(first_name="A", tags=["ok", "x" * 61]),
    "many tags": lambda w: create(first_name="A", tags=[f"t{n}" for n in range(31)]),
}


def change(customer, *, seen_at=None, tags=None, **fields):
    now = replace(customers.fields_of(customer), **fields)
    return customers.update_customer(
        actor=None, now=NOON, customer=customer, fields=now, seen_at=seen_at, tags=tags
    )


CHANGES = {
    "somebody was faster": lambda w: change(w.anna, seen_at=EARLIER, city="Łódź"),
    "bad birthday": lambda w: change(w.anna, birth_month=4, birth_day=31),
    "bad tags after good fields": lambda w: change(w.anna, city="Łódź", tags=["x" * 61]),
    "joined tomorrow": lambda w: change(w.anna, joined_on=date(2026, 11, 22)),
}


def attach(w, kind, value):
    return identities.add_identity(actor=w.clerk, customer=w.anna, kind=kind, value=value, now=NOON)


CONTACTS = {
    "his address": lambda w: attach(w, "email", " JAN@Example.pl "),
    "his number": lambda w: attach(w, "external", "C2"),
    "her own": lambda w: attach(w, "email", "Anna@EXAMPLE.pl"),
    "no address": lambda w: attach(w, "email", "anna@"),
    "no phone": lambda w: attach(w, "phone", "call me"),
    "no number": lambda w: attach(w, "external", "   "),
    "too long": lambda w: attach(w, "external", "x" * 255),
}


def day(w, **values):
    fine = {"label": "Wedding", "month": 5, "day": 3, "year": None}
    return important_dates.add_important_date(
        actor=w.clerk, customer=w.anna, today=TODAY, **fine | values
    )


DATES = {
    "31 April": lambda w: day(w, month=4, day=31),
    "month 13": lambda w: day(w, month=13),
    "tomorrow": lambda w: day(w, year=2026, month=11, day=22),
    "1899": lambda w: day(w, year=1899),
    "year 0": lambda w: day(w, year=0),
}


def log(w, *, next_step=None, **values):
    fine = {"channel": "call", "occurred_at": NOON, "text": "Hello"}
    said = interactions.Said(**fine | values)
    return interactions.log_interaction(
        actor=w.clerk, now=NOON, customer=w.anna, said=said, next_step=next_step
    )


def correct(w, actor, **values):
    fine = {"channel": "call", "occurred_at": NOON, "text": "Hello"}
    return interactions.change_interaction(
        actor=actor, now=NOON, interaction=w.talk, said=interactions.Said(**fine | values)
    )


def undo(w, actor, now=NOON):
    interactions.undo_interaction(actor=actor, now=now, interaction=w.talk)


TALKS = {
    "no channel": lambda w: log(w, channel="pigeon"),
    "to come": lambda w: log(w, occurred_at=NOON + timedelta(minutes=6)),
    "too long": lambda w: log(w, text="x" * 10_001),
    "nothing said": lambda w: log(w, text="  "),
    "bad next step": lambda w: log(w, next_step=follow_ups.Promise(what=" ", due_on=TODAY)),
    "next step of who left": lambda w: log(
        w, next_step=follow_ups.Promise(what="Call", due_on=TODAY, assignee=w.gone)
    ),
    "corrected by another": lambda w: correct(w, w.marketer),
    "corrected to nothing": lambda w: correct(w, w.clerk, text=""),
    "undone by another": lambda w: undo(w, w.marketer),
    "undone too late": lambda w: undo(w, w.clerk, NOON + timedelta(minutes=10, seconds=1)),
}


def promise(w, **values):
    fine = {"what": "Call", "due_on": TODAY}
    return follow_ups.add_follow_up(
        actor=w.clerk, now=NOON, customer=w.anna, promise=follow_ups.Promise(**fine | values)
    )


def promise_anew(w, row, **values):
    fine = {"what": "Call", "due_on": TODAY}
    follow_ups.change_follow_up(
        actor=w.clerk, now=NOON, follow_up=row, promise=follow_ups.Promise(**fine | values)
    )


def put_off(w, row, days):
    follow_ups.snooze_follow_up(actor=w.clerk, today=TODAY, follow_up=row, days=days)


PROMISES = {
    "nothing": lambda w: promise(w, what="\u200b "),
    "too long": lambda w: promise(w, what="x" * 256),
    "too far": lambda w: promise(w, due_on=TODAY + timedelta(days=366 * 5 + 1)),
    "too long ago": lambda w: promise(w, due_on=TODAY - timedelta(days=366 * 5 + 1)),
    "who left": lambda w: promise(w, assignee=w.gone),
    "changed to nothing": lambda w: promise_anew(w, w.open, what=""),
    "changed for who left": lambda w: promise_anew(w, w.open, assignee=w.gone),
    "changed when done": lambda w: promise_anew(w, w.done),
    "put off when done": lambda w: put_off(w, w.done, 1),
    "put off by none": lambda w: put_off(w, w.open, 0),
    "put off too far": lambda w: put_off(w, w.open, 91),
    "given to who left": lambda w: follow_ups.assign_follow_up(
        actor=w.clerk, follow_up=w.open, assignee=w.gone
    ),
}


def agree(w, *, actor=None, **values):
    fine = {
        "address": "anna@example.pl",
        "purpose": "marketing",
        "action": "granted",
        "text": "Offers, please.",
        "source": "paper",
        "source_note": "Form 12",
        "language": "pl",
        "occurred_at": NOON,
    }
    consents.record_consent(actor=actor, customer=w.anna, now=NOON, **fine | values)


CONSENTS = {
    "by a marketer": lambda w: agree(w, actor=w.marketer),
    "without words": lambda w: agree(w, text=" \n"),
    "without proof": lambda w: agree(w, source_note=""),
    "to come": lambda w: agree(w, occurred_at=NOON + timedelta(minutes=6)),
    "taken back in future": lambda w: agree(w, action="withdrawn", occurred_at=LATER),
}


def buy(w, **values):
    fine = {"number": "8", "occurred_at": NOON, "amount_minor": 100, "currency": "PLN"}
    purchases.add_purchase(actor=w.clerk, customer=w.anna, **fine | values)


def give_back(w, **values):
    fine = {"purchase": w.purchase, "amount_minor": 100, "occurred_at": NOON}
    purchases.add_refund(actor=w.clerk, **fine | values)


BOOKS = {
    "for nothing": lambda w: buy(w, amount_minor=0),
    "for less than nothing": lambda w: buy(w, amount_minor=-1),
    "for too much": lambda w: buy(w, amount_minor=10**15),
    "no currency": lambda w: buy(w, currency="ZŁ"),
    "tomorrow": lambda w: buy(w, occurred_at=LATER),
    "same number": lambda w: buy(w, number="7"),
    "same number elsewhere": lambda w: buy(w, number="1", source="csv"),
    "more than is left": lambda w: give_back(w, amount_minor=6_001),
    "back before bought": lambda w: give_back(w, occurred_at=EARLIER - timedelta(seconds=1)),
    "back tomorrow": lambda w: give_back(w, occurred_at=LATER),
    "back for nothing": lambda w: give_back(w, amount_minor=0),
    "the same again": lambda w: give_back(w, amount_minor=4_000, occurred_at=EARLIER),
    "removed with refunds": lambda w: purchases.remove_purchase(actor=w.clerk, purchase=w.purchase),
    "removed but imported": lambda w: purchases.remove_purchase(actor=w.clerk, purchase=w.imported),
    "refund removed but imported": lambda w: purchases.remove_refund(
        actor=w.clerk, refund=w.imported.refunds.get()
    ),
}


def keep_segment(w, name, segment=None):
    segments.save_segment(actor=w.clerk, segment=segment, name=name, tree=EVERYBODY)


SEGMENTS = {
    "no name": lambda w: keep_segment(w, " \u200b "),
    "same name": lambda w: keep_segment(w, "ALL "),
    "renamed to nothing": lambda w: keep_segment(w, "", w.segment),
}

ACTS = {
    f"{area}: {name}": act
    for area, acts in {
        "create": CREATIONS,
        "change": CHANGES,
        "contact": CONTACTS,
        "date": DATES,
        "talk": TALKS,
        "promise": PROMISES,
        "consent": CONSENTS,
        "books": BOOKS,
        "segment": SEGMENTS,
    }.items()
    for name, act in acts.items()
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_who_is_refused_has_changed_nothing(act, world):
    with nothing_changes(), pytest.raises(Refused) as refused:
        act(world)

    assert refused.value.message


def test_a_nameless_file_without_contact_is_refused_too(world):
    world.anna.identities.all().delete()

    with nothing_changes(), pytest.raises(Refused):
        change(world.anna, first_name="", last_name="")


@pytest.mark.parametrize(
    ("add", "most"),
    [
        (lambda w, n: attach(w, "email", f"a{n}@example.pl"), identities.MOST_IDENTITIES - 1),
        (lambda w, n: day(w, label=f"day {n}"), important_dates.MOST_DATES - 1),
    ],
    ids=["contacts", "dates"],
)
def test_a_file_takes_only_so_many(add, most, world):
    for number in range(most):
        add(world, number)

    with nothing_changes(), pytest.raises(Refused):
        add(world, most)


def test_a_refund_of_all_that_is_left_is_not_refused(world):
    give_back(world, amount_minor=6_000)

    world.purchase.refresh_from_db()
    assert (world.purchase.refunded_minor, world.purchase.counts) == (10_000, False)


def test_the_moment_of_the_purchase_is_early_enough_for_its_refund(world):
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    purchases.remove_refund(actor=None, refund=world.refund)

    give_back(world, occurred_at=at)

    assert world.purchase.refunds.get().occurred_at == at == world.purchase.occurred_at
