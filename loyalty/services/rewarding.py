"""Units for what customers do besides buying: each event once, within its rule's limit."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from core.clock import local_date
from core.services.audit import Actor
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.locks import lock_account_of
from loyalty.models import Account, EventReward, Operation, Programme
from loyalty.rule_rows import rules_in_force
from loyalty.rulebook import member_of
from loyalty.rules.book import Book
from loyalty.rules.calendar import expires_at
from loyalty.rules.earning import Rule, RuleKind, best_reward, clear_after
from loyalty.rules.lots import Bucket, Lot
from loyalty.services.acts import Done, Order, Result, Work, again_if_outrun, perform
from loyalty.services.earning import new_lot
from loyalty.services.programmes import get_programme


def reward_event(
    *,
    customer: Customer,
    event: str,
    key: str,
    now: datetime,
    on: date | None = None,
    actor: Actor | None = None,
) -> Done | None:
    """Give the customer what the rules in force give for the event; the units can be spent at once.
    Result: `units, capped, event`; None where no rule rewards it.

    `key` names what happened (the id of the answer, of the visit): it is rewarded once, whoever
    tells of it again. `on` is the shop's civil day of the event (None: today). Where the rule's
    limit has no room, nothing is given, and that is written down too. Raises `LoyaltyRefused` for a
    key that stands for somebody else's event.
    """
    programme = get_programme()
    rules = [
        rule
        for rule in rules_in_force(programme)
        if rule.kind is RuleKind.EVENT and rule.event == event
    ]
    if not rules:
        return None
    day = on or local_date(now, get_shop().zone)
    rule = best_reward(rules, event, member_of(customer, rules, now, now), day)
    if rule is None:
        return None
    act = Order(
        kind="event",
        key=f"event:{event}:{key}",
        content={"event": event, "key": key},
        actor=actor,
        now=now,
        terms={"event": event, "rules": [list(rule.name)]},
    )
    return _reward(customer, programme, rule, act)


def is_rewarded(event: str) -> bool:
    """Whether any rule in force rewards the event, so that nobody looks for it in vain."""
    return any(rule.event == event for rule in rules_in_force(get_programme()))


def rewarded_before(event: str, keys: Iterable[str]) -> set[str]:
    """Which of these keys were dealt with before, whether they brought anything or not."""
    begin = f"event:{event}:"
    known = Operation.objects.filter(
        programme=get_programme(), key__any_of=[f"{begin}{key}" for key in keys]
    )
    return {key.removeprefix(begin) for key in known.values_list("key", flat=True)}


@again_if_outrun
@transaction.atomic
def _reward(customer: Customer, programme: Programme, rule: Rule, act: Order) -> Done:
    account = lock_account_of(customer=customer, programme=programme, now=act.now)
    reward = _Reward(account, programme, rule)
    return perform(account, act, Work(reward.decide, reward.keep))


class _Reward:
    """One event's units, from the book to its row."""

    def __init__(self, account: Account, programme: Programme, rule: Rule) -> None:
        self._account, self._programme, self._rule = account, programme, rule
        self._clear_at: datetime | None = None
        self._place, self._given = 1, False

    def decide(self, book: Book) -> Result:
        """Give the units, if the limit has room for them."""
        self._look_back()
        self._given = self._clear_at is None or self._clear_at <= book.at
        if self._given:
            book.add(self._lot(book.at), Bucket.ISSUED)
        units = self._rule.units if self._given else 0
        return {"units": units, "capped": not self._given, "event": self._rule.event}

    def _look_back(self) -> None:
        """Which place is free, and since when the limit has room for it."""
        rule = self._rule
        before = EventReward.objects.filter(account=self._account, rule=rule.id)
        newest = list(before.order_by("-place")[: max(1, rule.most_times)])
        self._place = newest[0].place + 1 if newest else 1
        if rule.period and len(newest) >= rule.most_times:
            self._clear_at = clear_after(rule, newest[-1].at, get_shop().zone)

    def _lot(self, at: datetime) -> Lot:
        ends = expires_at(at, self._programme.lifetime, get_shop().zone)
        return new_lot("", self._rule.units, at, ends)

    def keep(self, operation: Operation, book: Book) -> None:
        """Take the place."""
        if self._given:
            EventReward.objects.create(
                account=self._account,
                rule_id=self._rule.id,
                operation=operation,
                place=self._place,
                at=operation.at,
                clear_at=self._clear_at,
            )
