"""The preference page: leave altogether, choose, pause, come back."""

import re

import pytest
from django.test import Client

from customers.models import (
    ConsentEntry,
    Customer,
    MailPreference,
    PreferenceChange,
    Suppression,
)
from tests.factories.customers import NOON
from tests.factories.permission import SuppressionFactory
from tests.messaging.public.links import (
    ANNA,
    DAY,
    choose_path,
    confirm_path,
    form_in,
    leave_path,
    may,
    strict,
)

pytestmark = pytest.mark.django_db


def send(customer: Customer, **changes: object):
    data = {"topics": ["newsletter"], "frequency": "weekly", "language": "cs"}
    return strict().post(choose_path(customer), data | changes)


def test_choices_are_saved_and_shown(anna) -> None:
    answer = send(anna)

    assert answer.status_code == 302
    anna.refresh_from_db()
    assert (anna.language, anna.mail_preference.frequency) == ("cs", "weekly")
    assert may(anna, topic="newsletter")
    assert not may(anna, "survey", topic="surveys")
    page = Client().get(answer["Location"]).content.decode()
    assert '<html lang="cs">' in page
    assert re.search(r'value="weekly"[^>]* checked', page)
    assert re.search(r'value="newsletter"[^>]* checked', page)
    assert not re.search(r'value="surveys"[^>]* checked', page)


@pytest.mark.parametrize(
    "changes",
    [{"frequency": "hourly"}, {"language": "xx"}, {"topics": ["nonsense"]}, {"frequency": ""}],
)
def test_what_is_not_offered_is_refused_and_changes_nothing(anna, changes) -> None:
    assert send(anna, **changes).status_code == 422
    assert not PreferenceChange.objects.exists()


def test_a_break_of_thirty_days_begins_and_ends(anna) -> None:
    page = strict().get(choose_path(anna))

    paused = strict().post(form_in(page, "pause"))
    assert paused["Location"].endswith("?done=paused")
    assert MailPreference.objects.get().paused_until == NOON + 30 * DAY
    assert not may(anna)
    page = strict().get(paused["Location"])
    assert b"You get no mails until 21 December 2026" in page.content
    strict().post(form_in(page, "resumption"))
    assert may(anna)


def test_leaving_altogether_stands_first_and_has_a_way_back(anna) -> None:
    page = strict().get(choose_path(anna))
    assert "departure" in re.findall(r'action="([^"]+)"', page.content.decode())[0]

    left = strict().post(form_in(page, "departure"))

    assert not may(anna)
    assert Suppression.objects.get().scope == "marketing"
    strict().post(form_in(left, "undo"))
    assert may(anna)


def test_coming_back_is_a_consent_with_its_words(anna) -> None:
    strict().post(f"{choose_path(anna)}departure/")
    page = strict().get(choose_path(anna))
    words = "I would like to get news and offers from"
    assert words in page.content.decode()

    strict().post(form_in(page, "return"))

    assert may(anna)
    line = ConsentEntry.objects.order_by("pk").last()
    assert (line.action, line.source, line.language) == ("granted", "link", "en")
    assert line.text.startswith(words)


def test_who_bounced_is_sent_to_the_shop(anna) -> None:
    SuppressionFactory(reason="hard_bounce")
    assert b"This address cannot be reached" in strict().get(choose_path(anna)).content

    answer = strict().post(f"{choose_path(anna)}return/")

    assert answer.status_code == 422
    assert b"Please write to the shop" in answer.content


def test_a_forwarded_mail_does_not_tell_the_address(anna) -> None:
    for address in (choose_path(anna), leave_path(anna), confirm_path(anna)):
        text = strict().get(address).content.decode()
        assert ANNA not in text
        assert "Nowak" not in text
        assert "a•••@example.pl" in text
