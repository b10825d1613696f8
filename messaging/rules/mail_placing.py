"""Whose mail it is that came in; and if that cannot be said for certain, why not.

A mail is tied to a customer only if it names a mail of ours by its exact id *and* comes from an
address of the very customer to whom that went; or if the shop's own mail server has proved its
sender; or if somebody said that mails from this address belong there. Subjects and likeness never
count: mails glued to the wrong thread are what people complain of elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from messaging.rules.sender_proof import Proof


class Doubt(StrEnum):
    """Why nobody can be named."""

    UNKNOWN = "unknown"
    UNPROVED = "unproved"
    OTHER_SENDER = "other_sender"
    FORGED = "forged"
    NO_SENDER = "no_sender"


class Ground(StrEnum):
    """Why a customer is named."""

    THREAD = "thread"
    PROOF = "proof"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known: the sender's address as it is compared ("" none), the customer on whose file
    it stands, the one whom a person tied it to, the one to whom the mail that it answers went
    (None each where nobody), and what the shop's server says about the sender."""

    sender: str
    owner: int | None = None
    ruled: int | None = None
    answered: int | None = None
    proof: Proof = Proof.NONE


@dataclass(frozen=True, slots=True)
class Placed:
    """The customer and on what ground, or (customer None) the doubt."""

    customer: int | None
    why: Ground | Doubt


def place(facts: Facts) -> Placed:
    """Whose mail it is."""
    if not facts.sender:
        return Placed(None, Doubt.NO_SENDER)
    if facts.proof is Proof.REFUTED:
        return Placed(None, Doubt.FORGED)
    if facts.answered is not None:
        if facts.answered in (facts.owner, facts.ruled):
            return Placed(facts.answered, Ground.THREAD)
        return Placed(None, Doubt.OTHER_SENDER)
    if facts.ruled is not None and facts.owner in (None, facts.ruled):
        return Placed(facts.ruled, Ground.RULE)
    if facts.owner is None:
        return Placed(None, Doubt.UNKNOWN)
    if facts.proof is Proof.PROVED:
        return Placed(facts.owner, Ground.PROOF)
    return Placed(None, Doubt.UNPROVED)


def answered_id(
    in_reply_to: Sequence[str], references: Sequence[str], ours: Mapping[str, object]
) -> str | None:
    """The id of the mail of ours that is answered: the one in In-Reply-To, else the latest in
    References; None where none is ours."""
    named = [*in_reply_to, *reversed(references)]
    return next((one for one in named if one in ours), None)
