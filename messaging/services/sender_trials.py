"""Trying a sender out: a connection alone, or one mail to whoever asks.

Both go past the outbox, so that the answer is there at once and no limit, stop or queue is in the
way. What came of it is audited, never kept elsewhere. No transaction is open while a server is
asked.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from messaging.assembling import (
    HeaderRefused,
    Letter,
    assemble,
    domain_of,
    travelling,
    wire_address,
)
from messaging.models import Sender
from messaging.rules.replies import Phase, Reply, Verdict, judge
from messaging.transports.base import CannotOpen, Connection, Parcel, Timeouts, transports

# Somebody waits in front of the page: less patience than mails have.
PATIENCE = (8.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """How far it came: the phase of the last answer, its code (0: silence) and its words."""

    worked: bool
    phase: Phase
    code: int
    text: str
    recipient: str = ""


def check_connection(*, actor: User, sender: Sender) -> Trial:
    """Connect, make it private, sign in, and hang up; audited. Sends nothing."""
    try:
        _open(sender).close()
    except CannotOpen as error:
        trial = Trial(False, error.reply.phase, error.reply.code, error.reply.text)
    else:
        trial = Trial(True, Phase.AUTH, 250, "")
    _record(actor, sender, "sender.checked", trial)
    return trial


def send_sample(*, actor: User, sender: Sender, now: datetime) -> Trial:
    """One short mail to the actor's own address; audited. Refuses an actor without an address."""
    address = actor.email.strip().lower()
    if not address:
        raise Refused(_("Give your e-mail address in your preferences first."))
    try:
        parcel = _parcel(sender, address, now)
        line = _open(sender)
    except HeaderRefused:
        trial = Trial(False, Phase.MAIL, 0, _("The address is not complete."), address)
    except CannotOpen as error:
        trial = Trial(False, error.reply.phase, error.reply.code, error.reply.text, address)
    else:
        trial = _handed(line, parcel, address)
    _record(actor, sender, "sender.tried", trial)
    return trial


def _open(sender: Sender) -> Connection:
    given = (
        settings.MAIL_CONNECT_SECONDS,
        settings.MAIL_COMMAND_SECONDS,
        settings.MAIL_ACCEPT_SECONDS,
    )
    patience = Timeouts(*(min(pair) for pair in zip(given, PATIENCE, strict=True)))
    return transports.get(sender.kind)(sender, patience)


def _handed(line: Connection, parcel: Parcel, address: str) -> Trial:
    try:
        reply: Reply = line.hand_over(parcel).reply
    finally:
        line.close()
    worked = judge(reply, reused=False) is Verdict.SENT
    return Trial(worked, reply.phase, reply.code, reply.text, address)


def _parcel(sender: Sender, address: str, now: datetime) -> Parcel:
    text = _("This mail was sent by Perennial to try out the sender “%(name)s”. It works.") % {
        "name": sender.name
    }
    letter = Letter(
        # No message of the outbox has this number.
        pk=0,
        message_id=f"<{secrets.token_hex(12)}@{domain_of(sender.from_address)}>",
        from_name=sender.from_name,
        from_address=sender.from_address,
        reply_to=sender.reply_to,
        recipient=address,
        return_path=wire_address(sender.from_address),
        subject=_("Test mail of your shop"),
        text=text,
        html=travelling(f"<p>{escape(text)}</p>"),
        at=now,
    )
    return Parcel(letter, assemble(letter))


def _record(actor: User, sender: Sender, action: str, trial: Trial) -> None:
    details = {"worked": trial.worked, "phase": str(trial.phase), "code": trial.code}
    audit.record(actor=actor, action=action, target=sender, details=details)
