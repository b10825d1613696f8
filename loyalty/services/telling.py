"""What members are told: each thing once, by a mail of its own through the outbox, or not, with the
reason kept.

`Told` is unique for account, kind and occasion, and written in the transaction that plans the mail;
the mail's dedupe key says the same. So a job may be lost, repeated, killed half-way or run twice at
once. Consent, suppression, caps and quiet hours are the outbox's, by the class of the template.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from customers.models import Customer
from loyalty.locks import lock_account_of
from loyalty.models import News, Programme, Told, Unsaid
from loyalty.services.telling_rules import rule_of
from messaging.models import Template
from messaging.occasions import KEY
from messaging.services.planned_rows import Mailing
from messaging.services.planning import plan_each
from messaging.services.senders import default_sender

# What happened longer ago is no news: an import brings years of purchases.
FRESH = timedelta(days=2)
TEMPLATES: Mapping[str, str] = {
    News.EXPIRY_FIRST: "points_expiring",
    News.EXPIRY_SECOND: "points_expiring",
    News.EXPIRY_LAST: "points_expiring",
    News.STATEMENT: "points_statement",
    News.TIER_UP: "tier_reached",
    News.TIER_ENDING: "tier_ending",
    News.REWARD_READY: "reward_ready",
    News.CHALLENGE_WON: "challenge_won",
    News.BADGE_WON: "badge_won",
}


def occasion_name(kind: str) -> str:
    """Under which name messaging asks about messages of the kind."""
    return f"loyalty.{kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to tell one member, or, with `unsaid`, not to tell them. `context` holds fields of
    the mail and what its occasion looks up again."""

    account: int
    customer: int
    occasion: str
    units: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    unsaid: str = ""


def tell(*, kind: str, items: Sequence[Item], expires_at: datetime, now: datetime) -> int:
    """Plan the mails and keep why others are not sent; in one transaction for each time that a
    member is named. Returns how many were new. A mail that has not gone by `expires_at` does not go
    any more."""
    template = Template.objects.kept().filter(key=TEMPLATES[kind]).first()
    done, left = 0, list(items)
    while left:
        wave = {item.customer: item for item in reversed(left)}
        left = [item for item in left if wave[item.customer] is not item]
        done += _tell_once_each(kind, template, list(wave.values()), expires_at, now)
    return done


@transaction.atomic
def _tell_once_each(
    kind: str, template: Template | None, items: list[Item], expires_at: datetime, now: datetime
) -> int:
    known = Told.objects.filter(
        kind=kind,
        account__any_of={item.account for item in items},
        occasion__any_of={item.occasion for item in items},
    )
    before = set(known.values_list("account_id", "occasion"))
    new = [item for item in items if (item.account, item.occasion) not in before]
    said = [item for item in new if not item.unsaid] if template else []
    messages = _plan(kind, template, said, expires_at, now) if template and said else {}
    rows = [_row(kind, item, messages.get(item.customer), now) for item in new]
    Told.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _plan(
    kind: str, template: Template, items: list[Item], expires_at: datetime, now: datetime
) -> dict[int, int]:
    mailing = Mailing(
        sender=default_sender(),
        template=template,
        message_class=template.kind,
        topic=template.topic,
        due_at=now,
        expires_at=expires_at,
    )
    return plan_each(
        mailing=mailing,
        keys={item.customer: _key(kind, item) for item in items},
        contexts={item.customer: _context(kind, item) for item in items},
        now=now,
    )


def _key(kind: str, item: Item) -> str:
    return f"told:{kind}:{item.account}:{item.occasion}"


def _context(kind: str, item: Item) -> dict[str, Any]:
    own = {KEY: occasion_name(kind), "account": item.account, "subject": item.occasion}
    return {**item.context, **own}


def _row(kind: str, item: Item, message: int | None, now: datetime) -> Told:
    return Told(
        account_id=item.account,
        kind=kind,
        occasion=item.occasion,
        message_id=message,
        reason="" if message else item.unsaid or Unsaid.NO_TEXT,
        units=item.units,
        at=now,
    )


def tell_of_act(
    *,
    customer: Customer,
    programme: Programme,
    kind: str,
    occasion: str,
    at: datetime,
    now: datetime,
    context: Mapping[str, Any] | None = None,
) -> None:
    """Tell of something that has just happened, in the transaction in which it did; nothing where
    this kind of news is off, or where it happened days ago."""
    if not rule_of(programme, kind).is_on or at + FRESH <= now:
        return
    account = lock_account_of(customer=customer, programme=programme, now=now)
    item = Item(account=account.pk, customer=customer.pk, occasion=occasion, context=context or {})
    tell(kind=kind, items=[item], expires_at=at + FRESH, now=now)


def told_before(kind: str, occasions: Iterable[str]) -> set[tuple[int, str]]:
    """Which accounts were told of these occasions, or not for a reason."""
    rows = Told.objects.filter(kind=kind, occasion__any_of=set(occasions))
    return set(rows.values_list("account_id", "occasion"))
