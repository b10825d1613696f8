"""What the shop's own mail server found out about the sender of a mail.

Anybody can write any address behind From. A receiving server checks it (SPF, DKIM, DMARC) and
writes down what it found. **Source:** RFC 8601 (Authentication-Results), RFC 7489 (DMARC).
"""

import re
from enum import StrEnum

from messaging.rules.incoming_mail import Head
from messaging.rules.mail_decoding import raw_header

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(dmarc|dkim)\s*=\s*([a-z]+)\b(.*)$", re.IGNORECASE | re.DOTALL)
_DOMAIN = re.compile(r"header\.(from|d)\s*=\s*\"?@?([^\s;\"]+)", re.IGNORECASE)


class Proof(StrEnum):
    """Whether the sender is whom the mail claims."""

    PROVED = "proved"
    REFUTED = "refuted"
    NONE = "none"


def proof_of(head: Head, sender: str, trusted_server: str) -> Proof:
    """What the server of this name (its authserv-id, any case) says about the sender's domain.

    Only its topmost word counts: a mail may bring such headers along, below those that the
    shop's server puts on top. Without a trusted server there is no proof.
    """
    domain = sender.rpartition("@")[2].lower()
    if not trusted_server or not domain:
        return Proof.NONE
    for value in head.all("authentication-results"):
        server, _semicolon, results = _COMMENT.sub(" ", raw_header(value)).partition(";")
        if server.split()[:1] and server.split()[0].lower() == trusted_server.strip().lower():
            return _judged(results, domain)
    return Proof.NONE


def _judged(results: str, domain: str) -> Proof:
    found = Proof.NONE
    for result in results.split(";"):
        match = _RESULT.match(result)
        if match is None:
            continue
        method, verdict = match[1].lower(), match[2].lower()
        about = {name.lower(): at.lower() for name, at in _DOMAIN.findall(match[3])}
        if method == "dmarc" and verdict == "fail":
            return Proof.REFUTED
        if verdict == "pass" and _is_about(method, about, domain):
            found = Proof.PROVED
    return found


def _is_about(method: str, about: dict[str, str], domain: str) -> bool:
    """Whether a check that was passed is one of the sender's own domain: a signature by somebody
    else proves nothing about them."""
    if method == "dmarc":
        return about.get("from", domain) == domain
    return about.get("d", "") == domain
