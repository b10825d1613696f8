"""What SPF, DKIM and DMARC records say, once they were looked up. None is "could not look".

**Source:** RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC; a subdomain without a record of its
own is under its organisation's).
"""

from collections.abc import Sequence

from messaging.rules.preflight import Finding, State

Records = Sequence[str] | None


def parents(domain: str) -> list[str]:
    """The domain and those above it, down to two labels: where a DMARC record may stand."""
    labels = domain.strip(".").split(".")
    return [".".join(labels[start:]) for start in range(max(len(labels) - 1, 1))]


def spf(records: Records, domain: str) -> Finding:
    """Exactly one SPF record that ends in a policy; +all would let everybody in."""
    values = {"domain": domain}
    if records is None:
        return Finding("spf_unknown", State.UNKNOWN, values)
    found = [text for text in records if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return Finding("spf_missing", State.WRONG, values)
    if len(found) > 1:
        return Finding("spf_twice", State.WRONG, values)
    terms = found[0].lower().split()
    if "+all" in terms or "all" in terms:
        return Finding("spf_open", State.WRONG, values)
    return Finding("spf", State.OK, values)


def dkim(records: Records, domain: str, selector: str) -> Finding:
    """A key under the selector. Without a selector nobody can look, and that is said."""
    values = {"domain": domain, "selector": selector}
    if not selector or records is None:
        return Finding("dkim_unknown", State.UNKNOWN, values)
    tags = [_tags(text) for text in records]
    keys = [found for found in tags if "p" in found and found.get("v", "DKIM1") == "DKIM1"]
    if not keys:
        return Finding("dkim_missing", State.WRONG, values)
    if not any(found["p"] for found in keys):
        return Finding("dkim_revoked", State.WRONG, values)
    return Finding("dkim", State.OK, values)


def dmarc(records: Records, domain: str) -> Finding:
    """A DMARC record with a policy; `p=none` only watches, which is advice."""
    values = {"domain": domain}
    if records is None:
        return Finding("dmarc_unknown", State.UNKNOWN, values)
    found = [_tags(text) for text in records if _tags(text).get("v") == "DMARC1"]
    if len(found) != 1 or found[0].get("p") not in {"none", "quarantine", "reject"}:
        return Finding("dmarc_missing", State.WRONG, values)
    state = State.ADVICE if found[0]["p"] == "none" else State.OK
    return Finding("dmarc_none" if state is State.ADVICE else "dmarc", state, values)


def alignment(from_domain: str, return_domain: str) -> Finding:
    """Whether bounces go to the same organisation that the mail comes from, as SPF under DMARC
    asks (relaxed)."""
    values = {"domain": from_domain, "other": return_domain}
    same = _organisation(from_domain) == _organisation(return_domain or from_domain)
    return Finding("aligned" if same else "not_aligned", State.OK if same else State.ADVICE, values)


def _organisation(domain: str) -> str:
    return ".".join(domain.lower().strip(".").split(".")[-2:])


def _tags(record: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in record.split(";") if "=" in part)
    return {name.strip(): "".join(value.split()) for name, value in pairs}
