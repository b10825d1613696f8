"""Whether a mail that came back says that nobody is there (hard) or that it did not work this time
(soft).

A hard bounce ends all mails to a person, so it must be said plainly; what is not understood is
soft, and five soft ones within 14 days end them too.

**Source:** RFC 3463 and the IANA registry of enhanced status codes; docs/algorithms/bounces.md
weighs them one by one.
"""

import re
from enum import StrEnum


class Bounce(StrEnum):
    """How a mail came back."""

    HARD = "hard"
    SOFT = "soft"


# What these say is plain: no such mailbox or domain, not in use any more, somebody else's now.
HARD_STATUSES = frozenset(
    {
        "5.1.1",  # no such mailbox
        "5.1.2",  # no such domain
        "5.1.3",  # not an address
        "5.1.4",  # names more than one mailbox
        "5.1.6",  # moved away, no new address known
        "5.1.10",  # the domain says that it takes no mail (RFC 7505)
        "5.4.310",  # Exchange Online: no such domain
        "5.7.17",  # the mailbox has another owner (RFC 7293)
        "5.7.18",  # the domain has another owner (RFC 7293)
    }
)
# These are used for many things; the server's words decide.
VAGUE_STATUSES = frozenset(
    {"", "5.0.0", "5.1.0", "5.2.0", "5.2.1", "5.3.0", "5.4.0", "5.4.1", "5.4.4", "5.5.0"}
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REFUSED = re.compile(r"(?<![\d.])5[0-5]\d(?![\d.]*\d)")
_PASSING = re.compile(
    r"quota|\bfull\b|over.?limit|too (?:many|large|big|fast)|\brate\b|try again|later|temporar"
    r"|timed? ?out|gr[ae]y.?list|spam|virus|blocked|block ?list|black ?list|policy|reputation"
    r"|spf|dkim|dmarc|sender|relay|przepełnion|przepelnion|plná|plna|plină|plina",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:user|recipient|mailbox|address|account|adresse?)\b.{0,60}?\b(?:unknown|not found|disabled"
    r"|unavailable|invalid|inactive|not exist|doesn'?t exist|no longer|does ?n[o']t have"
    r"|has been (?:deleted|closed))"
    r"|(?:unknown|no such|invalid|inactive|disabled|nonexistent|non-existent) "
    r"(?:local )?(?:user|recipient|mailbox|address|account|person|domain)"
    r"|no mailbox here by that name|doesn'?t have an? .{1,40} account|not our customer"
    r"|host not found|domain not found|nxdomain|recipient address rejected: access denied"
    r"|nie ma takiego|nie istnieje|nieznany u[żz]ytkownik|neexistuj|nezn[áa]m[ýy] u[žz]ivatel"
    r"|nu exist[ăa]",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@")
LONGEST = 2_000


def status_in(text: str) -> str:
    """The first enhanced status in a server's words ("550 5.1.1 ..."), "" where there is none."""
    found = _STATUS.search(text[:LONGEST])
    return found.group(0) if found else ""


def bounce_of(status: str, words: str = "") -> Bounce:
    """The class of a failure: its enhanced status ("" for none) and what the server said.

    A vague status is replaced by a plainer one within the words, if there is one: servers that
    report for another one say "5.0.0" and quote "550 5.1.1".

    >>> bounce_of("5.1.1"), bounce_of("5.2.2"), bounce_of("", "550 No such user here")
    (<Bounce.HARD: 'hard'>, <Bounce.SOFT: 'soft'>, <Bounce.HARD: 'hard'>)
    """
    words, status = _ADDRESS.sub("@", words[:LONGEST]), status.strip()
    if status in VAGUE_STATUSES:
        status = status_in(words) or status
    if status in HARD_STATUSES:
        return Bounce.HARD
    if status not in VAGUE_STATUSES or _PASSING.search(words):
        return Bounce.SOFT
    said_for_good = bool(status) or bool(_REFUSED.search(words))
    return Bounce.HARD if said_for_good and _NOBODY.search(words) else Bounce.SOFT
