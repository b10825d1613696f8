"""Looks up what receivers look up of a sender's domain; says so where it cannot."""

import dns.exception
import dns.resolver

from messaging.rules import mail_dns
from messaging.rules.mail_dns import Records
from messaging.rules.preflight import Finding, State

SECONDS = 2.0
RESERVED = frozenset({"test", "example", "invalid", "localhost", "local"})
# Selectors that common providers and servers use; a sender's own may be any.
SELECTORS = ("default", "mail", "dkim", "google", "selector1", "s1", "k1")


def domain_findings(from_domain: str, return_domain: str = "", selector: str = "") -> list[Finding]:
    """SPF, DKIM, DMARC and alignment of a sender; its DKIM key is looked for under `selector`,
    else under the usual ones. Takes at most a few times `SECONDS`, and stops asking at the first
    answer that does not come."""
    envelope = return_domain or from_domain
    texts = None if _belongs_to_nobody(from_domain) else texts_of(envelope)
    if texts is None:
        return [
            mail_dns.spf(None, envelope),
            mail_dns.dkim(None, from_domain, selector),
            mail_dns.dmarc(None, from_domain),
        ]
    return [
        mail_dns.spf(texts, envelope),
        _dkim(from_domain, selector),
        mail_dns.dmarc(_dmarc_texts(from_domain), from_domain),
        mail_dns.alignment(from_domain, return_domain),
    ]


def _belongs_to_nobody(domain: str) -> bool:
    """Whether the name is kept for tests and examples (RFC 2606), so that asking says nothing."""
    labels = domain.split(".")
    return labels[-1] in RESERVED or labels[-2:-1] == ["example"]


def _dkim(domain: str, own: str) -> Finding:
    """The key under the sender's own selector; else the first of the usual ones that has a key. A
    key under another name cannot be seen from here, and that is said with what was tried."""
    if own:
        return mail_dns.dkim(texts_of(f"{own}._domainkey.{domain}"), domain, own)
    for selector in SELECTORS:
        records = texts_of(f"{selector}._domainkey.{domain}")
        if records is None:
            return mail_dns.dkim(None, domain, selector)
        if records:
            return mail_dns.dkim(records, domain, selector)
    return Finding("dkim_unseen", State.UNKNOWN, {"domain": domain, "tried": ", ".join(SELECTORS)})


def _dmarc_texts(domain: str) -> Records:
    for place in mail_dns.parents(domain):
        records = texts_of(f"_dmarc.{place}")
        if records is None or records:
            return records
    return []


def texts_of(name: str) -> Records:
    """The TXT records of a name; empty where there are none, None where nobody answered."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]
