"""The demo shop: alive on every screen, and what the models' registrations promise."""

from collections import Counter

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import F

from accounts.models import User
from core.demo import demo_parts
from core.services.shop import get_shop
from crm.services.set_up import set_up
from customers.models import Customer, FollowUp, Purchase, PurchaseSummary, Segment
from messaging.models import CaughtMail, Message, Send


def test_the_demo_shop_is_filled_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setattr(settings, "DEMO_PASSWORD", "demo-demo-demo")

    assert set_up() == "demo-demo-demo"
    assert set_up() is None

    check_people()
    check_shop()
    check_mails()
    check_every_model()


def check_people() -> None:
    for name in ("support", "marketer", "manager", "admin"):
        assert User.objects.get(username=name).check_password("demo-demo-demo")


def check_shop() -> None:
    countries = Counter(Customer.objects.values_list("country", flat=True))
    assert get_shop().name == "Clay & Leaf"
    assert countries.total() == 2000
    assert countries.keys() == {"PL", "CZ", "RO"}
    assert Purchase.objects.filter(customer=None).count() > 400
    assert Purchase.objects.filter(counts=False).exists()
    assert PurchaseSummary.objects.count() > 1950
    assert FollowUp.objects.filter(done_at=None).exists()
    assert Segment.objects.count() == 3


def check_mails() -> None:
    states = Counter(Message.objects.values_list("state", flat=True))
    languages = CaughtMail.objects.values_list("message__template_version__language", flat=True)
    assert Counter(Send.objects.values_list("state", flat=True)) == {
        "done": 5,
        "running": 1,
        "paused": 1,
    }
    assert states.keys() == {"sent", "suppressed", "queued"}
    assert states["sent"] == CaughtMail.objects.count() > 150
    assert set(languages) == {"en", "pl", "cs", "ro"}
    assert Message.objects.filter(state="queued", reason="paused").count() >= 3
    assert not Message.objects.filter(state="queued", next_at__lt=F("due_at")).exists()


def check_every_model() -> None:
    labels = {label for part in demo_parts for label in part.models}
    empty = [label for label in labels if not apps.get_model(label).objects.exists()]

    assert empty == []


def test_without_a_demo_there_is_only_the_administrator(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", False)

    assert set_up()

    assert list(User.objects.values_list("username", flat=True)) == ["admin"]
    assert not Customer.objects.exists()
