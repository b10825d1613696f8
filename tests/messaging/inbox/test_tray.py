"""The tray: who waits longest stands on top, what is put aside comes back, pages hold together."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.navigation import Waiting
from messaging.inbox_list import (
    PAGE,
    Place,
    Tray,
    read_place,
    read_tray,
    sender_of,
    waiting_mails,
    write_place,
)
from messaging.models import IncomingMail
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.inbox import CopyFactory, IncomingMailFactory, MailboxFactory, attach
from tests.factories.outbox import NOON, MessageFactory

pytestmark = pytest.mark.django_db
INBOX = "/inbox/"


def subjects(client, **asked):
    return [one.row.subject for one in client.get(INBOX, asked).context["page"].rows]


def test_an_empty_tray_says_that_all_is_well(sign_in):
    page = sign_in("support").get(INBOX).content.decode()

    assert "Everything is sorted" in page


def test_the_longest_waiting_stands_on_top_and_each_tray_shows_its_own(sign_in):
    IncomingMailFactory(subject="second", received_at=NOON)
    IncomingMailFactory(subject="first", received_at=NOON - timedelta(hours=1))
    aside = {"place": "set_aside", "reason": ""}
    IncomingMailFactory(subject="spam", **aside)
    IncomingMailFactory(subject="away", kind="automatic", **aside)
    IncomingMailFactory(subject="bounce", kind="report", **aside)
    IncomingMailFactory(
        subject="known", place="matched", reason="", matched_by="proof", customer=CustomerFactory()
    )
    client = sign_in("support")

    assert subjects(client) == ["first", "second"]
    assert subjects(client, state="aside") == ["spam"]
    assert subjects(client, state="automatic") == ["bounce", "away"]


def test_a_mailbox_can_be_looked_at_alone(sign_in):
    mine = MailboxFactory()
    copy = CopyFactory(mailbox=mine)
    CopyFactory(mailbox=mine, mail=copy.mail)
    CopyFactory()

    assert subjects(sign_in("manager"), mailbox=mine.pk) == [copy.mail.subject]


@pytest.mark.parametrize(
    "asked", [{"state": "x"}, {"mailbox": "0"}, {"mailbox": "\x00"}, {"state": "matched"}]
)
def test_what_makes_no_sense_is_a_bad_request(sign_in, asked):
    assert sign_in("support").get(INBOX, asked).status_code == 400


@pytest.mark.parametrize("after", ["x", "-1-2", "1", "9" * 30 + "-1", "٣-٣", "1-" + "9" * 20])
def test_a_broken_place_is_the_beginning(sign_in, after):
    IncomingMailFactory(subject="one")

    assert subjects(sign_in("support"), after=after) == ["one"]


@pytest.mark.parametrize("state", ["", "aside"])
def test_pages_hold_each_mail_once_though_many_came_in_at_one_instant(sign_in, state):
    values = {"place": "set_aside", "reason": ""} if state else {}
    made = IncomingMailFactory.create_batch(PAGE + 3, received_at=NOON, **values)
    client = sign_in("support")

    first = client.get(INBOX, {"state": state})
    rest = client.get(f"{INBOX}?{first.context['rest']}")

    shown = [one.row.pk for page in (first, rest) for one in page.context["page"].rows]
    assert shown == sorted((mail.pk for mail in made), reverse=bool(state))
    assert len(first.context["page"].rows) == PAGE
    assert rest.context["rest"] == ""


def test_a_place_is_read_as_it_was_written():
    place = Place(NOON + timedelta(microseconds=7), 12)

    assert read_place(write_place(place)) == place


def test_a_mail_shows_who_probably_wrote_it(cast):
    owner = IdentityFactory(value="anna@example.pl", customer=CustomerFactory(first_name="Anna"))
    answered = MessageFactory()
    IncomingMailFactory(from_address="anna@example.pl", reason="unproved")
    IncomingMailFactory(answers=answered, reason="other_sender")
    IncomingMailFactory()

    rows = read_tray(Tray.UNSORTED, None, None, cast["support"]).rows

    assert [one.likely for one in rows] == [owner.customer, answered.customer, None]
    assert rows[0].likely_name == str(owner.customer)


def test_one_click_gives_the_mail_to_whom_it_looks_like(sign_in, cast):
    owner = IdentityFactory(value="anna@example.pl")
    mail = IncomingMailFactory(from_address="anna@example.pl", reason="unproved")
    client = sign_in("support")
    assert f'value="{owner.customer_id}"' in client.get(INBOX).content.decode()

    answer = client.post(f"/inbox/{mail.pk}/customer/", {"customer": owner.customer_id})

    mail.refresh_from_db()
    assert answer.status_code == 302
    assert (mail.place, mail.customer, mail.sorted_by) == (
        "matched",
        owner.customer,
        cast["support"],
    )


def test_a_forged_mail_is_given_to_nobody_with_one_click(sign_in):
    IdentityFactory(value="anna@example.pl")
    IncomingMailFactory(from_address="anna@example.pl", reason="forged")

    assert "Assign to" not in sign_in("support").get(INBOX).content.decode()


def test_files_mailboxes_and_a_beginning_stand_in_the_line(cast):
    mail = IncomingMailFactory(shown_text="  One\n\n two " + "x" * 400)
    attach(mail)
    attach(mail, fault="too_large")
    CopyFactory(mail=mail, mailbox=MailboxFactory(name="Shop"))

    row = read_tray(Tray.UNSORTED, None, None, cast["support"]).rows[0]

    assert (row.files, row.mailboxes) == (2, ["Shop"])
    assert row.snippet.startswith("One two xxx")
    assert len(row.snippet) == 160


@pytest.mark.parametrize(
    ("name", "address", "shown"),
    [
        ("Ewa", "e@x.pl", "Ewa"),
        (" \u202e ", "e@x.pl", "e@x.pl"),
        ("", "", ""),
        ("anna@clay.example", "evil@e.example", "evil@e.example"),
        ("a@x.example, b@y.example", "", "a@x.example, b@y.example"),
    ],
)
def test_a_sender_without_a_name_is_the_address(name, address, shown):
    assert sender_of(IncomingMail(from_name=name, from_address=address)) == shown


def test_what_waits_is_counted_and_late_after_a_day(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    for hours in (1, 23, 25, 500):
        IncomingMailFactory(received_at=NOON - timedelta(hours=hours))
    IncomingMailFactory(place="set_aside", reason="", received_at=NOON)

    assert waiting_mails(cast["support"]) == Waiting(4, 2)


def test_several_go_aside_at_once_and_come_back(sign_in):
    mails = IncomingMailFactory.create_batch(3)
    stays = IncomingMailFactory(subject="stays")
    client = sign_in("support")

    client.post("/inbox/aside/", {"mail": [mail.pk for mail in mails]})
    assert subjects(client) == [stays.subject]
    address = reverse("messaging:inbox_back") + "?" + "&".join(f"mail={m.pk}" for m in mails)
    client.post(address)

    assert len(subjects(client)) == 4


@pytest.mark.parametrize("chosen", [[], ["x"], ["0"], ["9" * 30], ["\x00"], ["-1"]])
def test_nothing_sensible_ticked_puts_nothing_aside(sign_in, chosen):
    IncomingMailFactory(subject="stays")
    client = sign_in("support")

    answer = client.post("/inbox/aside/", {"mail": chosen}, follow=True)

    assert "No mail was set aside" in answer.content.decode()
    assert subjects(client) == ["stays"]


def test_mails_of_a_customer_are_not_put_aside_together(sign_in):
    mail = IncomingMailFactory(
        place="matched", reason="", matched_by="proof", customer=CustomerFactory()
    )

    sign_in("support").post("/inbox/aside/", {"mail": [mail.pk]})

    mail.refresh_from_db()
    assert mail.place == "matched"


def test_a_page_costs_the_same_however_many_mails_there_are(sign_in, django_assert_num_queries):
    client = sign_in("support")
    for mail in IncomingMailFactory.create_batch(3, answers=MessageFactory()):
        attach(mail)
        CopyFactory(mail=mail)
    client.get(INBOX)
    with django_assert_num_queries(12) as few:
        client.get(INBOX)
    for mail in IncomingMailFactory.create_batch(30, answers=MessageFactory()):
        CopyFactory(mail=mail)

    with django_assert_num_queries(len(few)):
        client.get(INBOX)


@pytest.mark.parametrize("role", ["marketer"])
def test_marketers_read_no_mails(sign_in, role):
    mail = IncomingMailFactory(subject="zq-secret")
    client = sign_in(role)

    for address in (INBOX, f"{INBOX}{mail.pk}/", f"/mail-incoming/{mail.pk}/"):
        assert client.get(address).status_code == 403
