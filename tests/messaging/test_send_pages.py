"""Mailings on a page: how far each is, and the three things that may be done with it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.models import Send
from tests.factories.outbox import NOON, MessageFactory, SendFactory

pytestmark = pytest.mark.django_db


def test_each_mailing_says_how_many_got_it(sign_in):
    send = SendFactory(name="Spring news")
    MessageFactory.create_batch(2, send=send)
    MessageFactory(send=send, state="sent", sent_at=NOON)
    MessageFactory(send=send, state="suppressed", reason="no_consent")
    MessageFactory(send=send, state="uncertain", reason="line_broke")

    (shown,) = sign_in("support").get(reverse("messaging:sends")).context["sends"]

    tally = shown.tally
    assert (tally.sent, tally.to_go, tally.stopped, tally.uncertain) == (1, 2, 1, 1)
    assert tally.planned == 5


def test_no_mailings_yet(sign_in):
    assert "No mailings yet" in sign_in("support").get(reverse("messaging:sends")).content.decode()


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("send_release", "planned", "running"),
        ("send_release", "late", "running"),
        ("send_pause", "running", "paused"),
        ("send_call_off", "paused", "cancelled"),
        ("send_pause", "done", "done"),
        ("send_release", "done", "done"),
        ("send_call_off", "done", "done"),
    ],
)
def test_what_may_be_done(sign_in, act, before, after):
    send = SendFactory(state=before)

    answer = sign_in("marketer").post(reverse(f"messaging:{act}", args=[send.pk]))

    assert answer.status_code == 302
    assert Send.objects.get().state == after


def test_support_looks_and_does_not_touch(sign_in):
    send = SendFactory()
    client = sign_in("support")

    assert "Call off" not in client.get(reverse("messaging:sends")).content.decode()
    assert client.post(reverse("messaging:send_pause", args=[send.pk])).status_code == 403


def test_the_number_of_queries_does_not_grow(sign_in):
    client = sign_in("support")
    client.get(reverse("messaging:sends"))

    def queries(number):
        SendFactory.create_batch(number)
        with CaptureQueriesContext(connection) as counted:
            client.get(reverse("messaging:sends"))
        return len(counted)

    assert queries(1) == queries(9)
