"""The product does not start with another key than the one its suppressed addresses are kept
under: none of them would be found, and people who left would be written to."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from customers.models import Suppression
from customers.suppressions import key_of

HINT = "Put the old ADDRESS_KEY back (by default it stands in var/address_key)."


@register(Tags.database)
def address_key_fits(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """An error where the newest suppressed address stands under another key. Asked by `migrate`,
    which every start runs first; says nothing before the table is there."""
    if not databases or "default" not in databases:
        return []
    if Suppression._meta.db_table not in connections["default"].introspection.table_names():
        return []
    known = Suppression.objects.exclude(address="").order_by("-pk")
    newest = known.values_list("address", "key").first()
    if newest is None or key_of(newest[0]) == newest[1]:
        return []
    return [Error("ADDRESS_KEY is another one than before", hint=HINT, id="customers.E001")]
