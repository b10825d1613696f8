"""Amazon's signature: who is believed, what is asked of the network, and what happens where it is
away. The certificate is one of our own, as if Amazon had handed it out."""

import base64
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.test import Client

from core import clock
from messaging.hooks import amazon
from messaging.models import DeliveryEvent, MessageState
from tests.factories.outbox import NOON, MessageFactory
from tests.messaging.hooks.providers import ANNA, GONE, ID, amazon_ses

pytestmark = pytest.mark.django_db
TOPIC = "arn:aws:sns:eu-central-1:123456789012:bounces"
PEM = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem"
SUBSCRIBE = (
    "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription"
    f"&TopicArn={TOPIC}&Token=2336412f37"
)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key=KEY, until=NOON + timedelta(days=30)):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    made = made.public_key(key.public_key()).not_valid_before(NOON - timedelta(days=30))
    signed = made.not_valid_after(until).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def asked(monkeypatch, settings):
    """What was asked of the network, answered with the certificate."""
    settings.ANYMAIL = {"AMAZON_SES_TOPICS": f"arn:other, {TOPIC}"}
    monkeypatch.setattr(clock, "now", lambda: NOON)
    asked = []
    monkeypatch.setattr(amazon, "_fetched", lambda url: asked.append(url) or certificate())
    amazon._certificate.cache_clear()
    yield asked
    amazon._certificate.cache_clear()


@pytest.fixture(autouse=True)
def message():
    known = {"state": MessageState.SENT, "sent_at": NOON, "out_at": NOON, "attempts": 1}
    return MessageFactory(address=ANNA, provider_id=f"<{ID}>", **known)


def note(**changes):
    told = json.loads(amazon_ses("hard", GONE).body)
    told |= {"TopicArn": TOPIC, "SigningCertURL": PEM, "SignatureVersion": "2"}
    return told | changes


def signed(told, key=KEY):
    """As Amazon's guide has it, written down once more."""
    if told["Type"] == "Notification":
        names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    else:
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{told[name]}\n" for name in names if name in told)
    kind = {"1": hashes.SHA1(), "2": hashes.SHA256()}[told["SignatureVersion"]]  # noqa: S303
    signature = key.sign(text.encode(), padding.PKCS1v15(), kind)
    return told | {"Signature": base64.b64encode(signature).decode()}


def post(told):
    headers = {"x-amz-sns-message-type": told["Type"], "x-amz-sns-message-id": told["MessageId"]}
    return Client(raise_request_exception=False).post(
        "/hooks/mail/amazon_ses/tracking/",
        json.dumps(told),
        content_type="text/plain; charset=UTF-8",
        headers=headers,
    )


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_amazon_signed_about_our_topic_is_believed_without_a_secret(asked, message, version):
    for _time in range(2):
        assert post(signed(note(SignatureVersion=version, Subject="Ünï"))).status_code == 200

    message.refresh_from_db()
    assert message.bounce == "hard"
    assert DeliveryEvent.objects.count() == 1
    assert asked == [PEM]


@pytest.mark.parametrize(
    "changes",
    [
        {"Message": "{}"},
        {"Timestamp": "2026-11-21T11:00:04.000Z"},
        {"Signature": "AAAA"},
        {"Signature": "no base64"},
        {"Signature": None},
        {"Subject": "added"},
    ],
    ids=str,
)
def test_what_was_changed_after_it_was_signed_is_refused(asked, message, changes):
    assert post(signed(note()) | changes).status_code == 403
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"TopicArn": "arn:aws:sns:eu-central-1:666:mine"},
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": PEM.replace("https", "http")},
        {"SigningCertURL": PEM.replace("sns.eu-central-1", "my-bucket.s3")},
        {"SigningCertURL": PEM.replace("//", "//evil.example@")},
        {"SigningCertURL": PEM + "?x=https://evil.example"},
        {"SigningCertURL": PEM.replace("/Simple", "/../x/Simple")},
        {"SigningCertURL": None},
        {"SignatureVersion": "3"},
    ],
    ids=str,
)
def test_nothing_is_asked_of_the_network_for_strangers(asked, changes):
    told = signed(note()) | changes

    assert post(told).status_code == 403
    assert asked == []
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize("made", ["another key", "run out"])
def test_a_certificate_has_to_fit_and_to_be_valid(asked, monkeypatch, made):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    given = {
        "another key": certificate(other),
        "run out": certificate(until=NOON - timedelta(days=1)),
    }
    monkeypatch.setattr(amazon, "_fetched", lambda url: given[made])

    assert post(signed(note())).status_code == 403


def test_where_amazon_cannot_be_asked_it_is_to_post_again(asked, monkeypatch):
    monkeypatch.setattr(amazon, "_fetched", lambda url: b"<html>busy</html>")
    answer = post(signed(note()))
    monkeypatch.setattr(amazon, "_fetched", lambda url: certificate())

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert post(signed(note())).status_code == 200


def test_our_topic_is_confirmed_and_nobody_elses(asked):
    asks = {"Type": "SubscriptionConfirmation", "Token": "2336412f37", "Message": "Confirm?"}
    stranger = {"TopicArn": "arn:aws:sns:eu-central-1:666:mine"}

    assert post(signed(note(**asks, SubscribeURL=SUBSCRIBE))).status_code == 200
    assert post(signed(note(**asks, SubscribeURL=SUBSCRIBE, **stranger))).status_code == 403
    elsewhere = "https://evil.example/?Action=ConfirmSubscription&Token=1"
    assert post(signed(note(**asks, SubscribeURL=elsewhere))).status_code == 200

    assert asked == [PEM, SUBSCRIBE]


def test_the_secret_is_asked_as_well_where_there_is_one(asked, settings):
    settings.ANYMAIL |= {"WEBHOOK_SECRET": "shop:secret"}

    assert post(signed(note())).status_code == 401


@pytest.mark.parametrize("answer", [301, 500, "away"])
def test_what_the_network_does_not_give_is_asked_for_again(monkeypatch, answer):
    def request(self, method, url, **values):
        assert values["redirect"] is False
        if answer == "away":
            raise urllib3.exceptions.NewConnectionError(None, "no route")
        return SimpleNamespace(status=answer, data=b"")

    monkeypatch.setattr(urllib3.PoolManager, "request", request)

    with pytest.raises(amazon.NotNow):
        amazon._fetched(PEM)
