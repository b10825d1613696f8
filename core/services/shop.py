"""The shop's own row: made once from the environment, then changed on the settings page."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from core.models import Shop
from core.prepared import Prepared, text_of
from core.registry import Registry
from core.services import audit

# Called inside the transaction that changes the shop's time zone, with the new zone: whoever
# stores civil dates derived from instants must derive them again.
zone_observers: Registry[Callable[[ZoneInfo], None]] = Registry("zone observers")
# Called inside the transaction that changes the shop's currency: whoever stores sums in the
# shop's currency must derive them again.
currency_observers: Registry[Callable[[], None]] = Registry("currency observers")
_ZONE = Prepared("SELECT timezone FROM core_shop WHERE id = $1", ("bigint",))


def get_shop() -> Shop:
    """The shop; made from SHOP_TIMEZONE and SHOP_CURRENCY where there is none yet."""
    shop, _made = Shop.objects.get_or_create(
        pk=1, defaults={"timezone": settings.SHOP_TIMEZONE, "currency": settings.SHOP_CURRENCY}
    )
    return shop


def shop_zone() -> ZoneInfo:
    """The shop's business time zone alone, for what is done very often."""
    rows = _ZONE.rows([1])
    return ZoneInfo(text_of(rows[0][0])) if rows else get_shop().zone


@transaction.atomic
def change_shop(
    *,
    actor: audit.Actor,
    name: str,
    timezone: str,
    currency: str,
    language: str,
    color: str | None = None,
) -> Shop:
    """Set the shop's name, zone, currency, language and colour (None: as it is) in one
    transaction; audited.

    A new time zone calls the zone observers, so that civil dates are derived again; a new
    currency calls the currency observers, so that sums are.
    """
    shop = Shop.objects.select_for_update().get(pk=get_shop().pk)
    new = {"name": name, "timezone": timezone, "currency": currency, "language": language}
    if color is not None:
        new["color"] = color
    changed = sorted(field for field, value in new.items() if getattr(shop, field) != value)
    for field, value in new.items():
        setattr(shop, field, value)
    shop.save(update_fields=list(new))
    if "timezone" in changed:
        for observe in zone_observers:
            observe(shop.zone)
    if "currency" in changed:
        for resum in currency_observers:
            resum()
    audit.record(actor=actor, action="shop.changed", target=shop, details={"fields": changed})
    return shop
