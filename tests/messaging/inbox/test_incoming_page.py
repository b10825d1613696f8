"""A mail's page: what it says, whose it may be, sorting it and taking it back."""

import pytest

from customers.models import Customer, Identity
from customers.services.search import index_customers
from messaging.inbox_page import checks_of, page_of
from messaging.inbox_suggestions import ANSWERED, SAME_ADDRESS, SAME_DOMAIN, SAME_NAME, suggestions
from messaging.models import AddressRule, IncomingMail
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.inbox import CopyFactory, IncomingMailFactory, MailboxFactory, attach
from tests.factories.outbox import NOON, MessageFactory

pytestmark = pytest.mark.django_db


def page(client, mail, **asked):
    return client.get(f"/inbox/{mail.pk}/", asked).content.decode()


def test_it_says_who_wrote_what_and_where_it_came_in(sign_in):
    mail = IncomingMailFactory(subject="A broken cup", recipients="shop@example.com\nb@example.com")
    CopyFactory(mail=mail, mailbox=MailboxFactory(name="Front desk"))

    shown = page(sign_in("support"), mail)

    for words in (
        "A broken cup",
        "Marek Zieliński",
        "marek@zielinski-foto.pl",
        "to shop@example.com, b@example.com",
        "the cup came broken.",
        "Front desk",
        "Nobody on file has this address",
        "Written by a person",
    ):
        assert words in shown, words


def test_a_bare_mail_is_no_empty_page(sign_in):
    mail = IncomingMailFactory(
        subject="", text="", shown_text="", from_name="", from_address="", recipients=""
    )

    shown = page(sign_in("support"), mail)

    for words in ("Mail without a subject", "Unknown sender", "The mail holds no text."):
        assert words in shown, words
    assert "New customer" not in shown


def test_nothing_of_a_stranger_is_code(sign_in):
    nasty = '<script>zq()</script>"><img src=x onerror=zq()>{{ 7|add:1 }}'
    mail = IncomingMailFactory(
        subject=nasty, from_name=nasty, text=nasty * 2, shown_text=nasty, recipients=nasty
    )
    attach(mail, name=nasty[:150])
    client = sign_in("support")

    for shown in (page(client, mail), client.get("/inbox/").content.decode()):
        assert "<script>zq" not in shown
        assert "<img src=x" not in shown
        assert "{{ 7|add:1 }}" in shown


@pytest.mark.parametrize(
    ("text", "shown_text", "shows", "folded"),
    [
        ("Yes.\n\n> Really?", "Yes.", "Yes.", "Yes.\n\n> Really?"),
        ("Yes.", "Yes.", "Yes.", ""),
        ("> only quoted", "", "> only quoted", ""),
        ("a\n\n\n\n\nb", "a\n\n\n\n\nb", "a\n\nb", ""),
    ],
)
def test_what_was_quoted_is_folded_away(text, shown_text, shows, folded):
    mail = IncomingMailFactory(text=text, shown_text=shown_text)

    made = page_of(mail)

    assert (made.text, made.quoted) == (shows, folded)


@pytest.mark.parametrize(
    ("values", "tones"),
    [
        ({}, ["plain", "accent"]),
        ({"reason": "forged"}, ["plain", "bad"]),
        ({"place": "set_aside", "reason": "", "kind": "report"}, ["info"]),
        ({"place": "set_aside", "reason": "", "kind": "automatic"}, ["info"]),
    ],
)
def test_what_the_checks_said_has_words_and_a_tone(values, tones):
    checks = checks_of(
        IncomingMail(**{"kind": "person", "place": "unsorted", "reason": "unknown"} | values)
    )

    assert [check.tone for check in checks] == tones
    assert all(str(check.text) for check in checks)


def test_the_header_that_gave_a_machine_away_is_named():
    mail = IncomingMail(kind="automatic", kind_reason="Auto-Submitted", place="set_aside")

    assert "Auto-Submitted" in str(checks_of(mail)[0].text)


def test_the_mail_that_it_answers_is_a_click_away(sign_in):
    message = MessageFactory()
    mail = IncomingMailFactory(answers=message, reason="other_sender")

    assert f'href="/outbox/{message.pk}/"' in page(sign_in("support"), mail)


def test_the_likeliest_come_first_each_with_why(cast):
    has = IdentityFactory(
        value="jan@clay.example", customer=CustomerFactory(first_name="Jan", last_name="Kowalski")
    ).customer
    named = CustomerFactory(first_name="Jan", last_name="Kowalski")
    answered = MessageFactory()
    index_customers([has.pk, named.pk])
    mail = IncomingMailFactory(
        from_name="Jan Kowalski", from_address="jan@clay.example", answers=answered
    )

    found = suggestions(mail, cast["support"])

    assert [(one.pk, one.why) for one in found] == [
        (has.pk, SAME_ADDRESS),
        (answered.customer_id, ANSWERED),
        (named.pk, SAME_NAME),
    ]


def test_people_of_the_same_firm_are_named_where_nobody_else_is(cast):
    colleague = IdentityFactory(value="ola@clay.example").customer
    IdentityFactory(value="ola@gmail.com")
    index_customers(list(Customer.objects.values_list("pk", flat=True)))
    of_firm = IncomingMailFactory(from_name="", from_address="jan@clay.example")
    of_provider = IncomingMailFactory(from_name="", from_address="jan@gmail.com")

    assert [(o.pk, o.why) for o in suggestions(of_firm, cast["support"])] == [
        (colleague.pk, SAME_DOMAIN)
    ]
    assert suggestions(of_provider, cast["support"]) == []


def test_a_mail_without_a_sender_suggests_nobody(cast):
    IdentityFactory(kind="phone", value="+48 600 100 200")

    assert suggestions(IncomingMailFactory(from_name="", from_address=""), cast["support"]) == []


@pytest.mark.parametrize("htmx", [True, False])
def test_whoever_is_typed_is_found(sign_in, htmx):
    customer = CustomerFactory(first_name="Zofia", last_name="Wrzos")
    index_customers([customer.pk])
    mail = IncomingMailFactory()
    headers = {"HX-Request": "true"} if htmx else {}

    answer = sign_in("support").get(
        f"/inbox/{mail.pk}/search/", {"q": "wrzos"}, headers=headers, follow=True
    )

    shown = answer.content.decode()
    assert "Zofia Wrzos" in shown
    assert f'value="{customer.pk}"' in shown
    assert ("<html" in shown) is not htmx


@pytest.mark.parametrize("htmx", [True, False])
def test_a_question_that_no_database_takes_is_a_bad_request(sign_in, htmx):
    mail = IncomingMailFactory()
    headers = {"HX-Request": "true"} if htmx else {}

    answer = sign_in("support").get(
        f"/inbox/{mail.pk}/search/", {"q": "a\x00"}, headers=headers, follow=True
    )

    assert answer.status_code == 400


def test_a_mail_goes_to_a_customer_and_back(sign_in):
    customer, mail = CustomerFactory(), IncomingMailFactory(subject="The cup")
    client = sign_in("support")

    answer = client.post(f"/inbox/{mail.pk}/customer/", {"customer": customer.pk}, follow=True)
    timeline = client.get(f"/customers/{customer.pk}/").content.decode()

    assert f"/inbox/{mail.pk}/back/" in answer.content.decode()
    assert "the cup came broken." in timeline
    client.post(f"/inbox/{mail.pk}/back/")
    mail.refresh_from_db()
    assert (mail.place, mail.customer) == ("unsorted", None)
    assert "the cup came broken." not in client.get(f"/customers/{customer.pk}/").content.decode()


def test_an_opened_conversation_leads_to_its_mail(sign_in):
    customer, mail = CustomerFactory(), IncomingMailFactory()
    attach(mail)
    client = sign_in("support")
    client.post(f"/inbox/{mail.pk}/customer/", {"customer": customer.pk})
    mail.refresh_from_db()

    address = f"/customers/{customer.pk}/timeline/interactions/{mail.interaction_id}/"
    opened = client.get(address).content.decode()

    assert f'href="/inbox/{mail.pk}/"' in opened
    assert "1 attachment" in opened


def test_an_automatic_answer_stands_on_the_timeline_too(sign_in):
    customer = CustomerFactory()
    mail = IncomingMailFactory(
        kind="automatic",
        place="matched",
        matched_by="thread",
        reason="",
        customer=customer,
        subject="I am away",
    )

    for role, seen in (("support", True), ("marketer", False)):
        client = sign_in(role)
        shown = client.get(f"/customers/{customer.pk}/").content.decode()
        entry = client.get(f"/customers/{customer.pk}/timeline/automatic_mails/{mail.pk}/")
        assert "Automatic answer or bulk mail" in shown
        assert ("I am away" in shown) is seen
        assert entry.status_code == (200 if seen else 404)


def test_following_an_address_can_be_ended(sign_in):
    customer, mail = CustomerFactory(), IncomingMailFactory()
    client = sign_in("support")
    sent = {"customer": customer.pk, "following": "on"}

    client.post(f"/inbox/{mail.pk}/customer/", sent)
    shown = page(client, mail)
    client.post(f"/inbox/{mail.pk}/rule/")

    assert "Mails from marek@zielinski-foto.pl go to this customer by themselves." in shown
    assert AddressRule.objects.count() == 0


@pytest.mark.parametrize("chosen", ["", "x", "-1", "9" * 30])
def test_a_mail_goes_to_nobody_where_nobody_was_chosen(sign_in, chosen):
    mail = IncomingMailFactory()

    answer = sign_in("support").post(f"/inbox/{mail.pk}/customer/", {"customer": chosen})

    assert answer.status_code == 400
    mail.refresh_from_db()
    assert mail.customer is None


def test_a_mail_cannot_go_to_a_customer_who_never_was(sign_in):
    mail = IncomingMailFactory()

    answer = sign_in("support").post(f"/inbox/{mail.pk}/customer/", {"customer": 999_999})

    assert answer.status_code == 404


def test_who_is_slower_is_told(sign_in):
    first, second, mail = CustomerFactory(), CustomerFactory(), IncomingMailFactory()
    client = sign_in("support")
    client.post(f"/inbox/{mail.pk}/customer/", {"customer": first.pk})

    for verb, sent in (("customer", {"customer": second.pk}), ("aside", {}), ("new-customer", {})):
        answer = client.post(f"/inbox/{mail.pk}/{verb}/", sent, follow=True)
        assert "Somebody has sorted this mail meanwhile." in answer.content.decode(), verb

    mail.refresh_from_db()
    assert mail.customer == first


def test_a_customer_is_made_of_the_sender(sign_in):
    mail = IncomingMailFactory(from_name="Marek Zieliński", from_address="Marek@Clay.example")

    answer = sign_in("support").post(f"/inbox/{mail.pk}/new-customer/", follow=True)

    mail.refresh_from_db()
    identity = Identity.objects.get()
    assert str(mail.customer) == "Marek Zieliński"
    assert (identity.customer, identity.key) == (mail.customer, "marek@clay.example")
    assert answer.redirect_chain[-1][0] == f"/customers/{mail.customer_id}/"


def test_no_second_customer_is_made_of_an_address_on_file(sign_in):
    IdentityFactory(value="marek@zielinski-foto.pl")
    mail = IncomingMailFactory()

    answer = sign_in("support").post(f"/inbox/{mail.pk}/new-customer/", follow=True)

    assert "belongs to another customer" in answer.content.decode()
    assert Customer.objects.count() == 1


def test_a_mail_is_put_aside_and_taken_back(sign_in):
    mail = IncomingMailFactory()
    client = sign_in("support")

    client.post(f"/inbox/{mail.pk}/aside/")
    mail.refresh_from_db()
    assert mail.place == "set_aside"
    assert "Take it back" in page(client, mail)

    client.post(f"/inbox/{mail.pk}/back/")
    mail.refresh_from_db()
    assert mail.place == "unsorted"


def test_a_sorted_mail_leads_to_its_customer(sign_in):
    customer = CustomerFactory(first_name="Anna", last_name="Nowak")
    mail = IncomingMailFactory(
        place="matched", matched_by="proof", reason="", customer=customer, sorted_at=NOON
    )

    shown = page(sign_in("support"), mail)

    assert f'href="/customers/{customer.pk}/"' in shown
    assert "The mail server has proved the sender" in shown
    assert "Whose mail is it?" not in shown


def test_a_page_asks_the_database_no_more_than_it_must(sign_in, django_assert_max_num_queries):
    mail = IncomingMailFactory(answers=MessageFactory(), from_address="anna@clay.example")
    IdentityFactory(value="anna@clay.example")
    attach(mail)
    client = sign_in("support")
    client.get("/inbox/")

    with django_assert_max_num_queries(24):
        client.get(f"/inbox/{mail.pk}/")
