"""A mail that comes in is one row, and on the right file or on none."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from customers.models import Interaction
from messaging.models import AddressRule, IncomingMail
from messaging.services.incoming import Found
from tests.factories.customers import IdentityFactory
from tests.factories.outbox import NOON, MessageFactory, SenderFactory
from tests.messaging.incoming.mails import ANNA, letter, taken_in

pytestmark = pytest.mark.django_db
PROVED = "Authentication-Results: mx.shop.pl; dmarc=pass header.from=example.pl"
REFUTED = "Authentication-Results: mx.shop.pl; dmarc=fail header.from=example.pl"
TRUSTING = Found(arrived_at=NOON, trusted_server="mx.shop.pl")


@pytest.fixture
def anna():
    return IdentityFactory(value=ANNA).customer


@pytest.fixture
def question(anna):
    """A mail of ours to Anna."""
    return MessageFactory(customer=anna, message_id="<ours1@shop.example>")


def test_an_answer_by_the_customer_is_on_her_timeline(anna, question):
    mail = taken_in(letter("At ten, please.\n\n> When?", answers="<ours1@shop.example>"))

    assert (mail.place, mail.matched_by, mail.customer, mail.answers) == (
        "matched",
        "thread",
        anna,
        question,
    )
    interaction = Interaction.objects.get(customer=anna)
    assert (interaction.channel, interaction.direction, interaction.actor) == ("email", "in", None)
    assert interaction.text == "Opening hours\n\nAt ten, please."
    assert interaction.occurred_at == NOON - timedelta(minutes=30)
    assert mail.interaction == interaction
    assert mail.text == "At ten, please.\n\n> When?"


def test_an_answer_is_known_by_references_alone(anna, question):
    raw = letter(answers="<theirs@x>", more="References: <a@b> <ours1@shop.example>\n\t<theirs@x>")

    assert taken_in(raw).customer == anna


def test_a_forged_sender_cannot_enter_a_thread(question):
    mallory = IdentityFactory(value="mallory@example.com").customer

    mail = taken_in(letter(sender="mallory@example.com", answers="<ours1@shop.example>"))

    assert (mail.place, mail.reason, mail.customer) == ("unsorted", "other_sender", None)
    assert mail.answers == question
    assert not Interaction.objects.exists()
    assert mallory.incoming_mails.count() == 0


@pytest.mark.parametrize(
    "sender",
    [
        f"{ANNA} <mallory@example.com>",
        f'"{ANNA}" <mallory@example.com>',
        f"{ANNA}, mallory@example.com",
        f"mallory@example.com, {ANNA}",
        f"mallory@example.com <{ANNA}> <mallory@example.com>",
        f"=?utf-8?q?{ANNA}?= <mallory@example.com>",
        f"mallory@example.com\r\nFrom: {ANNA}",
        f"{ANNA}\r\nFrom: mallory@example.com",
        f"{ANNA})<mallory@example.com>",
        f"<{ANNA}>mallory@example.com",
        f"{ANNA}.",
        f"<{ANNA}> (x) mallory@example.com",
        "",
    ],
)
def test_whatever_could_be_read_as_two_senders_is_not_the_customer(question, sender):
    mail = taken_in(letter(sender=sender, answers="<ours1@shop.example>"))

    assert (mail.place, mail.customer) == ("unsorted", None)


def test_the_case_of_an_address_does_not_matter(anna, question):
    raw = letter(sender=f"ANNA <{ANNA.upper()}>", answers="<ours1@shop.example>")

    assert taken_in(raw).customer == anna


def test_a_refuted_sender_cannot_enter_even_their_own_thread(question):
    raw = letter(answers="<ours1@shop.example>", more=REFUTED)

    mail = taken_in(raw, found=TRUSTING)

    assert (mail.place, mail.reason) == ("unsorted", "forged")


def test_a_new_mail_from_an_address_on_file_waits_for_a_person(anna):
    mail = taken_in(letter())

    assert (mail.place, mail.reason, mail.from_key) == ("unsorted", "unproved", ANNA)
    assert not Interaction.objects.exists()


def test_a_new_mail_lands_by_itself_where_the_shops_server_proved_the_sender(anna):
    mail = taken_in(letter(more=PROVED), found=TRUSTING)

    assert (mail.place, mail.matched_by, mail.customer) == ("matched", "proof", anna)


def test_nobodys_word_is_believed_unless_the_mailbox_names_the_server(anna):
    assert taken_in(letter(more=PROVED)).reason == "unproved"


def test_an_address_that_somebody_tied_to_a_customer_lands_there(anna):
    AddressRule.objects.create(key="anna@work.example", customer=anna, created_at=NOON)

    mail = taken_in(letter(sender="Anna <anna@work.example>"))

    assert (mail.matched_by, mail.customer) == ("rule", anna)


def test_a_mail_from_nobody_we_know(anna):
    mail = taken_in(letter(sender="jan@example.com"))

    assert (mail.place, mail.reason) == ("unsorted", "unknown")


def test_the_same_mail_twice_is_one_row_and_one_interaction(anna, question):
    raw = letter(answers="<ours1@shop.example>")

    first = taken_in(raw, key="imap:1:1:1")
    again = taken_in(raw, key="imap:1:1:1")
    elsewhere = taken_in(b"Received: from mx2\r\nDelivered-To: b@x\r\n" + raw, key="imap:2:9:4")

    assert first == again == elsewhere
    assert Interaction.objects.count() == IncomingMail.objects.count() == 1
    assert [copy.key for copy in first.copies.all()] == ["imap:1:1:1", "imap:2:9:4"]
    assert AuditEntry.objects.filter(action="mail.received").count() == 1


def test_a_second_mail_that_says_the_same_is_a_second_mail(anna, question):
    """freescout lost such mails as doubles."""
    taken_in(letter("Thanks", answers="<ours1@shop.example>", number=1), key="a")
    taken_in(letter("Thanks", answers="<ours1@shop.example>", number=2), key="b")
    later = "Fri, 20 Nov 2026 11:31:00 +0100"
    taken_in(letter("Thanks", answers="<ours1@shop.example>", number=2, date=later), key="c")

    assert Interaction.objects.count() == 3


def test_somebody_elses_mail_under_a_known_id_does_not_vanish(anna, question):
    taken_in(letter("Hello", number=1), key="a")

    taken_in(letter("Buy pills", number=1, sender="mallory@example.com"), key="b")

    assert IncomingMail.objects.count() == 2


def test_an_automatic_answer_is_kept_but_asks_nothing(anna, question):
    raw = letter(answers="<ours1@shop.example>", more="Auto-Submitted: auto-replied")

    mail = taken_in(raw)

    assert (mail.kind, mail.kind_reason, mail.place) == ("automatic", "auto-submitted", "matched")
    assert mail.customer == anna
    assert not Interaction.objects.exists()


def test_an_automatic_mail_from_nobody_is_set_aside():
    mail = taken_in(letter(sender="news@example.com", more="List-Id: <news.example.com>"))

    assert (mail.kind, mail.place, mail.reason) == ("automatic", "set_aside", "")


def test_our_own_mails_are_no_customers(anna, question):
    SenderFactory(from_address="shop@example.com", reply_to="Help@example.com")
    own_id = b"Message-ID: <ours1@shop.example>\r\nFrom: anna@example.pl\r\n\r\nx"

    assert taken_in(own_id, key="a").kind_reason == "message-id"
    assert taken_in(letter(sender="shop@example.com"), key="b").kind_reason == "from"
    assert taken_in(letter(sender="help@example.com"), key="c").kind == "loop"
    assert set(IncomingMail.objects.values_list("place", flat=True)) == {"set_aside"}


def test_a_mail_that_went_in_circles_is_a_loop(anna):
    hops = "\n".join(f"Received: from mx{number}" for number in range(51))

    assert taken_in(letter(more=hops)).kind_reason == "received"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Fri, 20 Nov 2026 11:30:00 +0100", NOON - timedelta(minutes=30)),
        ("Fri, 20 Nov 2099 11:30:00 +0100", NOON - timedelta(minutes=5)),
        ("Thu, 01 Jan 1970 00:00:00 +0000", NOON - timedelta(minutes=5)),
        ("Fri, 20 Nov 2026 12:04:00 +0100", NOON),
        ("yesterday", NOON - timedelta(minutes=5)),
    ],
)
def test_when_a_mail_happened(anna, question, date, expected):
    taken_in(letter(answers="<ours1@shop.example>", date=date))

    assert Interaction.objects.get().occurred_at == expected


def test_a_mail_without_a_word_is_on_the_timeline_all_the_same(anna, question):
    raw = b"From: anna@example.pl\r\nIn-Reply-To: <ours1@shop.example>\r\n\r\n"

    taken_in(raw)

    assert Interaction.objects.get().text == "…"


def test_a_very_long_mail_is_kept_whole_beside_a_short_interaction(anna, question):
    text = "word " * 20_000

    mail = taken_in(letter(text, answers="<ours1@shop.example>"))

    assert mail.text == text.strip()
    assert len(Interaction.objects.get().text) == 10_000


def test_text_that_no_database_takes(anna, question):
    raw = letter("a\x00b", subject="x\x00y", answers="<ours1@shop.example>")

    mail = taken_in(raw.replace(b"a\x00b", b"a\x00\xed\xa0\x80b"))

    mail.refresh_from_db()
    assert mail.subject == "xy"
    assert "\x00" not in mail.text
