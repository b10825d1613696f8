"""Amazon's proof of what it posts (SNS): signed by a certificate of Amazon's, and about a topic
that the shop has named.

Anybody can let Amazon sign what a topic of their own says, so the topic counts as much as the
signature. Nothing is asked of the network before the topic is right, and nothing but Amazon then.
**Source:** Amazon SNS developer guide, "Verifying the signatures of Amazon SNS messages".
"""

import base64
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import urllib3
from anymail.exceptions import AnymailWebhookValidationFailure
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, load_pem_x509_certificate

from core import clock

_NOTE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
# The first is what topics use until they are told otherwise.
_HASHES = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
_HOST = r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?"
_CERTIFICATE = re.compile(_HOST + r"/SimpleNotificationService-[0-9a-f]{1,64}\.pem")
_SUBSCRIBE = re.compile(_HOST + r"/\?Action=ConfirmSubscription&[\w.:&=%-]+")
SECONDS, LONGEST = 4.0, 20_000


class NotNow(Exception):
    """Amazon cannot be asked at present: let it post again."""


def prove(note: Mapping[str, Any], topics: Collection[str]) -> None:
    """Raise unless Amazon has signed the note, and it is of one of the topics: anymail's
    `AnymailWebhookValidationFailure`, or `NotNow` where the certificate cannot be fetched."""
    url, kind = str(note.get("SigningCertURL")), _HASHES.get(str(note.get("SignatureVersion")))
    if note.get("TopicArn") not in topics or kind is None or not _CERTIFICATE.fullmatch(url):
        raise AnymailWebhookValidationFailure(
            "not of a topic of ours, or not signed as Amazon does"
        )
    certificate = _certificate(url)
    try:
        key, signature = certificate.public_key(), base64.b64decode(str(note.get("Signature")))
        if not isinstance(key, RSAPublicKey) or not _is_valid(certificate):
            raise InvalidSignature
        key.verify(signature, _signed(note), PKCS1v15(), kind)
    except (InvalidSignature, ValueError) as error:
        raise AnymailWebhookValidationFailure("not signed by Amazon") from error


def _is_valid(certificate: Certificate) -> bool:
    return certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc


def _signed(note: Mapping[str, Any]) -> bytes:
    names = _NOTE if note.get("Type") == "Notification" else _CONFIRMATION
    return "".join(f"{name}\n{note[name]}\n" for name in names if name in note).encode()


@lru_cache(maxsize=8)
def _certificate(url: str) -> Certificate:
    """Fetched once: each certificate has an address of its own."""
    try:
        return load_pem_x509_certificate(_fetched(url))
    except ValueError as error:
        raise NotNow from error


def confirm(note: Mapping[str, Any]) -> None:
    """Take the topic's offer to post here; the note has been proved. Raises `NotNow`."""
    url = str(note.get("SubscribeURL"))
    if _SUBSCRIBE.fullmatch(url):
        _fetched(url)


def _fetched(url: str) -> bytes:
    try:
        with urllib3.PoolManager() as pool:
            answer = pool.request("GET", url, redirect=False, retries=False, timeout=SECONDS)
    except urllib3.exceptions.HTTPError as error:
        raise NotNow from error
    if answer.status != 200 or len(answer.data) > LONGEST:
        raise NotNow
    return answer.data
