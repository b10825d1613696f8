"""The address that a mail's bounces come back to: it names the message, and cannot be made up."""

import hashlib
import hmac
import re

from core.signing import keyed_hash

PURPOSE = "return path"
PREFIX, SEAL = "bounce", 16
_LOCAL = re.compile(r"bounce\+(\d{1,19})\.([0-9a-f]{16})", re.IGNORECASE)


def return_path(message_pk: int, domain: str) -> str:
    """The envelope sender of a message (VERP)."""
    return f"{PREFIX}+{message_pk}.{_seal(message_pk)}@{domain}"


def message_of(address: str) -> int | None:
    """The message that a bounce to this address is about; None where the address is not ours.
    Letters may have changed their case on the way."""
    match = _LOCAL.fullmatch(address.rpartition("@")[0])
    if match is None:
        return None
    pk = int(match.group(1))
    return pk if hmac.compare_digest(_seal(pk), match.group(2).lower()) else None


def _seal(pk: int) -> str:
    """In hexadecimal, since mail servers need not keep the case of letters."""
    return hashlib.sha256(keyed_hash(PURPOSE, str(pk)).encode()).hexdigest()[:SEAL]
