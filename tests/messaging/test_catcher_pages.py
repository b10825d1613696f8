"""The mail catcher: what did not leave can be read."""

import pytest
from django.urls import reverse

from messaging.models import CaughtMail
from messaging.services.sending import Slot
from tests.factories.outbox import NOON, CaughtMailFactory, due_message

pytestmark = pytest.mark.django_db


def test_nothing_caught_yet(sign_in):
    page = sign_in("manager").get(reverse("messaging:caught_mails")).content.decode()

    assert "Nothing caught yet" in page


def test_a_mail_that_was_sent_in_the_demo_can_be_read(sign_in):
    message = due_message()
    Slot(message.sender, now=lambda: NOON).pump(iter([True, True, False]).__next__)
    client, mail = sign_in("admin"), CaughtMail.objects.get()

    listed = client.get(reverse("messaging:caught_mails")).content.decode()
    shown = client.get(reverse("messaging:caught_mail", args=[mail.pk])).content.decode()

    assert message.address in listed
    assert message.message_id.strip("<>") in shown
    assert "List-Unsubscribe-Post" in shown
    assert reverse("messaging:message", args=[message.pk]) in shown


def test_its_text_is_shown_and_not_run(sign_in):
    mail = CaughtMailFactory()

    page = sign_in("admin").get(reverse("messaging:caught_mail", args=[mail.pk])).content.decode()

    assert "Hello, Anna &lt;b&gt;" in page


@pytest.mark.parametrize("role", ["support", "marketer"])
def test_it_is_not_for_everybody(sign_in, role):
    assert sign_in(role).get(reverse("messaging:caught_mails")).status_code == 403
