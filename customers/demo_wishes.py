"""The demo shop's wishes about mails: some left, some came back, some paused or chose topics, a
few addresses bounced, and some have not confirmed yet."""

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from core.demo import DemoPart
from customers.models import (
    ChoiceSource,
    ConsentAction,
    ConsentEntry,
    Customer,
    Frequency,
    Identity,
    IdentityKind,
)
from customers.services.consent_requests import confirm_consent, note_mail_sent, request_consent
from customers.services.preferences import Wishes, addresses_of, choose, pause
from customers.services.subscriptions import take_back, unsubscribe
from customers.services.suppressions import record_bounce, record_complaint

LEFT, CHOSE, PAUSED, BOUNCED, ASKED = 24, 18, 8, 8, 6
TOPICS = ("newsletter", "offers", "birthday", "surveys")
QUESTION = {
    "pl": "Chcę dostawać pytania o moje zadowolenie.",
    "cs": "Chci dostávat dotazy na svou spokojenost.",
    "ro": "Doresc să primesc întrebări despre mulțumirea mea.",
}


def _agreed() -> list[Customer]:
    """Customers with an e-mail who agreed to mails, in the order of their files."""
    granted = ConsentEntry.objects.filter(action=ConsentAction.GRANTED).values("customer")
    mailed = Identity.objects.filter(kind=IdentityKind.EMAIL).values("customer")
    return list(Customer.objects.filter(pk__in=granted).filter(pk__in=mailed).order_by("pk"))


def _agreed_at() -> dict[int, datetime]:
    """When each customer last said something about mails."""
    spoken = ConsentEntry.objects.order_by().values_list("customer")
    return dict(spoken.annotate(last=Max("occurred_at")))


@transaction.atomic
def make_wishes(chance: random.Random, now: datetime) -> None:
    """Let some of those who agreed say what they wish, over the last sixty days."""
    people, since = _agreed(), _agreed_at()
    chance.shuffle(people)
    counts = (LEFT, CHOSE, PAUSED, BOUNCED, ASKED)
    for act, count in zip((_leave, _choose, _pause, _bounce, _ask), counts, strict=True):
        for customer in people[:count]:
            at = now - timedelta(hours=chance.randint(1, 60 * 24))
            # Nobody takes back what was not said yet.
            act(customer, chance, max(at, since[customer.pk] + timedelta(minutes=1)))
        people = people[count:]


def _leave(customer: Customer, chance: random.Random, at: datetime) -> None:
    """Most by the link, some by their mail program; a few thought again."""
    key = chance.choice(list(addresses_of(customer)))
    change = unsubscribe(
        customer=customer,
        key=key,
        message_class="marketing",
        topic=chance.choice(TOPICS[:2]),
        source=chance.choice((ChoiceSource.LINK, ChoiceSource.LINK, ChoiceSource.ONE_CLICK)),
        now=at,
    )
    if change and chance.random() < 0.2:
        take_back(change=change, source=ChoiceSource.LINK, now=at + timedelta(minutes=1))


def _choose(customer: Customer, chance: random.Random, at: datetime) -> None:
    wishes = Wishes(
        topics=frozenset(chance.sample(TOPICS, chance.randint(1, 3))),
        frequency=chance.choice((Frequency.WEEKLY, Frequency.MONTHLY)),
    )
    choose(actor=None, customer=customer, wishes=wishes, source=ChoiceSource.PREFERENCES, now=at)


def _pause(customer: Customer, chance: random.Random, at: datetime) -> None:
    pause(actor=None, customer=customer, source=ChoiceSource.PREFERENCES, now=at)


def _bounce(customer: Customer, chance: random.Random, at: datetime) -> None:
    address, reference = next(iter(addresses_of(customer).values())), f"demo-{customer.pk}"
    if chance.random() < 0.25:
        record_complaint(address=address, reference=reference, now=at)
    else:
        is_hard = chance.random() < 0.5
        record_bounce(address=address, is_hard=is_hard, reference=reference, now=at)


def _ask(customer: Customer, chance: random.Random, at: datetime) -> None:
    """Asked by mail about surveys; half of them have said yes."""
    request = request_consent(
        actor=None,
        customer=customer,
        address=next(iter(addresses_of(customer).values())),
        purpose="survey",
        text=QUESTION.get(customer.language, QUESTION["pl"]),
        language=customer.language,
        now=at,
    )
    note_mail_sent(request=request, now=at)
    request.refresh_from_db()
    note_mail_sent(request=request, now=at + timedelta(days=1))
    if chance.random() < 0.5:
        confirm_consent(request=request, now=at + timedelta(hours=2))


PART = DemoPart(
    make_wishes,
    frozenset(
        f"customers.{name}"
        for name in (
            "Suppression",
            "DeliveryFault",
            "MailPreference",
            "PreferenceChange",
            "ConsentRequest",
        )
    ),
    order=25,
)
