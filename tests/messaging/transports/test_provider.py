"""A provider's API: what its answers mean, and what it is given."""

from types import SimpleNamespace

import pytest
from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.core import mail
from django.test import override_settings
from requests.exceptions import ConnectionError as RequestsConnectionError
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from messaging.models import Sender
from messaging.rules.replies import Phase, Verdict, judge
from messaging.transports.base import CannotOpen, Timeouts
from messaging.transports.provider import (
    BACKENDS,
    ProviderConnection,
    django_mail,
    open_provider,
    reply_to_failure,
)
from tests.messaging.transports.test_smtp import parcel


class Answered(Exception):
    def __init__(self, status_code):
        super().__init__("provider says no")
        self.status_code = status_code


def chained(inner):
    outer = RequestsConnectionError("post failed")
    outer.__cause__ = inner
    return outer


NEVER_LEFT = MaxRetryError(None, "/", NewConnectionError(None, "refused"))


@pytest.mark.parametrize(
    ("error", "phase", "verdict"),
    [
        (Answered(401), Phase.AUTH, Verdict.STOP),
        (Answered(429), Phase.MAIL, Verdict.RETRY),
        (Answered(422), Phase.DATA, Verdict.FAILED),
        (Answered(502), Phase.DOT, Verdict.UNCERTAIN),
        (Answered(200), Phase.DOT, Verdict.UNCERTAIN),
        (AnymailRecipientsRefused("no"), Phase.RCPT, Verdict.FAILED),
        (AnymailInvalidAddress("no"), Phase.DATA, Verdict.FAILED),
        (chained(NEVER_LEFT), Phase.CONNECT, Verdict.STOP),
        (chained(ProtocolError("aborted after it was sent")), Phase.DOT, Verdict.UNCERTAIN),
        (TimeoutError("silence"), Phase.DOT, Verdict.UNCERTAIN),
    ],
)
def test_what_a_failure_means(error, phase, verdict):
    reply = reply_to_failure(error)

    assert reply.phase is phase
    assert judge(reply, reused=False) is verdict


def test_the_mail_it_is_given():
    given = django_mail(parcel().letter)

    assert given.to == ["anna@example.pl"]
    assert given.from_email == '"Shop" <shop@example.com>'
    assert given.extra_headers["Message-ID"] == "<1@example.com>"
    assert given.extra_headers["Auto-Submitted"] == "auto-generated"
    assert given.alternatives[0].mimetype == "text/html"


@override_settings(EMAIL_BACKEND="anymail.backends.test.EmailBackend")
def test_a_mail_goes_through_anymail_and_brings_its_number():
    line = ProviderConnection(mail.get_connection())

    handed = line.hand_over(parcel())

    assert (handed.reply.phase, handed.reply.code) == (Phase.DOT, 250)
    assert handed.provider_id
    assert line.usable
    line.close()


def test_an_error_ends_the_session():
    def fail(mails):
        raise Answered(500)

    line = ProviderConnection(SimpleNamespace(send_messages=fail, close=lambda: None))

    assert line.hand_over(parcel()).reply.code == 0
    assert not line.usable


@pytest.mark.parametrize("backend", ["", "../../evil", "postmark"])
def test_an_unknown_provider_or_one_without_keys_stops_the_sender(backend):
    with pytest.raises(CannotOpen) as refused:
        open_provider(Sender(kind="provider", backend=backend), Timeouts())

    assert refused.value.reply.phase is Phase.AUTH


def test_the_providers_are_anymails():
    assert "postmark" in BACKENDS
