"""Signed words for addresses, bound to one purpose each, and keyed hashes of personal data.

A token is `kid.body.seal`. `kid` names the secret that sealed it, so that secrets can be changed
while old links go on working (SECRET_KEY_FALLBACKS); the body is a list of ids and words in
base64, never a name or an address. A token of one purpose is worth nothing for another.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings

Part = int | str | None
LONGEST = 1_000
# 160 bits: short enough for an address, far beyond guessing.
SEAL_BYTES = 20


class BadToken(ValueError):
    """The word was not made by us for this purpose."""


class ExpiredToken(BadToken):
    """The word was ours, but its time is over; `parts` are what it said."""

    def __init__(self, parts: list[Part]) -> None:
        super().__init__("expired")
        self.parts = parts


def make_token(purpose: str, parts: Sequence[Part], *, expires_at: datetime | None = None) -> str:
    """A URL-safe word that holds the parts; without `expires_at` it is good for ever."""
    until = None if expires_at is None else int(expires_at.timestamp())
    content = json.dumps([until, *parts], separators=(",", ":"), ensure_ascii=True)
    body = _encode(content.encode())
    return f"{_kid(settings.SECRET_KEY)}.{body}.{_seal(settings.SECRET_KEY, purpose, body)}"


def read_token(purpose: str, token: str, *, now: datetime) -> list[Part]:
    """The parts of a token; raises `ExpiredToken` or `BadToken`. Takes the same time for every
    wrong seal."""
    kid, body, seal = _split(token)
    secret = _secret_of(kid)
    if not hmac.compare_digest(_seal(secret, purpose, body), seal):
        raise BadToken("another seal")
    content: list[Part] = json.loads(_decode(body))
    until, parts = content[0], content[1:]
    if isinstance(until, int) and now >= datetime.fromtimestamp(until, UTC):
        raise ExpiredToken(parts)
    return parts


def keyed_hash(purpose: str, text: str) -> str:
    """43 URL-safe characters that stand for the text: equal texts give equal ones, and without
    the installation's ADDRESS_KEY nobody can try texts against them.

    The key never changes, unlike SECRET_KEY: what is kept under these hashes must be found again.
    """
    key = _derived(settings.ADDRESS_KEY, purpose)
    return _encode(hmac.digest(key, text.encode(), hashlib.sha256))


def _split(token: str) -> tuple[str, str, str]:
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST or not token.isascii():
        raise BadToken("another shape")
    return parts[0], parts[1], parts[2]


def _secret_of(kid: str) -> str:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(_kid(secret), kid):
            return str(secret)
    raise BadToken("another secret")


@lru_cache(maxsize=16)
def _kid(secret: str) -> str:
    return _encode(_derived(secret, "kid")[:3])


def _seal(secret: str, purpose: str, body: str) -> str:
    digest = hmac.digest(_derived(secret, f"token.{purpose}"), body.encode(), hashlib.sha256)
    return _encode(digest[:SEAL_BYTES])


@lru_cache(maxsize=64)
def _derived(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose."""
    return hmac.digest(secret.encode(), f"perennial.{purpose}".encode(), hashlib.sha256)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadToken("another alphabet") from error
