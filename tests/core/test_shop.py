from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from core.models import AuditEntry, Shop
from core.services.shop import change_shop, currency_observers, get_shop, zone_observers
from tests.conftest import Cast


@pytest.fixture
def zones() -> Iterator[list[ZoneInfo]]:
    seen: list[ZoneInfo] = []
    zone_observers.register("test", seen.append)
    yield seen
    del zone_observers._items["test"]


def change(cast: Cast, **changes: str) -> Shop:
    fields = {"name": "Clay", "timezone": "Europe/Warsaw", "currency": "PLN", "language": "en"}
    return change_shop(actor=cast["admin"], **(fields | changes))


def test_the_shop_is_made_from_the_environment(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Shop.objects.all().delete()
    monkeypatch.setattr(settings, "SHOP_TIMEZONE", "Europe/Bucharest")
    monkeypatch.setattr(settings, "SHOP_CURRENCY", "RON")

    shop = get_shop()

    assert (shop.timezone, shop.currency) == ("Europe/Bucharest", "RON")
    assert shop.zone == ZoneInfo("Europe/Bucharest")


def test_afterwards_the_settings_rule(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    change(cast, currency="CZK")
    monkeypatch.setattr(settings, "SHOP_CURRENCY", "RON")

    assert get_shop().currency == "CZK"


def test_there_is_one_shop(shop: Shop) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Shop.objects.create(pk=2, timezone="UTC", currency="PLN")


def test_a_new_zone_is_told_to_its_observers(cast: Cast, zones: list[ZoneInfo]) -> None:
    change(cast)
    change(cast, timezone="Europe/Prague")
    change(cast, timezone="Europe/Prague", name="Clay & Leaf")

    assert zones == [ZoneInfo("Europe/Prague")]


def test_a_new_currency_is_told_to_its_observers(cast: Cast) -> None:
    seen: list[str] = []
    currency_observers.register("test", lambda: seen.append(get_shop().currency))
    try:
        change(cast)
        change(cast, currency="EUR")
        change(cast, currency="EUR", name="Clay & Leaf")
    finally:
        del currency_observers._items["test"]

    assert seen == ["EUR"]


def test_a_change_is_audited_by_the_names_of_its_fields(cast: Cast) -> None:
    change(cast)
    AuditEntry.objects.all()
    change(cast, currency="EUR", language="pl")

    entry = AuditEntry.objects.filter(action="shop.changed").latest("pk")
    assert entry.actor == cast["admin"].label
    assert entry.details == {"fields": ["currency", "language"]}


def test_a_failing_observer_changes_nothing(cast: Cast) -> None:
    def fail(zone: ZoneInfo) -> None:
        raise RuntimeError

    zone_observers.register("failing", fail)
    try:
        with pytest.raises(RuntimeError):
            change(cast, timezone="Europe/London")
    finally:
        del zone_observers._items["failing"]

    assert get_shop().timezone == settings.SHOP_TIMEZONE
    assert not AuditEntry.objects.filter(action="shop.changed").exists()


@pytest.mark.parametrize(("name", "shown"), [("", "Perennial"), ("Clay", "Clay")])
def test_a_shop_without_a_name_is_called_by_the_product(name: str, shown: str) -> None:
    assert str(Shop(name=name)) == shown
