"""The demo shop's customer file, made by the services that a real shop's imports go through.

About 2,000 customers over three years in three countries, what they bought, what was said and
promised, who agreed to what, and a few saved segments. Seeded: the same day gives the same shop.
"""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Role, User
from core.clock import local_date
from core.demo import DemoPart, left_empty
from core.services.shop import get_shop
from customers import segments
from customers.demo_file import save_people
from customers.models import Customer, Identity, IdentityKind
from customers.rules.dates import moment_of
from customers.rules.demo_names import TALK, TO_DO
from customers.rules.demo_world import Person, Receipt, guests, people, wall_instant
from customers.rules.documents import Document, ProductLine
from customers.services.documents import save_documents
from customers.services.follow_ups import Promise, add_follow_up, finish_follow_up
from customers.services.important_dates import add_important_date
from customers.services.interactions import Said, log_interaction
from customers.services.segments import save_segment
from customers.services.summaries import refresh_all

GUESTS = 500
BATCH = 5_000
TALKED, REMEMBERED, PROMISED = 0.28, 60, 24
SEGMENTS = {
    "Regulars gone quiet": [
        {"field": "purchases", "operator": "at_least", "value": 4},
        {"field": "times_gap", "operator": "more", "value": 2},
    ],
    "Bought once, half a year ago": [
        {"field": "purchases", "operator": "equals", "value": 1},
        {"field": "last_purchase", "operator": "more_than_ago", "value": 180},
    ],
    "Birthday in the next two weeks": [
        {"field": "birthday", "operator": "in_next", "value": 14},
        {"field": "consent_marketing", "operator": "is", "value": True},
    ],
}


def _document(receipt: Receipt, zone: ZoneInfo, currency: str, external: str) -> Document:
    return Document(
        source=receipt.source,
        number=receipt.number,
        moment=moment_of(wall_instant(receipt).replace(tzinfo=zone), zone),
        amount_minor=receipt.amount_minor,
        currency=currency,
        external=external,
        branch=receipt.branch,
        lines=tuple(
            ProductLine(
                line.product, line.name, line.category, Decimal(line.quantity), line.amount_minor
            )
            for line in receipt.lines
        ),
    )


def _refund(receipt: Receipt, sale: Document, zone: ZoneInfo, now: datetime) -> Document | None:
    """Money given back some days later, if that day has come."""
    at = wall_instant(receipt).replace(tzinfo=zone) + timedelta(days=6)
    if not receipt.refund_minor or at > now:
        return None
    return Document(
        source=sale.source,
        number=f"R{sale.number}",
        moment=moment_of(at, zone),
        amount_minor=receipt.refund_minor,
        currency=sale.currency,
        is_refund=True,
        refund_of=sale.number,
        external=sale.external,
        branch=sale.branch,
    )


def _documents(
    everyone: Sequence[Person], strangers: Sequence[Receipt], now: datetime
) -> list[Document]:
    shop = get_shop()
    receipts = [(receipt, someone.number) for someone in everyone for receipt in someone.receipts]
    receipts += [(receipt, "") for receipt in strangers]
    documents = []
    for receipt, external in receipts:
        sale = _document(receipt, shop.zone, shop.currency, external)
        if sale.moment.at > now:
            continue
        refund = _refund(receipt, sale, shop.zone, now)
        documents += [sale, refund] if refund else [sale]
    return documents


def _save_purchases(documents: Sequence[Document], now: datetime) -> None:
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        save_documents(documents=batch, now=now)
    refresh_all()


@transaction.atomic
def _talk(chance: random.Random, everyone: Sequence[Person], now: datetime) -> None:
    """Log calls, visits and messages around people's purchases."""
    clerk, files = User.objects.get(username="support"), _files()
    for someone in everyone:
        if chance.random() > TALKED:
            continue
        for receipt in chance.sample(someone.receipts, min(len(someone.receipts), 2)):
            channel, direction, text = chance.choice(TALK[someone.country.language])
            at = wall_instant(receipt).replace(tzinfo=get_shop().zone)
            at = min(at + timedelta(days=chance.randrange(8)), now - timedelta(minutes=20))
            said = Said(channel=channel, direction=direction, text=text, occurred_at=at)
            log_interaction(actor=clerk, now=now, customer=files[someone.number], said=said)


@transaction.atomic
def _promise(chance: random.Random, everyone: Sequence[Person], now: datetime) -> None:
    """Promise calls around today: some late, some for today, some done, some to come."""
    clerk, files = User.objects.get(username="support"), _files()
    today = local_date(now, get_shop().zone)
    for place, someone in enumerate(chance.sample(list(everyone), PROMISED)):
        promise = Promise(
            what=chance.choice(TO_DO[someone.country.language]),
            due_on=today + timedelta(days=place % 8 - 2),
            due_time=time(chance.randint(10, 17)) if place % 3 else None,
            assignee=clerk if place % 4 else None,
        )
        customer = files[someone.number]
        made = add_follow_up(actor=clerk, now=now, customer=customer, promise=promise)
        if place % 8 == 0:
            finish_follow_up(actor=clerk, now=now, follow_up=made, note="")


def _remember(chance: random.Random, everyone: Sequence[Person], now: datetime) -> None:
    """A name day or a wedding day on some files."""
    files, today = _files(), local_date(now, get_shop().zone)
    for someone in chance.sample(list(everyone), REMEMBERED):
        add_important_date(
            actor=None,
            customer=files[someone.number],
            label=chance.choice(("Name day", "Wedding day")),
            month=chance.randint(1, 12),
            day=chance.randint(1, 28),
            year=None,
            today=today,
        )


def _files() -> dict[str, Customer]:
    numbers = Identity.objects.filter(kind=IdentityKind.EXTERNAL).select_related("customer")
    return {number.key: number.customer for number in numbers}


def make_customers(chance: random.Random, now: datetime) -> None:
    """Fill the empty shop with its customers and all that hangs on them."""
    today = local_date(now, get_shop().zone)
    everyone = people(chance, today)
    save_people(everyone, now)
    _save_purchases(_documents(everyone, guests(chance, today, GUESTS), now), now)
    _talk(chance, everyone, now)
    _promise(chance, everyone, now)
    _remember(chance, everyone, now)
    marketer = User.objects.filter(role=Role.MARKETER).first()
    for name, conditions in SEGMENTS.items():
        tree = segments.parse({"all": conditions})
        save_segment(actor=marketer, segment=None, name=name, tree=tree)


PART = DemoPart(
    make_customers,
    frozenset(
        f"customers.{name}"
        for name in (
            "Customer",
            "Identity",
            "Tag",
            "CustomerTag",
            "ImportantDate",
            "ConsentEntry",
            "Purchase",
            "PurchaseLine",
            "Refund",
            "PurchaseSummary",
            "Interaction",
            "FollowUp",
            "Segment",
        )
    ),
    order=20,
)

for name, reason in {
    "InteractionDraft": "a draft is what somebody is typing just now",
    "PossibleDuplicate": "found when contacts disagree",
    "StaleSummary": "emptied when the summaries are fresh",
}.items():
    left_empty.register(f"customers.{name}", reason)
