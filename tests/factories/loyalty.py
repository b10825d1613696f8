"""A customer's points, made by the services."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import factory
from PIL import Image

from accounts.models import Approval, User
from accounts.services.approvals import refuse
from customers.models import Customer
from loyalty.models import EarningRule, Operation, Programme, ProgrammeKind, Reward, RewardPicture
from loyalty.rules.earning import RuleKind
from loyalty.rules.pictures import draw_anew
from loyalty.services.adjustment_requests import ask_to_adjust
from loyalty.services.claiming import claim_reward
from loyalty.services.earning import earn_for_order
from loyalty.services.earning_rules import add_rule
from loyalty.services.programmes import get_programme
from loyalty.services.redeeming import redeem
from loyalty.services.rewards import save_for


def picture_file(size: tuple[int, int] = (4, 3), kind: str = "PNG") -> bytes:
    """A picture as somebody uploads it."""
    out = BytesIO()
    Image.new("RGB", size, "#2e6b4f").save(out, kind)
    return out.getvalue()


PICTURE = draw_anew(picture_file()).content


def redemption_of(customer: Customer, clerk: User, now: datetime) -> Operation:
    """300 points that can be spent, of which 40 were, and 120 that wait; the redemption."""
    programme = get_programme()
    for order, days, minor in (("T-1", 30, 30_000), ("T-2", 1, 12_000)):
        earn_for_order(
            actor=None,
            customer=customer,
            programme=programme,
            order=order,
            amount_minor=minor,
            currency=programme.currency,
            now=now - timedelta(days=days),
        )
    words = {"customer": customer, "programme": programme, "units": 40}
    return redeem(actor=clerk, now=now, reason="A mug", **words).operation


def rewards_of(customer: Customer, clerk: User, now: datetime) -> dict[str, Any]:
    """A reward with a picture, saved for and claimed once, not handed over yet; one that is sold
    out, one that is put away, and one far away."""
    reward = RewardFactory(names={"en": "A mug", "pl": "Kubek"}, stock=5, limit_each=3)
    RewardPicture.objects.create(reward=reward, content=PICTURE, width=4, height=3, mark="a1")
    RewardFactory(names={"en": "A bowl"}, stock=0, descriptions={"en": "Blue"})
    RewardFactory(names={"en": "A class"}, cost=5_000)
    RewardFactory(names={"en": "A calendar"}, archived_at=now)
    words = {"actor": clerk, "customer": customer, "reward": reward, "now": now}
    save_for(**words)
    return {"reward": reward, "claim": claim_reward(**words).operation.claim}


def approvals_of(
    customer: Customer, clerk: User, manager: User, now: datetime
) -> dict[str, Approval]:
    """A wish of the clerk's that waits, and one that the manager refused."""
    words = {"customer": customer, "programme": get_programme(), "reason": "A broken vase"}
    open_one, refused = (
        ask_to_adjust(actor=clerk, units=units, key=f"k{units}", now=now, **words)
        for units in (800, 900)
    )
    refuse(actor=manager, approval=refused, answer="Send another vase", now=now)
    return {"approval": open_one}


class RewardFactory(factory.django.DjangoModelFactory[Reward]):
    """A reward for everybody, without an end."""

    class Meta:
        model = Reward

    programme = factory.LazyFunction(get_programme)
    names = {"en": "A mug"}
    cost = 100
    created_at = datetime(2026, 1, 1, tzinfo=UTC)


def cashback_programme(now: datetime, currency: str = "PLN") -> Programme:
    """3 % of what is paid comes back as money, after 14 days, for 12 months."""
    return Programme.objects.create(
        key=f"cashback-{currency.lower()}",
        name="Bowl money",
        kind=ProgrammeKind.CASHBACK,
        currency=currency,
        earn_units=300,
        earn_minor=10_000,
        adjust_limit=2_000,
        pays=True,
        started_at=now,
    )


def double_on(category: str, now: datetime) -> EarningRule:
    """A rule: double points on a category."""
    says = {"times_percent": 200, "category": category}
    rule = {"programme": get_programme(), "kind": RuleKind.MULTIPLIER, "says": says}
    return add_rule(actor=None, now=now, **rule)
