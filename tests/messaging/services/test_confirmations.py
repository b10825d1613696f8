"""Double opt-in from asking to consent: the mail with the link, one reminder, one tap."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from core.jobs import due_jobs
from customers.models import ConsentEntry, ConsentRequest
from customers.services.consent_requests import confirm_consent, request_consent
from messaging.letters import Writer
from messaging.models import Message, Template
from messaging.services.confirmations import mail_confirmations
from messaging.services.default_templates import add_default_templates
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db
ANNA = "anna@example.pl"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _templates(db: None) -> None:
    add_default_templates()


def ask(language: str = "pl", address: str = ANNA) -> ConsentRequest:
    customer = CustomerFactory(language=language)
    IdentityFactory(customer=customer, value="first@example.pl")
    IdentityFactory(customer=customer, value=address, is_primary=False)
    return request_consent(
        actor=None,
        customer=customer,
        address=address,
        purpose="marketing",
        text="Chcę dostawać oferty.",
        language=language,
        now=NOON,
    )


def test_the_link_goes_to_the_address_that_was_given_and_one_tap_confirms() -> None:
    ask()

    assert mail_confirmations(NOON) == 1
    assert mail_confirmations(NOON) == 0

    message = Message.objects.get()
    assert (message.address, message.message_class, message.state) == (ANNA, "service", "queued")
    letter = Writer(message.sender, [message]).write(message, NOON).letter
    assert "Chcę dostawać oferty." in letter.text
    url = next(word for word in letter.text.split() if "/p/confirm/" in word).strip("()<>[]")
    with time_machine.travel(NOON, tick=False):
        assert Client().post(urlsplit(url).path).status_code == 200
    assert ConsentEntry.objects.get().address == ANNA


@pytest.mark.parametrize("language", ["en", "pl", "cs", "ro", "de", ""])
def test_the_mail_speaks_the_language_of_the_wording(language: str) -> None:
    ask(language)

    mail_confirmations(NOON)

    spoken = language if language in {"pl", "cs", "ro"} else "en"
    assert Message.objects.get().template_version.language == spoken


def test_a_reminder_goes_once_after_a_day() -> None:
    ask()
    for hours in (0, 1, 23, 24, 25, 48, 72):
        mail_confirmations(NOON + timedelta(hours=hours))

    keys = Message.objects.order_by("pk").values_list("dedupe_key", flat=True)
    request = ConsentRequest.objects.get()
    assert list(keys) == [f"doi:{request.pk}:0", f"doi:{request.pk}:1"]


def test_who_confirmed_is_not_reminded() -> None:
    request = ask()
    mail_confirmations(NOON)
    confirm_consent(request=request, now=NOON)

    assert mail_confirmations(NOON + DAY) == 0


def test_a_mail_killed_half_way_is_planned_once() -> None:
    """Planned, and the note that it was sent undone: the next run finds the message there."""
    request = ask()
    mail_confirmations(NOON)
    ConsentRequest.objects.filter(pk=request.pk).update(mails_sent=0, next_mail_at=NOON)

    assert mail_confirmations(NOON) == 1
    assert Message.objects.count() == 1


def test_without_its_template_it_waits() -> None:
    ask()
    Template.objects.filter(key="confirm").update(archived_at=NOON)

    assert mail_confirmations(NOON) == 0
    Template.objects.filter(key="confirm").update(archived_at=None)
    assert mail_confirmations(NOON) == 1


def test_the_job_is_registered() -> None:
    assert due_jobs.get("messaging.confirm").run is mail_confirmations
