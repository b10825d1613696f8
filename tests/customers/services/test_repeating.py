"""Doing it again changes nothing: no row, no mark, no second word in the audit trail."""

import io
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from core.errors import Refused
from core.models import AuditEntry
from customers import models
from customers.reports import tag_names
from customers.services import (
    customers,
    follow_ups,
    identities,
    importing,
    interactions,
    summaries,
)
from customers.services.customer_lookup import note_pairs
from customers.services.import_work import work_on_imports
from customers.services.search import index_customers, rebuild_words
from customers.services.tags import find_or_add_tags, set_tags
from customers.services.zone_change import derive_local_days
from tests.customers.documents import NOW, WARSAW, bought, on, returned, save
from tests.customers.services.snapshots import everything, nothing_changes
from tests.factories.accounts import UserFactory
from tests.factories.customers import (
    NOON,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    PurchaseFactory,
)

pytestmark = pytest.mark.django_db


def unchanged_by(act):
    """The act done a second time leaves everything as the first left it."""
    act()
    with nothing_changes():
        act()


def test_a_customer_saved_again():
    customer = CustomerFactory(city="Łódź")
    set_tags(customer=customer, names=["VIP"])
    fields = customers.fields_of(customer)

    def act():
        customers.update_customer(
            actor=None,
            now=NOON,
            customer=customer,
            fields=fields,
            seen_at=None,
            tags=[" vip ", "VIP"],
        )

    unchanged_by(act)
    assert not AuditEntry.objects.exists()


def test_names_that_only_white_space_tells_apart_are_no_change():
    customer = CustomerFactory()
    before = customers.fields_of(customer)
    spaced = customers.CustomerFields(
        first_name="  Anna\u200b ", last_name="Nowak", joined_on=before.joined_on
    )

    with nothing_changes():
        customers.update_customer(
            actor=None, now=NOON, customer=customer, fields=spaced, seen_at=None
        )


def test_a_promise_done_and_reopened_twice():
    row, clerk, other = FollowUpFactory(), UserFactory(), UserFactory()

    def done(actor=clerk, now=NOON):
        follow_ups.finish_follow_up(actor=actor, now=now, follow_up=row, note="Well")

    unchanged_by(done)
    with nothing_changes():
        done(other, NOON + timedelta(hours=1))
    unchanged_by(lambda: follow_ups.reopen_follow_up(actor=clerk, follow_up=row))
    assert AuditEntry.objects.count() == 2


def test_a_contact_put_first_twice():
    customer = CustomerFactory()
    IdentityFactory(customer=customer)
    other = IdentityFactory(customer=customer, is_primary=False)

    unchanged_by(lambda: identities.make_primary(actor=None, identity=other))
    assert AuditEntry.objects.count() == 1


def test_a_contact_removed_twice():
    customer = CustomerFactory()
    first = IdentityFactory(customer=customer)
    IdentityFactory(customer=customer, is_primary=False)
    as_another_saw_it = models.Identity.objects.get(pk=first.pk)

    identities.remove_identity(actor=None, identity=first)
    with nothing_changes():
        identities.remove_identity(actor=None, identity=as_another_saw_it)

    assert [row.is_primary for row in customer.identities.all()] == [True]


def test_the_last_contact_of_somebody_without_a_name_stays():
    nameless = CustomerFactory(first_name="", last_name="", name_key="")
    only = IdentityFactory(customer=nameless)

    with nothing_changes(), pytest.raises(Refused):
        identities.remove_identity(actor=None, identity=only)


def test_one_of_two_contacts_of_somebody_without_a_name_can_go():
    nameless = CustomerFactory(first_name="", last_name="", name_key="")
    first = IdentityFactory(customer=nameless)
    second = IdentityFactory(customer=nameless, kind="phone", value="+48 600 123 456")

    identities.remove_identity(actor=None, identity=first)
    with pytest.raises(Refused):
        identities.remove_identity(actor=None, identity=second)

    assert nameless.identities.get() == second


def test_the_page_says_why_the_last_contact_stays(sign_in):
    only = IdentityFactory(customer=CustomerFactory(first_name="", last_name="", name_key=""))
    client = sign_in("support")

    address = reverse("customers:contact_remove", args=[only.customer_id, only.pk])
    answer = client.post(address, follow=True)

    assert "Give a name, an e-mail address or a phone number." in answer.content.decode()
    assert models.Identity.objects.filter(pk=only.pk).exists()


@pytest.mark.parametrize(
    "documents",
    [
        [bought("1", external="C1")],
        [bought("1"), returned("1")],
        [returned("1"), bought("1", email="a@example.pl")],
        [bought("1", external="C1", status="cancelled"), returned("1")],
        [bought("1", moment=on(3), branch="Main")],
        [bought("1", external="C1"), bought("1", external="C1", amount=500)],
    ],
)
def test_documents_saved_again_in_whatever_order(documents):
    save(*documents)
    last = {(one.number, one.is_refund): one for one in documents}

    with nothing_changes():
        save(*reversed(last.values()), now=NOW + timedelta(days=1))


def test_a_summary_refreshed_again():
    save(bought("1", external="C1"), returned("1"))

    unchanged_by(summaries.refresh_all)


def test_everything_marked_stale_derives_the_same_again():
    save(bought("1", external="C1"), bought("2", external="C2"), returned("2"))
    summaries.refresh_all()

    with nothing_changes():
        summaries.mark_all_stale()
        summaries.refresh_all()


def test_days_derived_again_in_the_same_zone():
    save(bought("1", external="C1"), bought("2", moment=on(30)), returned("1"))

    unchanged_by(lambda: derive_local_days(WARSAW))


def test_a_name_indexed_again():
    customer = CustomerFactory(name_key="nowak anna")

    unchanged_by(lambda: index_customers([customer.pk]))
    assert sorted(models.SearchWord.objects.values_list("word", flat=True)) == ["anna", "nowak"]


def test_the_vocabulary_rebuilt_again():
    index_customers([CustomerFactory(name_key="nowak anna").pk])

    with nothing_changes():
        assert rebuild_words(NOON) == 0


def test_a_pair_noted_again_for_another_reason_keeps_the_first():
    first, second = CustomerFactory(), CustomerFactory()
    note_pairs([(first.pk, second.pk)], reason="email", now=NOON)

    with nothing_changes():
        note_pairs([(first.pk, second.pk)], reason="phone", now=NOW)
        identities.note_possible_duplicate(first=second, second=first, reason="phone", now=NOW)


def test_tags_in_another_spelling_are_the_same_tags():
    customer = CustomerFactory()

    assert set_tags(customer=customer, names=["Stały klient", "VIP"])
    with nothing_changes():
        assert not set_tags(customer=customer, names=["vip", "STALY  KLIENT", " Vip"])
        find_or_add_tags(["staly klient"])
    assert tag_names(customer) == ["Stały klient", "VIP"]


def test_a_draft_saved_and_discarded_twice():
    customer, clerk = CustomerFactory(), UserFactory()

    def keep():
        interactions.save_draft(
            actor=clerk, now=NOON, customer=customer, fields={"text": "Hello", "channel": "call"}
        )

    unchanged_by(keep)
    unchanged_by(lambda: interactions.discard_draft(actor=clerk, customer=customer))


FILES = {
    "purchases": (
        "order_id,ordered_at,amount,customer_id,product,quantity\n"
        "1,2026-01-05,5.00,C1,Bowl,2\n1,2026-01-05,3.00,C1,Cup,1\n"
        "2,2026-01-06,7.50,C2,Bowl,1\n3,2026-01-07,1.25,,Cup,1\n"
    ),
    "customers": (
        "customer_id;email;phone;first_name;last_name;birthday;tags\n"
        "C1;a@example.pl;+48600123456;Anna;Nowak;1985-05-03;vip|stała\n"
        ";b@example.pl;;Jan;Lis;;\n;;+48600123457;Ewa;Kos;;\n"
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_imported_again_changes_nothing_of_the_file(kind):
    clerk = UserFactory(role="manager")

    def run():
        with time_machine.travel(NOON, tick=False):
            brought = importing.bring_file(
                actor=clerk,
                kind=kind,
                filename="x.csv",
                upload=io.BytesIO(FILES[kind].encode()),
                options={},
                now=NOON,
            )
            work_on_imports(NOON)
            brought.refresh_from_db()
            assert brought.status == "ready", brought.refusal
            importing.start_import(actor=clerk, run=brought)
            work_on_imports(NOON)
        brought.refresh_from_db()
        return brought

    first = run()
    before = content()
    second = run()

    assert content() == before
    assert (first.created, first.updated, first.unchanged) == (3, 0, 0)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 3)
    assert second.expected["unchanged"] == 3


def content():
    left_out = {"customers.ImportRun", "customers.ImportProblem", "core.AuditEntry"}
    left_out.add("core.JobState")
    return {label: rows for label, rows in everything().items() if label not in left_out}


def test_marking_a_customer_stale_who_is_marked_keeps_one_mark():
    customer = PurchaseFactory().customer

    unchanged_by(lambda: summaries.mark_stale([customer.pk, customer.pk]))
    assert models.StaleSummary.objects.count() == 1


def test_a_customer_seen_as_they_are_is_no_conflict():
    customer = CustomerFactory()
    seen = models.Customer.objects.get().updated_at

    assert isinstance(seen, datetime)
    with nothing_changes():
        customers.update_customer(
            actor=None,
            now=NOON,
            customer=customer,
            fields=customers.fields_of(customer),
            seen_at=seen,
        )
