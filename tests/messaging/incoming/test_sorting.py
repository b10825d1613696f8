"""What people do with the unsorted mails, and its way back."""

from datetime import timedelta

import pytest

from core.errors import Refused
from core.models import AuditEntry
from customers.models import FollowUp, Interaction
from customers.services.customers import CustomerFields
from customers.services.identities import TakenByAnother
from customers.services.interactions import withdraw_interaction
from messaging.models import AddressRule, IncomingMail
from messaging.services.sorting_mails import (
    SortedMeanwhile,
    assign_mail,
    create_customer_from_mail,
    drop_rule,
    fields_from,
    set_aside_mail,
    take_mail_back,
)
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.outbox import NOON
from tests.messaging.incoming.mails import ANNA, letter, taken_in

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def clerk(cast):
    return cast["support"]


@pytest.fixture
def anna():
    return CustomerFactory()


def test_a_mail_is_put_on_a_file(clerk, anna):
    mail = assign_mail(actor=clerk, mail=taken_in(letter()), customer=anna, now=LATER)

    mail.refresh_from_db()
    assert (mail.place, mail.matched_by, mail.customer) == ("matched", "person", anna)
    assert (mail.sorted_by, mail.sorted_at) == (clerk, LATER)
    interaction = Interaction.objects.get(customer=anna)
    assert mail.interaction == interaction
    assert interaction.occurred_at == NOON - timedelta(minutes=30)
    assert AuditEntry.objects.get(action="mail.assigned").actor == f"user:{clerk.pk}"
    assert not AddressRule.objects.exists()


def test_and_taken_back_without_a_trace_on_the_file(clerk, anna):
    mail = assign_mail(
        actor=clerk, mail=taken_in(letter()), customer=anna, now=LATER, following=True
    )

    back = take_mail_back(actor=clerk, mail=mail, now=LATER)

    assert (back.place, back.reason, back.customer, back.interaction) == (
        "unsorted",
        "unknown",
        None,
        None,
    )
    assert not Interaction.objects.exists()
    assert not AddressRule.objects.exists()


def test_taking_back_what_lies_there_changes_nothing(clerk):
    mail = taken_in(letter())
    before = AuditEntry.objects.count()

    take_mail_back(actor=clerk, mail=mail, now=LATER)

    assert AuditEntry.objects.count() == before


def test_a_mail_that_landed_by_itself_can_be_taken_back_and_its_next_step_with_it(clerk, anna):
    AddressRule.objects.create(key=ANNA, customer=anna, created_at=NOON)
    mail = taken_in(letter())
    FollowUp.objects.create(
        customer=anna,
        what="Answer",
        due_on=NOON.date(),
        source_kind="interaction",
        source_id=mail.interaction_id,
        created_at=NOON,
    )

    back = take_mail_back(actor=clerk, mail=mail, now=LATER)

    assert (back.place, back.reason) == ("unsorted", "taken_back")
    assert not FollowUp.objects.exists()
    assert AddressRule.objects.count() == 1


def test_following_mails_land_by_themselves(clerk, anna):
    first = taken_in(letter(number=1), key="a")
    assign_mail(actor=clerk, mail=first, customer=anna, now=LATER, following=True)

    second = taken_in(letter(number=2), key="b")

    assert (second.matched_by, second.customer) == ("rule", anna)
    drop_rule(actor=clerk, rule=AddressRule.objects.get())
    assert taken_in(letter(number=3), key="c").place == "unsorted"


def test_following_needs_a_sender(clerk, anna):
    mail = taken_in(letter(sender="nobody"))

    with pytest.raises(Refused):
        assign_mail(actor=clerk, mail=mail, customer=anna, now=LATER, following=True)

    mail.refresh_from_db()
    assert (mail.place, mail.reason) == ("unsorted", "no_sender")
    assert not Interaction.objects.exists()


def test_an_address_follows_one_customer_only(clerk, anna):
    AddressRule.objects.create(key=ANNA, customer=CustomerFactory(), created_at=NOON)
    mail = take_mail_back(actor=clerk, mail=taken_in(letter()), now=NOON)

    with pytest.raises(Refused):
        assign_mail(actor=clerk, mail=mail, customer=anna, now=LATER, following=True)

    assert AddressRule.objects.get().customer != anna


def test_two_clerks_at_once(clerk, anna, cast):
    mail = taken_in(letter())
    other = CustomerFactory(last_name="Other")
    assign_mail(actor=clerk, mail=mail, customer=anna, now=LATER)

    with pytest.raises(SortedMeanwhile) as refused:
        assign_mail(actor=cast["manager"], mail=mail, customer=other, now=LATER)
    with pytest.raises(SortedMeanwhile):
        set_aside_mail(actor=cast["manager"], mail=mail, now=LATER)

    assert refused.value.mail.customer == anna
    assert Interaction.objects.count() == 1


def test_a_new_customer_from_a_mail(clerk):
    mail = taken_in(letter(sender="Jan Kowalski <Jan@example.com>"))
    fields = fields_from(mail)

    customer = create_customer_from_mail(actor=clerk, mail=mail, fields=fields, now=LATER)

    assert (customer.first_name, customer.last_name) == ("Jan", "Kowalski")
    assert customer.identities.get().key == "jan@example.com"
    assert customer.incoming_mails.get() == mail
    assert Interaction.objects.get().customer == customer


def test_no_second_customer_with_the_same_address(clerk):
    anna = IdentityFactory(value=ANNA).customer
    mail = taken_in(letter())

    with pytest.raises(TakenByAnother) as refused:
        create_customer_from_mail(
            actor=clerk, mail=mail, fields=CustomerFields(first_name="A"), now=LATER
        )

    assert refused.value.owner == anna
    assert IncomingMail.objects.get().place == "unsorted"


def test_set_aside_and_back(clerk):
    mail = taken_in(letter())

    set_aside_mail(actor=clerk, mail=mail, now=LATER)
    set_aside_mail(actor=clerk, mail=mail, now=LATER)
    assert list(IncomingMail.objects.set_aside()) == [mail]
    assert AuditEntry.objects.filter(action="mail.set_aside").count() == 1

    take_mail_back(actor=clerk, mail=mail, now=LATER)
    assert list(IncomingMail.objects.unsorted()) == [mail]


def test_a_machines_mail_can_be_assigned_but_asks_nothing(clerk, anna):
    mail = taken_in(letter(more="Precedence: bulk"))

    assign_mail(actor=clerk, mail=mail, customer=anna, now=LATER)

    assert list(IncomingMail.objects.of_customer(anna.pk)) == [mail]
    assert not Interaction.objects.exists()


def test_what_a_person_logged_is_not_withdrawn(clerk, anna):
    interaction = Interaction.objects.create(
        customer=anna, channel="call", actor=clerk, occurred_at=NOON, created_at=NOON
    )

    with pytest.raises(Refused):
        withdraw_interaction(actor=clerk, interaction=interaction)

    assert Interaction.objects.count() == 1
