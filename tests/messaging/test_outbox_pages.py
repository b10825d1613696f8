"""The outbox on pages: who stands where and why, a message's life, settling what is uncertain."""

import pytest
from django.urls import reverse

from messaging.models import Message, Reason
from messaging.outbox_words import reason_words
from tests.factories.customers import CustomerFactory
from tests.factories.outbox import NOON, MessageFactory, SenderFactory, SendFactory

pytestmark = pytest.mark.django_db


def page(client, **asked):
    return client.get(reverse("messaging:outbox"), asked)


def test_an_empty_outbox_says_what_it_is_for(sign_in):
    assert "No mails yet" in page(sign_in("support")).content.decode()


def test_messages_are_filtered_and_link_to_their_lives(sign_in):
    send = SendFactory(name="Spring news")
    sent = MessageFactory(send=send, state="sent", sent_at=NOON)
    stopped = MessageFactory(state="suppressed", reason="no_consent")
    client = sign_in("manager")

    everything = page(client).content.decode()
    some = page(client, state="suppressed").content.decode()
    of_send = page(client, send=send.pk).content.decode()

    link = reverse("messaging:message", args=[sent.pk])
    other = reverse("messaging:message", args=[stopped.pk])
    assert link in everything
    assert other in everything
    assert (link in some, other in some) == (False, True)
    assert (link in of_send, other in of_send) == (True, False)
    assert "No consent was given" in some


def test_older_ones_are_a_page_further(sign_in):
    made = MessageFactory.create_batch(52)
    client = sign_in("manager")

    first = page(client)
    rest = client.get(f"{reverse('messaging:outbox')}?{first.context['older']}")

    assert len(first.context["page"].rows) == 50
    assert [one.row.pk for one in rest.context["page"].rows] == [made[1].pk, made[0].pk]
    assert rest.context["older"] == ""


@pytest.mark.parametrize("asked", [{"state": "x"}, {"send": "999999"}, {"kind": "\x01"}])
def test_a_filter_that_makes_no_sense_is_a_bad_request(sign_in, asked):
    assert page(sign_in("manager"), **asked).status_code == 400


def test_marketers_see_no_addresses(sign_in):
    customer = CustomerFactory(first_name="", last_name="", name_key="")
    message = MessageFactory(customer=customer, address="anna.nowak@example.pl")

    for address in (reverse("messaging:outbox"), reverse("messaging:message", args=[message.pk])):
        assert "anna.nowak@example.pl" not in sign_in("marketer").get(address).content.decode()


def test_a_stopped_sender_is_said_on_top(sign_in):
    SenderFactory(name="Newsletter", paused_for="auth", paused_at=NOON)

    text = page(sign_in("support")).content.decode()
    assert "Newsletter sends nothing: The mail server refused the sign-in" in text


def test_an_admin_lets_a_stopped_sender_go_on(sign_in):
    sender = SenderFactory(name="Newsletter", paused_for="auth", paused_at=NOON)
    start = reverse("messaging:sender_start", args=[sender.pk])

    assert start not in page(sign_in("manager")).content.decode()
    assert start in page(sign_in("admin")).content.decode()
    assert sign_in("manager").post(start).status_code == 403
    assert sign_in("admin").post(start).status_code == 302
    sender.refresh_from_db()
    assert sender.paused_for == ""


def test_a_life_is_told_step_by_step(sign_in):
    message = MessageFactory(state="retry", reason="put_off")
    message.steps.create(at=NOON, state="queued")
    message.steps.create(
        at=NOON, state="retry", reason="put_off", phase="rcpt", reply_code=450, until=NOON
    )

    text = sign_in("support").get(reverse("messaging:message", args=[message.pk])).content.decode()

    assert "Put off by the mail server" in text
    assert "naming the recipient: 450" in text
    assert text.index("Waiting") < text.index("naming the recipient: 450")


def test_a_manager_settles_what_is_uncertain(sign_in):
    message = MessageFactory(state="uncertain", reason="line_broke", out_at=NOON)
    client = sign_in("manager")
    settle = reverse("messaging:message_settle", args=[message.pk])
    shown = client.get(reverse("messaging:message", args=[message.pk])).content.decode()

    assert "Did it arrive?" in shown
    assert client.post(settle, {"arrived": "no"}).status_code == 302
    assert client.post(settle, {"arrived": "yes"}).status_code == 302
    assert Message.objects.get().state == "failed"


@pytest.mark.parametrize("answer", [{}, {"arrived": ""}, {"arrived": "perhaps"}])
def test_no_answer_is_not_taken_for_a_no(sign_in, answer):
    message = MessageFactory(state="uncertain", reason="line_broke", out_at=NOON)

    settled = sign_in("manager").post(
        reverse("messaging:message_settle", args=[message.pk]), answer
    )

    assert settled.status_code == 400
    assert Message.objects.get().state == "uncertain"


def test_support_may_look_but_not_settle(sign_in):
    message = MessageFactory(state="uncertain", reason="line_broke")
    client = sign_in("support")

    shown = client.get(reverse("messaging:message", args=[message.pk])).content.decode()
    assert "Did it arrive?" not in shown
    assert client.post(reverse("messaging:message_settle", args=[message.pk])).status_code == 403


def test_mails_stand_on_the_customers_timeline(sign_in):
    message = MessageFactory(state="suppressed", reason="cap")
    client = sign_in("support")
    customer = message.customer

    timeline = client.get(reverse("customers:customer", args=[customer.pk]), {"kind": "mails"})
    opened = client.get(reverse("customers:entry", args=[customer.pk, "mails", message.pk]))

    assert "Written to recently" in timeline.content.decode()
    assert reverse("messaging:message", args=[message.pk]) in opened.content.decode()
    other = CustomerFactory()
    stranger = client.get(reverse("customers:entry", args=[other.pk, "mails", message.pk]))
    assert stranger.status_code == 404


def test_reasons_have_words():
    assert all(reason_words(reason) != reason for reason in Reason.values)
    assert reason_words("no_consent") != "no_consent"
    assert (reason_words(""), reason_words("of_another_app")) == ("", "of_another_app")
