"""Sending: one connection that claims, hands over and marks, message by message.

Whatever kills it, at most one message is left in doubt. A server that may not be reached or signed
in to costs no message an attempt; a token that is not valid any more ends the batch at once.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from core import clock
from core.prepared import quick_commits
from customers.services.suppressions import record_bounce
from messaging.assembling import HeaderRefused
from messaging.errors import RenderFailed
from messaging.letters import Writer
from messaging.models import Message, MessageState, Reason, Sender, StopKind
from messaging.rules.replies import OPENING, Phase, Reply, Verdict, too_fast, unknown_address
from messaging.services.attempts import Attempts, Outcome, fail
from messaging.services.claiming import BATCH, Batch, Claimed, claim, give_back, lease, renew
from messaging.services.entering import enter_ended
from messaging.services.evidence import accepted_after_all
from messaging.services.senders import note_connected, note_trouble, slow_down
from messaging.services.verdicts import outcome_of
from messaging.transports.base import (
    CannotOpen,
    Connection,
    Handed,
    Parcel,
    Timeouts,
    transports,
)

logger = logging.getLogger(__name__)
# Attempts that have ended are entered into their messages when there are so many of them, or after
# so many seconds.
ENTER_AT, ENTER_SECONDS = 100, 1.0
# A batch is about two seconds' work, so that connections come to an end together.
FIRST_BATCH, BATCH_SECONDS = 100, 2.0
Goes = Callable[[], bool]


class BatchOver(Exception):
    """Nothing more of this batch may be sent; `reason` says why to what is given back."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Slot:
    """One of a sender's connections, opened when there is something to send."""

    def __init__(
        self,
        sender: Sender,
        timeouts: Timeouts | None = None,
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._sender, self._timeouts, self._now = sender, timeouts or Timeouts(), now
        self._line: Connection | None = None

    def pump(self, goes_on: Goes) -> int:
        """Send what is due while `goes_on` says so; returns how many messages were settled."""
        done, wanted = 0, FIRST_BATCH
        try:
            with quick_commits():
                while goes_on():
                    batch = claim(sender_id=self._sender.pk, now=self._now(), wanted=wanted)
                    if batch.idle:
                        break
                    begin = time.perf_counter()
                    sent = self._send(batch, goes_on)
                    pace = sent / max(0.001, time.perf_counter() - begin)
                    wanted = min(BATCH, max(FIRST_BATCH, round(pace * BATCH_SECONDS)))
                    done += batch.settled + sent
        finally:
            self._hang_up()
        return done

    def _send(self, batch: Batch, goes_on: Goes) -> int:
        """Send a batch; whatever ends it early, what was not attempted is given back."""
        done, reason, renewed = 0, "", time.monotonic()
        work = _Work(self._sender, batch, self._now)
        try:
            for claimed in batch.claimed:
                if not goes_on():
                    break
                if time.monotonic() - renewed > lease().total_seconds() / 3:
                    renew(batch.token, self._now())
                    renewed = time.monotonic()
                done += self._one(claimed, work)
        except BatchOver as over:
            reason = over.reason
        finally:
            work.close()
            give_back(batch.token, reason=reason, now=self._now())
        return done

    def _one(self, claimed: Claimed, work: "_Work") -> int:
        parcel = work.parcel_of(claimed.message)
        if parcel is None:
            return 1
        line = self._open()
        if claimed.not_before > self._now():
            work.close()
            time.sleep(max(0.0, (claimed.not_before - self._now()).total_seconds()))
        return self._attempt(claimed.message, parcel, line, work)

    def _attempt(self, message: Message, parcel: Parcel, line: Connection, work: "_Work") -> int:
        """The attempt itself, between its two marks."""
        reused = line.carried > 0
        seconds = lease().total_seconds() + self._timeouts.longest
        if not work.begin(message, seconds):
            return 0
        handed = line.hand_over(parcel, work.write_ahead)
        if not line.usable or line.carried >= self._sender.per_connection:
            self._hang_up()
        now = self._now()
        verdict, outcome = outcome_of(message, handed, reused=reused, now=now)
        work.end(message, outcome)
        if not reused and verdict is not Verdict.STOP:
            note_connected(sender_id=self._sender.pk)
        if verdict is not Verdict.SENT or outcome.provider_id:
            work.close()
        if verdict is not Verdict.SENT:
            self._learn(message, verdict, handed, now)
        return 1

    def _learn(self, message: Message, verdict: Verdict, handed: Handed, now: datetime) -> None:
        """What the answer says about the address, the pace and the sender."""
        reply = handed.reply
        if verdict is Verdict.STOP:
            self._trouble(reply, now)
        if unknown_address(reply):
            reference = f"smtp:{message.message_id}"
            record_bounce(address=message.address, is_hard=True, reference=reference, now=now)
        if verdict is Verdict.RETRY and too_fast(reply):
            slow_down(sender_id=self._sender.pk, now=now)
            raise BatchOver(Reason.PUT_OFF)

    def _open(self) -> Connection:
        if self._line is None:
            try:
                self._line = transports.get(self._sender.kind)(self._sender, self._timeouts)
            except CannotOpen as error:
                self._trouble(error.reply, self._now())
        assert self._line is not None
        return self._line

    def _trouble(self, reply: Reply, now: datetime) -> None:
        """Nothing can be sent now: a server that was not reached is tried again by itself, a
        refusal waits for a person."""
        note_trouble(sender=self._sender, kind=_stop_kind(reply), text=reply.text, now=now)
        raise BatchOver(Reason.SENDER_STOPPED)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _stop_kind(reply: Reply) -> StopKind:
    """Why nothing can be sent. A line that broke during the sign-in says nothing about the
    password."""
    if reply.phase not in OPENING:
        return StopKind.REFUSED
    is_refusal = reply.phase is Phase.AUTH and reply.code >= 500
    return StopKind.AUTH if is_refusal else StopKind.CONNECT


class _Work:
    """A batch at work: parcels written while a server thinks, and marks made two at a time.

    The mark that an attempt has ended is made together with the mark that the next one begins, so
    one connection has never more than one message in doubt.
    """

    def __init__(self, sender: Sender, batch: Batch, now: Callable[[], datetime]) -> None:
        messages = [claimed.message for claimed in batch.claimed]
        self._now, self._token = now, batch.token
        self._attempts = Attempts(messages, batch.token)
        self._writer = Writer(sender, messages)
        self._left = iter(messages)
        self._written: dict[int, Parcel | Exception] = {}
        self._ended: tuple[Message, Outcome] | None = None
        self._to_enter: list[int] = []
        self._entered = time.perf_counter()

    def write_ahead(self) -> None:
        """Write the next message, unless one lies ready; reads no database."""
        if not self._written:
            self._write_next()

    def _write_next(self) -> None:
        message = next(self._left, None)
        if message is not None:
            self._written[message.pk] = self._write(message)

    def _write(self, message: Message) -> Parcel | Exception:
        """The message as it travels, or why it cannot be written. Never raises: this is done while
        the message before waits for its answer, which must not be lost."""
        try:
            return self._writer.write(message, self._now())
        except (RenderFailed, HeaderRefused) as error:
            return error
        except Exception as error:
            logger.exception("message %s", message.pk)
            return RenderFailed(type(error).__name__)

    def parcel_of(self, message: Message) -> Parcel | None:
        """The message as it travels; None where it cannot be written, which ends it."""
        while message.pk not in self._written:
            self._write_next()
        written = self._written.pop(message.pk)
        if isinstance(written, Parcel):
            return written
        logger.warning("message %s cannot be written: %s", message.pk, written)
        wrong_address = isinstance(written, HeaderRefused)
        reason = Reason.BAD_ADDRESS if wrong_address else Reason.RENDERING
        fail(message.pk, self._token, reason=reason, text=str(written)[:500], now=self._now())
        return None

    def begin(self, message: Message, seconds: float) -> bool:
        """Mark the attempt, and the end of the one before."""
        if self._is_time_to_enter():
            self.close()
        now = self._now()
        until = now + timedelta(seconds=seconds)
        if self._ended is None:
            return self._attempts.begin(message, now=now, lease_until=until)
        (before, outcome), self._ended = self._ended, None
        done, begun = self._attempts.turn(
            before.pk, outcome, message, now=now, lease_until=until, meanwhile=self.write_ahead
        )
        self._note(before, outcome, done=done)
        return begun

    def _is_time_to_enter(self) -> bool:
        waited = time.perf_counter() - self._entered
        return len(self._to_enter) >= ENTER_AT or waited >= ENTER_SECONDS

    def end(self, message: Message, outcome: Outcome) -> None:
        """Note the end of an attempt; it is marked with the next one or by `close`."""
        self._ended = (message, outcome)

    def close(self) -> None:
        """Mark what is not marked yet, and enter what is not entered."""
        if self._ended is not None:
            (message, outcome), self._ended = self._ended, None
            done = self._attempts.end(message.pk, outcome, now=self._now())
            self._note(message, outcome, done=done)
        enter_ended(self._to_enter)
        self._to_enter, self._entered = [], time.perf_counter()

    def _note(self, message: Message, outcome: Outcome, *, done: bool) -> None:
        """An attempt that is marked is entered later. If its lease ran out, it is not ours any
        more, but what the server said is still evidence."""
        if done:
            self._to_enter.append(message.pk)
            return
        logger.warning("message %s was taken away during its attempt", message.pk)
        if outcome.state == MessageState.SENT:
            accepted_after_all(
                message_pk=message.pk, provider_id=outcome.provider_id, now=self._now()
            )
