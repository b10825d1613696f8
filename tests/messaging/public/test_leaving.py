"""Leaving by the link of a mail, and by the mail program's own button (RFC 8058)."""

from email.message import EmailMessage

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.services.shop import get_shop
from core.signing import make_token
from customers.models import (
    ConsentEntry,
    PreferenceChange,
    Suppression,
)
from customers.suppressions import key_of
from messaging.public_links import ONE_CLICK, one_click_url, preferences_url, unsubscribe_url
from tests.factories.customers import NOON
from tests.hostile.test_queries import written
from tests.messaging.public.links import (
    ANNA,
    DAY,
    FORM,
    choose_path,
    confirm_path,
    form_in,
    leave_path,
    link,
    may,
    path,
    strict,
)

pytestmark = pytest.mark.django_db


def test_the_links_hold_no_address(anna) -> None:
    for url in (unsubscribe_url(link(anna)), one_click_url(link(anna)), choose_path(anna)):
        assert "anna" not in url
        assert "%" not in url
        assert len(url) < 250


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(anna, method: str) -> None:
    get_shop()
    asked = [leave_path(anna), path(one_click_url(link(anna))), choose_path(anna)]
    asked.append(confirm_path(anna))
    for address in asked:
        with CaptureQueriesContext(connection) as queries:
            answer = Client().generic(method, address)
        assert answer.status_code == 200
        assert written(queries) == []
        assert not any("INSERT" in query["sql"] for query in queries)
    assert may(anna)


def test_one_button_leaves_at_once_and_one_takes_it_back(anna) -> None:
    page = strict().get(leave_path(anna))
    assert page.content.count(b"<button") == 1

    left = strict().post(form_in(page, "unsubscribe"))

    assert left.status_code == 200
    assert b"You are unsubscribed" in left.content
    assert not may(anna)
    assert not may(anna, "survey")
    back = strict().post(form_in(left, "undo"))
    assert b"All is as it was" in back.content
    assert may(anna)
    assert may(anna, topic="newsletter")


def test_taking_it_back_ends_after_a_day(anna) -> None:
    left = strict().post(leave_path(anna))
    with time_machine.travel(NOON + DAY):
        assert strict().post(form_in(left, "undo")).status_code == 404
    assert not may(anna)


def test_a_mail_of_years_ago_still_lets_go(anna) -> None:
    address = leave_path(anna)
    with time_machine.travel(NOON + 4000 * DAY):
        assert strict().post(address).status_code == 200
    assert ConsentEntry.objects.filter(action="withdrawn").exists()


def test_a_survey_is_left_without_leaving_offers(anna) -> None:
    address = leave_path(anna, message_class="survey", topic="surveys")
    assert b"No more questions from us?" in strict().get(address).content

    strict().post(address)

    assert may(anna)
    assert not may(anna, "survey")


MULTIPART = "multipart/form-data; boundary=b"
AS_PARTS = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
)


@pytest.mark.parametrize(
    ("content", "kind"), [(ONE_CLICK.encode(), FORM), (AS_PARTS, MULTIPART), (b"", FORM)]
)
def test_the_mail_programs_button_works_at_once(anna, content: bytes, kind: str) -> None:
    client, address = strict(), path(one_click_url(link(anna)))

    answers = [client.post(address, content, content_type=kind) for _time in range(2)]

    for answer in answers:
        assert (answer.status_code, answer.content) == (200, b"OK\n")
        assert not answer.cookies
    assert not may(anna)
    change = PreferenceChange.objects.get()
    assert (change.source, change.topic, change.actor) == ("one_click", "newsletter", None)


@pytest.mark.parametrize("token", ["never", "a.b.c", "%00", "x" * 2_000])
def test_a_wrong_one_click_is_answered_like_a_right_one(anna, token: str) -> None:
    answer = strict().post(f"/p/one-click/{token}/", ONE_CLICK, content_type=FORM)

    assert answer.status_code in {200, 400 if token == "%00" else 200}
    assert may(anna)


@pytest.mark.parametrize("other", ["preferences", "undo", "confirm"])
def test_a_link_of_another_purpose_is_no_one_click(anna, other: str) -> None:
    token = make_token(other, [anna.pk, key_of(ANNA), "marketing", "newsletter", 17])

    assert strict().post(f"/p/one-click/{token}/").status_code == 200
    assert strict().post(f"/p/unsubscribe/{token}/").status_code == 404
    assert may(anna)


def test_pressed_a_thousand_times_it_is_done_once(anna) -> None:
    address = path(one_click_url(link(anna)))

    assert {strict().post(address).status_code for _time in range(40)} == {200}
    assert PreferenceChange.objects.count() == 1


def test_an_erased_person_can_still_leave(anna) -> None:
    gone = link(anna, customer_id=987_654)
    assert strict().post(path(one_click_url(gone))).status_code == 200
    row = Suppression.objects.get()
    assert (row.key, row.scope, row.address) == (key_of(ANNA), "marketing", "")

    page = strict().get(path(unsubscribe_url(gone)))
    assert page.status_code == 200
    address = path(preferences_url(customer_id=987_654, address_key="some-key"))
    page = strict().get(address)
    assert b"We do not keep your data any more" in page.content
    assert strict().post(form_in(page, "departure")).status_code == 200
    assert Suppression.objects.filter(key="some-key").exists()
    for part in ("pause", "resumption", "return"):
        assert strict().post(f"{address}{part}/").status_code == 404


def test_the_header_stands_on_one_line_whatever_the_ids(anna) -> None:
    """Folded, some signers break it."""
    message = EmailMessage()
    message["List-Unsubscribe-Post"] = ONE_CLICK
    message["List-Unsubscribe"] = f"<{one_click_url(link(anna, message_id='m' * 36))}>"

    assert "\n" not in message["List-Unsubscribe"]
