"""The demo's inbox: something on files, something to sort, something automatic, one file."""

import random
from collections import Counter

import pytest

from messaging.demo_inbox import make_inbox
from messaging.demo_letters import LETTERS
from messaging.models import IncomingAttachment, IncomingMail, Mailbox
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.outbox import NOON

pytestmark = pytest.mark.django_db


def test_the_demo_shows_each_kind_of_mail():
    for language in ("pl", "cs", "ro"):
        customer = CustomerFactory(language=language)
        IdentityFactory(customer=customer, value=f"{language}@example.pl")

    make_inbox(random.Random(7), NOON)

    places = Counter(IncomingMail.objects.values_list("place", "kind"))
    assert places == {
        ("matched", "person"): 2,
        ("matched", "automatic"): 1,
        ("unsorted", "person"): 3,
        ("set_aside", "automatic"): 1,
    }
    assert set(IncomingMail.objects.values_list("reason", flat=True)) == {
        "",
        "unproved",
        "unknown",
    }
    assert IncomingAttachment.objects.get().name == "hrnek.png"
    assert IncomingMail.objects.get(has_remote_images=True).from_name == "Emma Clarke"
    assert IncomingMail.objects.get(subject__startswith="Re:").shown_text.endswith("serdecznie")
    assert not Mailbox.objects.get().is_on
    assert IncomingMail.objects.count() == len(LETTERS)


def test_the_demo_has_mails_though_nobody_is_on_file():
    make_inbox(random.Random(7), NOON)

    assert IncomingMail.objects.count() == len(LETTERS)
