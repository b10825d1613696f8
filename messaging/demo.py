"""The demo shop's mails of the past year, sent through the outbox into the catcher: newsletters to
part of the file, letters to single customers, tests to the marketer's own inbox, and a mailing that
somebody has paused half-way."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db import transaction

from accounts.models import User
from core.clock import local_date
from core.demo import DemoPart
from core.services.shop import get_shop
from customers.models import Customer, MailPreference
from messaging.fields import sample_data
from messaging.models import (
    EventKind,
    Message,
    MessageState,
    Send,
    Template,
    TemplateVersion,
)
from messaging.services.feedback import Event, record_event
from messaging.services.planned_rows import Mailing
from messaging.services.planning import plan_message, plan_messages
from messaging.services.senders import default_sender
from messaging.services.sending import Goes, Slot
from messaging.services.sends import create_send, finish_sends, pause_send, release_send
from messaging.services.trial_mails import send_test_mail

# Name, template and how many days ago, the oldest first.
MAILINGS = (
    ("Winter greens", "newsletter", 338),
    ("Seeds are in", "newsletter", 268),
    ("Pots for the balcony", "newsletter", 191),
    ("We miss you", "win_back", 118),
    ("Bulbs to plant now", "newsletter", 54),
    ("Something for the dark weeks", "newsletter", 5),
)
PAUSED = ("Advent wreaths", "newsletter", 0)
LONGEST_PAUSE = 30
READERS, GONE_BEFORE_PAUSE = 60, 24
LETTERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("apology", {}),
    ("complaint_received", {"complaint_number": "R-2026-0147", "answer_by": "2026-12-06"}),
    ("thanks", {}),
)
LETTERS_EACH = 6
# What was reported of the mails of a mailing, and of how many in a hundred.
REPORTS = (
    (EventKind.DELIVERED, "2.0.0", "250 2.0.0 delivered", 30),
    (EventKind.HARD, "5.1.1", "550 5.1.1 no such user here", 3),
    (EventKind.SOFT, "4.2.2", "452 4.2.2 the mailbox is full", 3),
    (EventKind.COMPLAINED, "", "", 1),
)


class _Clock:
    """A clock of the past that goes on a little each time somebody looks."""

    def __init__(self, begin: datetime) -> None:
        self._now = begin

    def __call__(self) -> datetime:
        self._now += timedelta(milliseconds=40)
        return self._now


@transaction.atomic
def make_mails(chance: random.Random, now: datetime) -> None:
    """Send the year's mails in the order in which they went."""
    marketer = User.objects.get(username="marketer")
    for mailing in MAILINGS:
        at = _morning(now, mailing[2])
        if mailing is MAILINGS[-1]:
            _letters(chance, at - timedelta(days=1))
        _mailing(chance, marketer, mailing, at)
    _tests(marketer, now - timedelta(hours=2))
    first = iter(range(GONE_BEFORE_PAUSE))
    at = now - timedelta(hours=1)
    send = _mailing(chance, marketer, PAUSED, at, lambda: next(first, None) is not None)
    pause_send(actor=marketer, send=send, now=now - timedelta(minutes=50))


def _morning(now: datetime, days: int) -> datetime:
    """Ten in the morning so many days ago, when nobody sleeps."""
    zone = get_shop().zone
    day = local_date(now, zone) - timedelta(days=days)
    return datetime.combine(day, time(10), zone)


def _mailing(
    chance: random.Random,
    marketer: User,
    mailing: tuple[str, str, int],
    at: datetime,
    goes_on: Goes = lambda: True,
) -> Send:
    """Plan it for those who were customers then, let it go, and send."""
    name, key, days = mailing
    template = Template.objects.get(key=key)
    key = f"demo:{name}"
    send = create_send(actor=marketer, key=key, name=name, template=template, due_at=at, now=at)
    ids = _readers(chance, at, days)
    plan_messages(actor=marketer, send=send, customer_ids=ids, now=at)
    release_send(actor=marketer, send=send, now=at)
    _pump(at, goes_on)
    _report(chance, send, at + timedelta(minutes=7))
    return send


def _readers(chance: random.Random, at: datetime, days: int) -> list[int]:
    """Some who were customers then. Who pauses now did not when the older mailings went; a few of
    them get the newest one later."""
    pauses = MailPreference.objects.exclude(paused_until=None).order_by("-paused_until")
    paused = list(pauses.values_list("customer_id", flat=True))
    known = Customer.objects.filter(joined_on__lte=at.date()).exclude(pk__in=paused)
    ids = chance.sample(list(known.order_by("pk").values_list("pk", flat=True)), READERS)
    return ids + paused[:3] if days <= LONGEST_PAUSE else ids


def _report(chance: random.Random, send: Send, at: datetime) -> None:
    """Let receivers say what became of some of the mails."""
    sent = Message.objects.filter(send=send, state=MessageState.SENT).order_by("pk")
    weights = [share for _kind, _status, _words, share in REPORTS]
    for pk in sent.values_list("pk", flat=True):
        if chance.random() * 100 < sum(weights):
            kind, status, words, _share = chance.choices(REPORTS, weights)[0]
            event = Event(
                source="demo", key=f"{kind}:{pk}", kind=kind, status=status, words=words, at=at
            )
            record_event(event=event, message_pk=pk, now=at)


def _letters(chance: random.Random, at: datetime) -> None:
    """Service mails to single customers."""
    reached = Customer.objects.filter(identities__kind="email").distinct().order_by("pk")
    people: Sequence[Customer] = chance.sample(list(reached), LETTERS_EACH * len(LETTERS))
    for number, customer in enumerate(people):
        key, context = LETTERS[number % len(LETTERS)]
        template = Template.objects.get(key=key)
        mailing = Mailing(
            sender=default_sender(),
            template=template,
            message_class=template.kind,
            topic=template.topic,
            due_at=at,
        )
        plan_message(
            mailing=mailing,
            customer=customer,
            dedupe_key=f"demo:{key}:{customer.pk}",
            now=at,
            context=context,
        )
    _pump(at)


def _tests(marketer: User, at: datetime) -> None:
    """The marketer looks at the next newsletter in every language."""
    for version in TemplateVersion.objects.published().filter(template__key=PAUSED[1]):
        data = sample_data(version.language)
        send_test_mail(actor=marketer, version=version, data=data, now=at)
    _pump(at)


def _pump(at: datetime, goes_on: Goes = lambda: True) -> None:
    clock = _Clock(at)
    Slot(default_sender(), now=clock).pump(goes_on)
    finish_sends(clock())


_FILLED = (
    "Sender",
    "SenderPace",
    "Send",
    "Message",
    "MessageStep",
    "DeliveryEvent",
    "CaughtMail",
)
PART = DemoPart(make_mails, frozenset(f"messaging.{name}" for name in _FILLED), order=40)
