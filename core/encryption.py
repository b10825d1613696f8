"""Secrets of others (a mail server's password) as the database keeps them: unreadable without
this installation's key, so that a copy of the database or a backup does not give them away."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(ValueError):
    """The text was sealed with a key that this installation no longer has."""


def _box() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    raw = hmac.digest(secret.encode(), b"perennial.encryption", hashlib.sha256)
    return base64.urlsafe_b64encode(raw)


def encrypt(text: str) -> str:
    """The text so that only this installation can read it; "" stays ""."""
    return _box().encrypt(text.encode()).decode("ascii") if text else ""


def decrypt(sealed: str) -> str:
    """The text that was sealed here; raises `Unreadable`."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("sealed with another key") from error
