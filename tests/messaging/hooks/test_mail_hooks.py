"""Posts of providers: who is believed, and what a post changes, once."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from io import BytesIO
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import OperationalError
from django.test import Client

from core import clock
from customers.models import PreferenceChange, Suppression
from messaging.hooks import incoming
from messaging.mail_storage import content_of
from messaging.models import DeliveryEvent, IncomingMail, MessageState, MessageStep
from messaging.views import hooks
from tests.factories.outbox import NOON, MessageFactory
from tests.messaging.hooks.providers import (
    ANNA,
    ANYMAIL,
    AT,
    FULL,
    GONE,
    ID,
    PAIR,
    PROVIDERS,
    postmark,
)

pytestmark = pytest.mark.django_db
every_provider = pytest.mark.parametrize("provider", PROVIDERS)


@pytest.fixture(autouse=True)
def _set_up(settings, monkeypatch):
    settings.ANYMAIL = ANYMAIL
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=3))


@pytest.fixture
def message():
    known = {"state": MessageState.SENT, "sent_at": NOON, "out_at": NOON, "attempts": 1}
    return MessageFactory(address=ANNA, provider_id=f"<{ID}>", topic="newsletter", **known)


def send(post, *, kind="tracking", provider="", **extra):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    return client.post(
        f"/hooks/mail/{provider or post.provider}/{kind}/",
        post.body,
        content_type="application/json",
        headers=post.headers | extra,
    )


def nothing_happened():
    return not (
        DeliveryEvent.objects.exists()
        or MessageStep.objects.exists()
        or Suppression.objects.exists()
        or PreferenceChange.objects.exists()
    )


@every_provider
@pytest.mark.parametrize(
    ("kind", "words", "facts", "reasons"),
    [
        ("delivered", "250 ok", (True, "", False), []),
        ("hard", GONE, (False, "hard", False), ["hard_bounce"]),
        ("soft", FULL, (False, "soft", False), []),
        ("hard", "550 5.7.1 blocked by policy", (False, "soft", False), []),
        ("late", "451 4.7.1 greylisted", (False, "", False), []),
        ("complained", "", (False, "", True), ["complaint"]),
    ],
    ids=["delivered", "hard", "soft", "hard by policy", "late", "complained"],
)
def test_what_a_provider_reports_is_noted(message, provider, kind, words, facts, reasons):
    answer = send(PROVIDERS[provider](kind, words))

    message.refresh_from_db()
    assert (answer.status_code, answer.content) == (200, b"")
    known = (bool(message.delivered_at), message.bounce, bool(message.complained_at))
    assert known == facts
    assert list(Suppression.objects.values_list("reason", flat=True)) == reasons
    event = message.events.get()
    assert event.source == provider
    assert event.at == NOON + timedelta(seconds=4)
    assert ANNA not in event.words


@every_provider
def test_the_same_post_again_changes_nothing(message, provider):
    post = PROVIDERS[provider]("hard", GONE)

    answers = [send(post).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert message.events.count() == message.steps.count() == 1
    assert Suppression.objects.count() == 1


@every_provider
def test_a_wrong_proof_is_refused_and_nothing_is_written(message, provider):
    answer = send(PROVIDERS[provider]("hard", GONE, secret="shop:wrong"))

    assert answer.status_code == 403
    assert nothing_happened()


@every_provider
def test_without_the_secret_the_provider_is_asked_for_it(message, provider):
    post = PROVIDERS[provider]("hard", GONE)
    headers = {name: value for name, value in post.headers.items() if name != "Authorization"}

    answer = send(replace(post, headers=headers))

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert nothing_happened()


@pytest.mark.parametrize("provider", ["postmark", "amazon_ses", "brevo", "mailgun", "sendgrid"])
def test_a_provider_that_is_not_set_up_does_not_exist(message, provider, settings):
    settings.ANYMAIL = {}

    assert send(PROVIDERS[provider]("hard", GONE)).status_code == 404
    assert nothing_happened()


@pytest.mark.parametrize(
    ("provider", "kind"), [("nobody", "tracking"), ("postmark", "opens"), ("nobody", "inbound")]
)
def test_what_is_unknown_does_not_exist(provider, kind):
    assert send(postmark("hard", GONE), provider=provider, kind=kind).status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"RecordType": []}']
)
def test_what_cannot_be_read_is_refused_with_400(message, body):
    answer = send(replace(postmark("hard", GONE), body=body))

    assert answer.status_code == 400
    assert nothing_happened()


def test_too_long_a_post_is_refused_before_it_is_read(message):
    post = replace(postmark("hard", GONE), body=b"x" * (2 * 1_048_576 + 1))

    assert send(post).status_code == 413
    assert nothing_happened()


@pytest.mark.parametrize(
    "change",
    [{"MessageID": "somebody-elses"}, {"Email": "other@gone.example"}],
    ids=["unknown mail", "other address"],
)
def test_what_is_about_no_mail_of_ours_is_kept_and_changes_nothing(message, change):
    post = postmark("hard", GONE)
    post = replace(post, body=json.dumps(json.loads(post.body) | change).encode())

    assert send(post).status_code == 200

    assert DeliveryEvent.objects.get().message is None
    assert not MessageStep.objects.exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("kind", ["AutoResponder", "ChallengeVerification", "Unknown"])
def test_automatic_answers_mean_nothing(message, kind):
    post = postmark("hard", GONE)
    post = replace(post, body=json.dumps(json.loads(post.body) | {"Type": kind}).encode())

    assert send(post).status_code == 200
    assert nothing_happened()


@pytest.mark.parametrize("provider", ["postmark", "mailgun", "sendgrid", "brevo"])
def test_leaving_at_the_provider_is_leaving(message, provider):
    assert send(PROVIDERS[provider]("left", "")).status_code == 200

    assert PreferenceChange.objects.get().source == "provider"


def test_a_mail_is_found_by_our_own_id_where_the_answer_never_came():
    """The connection broke: the provider's number is not known, but it kept ours."""
    unsure = {"state": MessageState.UNCERTAIN, "reason": "line_broke", "out_at": NOON}
    message = MessageFactory(address=ANNA, attempts=1, **unsure)
    post = postmark("delivered", "")
    told = json.loads(post.body) | {"Metadata": {"mail_id": message.message_id}}

    send(replace(post, body=json.dumps(told).encode()))

    message.refresh_from_db()
    assert (message.state, message.delivered_at) == ("sent", NOON + timedelta(seconds=4))


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("get", 405), ("put", 405)])
def test_providers_may_try_the_address_first(method, status):
    assert getattr(Client(), method)("/hooks/mail/postmark/tracking/").status_code == status


def test_incoming_mails_are_handed_on_as_they_came(monkeypatch):
    taken = []
    monkeypatch.setitem(incoming.receivers._items, "mail", lambda **given: taken.append(given))
    told = {
        "FromFull": {"Email": "anna@gone.example"},
        "MessageID": "in-1",
        "Headers": [{"Name": "Message-ID", "Value": "<reply@gone.example>"}],
        "TextBody": "Hello, is it in stock?",
        "Attachments": [],
    }
    body = json.dumps(told | {"Padding": "x" * 3_000_000}).encode()

    answer = send(replace(postmark("hard", GONE), body=body), kind="inbound")

    assert answer.status_code == 200
    [given] = taken
    assert (given["source"], given["key"]) == ("postmark", "postmark:in-1")
    assert given["now"] == NOON + timedelta(hours=3)
    assert b"Message-ID: <reply@gone.example>" in given["raw"]
    mail = message_from_bytes(given["raw"], policy=policy.default)
    [text] = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    assert text.get_content().strip() == "Hello, is it in stock?"


def test_a_mail_that_a_provider_received_is_stored_once():
    told = {
        "FromFull": {"Email": "anna@gone.example"},
        "From": "Anna <anna@gone.example>",
        "Subject": "A question",
        "MessageID": "in-2",
        "Headers": [{"Name": "Message-ID", "Value": "<question@gone.example>"}],
        "TextBody": "Is it in stock?",
        "Attachments": [],
    }
    post = replace(postmark("hard", GONE), body=json.dumps(told).encode())

    answers = [send(post, kind="inbound").status_code for _ in range(2)]

    assert answers == [200, 200]
    assert IncomingMail.objects.get().message_id == "<question@gone.example>"


ASKED = {
    "FromFull": {"Email": "anna@gone.example"},
    "From": "Anna <anna@gone.example>",
    "Subject": "A question",
    "MessageID": "in-3",
    "Headers": [{"Name": "Message-ID", "Value": "<odd@gone.example>"}],
    "TextBody": "Is it in stock?",
    "Attachments": [],
}


@pytest.mark.parametrize(
    "odd",
    [
        {"Subject": "cut \ud83d"},
        {"TextBody": "cut \ud83d"},
        {"HtmlBody": "<p>cut \ud83d"},
        {"Subject": "a\r\nBcc: x@example.com"},
        {"MessageID": "\ud83d"},
        {"Headers": [{"Name": "Date", "Value": "x\ny"}]},
        {"Attachments": [{"Name": "a.eml", "ContentType": "message/rfc822", "Content": "/w=="}]},
        {"Attachments": [{}]},
        {"FromFull": None, "Headers": 7},
    ],
    ids=ascii,
)
def test_a_mail_that_nobody_can_make_out_is_kept_whole(settings, tmp_path, odd):
    """Refused, it would be posted again until the provider gives up."""
    settings.MAIL_FILES_DIR = tmp_path
    post = replace(postmark("hard", GONE), body=json.dumps(ASKED | odd).encode())

    answers = [send(post, kind="inbound").status_code for _ in range(2)]

    assert answers == [200, 200]
    mail = IncomingMail.objects.get()
    assert (mail.place, mail.reason, mail.kind) == ("unsorted", "unreadable", "person")
    file = mail.attachments.get()
    assert (file.name, file.media_type) == ("post.txt", "text/plain")
    assert content_of(file.path) == post.body


def test_a_form_that_nobody_can_make_out_is_kept_with_its_files(settings, tmp_path):
    settings.MAIL_FILES_DIR, secret = tmp_path, base64.b64encode(ANYMAIL["WEBHOOK_SECRET"].encode())
    form = {"envelope": "{", "text": "Is it in stock?", "attachment1": BytesIO(b"\xff\xd8")}

    answer = Client(raise_request_exception=False).post(
        "/hooks/mail/sendgrid/inbound/", form, headers={"Authorization": f"Basic {secret.decode()}"}
    )

    assert answer.status_code == 200
    kept = json.loads(content_of(IncomingMail.objects.get().attachments.get().path))
    assert kept["text"] == ["Is it in stock?"]
    assert base64.b64decode(kept["attachment1"][1]) == b"\xff\xd8"


def test_a_mail_that_breaks_its_receiver_is_kept_and_a_database_that_is_away_is_not_its_fault(
    settings, tmp_path, monkeypatch
):
    settings.MAIL_FILES_DIR = tmp_path
    post = replace(postmark("hard", GONE), body=json.dumps(ASKED).encode())

    def breaks(error):
        def receive(**_given):
            raise error

        monkeypatch.setitem(incoming.receivers._items, "mail", receive)

    breaks(OperationalError("away"))
    assert send(post, kind="inbound").status_code >= 500
    assert not IncomingMail.objects.exists()
    breaks(ZeroDivisionError())
    assert send(post, kind="inbound").status_code == 200
    assert IncomingMail.objects.get().reason == "unreadable"


def test_an_empty_post_is_no_mail():
    post = replace(postmark("hard", GONE), body=b"")

    assert send(post, kind="inbound").status_code == 400
    assert not IncomingMail.objects.exists()


def several(post, number):
    """One post with so many events, signed anew."""
    [told] = json.loads(post.body)
    body = json.dumps([told | {"sg_event_id": f"sg-{one}"} for one in range(number)]).encode()
    signature = PAIR.sign(str(AT).encode() + body, ec.ECDSA(hashes.SHA256()))
    signed = {"X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode()}
    return replace(post, body=body, headers=post.headers | signed)


def test_what_takes_too_long_is_asked_for_again_and_goes_on_where_it_stopped(message, monkeypatch):
    post, seconds = several(PROVIDERS["sendgrid"]("late", "451 later"), 5), iter(range(1_000))
    monkeypatch.setattr(hooks, "SECONDS", 2.5)
    monkeypatch.setattr(hooks, "time", SimpleNamespace(monotonic=lambda: next(seconds)))

    answers = []
    while not answers or answers[-1] == 503:
        answers.append(send(post).status_code)

    assert answers == [503, 503, 200]
    assert message.events.count() == 5


def test_too_many_events_in_one_post_are_refused(message, monkeypatch):
    monkeypatch.setattr(hooks, "MOST_EVENTS", 4)

    assert send(several(PROVIDERS["sendgrid"]("late", "451 later"), 5)).status_code == 413
    assert nothing_happened()
